/** The custody history as the page shows it: each event once, with what its body says was done. */

import type { Entry, Material } from "../check/material";
import { isDict } from "../read/json";
import type { Detail, ShownEvent } from "../report";
import { field, line, MOST, number, text } from "./fields";

const SPANS = 5;
/** Fields of a body in the order in which they are shown; their labels are `what.<field>`. */
const TOLD = [
  "package", "recipient", "disclosure", "exhibit", "derivative", "hold", "number", "paper", "name", "office",
  "label", "note", "text", "review_on", "reference",
];

export function history(material: Material): ShownEvent[] {
  const entries = new Map((material.entries ?? []).map((entry) => [entry.leaf, entry]));
  const rows = (material.custody ?? []).slice(0, MOST);
  // A hold stands in chain `hold` and, where it is of a case, in the case's chain too.
  const ofCase = new Set(rows.filter((row) => !isHold(entries.get(row.leaf))).map(({ body }) => placing(body)));
  return rows
    .filter(({ leaf, body }) => !isHold(entries.get(leaf)) || !ofCase.has(placing(body)))
    .map(({ body }) => shown(body))
    .sort((a, b) => a.at - b.at);
}

function isHold(entry: Entry | undefined): boolean {
  return entry?.kind === "hold";
}

/** What a case's event of a hold and that of chain `hold` have in common. */
function placing(body: Record<string, unknown>): string {
  const what = body["what"];
  return JSON.stringify([body["event"], field(what, "hold"), field(what, "spans"), field(what, "review_on")]);
}

function shown(body: Record<string, unknown>): ShownEvent {
  const approved = body["approved_by"];
  return {
    at: number(body["when"]),
    event: text(body["event"]),
    who: line(body["who"], ["name", "rank", "id", "role", "unit"]),
    why: line(body["why"], ["reason", "report", "letter", "basis"]),
    what: details(body["what"]),
    result: text(body["result"]),
    approved: (Array.isArray(approved) ? approved : []).map((who) => line(who, ["name", "rank", "id"])).filter(Boolean),
  };
}

function details(what: unknown): Detail[] {
  const found: Detail[] = TOLD.map((name) => ({ label: name, text: text(field(what, name)) }));
  const exhibits = field(what, "exhibits");
  const numbers = (Array.isArray(exhibits) ? exhibits : []).map((one) => text(isDict(one) ? field(one, "exhibit") : one));
  found.push({ label: "exhibits", text: numbers.filter(Boolean).slice(0, 50).join(", ") });
  const given = field(what, "spans");
  const one = [field(what, "camera"), field(what, "from"), field(what, "to")];
  const spans: unknown[] = Array.isArray(given) ? given : text(one[0]) ? [one] : [];
  for (const span of spans.slice(0, SPANS))
    if (Array.isArray(span)) found.push({ label: "span", text: text(span[0]), from: number(span[1]), to: number(span[2]) });
  if (spans.length > SPANS) found.push({ label: "more", text: String(spans.length - SPANS) });
  const edited = isDict(what) ? Object.keys(what).filter((name) => isDict(what[name]) && "after" in what[name]) : [];
  for (const name of edited) found.push({ label: name, text: line(field(field(what, name), "after"), []) });
  return found.filter((detail) => detail.text && detail.text !== "0");
}
