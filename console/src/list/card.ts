/** One camera in the list. Made once, then only changed where something changed, so that nothing flickers. */
import type { Camera, Footage } from "../api/archive";
import { CoverageBar } from "../coverage/bar";
import { h, setAttribute, setText } from "../dom";
import { t } from "../i18n/t";
import type { Range } from "../view";
import { distanceText, statusText, streamText } from "./words";

export interface CardActions {
  open: (camera: string) => void;
  pick: (camera: string, at: number) => void;
  select: (camera: string, range: Range) => void;
}

export class CameraCard {
  readonly element: HTMLElement;
  readonly bar: CoverageBar;
  private readonly picture = h("img", { alt: "", loading: "lazy" });
  private readonly thumb: HTMLButtonElement;
  private readonly name = h("h3");
  private readonly distance = h("span", { class: "distance" });
  private readonly place = h("p", { class: "place" });
  private readonly dot = h("span", { class: "dot" });
  private readonly status = h("span", { class: "status-text" });
  private readonly stream = h("span", { class: "stream" });
  private shownPicture = "";

  constructor(camera: Camera, actions: CardActions) {
    this.bar = new CoverageBar(t("bar.label", { camera: camera.name }), {
      pick: (at) => actions.pick(camera.id, at),
      select: (range) => actions.select(camera.id, range),
    });
    this.thumb = h(
      "button",
      {
        type: "button",
        class: "thumb",
        onclick: () => actions.open(camera.id),
        "aria-label": t("list.open", { camera: camera.name }),
      },
      this.picture,
      h("span", { class: "no-picture" }, t("list.no_picture")),
    );
    this.picture.addEventListener("load", () => this.thumb.classList.add("has-picture"));
    this.picture.addEventListener("error", () => {
      // A signed address grows old; the next refresh brings a new one.
      this.thumb.classList.remove("has-picture");
      this.shownPicture = "";
    });
    this.element = h(
      "li",
      { class: "card", "data-camera": camera.id },
      this.thumb,
      h("div", { class: "facts" }, h("div", { class: "line" }, this.name, this.distance), this.place, this.statusLine()),
      this.bar.element,
    );
  }

  private statusLine(): HTMLElement {
    return h("p", { class: "status" }, this.dot, this.status, this.stream);
  }

  show(camera: Camera, playing: boolean): void {
    setText(this.name, camera.name);
    setText(this.distance, camera.distance === null ? "" : distanceText(camera.distance));
    setText(this.place, [camera.agency, camera.site].filter(Boolean).join(" · "));
    setAttribute(this.dot, "data-state", camera.enabled ? camera.status.state : "stopped");
    const status = statusText(camera);
    setText(this.status, status);
    setAttribute(this.status, "title", [status, camera.status.detail].filter(Boolean).join("\n"));
    setText(this.stream, streamText(camera));
    this.element.classList.toggle("playing", playing);
    setAttribute(this.thumb, "aria-current", playing ? "true" : null);
  }

  showFootage(range: Range, footage: Footage | null, chosen: Range | null, playhead: number | null): void {
    this.bar.show(range, footage, chosen, playhead);
  }

  /** `address` is signed anew at each refresh: only another path is another picture. */
  showPicture(address: string | null): void {
    const path = address?.split("?")[0] ?? "";
    if (!address || path === this.shownPicture) return;
    this.shownPicture = path;
    this.picture.src = address;
  }
}
