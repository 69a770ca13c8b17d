/** Runs as the log tells of them: opening, closing, seals, and the chunk lines; seals folded anew into tips. */

import { leaf, tip, ZERO } from "../hash/sha";
import { fromHex, hex } from "../read/bytes";
import { canonicalBytes } from "../read/json";
import { root } from "../read/merkle";
import { type Chunk, type Entry, folded, type GapRow, type Material, nameOf, whereOf } from "./material";
import { unhex } from "./shape";
import type { Verdict } from "./verdicts";

export interface Opening {
  camera: string;
  run: string;
  recorder: string;
  parent: string;
  at: number;
  origin?: string;
  file?: string;
}

export interface Closing {
  camera: string;
  run: string;
  last_seq: number;
  reason: string;
}

export interface SealBody {
  camera: string;
  run: string;
  first: number;
  last: number;
  n: number;
  bytes: number;
  frames: number;
  chain_in: string;
  chain_out: string;
  root: string;
  gaps: GapRow[];
}

export class Run {
  opened: Entry | undefined;
  closed: Entry | undefined;
  seals: Entry[] = [];
  chunks: Chunk[] = [];

  /** Whether it was made of a file that somebody brought: nobody here saw it being recorded. */
  get imported(): boolean {
    return this.opening?.origin === "import";
  }

  get opening(): Opening | undefined {
    return this.opened?.body["opening"] as Opening | undefined;
  }

  get closing(): Closing | undefined {
    return this.closed?.body["closing"] as Closing | undefined;
  }

  /** The camera, from whatever tells of it. */
  get camera(): string {
    return this.opening?.camera ?? this.chunks[0]?.told.camera ?? (this.seals[0] ? sealOf(this.seals[0]).camera : this.closing?.camera ?? "");
  }
}

export function sealOf(entry: Entry): SealBody {
  return entry.body as unknown as SealBody;
}

/** Runs by id, from entries and chunk lines. */
export function gatherRuns(material: Material): Map<string, Run> {
  const runs = new Map<string, Run>();
  const of = (name: string): Run => {
    let run = runs.get(name);
    if (!run) runs.set(name, (run = new Run()));
    return run;
  };
  for (const entry of material.ofKind("run")) {
    if (entry.body["event"] === "open") of((entry.body["opening"] as Opening).run).opened = entry;
    else if (entry.body["event"] === "close") of((entry.body["closing"] as Closing).run).closed = entry;
  }
  for (const entry of material.ofKind("seal")) of(sealOf(entry).run).seals.push(entry);
  for (const chunk of material.chunks ?? []) of(chunk.told.run).chunks.push(chunk);
  for (const run of runs.values()) {
    run.seals.sort((a, b) => sealOf(a).first - sealOf(b).first);
    run.chunks.sort((a, b) => a.told.seq - b.told.seq);
  }
  return runs;
}

/** Recomputes a run's seals and tips, holds its lines against them, and answers every tip that is now known. */
export function foldRun(verdict: Verdict, material: Material, name: string, run: Run): string[] {
  const known: string[] = [];
  let start = "";
  if (run.opened) {
    start = hex(tip(fromHex(ZERO), leaf(canonicalBytes(run.opening))));
    known.push(start);
    material.tips.set(`${name}/0`, start);
  } else if (run.chunks.length) verdict.add("opening_missing", name);
  const sealed = new Map<number, string>();
  for (const entry of run.seals)
    for (const one of checkSeal(verdict, material, name, run, entry, start, sealed)) known.push(one);
  for (const chunk of run.chunks) {
    const found = sealed.get(chunk.told.seq);
    if (found === undefined) verdict.add("chunk_not_sealed", nameOf(chunk.told));
    else if (found !== chunk.leaf || chunk.told.camera !== run.camera)
      verdict.add("leaf_differs", nameOf(chunk.told), found, chunk.leaf);
  }
  if (run.closed) {
    known.push(run.closed.body["tip"] as string);
    checkClosing(verdict, material, name, run);
  }
  return known;
}

/** A seal's root and tips follow from its leaves; answers the tips. */
function checkSeal(
  verdict: Verdict,
  material: Material,
  name: string,
  run: Run,
  entry: Entry,
  start: string,
  sealed: Map<number, string>,
): string[] {
  const body = sealOf(entry);
  const where = whereOf(entry);
  const leaves = material.leaves?.get(entry.leaf);
  if (!leaves) {
    verdict.add("leaves_missing", where);
    return [];
  }
  const { first, last } = body;
  if (body.n !== leaves.length || last !== first + leaves.length - 1 || first < 1) {
    verdict.add("seal_count", where, body.n, leaves.length);
    return [];
  }
  if (sealed.has(first) || sealed.has(last)) verdict.add("seal_count", where, "each chunk under one seal", first);
  const tips = folded(unhex(body.chain_in, 32), leaves);
  const found = hex(root(leaves));
  if (found !== body.root) verdict.add("seal_root", where, body.root, found);
  if (tips[tips.length - 1] !== body.chain_out) verdict.add("seal_tip", where, body.chain_out, tips[tips.length - 1] ?? "");
  if (first === 1 && start && body.chain_in !== start) verdict.add("opening_differs", name, start, body.chain_in);
  const before = material.tips.get(`${name}/${first - 1}`);
  if (first > 1 && before !== undefined && before !== body.chain_in) verdict.add("seal_tip", where, before, body.chain_in);
  if (before === undefined) material.tips.set(`${name}/${first - 1}`, body.chain_in);
  tips.forEach((one, i) => {
    material.tips.set(`${name}/${first + i}`, one);
    sealed.set(first + i, hex(leaves[i]!));
  });
  const mine = run.chunks.filter(({ told }) => first <= told.seq && told.seq <= last);
  const bytes = mine.reduce((sum, { told }) => sum + told.size, 0);
  const frames = mine.reduce((sum, { told }) => sum + told.frames, 0);
  if (mine.length === leaves.length && (bytes !== body.bytes || frames !== body.frames))
    verdict.add("seal_count", where, [body.bytes, body.frames], [bytes, frames]);
  return [body.chain_in, ...tips];
}

/** The closing is the last link: its tip follows from the tip before it. */
function checkClosing(verdict: Verdict, material: Material, name: string, run: Run): void {
  const closing = run.closing!;
  const told = run.closed!.body["tip"] as string;
  const before = material.tips.get(`${name}/${closing.last_seq}`);
  if (before !== undefined) {
    const found = hex(tip(fromHex(before), leaf(canonicalBytes(closing))));
    if (found !== told) verdict.add("tail_missing", name, found, told);
  }
  const newest = run.chunks[run.chunks.length - 1]?.told.seq;
  if (newest !== undefined && newest > closing.last_seq) verdict.add("tail_missing", name, closing.last_seq, newest);
}
