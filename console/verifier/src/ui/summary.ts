/** The one sentence above the eight lines: what was shown and what was not. Never a single tick. */

import { button, h } from "../../../src/dom";
import type { Finding, Report, Verdict } from "../report";
import { failing, findingText, packedAgain, placeText, tellingFirst } from "./findings";
import { lacking, timeKnown, unwitnessed } from "./lines";
import { count, has, list, t } from "./words";

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
  const part = failed[0]?.findings.find(({ code }) => code === "zip_cut" || code === "zip_volume");
  if (part) return { tone: "bad", sentence: t(`sum.${part.code}` as "sum.zip_cut"), next: t(`sum.${part.code}Next` as "sum.zip_cutNext") };
  if (report.verdicts[0]?.findings.some(({ code }) => code === "audit_export"))
    return { tone: "open", sentence: t("sum.audit"), next: t("sum.auditNext") };
  if (failed[0]?.findings.some(packedAgain)) return { tone: "bad", sentence: t("sum.zip_again"), next: t("sum.zip_againNext") };
  if (keyDiffers(report)) {
    const others = failed.filter(({ n }) => n !== 2);
    const sentence = others.length ? `${t("sum.key")} ${t("sum.bad", { lines: lines(others) })}` : t("sum.key");
    return { tone: "bad", sentence, next: t(others.length ? "sum.badNext" : "sum.keyNext") };
  }
  if (failed.length) return { tone: "bad", sentence: t("sum.bad", { lines: lines(failed) }), next: t("sum.badNext") };
  const unusable = open.length === 1 && open[0]!.findings.some((one) => one.code === "trust_unusable");
  if (unusable) return { tone: "open", sentence: t("sum.unusable"), next: t("sum.unusableNext") };
  const onlyKey = open.length === 1 && open[0]!.findings.some((one) => one.code === "no_trust");
  if (onlyKey) return { tone: "open", sentence: t("sum.open"), next: t("sum.openNext") };
  if (open.length)
    return { tone: "open", sentence: t("sum.unchecked", { lines: lines(open) }), next: t("sum.uncheckedNext") };
  return { tone: "good", sentence: t("sum.good"), next: goodNext(report.verdicts[3]!) };
}

/** What all of it holding shows: that nothing lacks only where nothing does. */
function goodNext(complete: Verdict): string {
  const { missing, empty } = lacking(complete);
  const gaps = Array.isArray(complete.facts["gaps"]) ? complete.facts["gaps"].length : 0;
  const clauses = [
    ...(gaps ? [t("lack.gaps", { n: count(gaps) })] : []),
    ...(missing ? [t("lack.missing", { n: count(missing) })] : []),
    ...(empty.length ? [t("lack.empty", { n: count(empty.length) })] : []),
  ];
  return clauses.length ? t("sum.lackingNext", { lines: list(clauses) }) : t("sum.goodNext");
}

/** What does not make a line fail and yet must not be overlooked. */
export function cautions(report: Report): string[] {
  const { clock, start, end } = timeKnown(report.verdicts[4]);
  const { missing, empty } = lacking(report.verdicts[3]!);
  return [
    ...(missing ? [t("but.missing", { n: count(missing) })] : []),
    ...(empty.length ? [t("amber.empty", { n: count(empty.length) })] : []),
    ...(clock ? [t("amber.clock")] : []),
    ...(!start && !end ? [t("amber.no_bounds")] : []),
    ...(unwitnessed(report.verdicts[2]) ? [t("amber.no_outside_witness")] : []),
    ...(report.verdicts[1]?.facts["trust_is_copy"] ? [t("amber.copy")] : []),
  ];
}

/** Whether a key from outside was compared, and is another. */
export function keyDiffers(report: Report): boolean {
  return Boolean(report.verdicts[1]?.findings.some(({ code }) => code === "log_not_trusted"));
}

/** What there is to say of the key in one word. */
export function keyTold(report: Report): "none" | "matches" | "differs" | "unusable" {
  if (keyDiffers(report)) return "differs";
  if (report.verdicts[1]?.findings.some(({ code }) => code === "trust_unusable")) return "unusable";
  const unread = report.verdicts[1]?.findings.some(({ code }) => code === "not_read");
  return report.trust === "given" && !unread ? "matches" : "none";
}

/** The most telling place at which something does not match, in words. */
function firstPlace(report: Report): string {
  const all = report.verdicts.flatMap((verdict) => verdict.findings.map((finding) => ({ verdict, finding })));
  const [first] = tellingFirst(all.map(({ finding }) => finding)).filter(({ code }) => failing(code));
  const found = all.find(({ finding }) => finding === first);
  if (!found || found.finding.code === "log_not_trusted") return ""; // the sentence above says that
  return t("sum.place", { what: findingText(found.verdict, found.finding), where: whereText(report, found.finding) });
}

export function whereText(report: Report, { where }: Finding): string {
  const words = placeText(report, where);
  return words ? `${words} (${where})` : where || report.package;
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
