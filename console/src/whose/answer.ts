/** The answer in words: whose, when, how that is known, and the way to that time in the player. */
import type { Answer, Compared, Issued, Known } from "../api/whose";
import { h } from "../dom";
import { named, t, type Key } from "../i18n/t";
import { clockText, dateText, iso, momentText as momentIn, ZONE } from "../time/zone";
import type { Brought } from "./look";

const KINDS: Record<string, Key> = {
  chunk: "whose.kind_chunk",
  clip: "whose.kind_clip",
  master: "whose.kind_master",
  court: "whose.kind_court",
  processed: "whose.kind_processed",
  import: "whose.kind_import",
};
/** What a claim that is not shown to be true comes to. */
const DOUBTS: Record<string, [title: Key, why: Key]> = {
  differs: ["whose.differs", "whose.differs_why"],
  gone: ["whose.gone", "whose.gone_why"],
  damaged: ["whose.damaged", "whose.damaged_why"],
  large: ["whose.large", "whose.large_why"],
  unknown: ["whose.not_ours", "whose.unknown_why"],
};

export function answerOf(brought: Brought, answer: Answer): HTMLElement[] {
  if (brought.package) return [packageBlock(answer)];
  const found = answer.known.map(knownBlock);
  const doubt = DOUBTS[answer.claim];
  const always = answer.claim === "differs" || answer.claim === "damaged";
  if (doubt && (always || answer.known.length === 0)) found.unshift(doubtBlock(brought, answer.claim, doubt));
  else if (answer.known.length === 0) found.push(block("not-ours", t("whose.not_ours"), t("whose.none_why")));
  return found;
}

function knownBlock(one: Known): HTMLElement {
  const kind = KINDS[one.kind];
  const how = t(one.by === "bytes" ? "whose.by_bytes" : "whose.by_frames");
  return block(
    "ours",
    t("whose.ours", { camera: one.name }),
    h("span", { class: "whose-when" }, whenText(one.start, one.end)),
    [kind ? t(kind) : one.kind, how].join(" · "),
    one.package !== "" && t("whose.in_package", { package: one.package, path: one.path }),
    one.state === "purged" ? t("whose.purged") : one.state !== "" && one.state !== "stored" && named("state", one.state),
    // Where nothing is left to be seen a link would only disappoint.
    one.state !== "purged" && one.state !== "dropped" && playerLink(one.camera, one.start, one.end),
  );
}

/** Which package it is, for whom, to whom it went, and whether it is as it was issued. */
function packageBlock({ claim, package: issued, files }: Answer): HTMLElement {
  if (!issued) return block("not-ours", t("whose.package_foreign"), ...comparedLines(files));
  const same = claim === "holds"; // with all its footage as issued the rest may be changed, verify.py for one
  return block(
    same ? "ours" : "differs",
    t(same ? "whose.package_ours" : "whose.package_differs", { package: issued.name }),
    h("span", { class: "whose-when" }, t("whose.package_made", { when: momentText(Date.parse(issued.sealed)) })),
    claim === "holds" ? t("whose.by_bytes") : t("whose.package_files", { same: files?.same ?? 0, all: issued.files }),
    ...ofCase(issued),
    ...comparedLines(files),
    claim !== "holds" && t("whose.package_verify"),
  );
}

function ofCase(issued: Issued): (string | false)[] {
  if (!issued.case) return [t("whose.package_case_hidden")];
  const { requested_by = "", recipient = "", letter = "", reason = "", exhibits = [], links = [] } = issued;
  return [
    t("whose.package_case", { number: issued.case.number, exhibits: exhibits.join(", ") }),
    t("whose.package_for", { by: requested_by, recipient, reason: [letter, reason].filter(Boolean).join(": ") }),
    ...links.map((link) =>
      link.delivered
        ? t("whose.package_delivered", { recipient: link.recipient, when: momentText(Date.parse(link.delivered)) })
        : t("whose.package_link", { recipient: link.recipient, when: momentText(Date.parse(link.made)) }),
    ),
  ];
}

function comparedLines(files: Compared | undefined): string[] {
  if (!files) return [];
  const words = { differ: "whose.file_differs", elsewhere: "whose.file_elsewhere", unknown: "whose.file_unknown" } as const;
  return (["differ", "elsewhere", "unknown"] as const)
    .filter((kind) => files[kind] > 0)
    .map((kind) => t(words[kind], { count: files[kind], paths: files.named[kind].slice(0, 5).join(", ") }));
}

function doubtBlock(brought: Brought, claim: string, [title, why]: [Key, Key]): HTMLElement {
  const { camera, start, end } = saidOf(brought);
  const shown = claim === "differs" || claim === "large";
  const when = end === null ? whenText(start, start) : whenText(start, end);
  return block(
    claim === "unknown" ? "not-ours" : claim,
    t(title),
    t("whose.says", { camera, when }),
    t(why),
    shown && playerLink(camera, start, end ?? start + 60_000),
  );
}

/** The claim in milliseconds. */
function saidOf({ claim, clip }: Brought): { camera: string; start: number; end: number | null } {
  if (clip) return { camera: clip.camera, start: Math.ceil(clip.from / 1000), end: Math.floor(clip.to / 1000) };
  return { camera: claim?.camera ?? "", start: Math.ceil((claim?.start ?? 0) / 1000), end: null };
}

function block(tone: string, title: string, ...lines: (Node | string | false)[]): HTMLElement {
  return h(
    "div",
    { class: `whose-found ${tone}` },
    h("h3", {}, title),
    ...lines.map((line) => line && h("p", {}, line)),
  );
}

function momentText(at: number): string {
  return `${momentIn(at)} ${ZONE}`;
}

/** `23-11-2026 14:05:09 – 14:06:09 WITA (06:05:09 – 06:06:09 UTC)`. */
function whenText(start: number, end: number): string {
  const span = (zone: string): string =>
    start === end ? clockText(start, zone) : `${clockText(start, zone)} – ${clockText(end, zone)}`;
  const until = dateText(start) === dateText(end) ? span(ZONE) : `${clockText(start)} – ${dateText(end)} ${clockText(end)}`;
  return `${dateText(start)} ${until} ${ZONE} (${span("UTC")} UTC)`;
}

function playerLink(camera: string, start: number, end: number): HTMLElement {
  const address = `#camera=${encodeURIComponent(camera)}&from=${iso(start)}&to=${iso(Math.max(end, start + 1000))}`;
  return h("a", { href: address }, t("whose.open"));
}
