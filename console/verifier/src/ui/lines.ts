/** The eight lines: state in a word and a shape, its meaning in one sentence, and the findings behind it. */

import { h } from "../../../src/dom";
import type { Report, Verdict } from "../report";
import { factRows } from "./facts";
import { codeText } from "./findings";
import { title } from "./summary";
import { count, has, type Key, t } from "./words";

const MOST = 100; // findings shown of one line; a flipped table of contents can make thousands
const SHAPES = { holds: "✓", fails: "✕", unchecked: "?" };

export function meaning(verdict: Verdict): string {
  if (notRead(verdict)) return t("means.notRead");
  const unsigned = verdict.n === 8 && verdict.state === "holds" && !verdict.facts["signed"];
  const key = `means.${verdict.n}.${unsigned ? "unsigned" : verdict.state}`;
  return has(key) ? t(key) : "";
}

/** Only for want of what it needs, which another line names. */
function notRead(verdict: Verdict): boolean {
  return verdict.state === "unchecked" && verdict.findings.every((one) => one.code === "not_read");
}

export function eightLines(report: Report): HTMLElement {
  return h("ol", { class: "lines", id: "lines" }, ...report.verdicts.map(line));
}

function line(verdict: Verdict): HTMLElement {
  return h(
    "li",
    { class: `line ${verdict.state}`, "data-n": verdict.n, "data-state": verdict.state },
    h("span", { class: "shape", "aria-hidden": "true" }, SHAPES[verdict.state]),
    h(
      "div",
      { class: "line-text" },
      h(
        "h3",
        {},
        `${verdict.n}. ${title(verdict.n)}: `,
        h("span", { class: "state" }, t(`state.${verdict.state}` as Key)),
        verdict.required ? null : h("span", { class: "soft small" }, ` (${t("optional")})`),
      ),
      h("p", {}, meaning(verdict)),
      details(verdict),
    ),
  );
}

function details(verdict: Verdict): HTMLElement | null {
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
    verdict.findings.length ? findings(verdict) : null,
    more > 0 ? h("p", { class: "soft" }, t("more", { n: count(more) })) : null,
    facts.length ? h("dl", { class: "facts" }, ...facts) : null,
  );
}

function findings(verdict: Verdict): HTMLElement {
  const heads = (["finding", "where", "expected", "found"] as const).map((key) => h("th", { scope: "col" }, t(key)));
  const rows = verdict.findings.slice(0, MOST).map((one) =>
    h(
      "tr",
      { "data-code": one.code },
      h("td", {}, codeText(one.code)),
      h("td", { class: "path" }, one.where || "-"),
      h("td", { class: "path" }, one.expected || "-"),
      h("td", { class: "path" }, one.found || "-"),
    ),
  );
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": t("details") },
    h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)),
  );
}
