/**
 * Verdict 4, of chunks that are said to be purged: each lies in a tombstone of a purge that the log knows to be done. A
 * tombstone says what a purge took of one seal; the log's entry that the purge is done has the root over all of them.
 */

import { fromHex } from "../read/bytes";
import { included } from "../read/merkle";
import { gapsOf } from "./complete";
import { type CameraRecord, type Entry, type Material, nameOf, type Tombstone, TOMBSTONES, whereOf } from "./material";
import { type Run, type SealBody, sealOf } from "./runs";
import { compare, type Verdict, type Verdicts } from "./verdicts";

const CHAIN = "purge";
const PURGED = "purged";

/** Numbers of a run that a purge destroyed, as a tombstone that stands tells of them. */
interface Burial {
  first: number;
  last: number;
  told: PurgeFact;
  index: number;
}

export type PurgeFact = [purge: number, policy: number, done: number, noticed: number, chunks: number, kind: string];
type Ended = { purge: number; kind?: unknown; tombstones: { n: number; root: string } };

export function checkDestroyed(verdicts: Verdicts, material: Material, runs: Map<string, Run>): void {
  const verdict = verdicts.of(4);
  const { chunks, leaves, entries, statement, tombstones } = material;
  if (!chunks || !leaves || !entries || !statement || !tombstones) return;
  const records = statement.predicate.cameras;
  const burials = burialsOf(verdict, material, tombstones, runs);
  const running = runningPurges(material, statement.predicate.made_at);
  const facts = new Map<string, PurgeFact>();
  for (const { camera, run, seq } of claimed(records)) {
    const burial = burials.get(JSON.stringify([camera, run]))?.findLast(({ first }) => first <= seq);
    const name = nameOf({ run, seq });
    if (burial && burial.last >= seq) {
      const key = burial.told.join();
      const fact = facts.get(key) ?? [...burial.told];
      fact[4]++;
      material.ends.set(name, burial.index);
      facts.set(key, fact);
    } else if (running.length) verdict.add("purge_not_done", name, "a purge that is done", running);
    else verdict.add("purge_unproven", name, "a tombstone of a purge", "no tombstone");
  }
  checkGaps(verdict, material, records);
  const order = (a: PurgeFact, b: PurgeFact): number => [0, 1, 2, 3].map((i) => Number(a[i]) - Number(b[i])).find((one) => one) ?? 0;
  verdict.facts["purges"] = [...facts.values()].sort(order);
}

/** Every chunk that the statement says was purged, once. */
export function claimed(records: CameraRecord[]): { camera: string; run: string; seq: number }[] {
  const found = new Map<string, { camera: string; run: string; seq: number }>();
  for (const { camera, missing } of records)
    for (const [run, seq, cause] of missing ?? [])
      if (cause === PURGED) found.set(JSON.stringify([camera, run, seq]), { camera, run, seq });
  return [...found.values()].sort((a, b) => compare(a.camera, b.camera) || compare(a.run, b.run) || a.seq - b.seq);
}

/** Entries of the chain of purges that tell of an event; a recorder may write `purge` in its own chain alone. */
function purgeEntries(material: Material, event: string): Entry[] {
  return material.ofKind("purge").filter(({ chain, body }) => chain === CHAIN && body["event"] === event);
}

/** Purges that were announced for a time before the package was made, of which it has no end. */
function runningPurges(material: Material, madeAt: number): number[] {
  const ends = new Set(["done", "cancelled"].flatMap((event) => purgeEntries(material, event).map(({ body }) => body["purge"])));
  const open = purgeEntries(material, "notice").filter(({ body }) => Number(body["due"]) <= madeAt && !ends.has(body["purge"]));
  return [...new Set(open.map(({ body }) => Number(body["purge"])))].sort((a, b) => a - b);
}

/** What the tombstones that stand cover, by camera and run, in order of numbers. */
function burialsOf(verdict: Verdict, material: Material, tombstones: Tombstone[], runs: Map<string, Run>): Map<string, Burial[]> {
  const done = new Map(purgeEntries(material, "done").map((entry) => [entry.leaf, entry]));
  const notices = new Map(purgeEntries(material, "notice").map((entry) => [entry.leaf, entry]));
  const seals = new Map([...runs].flatMap(([name, run]) => run.seals.map((one) => [JSON.stringify([name, sealOf(one).root]), sealOf(one)])));
  const found = new Map<string, Burial[]>();
  for (const { number, done: leaf, position, line, path, hash } of tombstones) {
    const where = `${TOMBSTONES}:${number}`;
    const end = done.get(leaf);
    const told = end?.body as Ended | undefined;
    if (!end || !told || told.purge !== line.purge) {
      verdict.add("purge_foreign", where, line.purge, told?.purge ?? "no end of a purge");
      continue;
    }
    const { n, root } = told.tombstones;
    if (!included(hash, position, n, path, fromHex(root))) {
      verdict.add("purge_path", where, root, "another root");
      continue;
    }
    if (!underSeal(line, seals.get(JSON.stringify([line.run, line.seal])))) {
      verdict.add("purge_foreign", where, "a seal of the package over its chunks", line.seal);
      continue;
    }
    const notice = noticeOf(end, notices);
    if (!notice) verdict.add("purge_unannounced", whereOf(end), "the entry that announced it", "no such entry");
    const key = JSON.stringify([line.camera, line.run]);
    const fact: PurgeFact = [line.purge, line.policy, end.at, notice?.at ?? 0, 0, typeof told.kind === "string" ? told.kind : ""];
    found.set(key, [...(found.get(key) ?? []), ...line.seqs.map(([first, last]) => ({ first, last, told: fact, index: end.index }))]);
  }
  for (const burials of found.values()) burials.sort((a, b) => a.first - b.first || a.last - b.last);
  return found;
}

/** Whether the seal with the tombstone's root is of its camera and over all its numbers. */
function underSeal(line: Tombstone["line"], seal: SealBody | undefined): boolean {
  return seal?.camera === line.camera && line.seqs.every(([first, last]) => seal.first <= first && first <= last && last <= seal.last);
}

/** The entry that announced the purge, before it was done, to which its end refers. */
function noticeOf(end: Entry, notices: Map<string, Entry>): Entry | undefined {
  const known = end.refs.flatMap((ref) => notices.get(ref) ?? []);
  return known.find(({ body, index }) => body["purge"] === end.body["purge"] && index < end.index);
}

/** A gap is put down to a purge only where chunks were that are said to be purged. */
function checkGaps(verdict: Verdict, material: Material, records: CameraRecord[]): void {
  const lines = new Map((material.chunks ?? []).map(({ told }) => [nameOf(told), told]));
  for (const { exhibit, camera, gaps, missing } of records) {
    const gone = (missing ?? []).filter(([, , cause]) => cause === PURGED).flatMap(([run, seq]) => lines.get(nameOf({ run, seq })) ?? []);
    const spans = gone.filter((one) => one.camera === camera).map(({ start, end }): [number, number] => [start, end]);
    for (const [from, to, cause] of gaps)
      if (cause === PURGED && gapsOf(spans, from, to).length)
        verdict.add("cause_differs", `${exhibit}/${camera}`, "chunks that were purged", cause);
  }
}
