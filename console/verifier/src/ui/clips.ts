/** The playable copies: which exhibit and camera, a player with wall-clock time, the gaps under it. */

import { button, h, setText } from "../../../src/dom";
import type { Clip, Report, Shown, ShownCamera } from "../report";
import { causeName } from "./events";
import { copiesAsSigned } from "./findings";
import { count, has, moment, span, t } from "./words";

export function clipsSection(shown: Shown, report: Report): HTMLElement {
  const playable = shown.cameras.flatMap((camera) => camera.clips.map((clip) => ({ camera, clip })));
  const stage = h("div", { class: "stage", id: "stage" });
  const buttons: HTMLButtonElement[] = [];
  const choose = (index: number): void => {
    const { camera, clip } = playable[index]!;
    buttons.forEach((one, i) => one.setAttribute("aria-pressed", String(i === index)));
    stage.replaceChildren(...player(camera, clip, isBad(clip, report)));
  };
  const list = shown.exhibits.map((exhibit) =>
    h(
      "li",
      {},
      h("h3", {}, t("exhibit", { name: exhibit.exhibit })),
      h("p", { class: "soft small" }, `${moment(exhibit.from)} - ${moment(exhibit.to)}${exhibit.note ? ` · ${exhibit.note}` : ""}`),
      h(
        "ul",
        {},
        ...playable.flatMap(({ camera, clip }, i) => {
          if (camera.exhibit !== exhibit.exhibit) return [];
          const part = camera.clips.length > 1 ? `, ${t("part", { n: camera.clips.indexOf(clip) + 1 })}` : "";
          const name = `${camera.name}${part}`;
          const one = button(name, () => choose(i), { class: "clip", "aria-pressed": "false", title: t("playClip", { name }) });
          one.append(h("span", { class: "small soft" }, moment(clip.start)));
          buttons[i] = one;
          return [h("li", {}, one)];
        }),
      ),
    ),
  );
  if (playable.length) choose(0);
  else stage.append(h("p", {}, t("noClips")));
  return h(
    "section",
    { class: "card", id: "clips", "aria-labelledby": "clips-title" },
    h("h2", { id: "clips-title" }, t("clips")),
    h("div", { class: "clips" }, h("ul", { class: "clip-list", "aria-label": t("chooseClip") }, ...list), stage),
  );
}

function isBad(clip: Clip, report: Report): boolean {
  const asSigned = copiesAsSigned(report.verdicts[5]); // then the originals are what is wrong, and line 6 says so
  const found = (n: number): boolean => Boolean(report.verdicts[n - 1]?.findings.some(({ where }) => where === clip.path));
  return found(1) || (found(6) && !asSigned.includes(clip.path));
}

function clockText({ clock, clockError }: ShownCamera): string {
  const name = `clock.${clock}`;
  const error = clockError >= 0 ? t("clock.error", { span: `${(clockError / 1000).toFixed(1)} ms` }) : t("clock.unknown");
  return `${has(name) ? t(name) : clock}, ${error}`;
}

/** The address of the clip in the player; only one is kept alive. */
let address = "";

function player(camera: ShownCamera, clip: Clip, bad: boolean): HTMLElement[] {
  URL.revokeObjectURL(address);
  address = URL.createObjectURL(clip.blob);
  const video = h("video", { controls: true, preload: "auto", src: address, "aria-label": camera.name, playsinline: true });
  const clock = h("output", { class: "wall", id: "wall" });
  const problem = h("p", { class: "problem", role: "alert", id: "unplayable", hidden: true }, t("cannotPlay"));
  const tell = (): void => setText(clock, clip.start ? moment(clip.start + video.currentTime * 1e6, true) : t("wallUnknown"));
  for (const event of ["timeupdate", "seeked", "loadedmetadata"]) video.addEventListener(event, tell);
  video.addEventListener("error", () => (problem.hidden = false));
  tell();
  return [
    ...(bad ? [h("p", { class: "problem", role: "alert" }, t("clipBad"))] : []),
    video,
    problem,
    h("p", { class: "wall-line" }, h("span", { class: "soft" }, `${t("wall")} `), clock),
    h(
      "p",
      { class: "soft small" },
      [
        `${camera.name} (${camera.camera})`,
        `${t("span")} ${moment(camera.from)} - ${moment(camera.to)}`,
        t("frames", { frames: count(camera.frames), chunks: count(camera.chunks) }),
        ...(camera.clock ? [`${t("clock")}: ${clockText(camera)}`] : []),
      ].join(" · "),
    ),
    h("a", { href: address, download: clip.path.split("/").pop()!, class: "save" }, t("save")),
    gaps(camera, clip, video),
  ];
}

function gaps(camera: ShownCamera, clip: Clip, video: HTMLVideoElement): HTMLElement {
  if (!camera.gaps.length) return h("p", { class: "gaps" }, t("noGaps"));
  const heads = (["from", "to", "length", "cause"] as const).map((key) => h("th", { scope: "col" }, t(key)));
  const rows = camera.gaps.map(([from, to, cause]) => {
    const go = (): void => {
      video.currentTime = Math.max((from - clip.start) / 1e6 - 1, 0);
    };
    const at = moment(from, true);
    const cell = clip.start && from >= clip.start ? button(at, go, { class: "link", "aria-label": t("gapGo", { from: at }) }) : at;
    return h("tr", {}, h("td", {}, cell), h("td", {}, moment(to, true)), h("td", {}, span(to - from)), h("td", {}, causeName(cause)));
  });
  return h(
    "div",
    { class: "gaps scroll", tabindex: "0", role: "group", "aria-label": t("gaps") },
    h("h3", {}, t("gaps")),
    h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)),
    h("p", { class: "soft small" }, t("gapStill")),
  );
}
