/** The one sentence above the eight lines: what was shown and what was not. Never a single tick. */

import { h } from "../../../src/dom";
import type { Report, Verdict } from "../report";
import { has, list, t } from "./words";

/** Facts that do not make a line fail and yet must not be overlooked. */
const AMBER = ["no_outside_witness", "unsigned"];

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

/** Facts worth a caution, in words. */
export function cautions(report: Report): string[] {
  const facts = report.verdicts.flatMap((one) => Object.entries(one.facts));
  const named = AMBER.filter((name) => facts.some(([key, value]) => (key === name && value === true) || value === name));
  return named.flatMap((name) => (has(`amber.${name}`) ? [t(`amber.${name}` as "amber.unsigned")] : []));
}

export function summary(report: Report): HTMLElement {
  const { tone, sentence, next } = told(report);
  const amber = cautions(report);
  return h(
    "div",
    { class: `summary ${tone}`, role: "status", id: "summary" },
    h("p", { class: "sentence" }, sentence),
    h("p", {}, next),
    amber.length ? h("p", { class: "caution" }, t("sum.amber", { lines: list(amber) })) : null,
  );
}
