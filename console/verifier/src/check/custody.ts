/** Verdict 7: who had the footage, from the request to this package. */

import { sha256 } from "../hash/sha";
import { concat, hex } from "../read/bytes";
import { canonicalBytes, type Dict, isDict } from "../read/json";
import { CUSTODY, type Entry, type Material, STATEMENT, whereOf } from "./material";
import { compare, type Verdict, type Verdicts } from "./verdicts";

type Bodies = Map<string, Record<string, unknown>>;

export function checkCustody(verdicts: Verdicts, material: Material): void {
  const verdict = verdicts.of(7);
  const { statement } = material;
  if (!material.custody || !material.entries || !statement) return;
  const chain = `case/${statement.predicate.case}`;
  const history = material.ofKind("custody").filter((entry) => entry.chain === chain);
  const numbers = history.map((entry) => entry.seq);
  if (!numbers.length || numbers.some((seq, i) => seq !== i + 1))
    verdict.add("custody_gap", chain, `1 to ${Math.max(0, ...numbers)}`, `${numbers.length} entries`);
  const disclosed = checkCommitments(verdict, material);
  checkRequest(verdict, material, history, disclosed);
  checkHolds(verdict, material);
  const kinds: Record<string, number> = {};
  for (const { body } of history) kinds[body["event"] as string] = (kinds[body["event"] as string] ?? 0) + 1;
  Object.assign(verdict.facts, { entries: history.length, disclosed: disclosed.size, events: kinds });
}

/** Each disclosed body is the one that was committed to: SHA-256(nonce || canonical body). */
function checkCommitments(verdict: Verdict, material: Material): Bodies {
  const committed = (material.entries ?? []).filter(commits);
  const entries = new Map(committed.map((entry) => [entry.leaf, entry]));
  const disclosed: Bodies = new Map();
  for (const { number, leaf, salt, body } of material.custody ?? []) {
    const where = `${CUSTODY}:${number}`;
    const entry = entries.get(leaf);
    if (!entry || disclosed.has(leaf)) {
      verdict.add("custody_unknown", where);
      continue;
    }
    const found = hex(sha256(concat(salt, canonicalBytes(body))));
    if (found !== entry.body["commitment"] || (body["event"] ?? "") !== toldEvent(entry))
      verdict.add("commitment_differs", where, entry.body["commitment"], found);
    disclosed.set(leaf, body);
  }
  for (const entry of entries.values())
    if (!disclosed.has(entry.leaf)) verdict.add("not_disclosed", whereOf(entry), "its body", "only its commitment");
  return disclosed;
}

/** Whether an entry commits to a body: of custody, of a hold, or of who brought a file in. */
function commits({ kind, body }: Entry): boolean {
  return kind === "custody" || kind === "hold" || (kind === "import" && body["event"] === "import");
}

/** The event that a body must name. */
function toldEvent(entry: Entry): string {
  if (entry.kind === "import") return "import";
  return entry.kind === "custody" ? (entry.body["event"] as string) : `hold.${entry.body["action"] as string}`;
}

/** The package was requested, and it is what was requested. */
function checkRequest(verdict: Verdict, material: Material, history: Entry[], disclosed: Bodies): void {
  const told = material.statement!.predicate;
  let requested = false;
  for (const entry of history) {
    const body = disclosed.get(entry.leaf);
    const what = body && Object.hasOwn(body, "what") ? body["what"] : {};
    const mine = !isDict(what) || !Object.hasOwn(what, "export") || what["export"] === told.export;
    if (entry.body["event"] !== "export.request" || !mine) continue;
    requested = true;
    compareRequest(verdict, material, what);
  }
  if (!requested) verdict.add("not_requested", `case/${told.case}`, "a recorded request", "no request");
}

/** The exhibits of the statement are those of the request, to the microsecond. */
function compareRequest(verdict: Verdict, material: Material, what: unknown): void {
  const asked = isDict(what) ? what["exhibits"] : undefined;
  if (!Array.isArray(asked)) return;
  const [withFiles, without] = ["with imported files", "without imported files"];
  const there = material.statement!.predicate.imported_files !== undefined;
  if (((what as Dict)["imported_files"] === true) !== there)
    verdict.add("request_differs", STATEMENT, there ? without : withFiles, there ? withFiles : without);
  const [wanted, told] = [spansOf(asked), spansOf(material.statement!.predicate.exhibits)];
  for (const place of [...new Set([...wanted.keys(), ...told.keys()])].sort(compare))
    if (wanted.get(place) !== told.get(place)) verdict.add("request_differs", place, wanted.get(place), told.get(place));
}

/** EXHIBIT/CAMERA to the span, as text. */
function spansOf(exhibits: unknown[]): Map<string, string> {
  const spans = new Map<string, string>();
  for (const one of exhibits) {
    const cameras = isDict(one) ? one["cameras"] : undefined;
    if (!Array.isArray(cameras)) continue;
    const { exhibit, from, to } = one as Dict;
    for (const camera of cameras) spans.set(`${String(exhibit)}/${String(camera)}`, JSON.stringify([from, to]));
  }
  return spans;
}

/** Every exhibit was under a hold when the package was made; releases in the package are told. */
function checkHolds(verdict: Verdict, material: Material): void {
  const placed = new Map<string, [number, number][]>();
  const released = new Set<string>();
  const holds = material.ofKind("hold");
  for (const { body } of holds) {
    if (body["action"] === "release") {
      released.add(body["hold"] as string);
      continue;
    }
    for (const [camera, start, end] of body["spans"] as [string, number, number][])
      placed.set(camera, [...(placed.get(camera) ?? []), [start, end]]);
  }
  for (const { camera, exhibit, from, to } of material.statement!.predicate.cameras) {
    let reached = from;
    const spans = (placed.get(camera) ?? []).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    for (const [start, end] of spans) if (start <= reached) reached = Math.max(reached, end);
    if (reached < to) verdict.add("no_hold", `${exhibit}/${camera}`, to, reached);
  }
  verdict.facts["holds"] = new Set(holds.map(({ body }) => body["hold"])).size;
  verdict.facts["released"] = [...released].sort();
}
