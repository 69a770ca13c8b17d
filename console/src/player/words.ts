/** What the player says. */
import type { Footage, Gap } from "../api/archive";
import { named, t } from "../i18n/t";
import { length } from "../list/words";
import type { Message } from "../problems";
import { clockText, momentText, ZONE } from "../time/zone";
import type { Range } from "../view";

export function rangeText({ from, to }: Range): string {
  return t("player.range", { from: momentText(from), to: `${clockText(to)} ${ZONE}`, length: length(to - from) });
}

export function nothingThere({ from, to }: Range, purged: boolean): Message {
  const words = { from: momentText(from), to: `${momentText(to)} ${ZONE}` };
  if (purged) return { tone: "notice", text: t("player.purged", words), remedy: t("player.purged_remedy") };
  return { tone: "notice", text: t("player.no_footage", words), remedy: t("player.no_footage_remedy") };
}

const SENDING_MS = 120_000; // what was recorded just now is on its way anyway

/** Whether there is footage of a window that waits on its site, and will for a while. */
export function waitsOnSite(footage: Footage | null, present: number): boolean {
  return footage?.coverage.some(({ state, end }) => state === "pending" && end < present - SENDING_MS) ?? false;
}

/** Whether none of a window's footage has arrived. */
export function nothingHere(footage: Footage | null): boolean {
  return footage?.coverage.every(({ state }) => state === "pending" || state === "purged") ?? true;
}

export function onSite(ask: () => void): Message {
  const action = { label: t("player.ask"), run: ask };
  return { tone: "notice", text: t("player.on_site"), remedy: t("player.on_site_remedy"), action };
}

export function undecodable(codec: string): Message {
  const text = t("player.undecodable", { codec: named("codec", codec) });
  return { tone: "notice", text, remedy: t("player.undecodable_remedy") };
}

/** Whether only keyframes are left of the footage at a wall time. */
export function thinnedAt(footage: Footage | null, at: number | null): boolean {
  if (at === null) return false;
  return footage?.coverage.some(({ state, start, end }) => state === "thinned" && start <= at && at < end) ?? false;
}

/** Whether there is footage at a wall time of whose time something may be known; the end of a range is none any more. */
export function footageAt(footage: Footage | null, at: number): boolean {
  return footage?.coverage.some(({ state, start, end }) => state !== "purged" && start <= at && at < end) ?? false;
}

/** Whether there is footage of another recorder at a wall time, whose time was stated and not measured. */
export function importedAt(footage: Footage | null, at: number | null): boolean {
  return at !== null && (footage?.imported?.some(({ start, end }) => start <= at && at < end) ?? false);
}

/** How what is shown differs from what was recorded here; empty where it does not. */
export function modeText(stills: boolean, thinned: boolean, imported = false): string {
  const all = [stills && t("player.stills"), thinned && t("player.thinned"), imported && t("player.imported")];
  return all.filter(Boolean).join(" · ");
}

export function skippedText(hole: Range, gaps: readonly Gap[]): string {
  const cause = gaps.find((gap) => gap.start < hole.to && gap.end > hole.from);
  const reason = named("reason", cause?.reason ?? "unknown");
  return t("player.skipped", { from: clockText(hole.from), to: clockText(hole.to), reason });
}
