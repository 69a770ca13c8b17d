/** The eight lines: state in a word and a shape, its meaning in one sentence, and the findings behind it. */

import { h } from "../../../src/dom";
import type { Finding, Report, Verdict } from "../report";
import { factRows } from "./facts";
import { failing, findingText, onlyDerivativesDiffer, onlyOriginalsDiffer, packedAgain, placeText, tellingFirst } from "./findings";
import { phrase } from "./phrases";
import { title } from "./summary";
import { count, has, type Key, t } from "./words";

const MOST = 100; // findings shown of one line; a flipped table of contents can make thousands
const MOST_NAMED = 5;
const SHAPES = { holds: "✓", fails: "✕", unchecked: "?" };

export function meaning(verdict: Verdict): string {
  if (notRead(verdict)) return t("means.notRead");
  const key = `means.${verdict.n}.${shade(verdict)}`;
  return has(key) ? t(key, { but: qualifications(verdict) }) : "";
}

/** The state, or a shade of it that needs its own sentence in order not to say too much. */
function shade(verdict: Verdict): string {
  const { n, state, facts } = verdict;
  if (n === 1 && verdict.findings.some(packedAgain)) return "again";
  if (n === 2 && verdict.findings.some(({ code }) => code === "log_not_trusted")) return "differs";
  if (n === 2 && verdict.findings.some(({ code }) => code === "trust_unusable") && state === "unchecked") return "unusable";
  if (n === 3 && state === "holds" && unwitnessed(verdict)) return facts["other_signatures"] ? "unnamed" : "unwitnessed";
  if ((n === 4 || n === 6) && state === "unchecked" && verdict.findings.some(({ code }) => code === "withheld")) return "withheld";
  if (n === 6 && state === "unchecked" && verdict.findings.some(({ code }) => code === "no_footage")) return "empty";
  // That what plays is as the originals is said only where something was compared, and all of it.
  if (n === 6 && onlyDerivativesDiffer(verdict))
    return Number(facts["files"] ?? 0) && verdict.findings.every(({ code }) => failing(code)) ? "copiesSame" : "derivatives";
  if (n === 6 && state === "fails" && onlyOriginalsDiffer(verdict)) return "asSigned";
  if (unsigned(verdict) && facts["originals"] === 0) return "none";
  return unsigned(verdict) ? "unsigned" : state;
}

/** Nothing of the camera's to check: that is neither good nor bad. */
function unsigned({ n, state, facts }: Verdict): boolean {
  return n === 8 && state === "holds" && facts["signed"] === 0;
}

export function unwitnessed(verdict: Verdict | undefined): boolean {
  const witnesses = verdict?.facts["witnesses"];
  return Array.isArray(witnesses) && !witnesses.length;
}

/** What of the time nobody outside vouches for. */
export function timeKnown(verdict: Verdict | undefined): { clock: "" | "all" | "some"; start: boolean; end: boolean } {
  const facts = verdict?.facts ?? {};
  if (facts["not_before"] === undefined) return { clock: "", start: true, end: true };
  const none = facts["imported"] !== undefined && facts["chunks"] === 0;
  const clock = none || Number(facts["clock_error_us"]) >= 0 ? "" : facts["clock_unknown"] === facts["chunks"] ? "all" : "some";
  return { clock, start: Number(facts["not_before"]) > 0, end: Number(facts["not_after"]) > 0 };
}

/** Chunks that were recorded and are not in the package, and places without any footage. */
export function lacking({ facts }: Verdict): { missing: number; empty: string[] } {
  const [rows, empty] = [facts["missing"], facts["empty"]];
  const missing = Array.isArray(rows) ? rows.reduce((sum: number, row: unknown[]) => sum + Number(row[3]), 0) : 0;
  return { missing, empty: Array.isArray(empty) ? empty.map(String) : [] };
}

function lackingClauses(verdict: Verdict): string[] {
  const { missing, empty } = lacking(verdict);
  const names = empty.slice(0, MOST_NAMED).join(", ") + (empty.length > MOST_NAMED ? " …" : "");
  return [...(missing ? [t("but.missing", { n: count(missing) })] : []), ...(names ? [t("but.empty", { places: names })] : [])];
}

function qualifications(verdict: Verdict): string {
  if (verdict.n === 4) return lackingClauses(verdict).map((one) => `; ${one}`).join("");
  if (verdict.n === 6) return lackingClauses(verdict).map((one) => `; ${one}`).join("") + sound(verdict) + derivatives(verdict);
  if (verdict.n !== 5) return "";
  const { clock, start, end } = timeKnown(verdict);
  const imported = Number(verdict.facts["imported"] ?? 0);
  const clauses = imported ? [t("but.imported", { n: count(imported) })] : [];
  if (clock) clauses.push(t(`clock.${clock}`));
  if (!start && !end) clauses.push(t("bound.none"));
  else if (!start) clauses.push(t("bound.noStart"));
  else if (!end) clauses.push(t("bound.noEnd"));
  return clauses.map((one, i) => (i ? `; ${one}` : `, ${one}`)).join("");
}

/** What of the sound a reader must not miss. */
function sound({ facts }: Verdict): string {
  if (Number(facts["sound_not_compared"] ?? 0)) return `; ${t("sound.notCompared")}`;
  return Number(facts["sound_none"] ?? 0) && !Number(facts["sound_compared"] ?? 0) ? `; ${t("sound.none")}` : "";
}

/** Processed copies beside the playable ones. */
function derivatives({ facts }: Verdict): string {
  const [n, linked] = [Number(facts["derivatives"] ?? 0), Number(facts["derivatives_linked"] ?? 0)];
  if (!n) return "";
  const kept = Number(facts["thinned"] ?? 0);
  const first = kept ? `; ${t("derivatives.thinned", { n: count(kept) })}` : "";
  if (kept && linked === n && JSON.stringify(facts["derivative_kinds"]) === '["thinned"]') return first;
  const redacted = JSON.stringify(facts["derivative_kinds"]) === '["redaction"]';
  const values = { n: count(n), linked: count(linked), kind: t(redacted ? "derivatives.redacted" : "derivatives.processed") };
  return `${first}; ${t(linked === n ? "derivatives.linked" : "derivatives.some", values)}`;
}

export function stateText(verdict: Verdict): string {
  if (unsigned(verdict) && verdict.facts["originals"] === 0) return t("state.none");
  return t(unsigned(verdict) ? "state.unsigned" : (`state.${verdict.state}` as Key));
}

/** Only for want of what it needs, which another line names. */
function notRead(verdict: Verdict): boolean {
  return verdict.state === "unchecked" && verdict.findings.every((one) => one.code === "not_read");
}

export function eightLines(report: Report): HTMLElement {
  return h("ol", { class: "lines", id: "lines" }, ...report.verdicts.map((one) => line(one, report)));
}

function line(verdict: Verdict, report: Report): HTMLElement {
  return h(
    "li",
    { class: `line ${unsigned(verdict) ? "neutral" : verdict.state}`, "data-n": verdict.n, "data-state": verdict.state },
    h("span", { class: "shape", "aria-hidden": "true" }, unsigned(verdict) ? "–" : SHAPES[verdict.state]),
    h(
      "div",
      { class: "line-text" },
      h(
        "h3",
        {},
        `${verdict.n}. ${title(verdict.n)}: `,
        h("span", { class: "state" }, stateText(verdict)),
        verdict.required ? null : h("span", { class: "soft small" }, ` (${t("optional")})`),
      ),
      h("p", {}, meaning(verdict)),
      details(verdict, report),
    ),
  );
}

function details(verdict: Verdict, report: Report): HTMLElement | null {
  const facts = factRows(verdict.facts);
  if (!verdict.findings.length && !facts.length) return null;
  // What the sentence above says already need not be opened; whatever else is wrong is shown at once.
  const news = verdict.findings.some(({ code }) => code !== "not_read" && code !== "no_trust");
  const open = news && (verdict.state === "fails" || verdict.required);
  const more = verdict.findings.length - MOST;
  return h(
    "details",
    { open },
    h("summary", { "aria-label": `${t("details")}: ${title(verdict.n)}` }, t("details")),
    verdict.findings.length ? findings(verdict, report) : null,
    more > 0 ? h("p", { class: "soft" }, t("more", { n: count(more) })) : null,
    facts.length ? h("dl", { class: "facts" }, ...facts) : null,
  );
}

function findings(verdict: Verdict, report: Report): HTMLElement {
  const heads = (["finding", "where", "expected", "found"] as const).map((key) => h("th", { scope: "col" }, t(key)));
  const rows = tellingFirst(verdict.findings).slice(0, MOST).map((one) =>
    h(
      "tr",
      { "data-code": one.code },
      h("td", {}, findingText(verdict, one)),
      place(report, one),
      h("td", { class: "path" }, phrase(one.expected) || "-"),
      h("td", { class: "path" }, phrase(one.found) || "-"),
    ),
  );
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": t("details") },
    h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)),
  );
}

function place(report: Report, { where }: Finding): HTMLElement {
  const words = placeText(report, where);
  return h("td", { class: "path" }, words ? h("div", {}, words) : null, h("div", { class: words ? "soft" : "" }, where || "-"));
}
