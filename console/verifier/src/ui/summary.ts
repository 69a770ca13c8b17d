/** The one sentence above the eight lines: what was shown and what was not. Never a single tick. */

import { button, h } from "../../../src/dom";
import type { Report, Verdict } from "../report";
import { codeText, failing } from "./findings";
import { has, list, t } from "./words";

function lines(verdicts: Verdict[]): string {
  return list(verdicts.map((one) => t("line", { n: one.n, name: title(one.n) })));
}

export function title(n: number): string {
  const key = `name.${n}`;
  return has(key) ? t(key) : String(n);
}

export type Tone = "bad" | "open" | "good";

export function told(report: Report): { tone: Tone; sentence: string; next: string } {
  const failed = report.verdicts.filter((one) => one.state === "fails");
  const open = report.verdicts.filter((one) => one.state === "unchecked" && one.required);
  if (failed.length) return { tone: "bad", sentence: t("sum.bad", { lines: lines(failed) }), next: t("sum.badNext") };
  const onlyKey = open.length === 1 && open[0]!.findings.some((one) => one.code === "no_trust");
  if (onlyKey) return { tone: "open", sentence: t("sum.open"), next: t("sum.openNext") };
  if (open.length)
    return { tone: "open", sentence: t("sum.unchecked", { lines: lines(open) }), next: t("sum.uncheckedNext") };
  return { tone: "good", sentence: t("sum.good"), next: t("sum.goodNext") };
}

/** What does not make a line fail and yet must not be overlooked. */
export function cautions(report: Report): string[] {
  const witnesses = report.verdicts[2]?.facts["witnesses"];
  return Array.isArray(witnesses) && !witnesses.length ? [t("amber.no_outside_witness")] : [];
}

/** The first place at which something does not match, in words. */
function firstPlace(report: Report): string {
  const found = report.verdicts.find((one) => one.state === "fails")?.findings.find(({ code }) => failing(code));
  return found ? t("sum.place", { what: codeText(found.code), where: found.where || report.package }) : "";
}

function toKey(): void {
  document.getElementById("key")?.scrollIntoView({ block: "start" });
  (document.getElementById("fingerprint") ?? document.getElementById("key-text"))?.focus({ preventScroll: true });
}

export function summary(report: Report): HTMLElement {
  const { tone, sentence, next } = told(report);
  const amber = cautions(report);
  const place = firstPlace(report);
  return h(
    "div",
    { class: `summary ${tone}`, role: "status", id: "summary" },
    h("p", { class: "sentence" }, sentence),
    place ? h("p", { class: "path" }, place) : null,
    h("p", {}, next),
    amber.length ? h("p", { class: "caution" }, t("sum.amber", { lines: list(amber) })) : null,
    tone === "open" && report.trust === "none" ? button(t("sum.toKey"), toKey, { id: "to-key" }) : null,
  );
}
