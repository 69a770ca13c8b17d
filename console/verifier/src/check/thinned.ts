/**
 * Thinned chunks (verdict 6): what is left of originals that a purge took, each as the log was told of it before. The
 * log has a root over one line for each thinned chunk. That line follows from the original's own line in the package and
 * from what the derivation says was kept, so a path from it to the root ties the digests of both.
 */

import { leaf } from "../hash/sha";
import { fromHex } from "../read/bytes";
import { canonicalBytes, type Json } from "../read/json";
import { included } from "../read/merkle";
import { claimed } from "./destroyed";
import { type Chunk, type Entry, type Material, nameOf } from "./material";
import { need, unhex } from "./shape";
import { compare } from "./verdicts";

export const THINNED = "thinned"; // kind of derivation, of entry, and event
const CHAIN = "thinning";

export type Problem = [code: string, where: string, expected: unknown, found: unknown];

export interface Kept {
  name: string;
  sha256: string;
  bytes: number;
  frames: number;
  mode: string;
  seal: string;
  told: { entry: string; position: number; path: string[] };
}

export interface Input {
  run: string;
  seq: number;
  leaf: string;
  sha256: string;
  kept?: Kept;
}

/** That an input says what was kept of it, and where the log was told so. Throws Malformed. */
export function needKept(one: Json): void {
  const kept = need(need(one, "kept:d")["kept"], "name:s sha256:s mode:s seal:s bytes:i frames:i made_at:i told:d");
  for (const node of need(kept["told"], "entry:s position:i path:l")["path"] as Json[]) unhex(node, 32);
}

/** The line that the log was told of, if what was kept of the chunk is this. */
function lineOf({ told, leaf: original }: Chunk, { mode, seal, sha256, bytes, frames }: Kept): Uint8Array {
  const { camera, run, seq, start, end } = told;
  return canonicalBytes({
    t: "saksi/thinned/1",
    ...{ camera, run, seq, start, end, mode },
    original: { sha256: told.sha256, leaf: original, bytes: told.size, seal },
    thinned: { sha256, bytes, frames },
  });
}

/** What thinned chunks are held against: what the statement says a purge took, and what the log was told. */
export class Thinnings {
  readonly lines: Map<string, Chunk>;
  readonly purged: Set<string>;
  private readonly entries: Map<string, Entry>;

  constructor(private readonly material: Material) {
    this.lines = new Map((material.chunks ?? []).map((chunk) => [nameOf(chunk.told), chunk]));
    this.purged = new Set(claimed(material.statement?.predicate.cameras ?? []).map(nameOf));
    const told = material.ofKind(THINNED).filter(({ chain, body }) => chain === CHAIN && body["event"] === THINNED);
    this.entries = new Map(told.map((entry) => [entry.leaf, entry]));
  }

  /** Each file is of one original, of one that the statement says a purge took, and as the log was told of it. */
  *problems(path: string, predicate: { camera: string; inputs: Input[] }, subjects: Map<string, string>): Generator<Problem> {
    const left = new Map(subjects);
    for (const one of predicate.inputs) {
      const kept = one.kept!;
      if (!this.purged.has(nameOf(one))) yield ["derivation_differs", path, "originals that a purge took", nameOf(one)];
      if (left.get(kept.name) !== kept.sha256)
        yield ["derivation_differs", path, "a file of its own for each original", nameOf(one)];
      left.delete(kept.name);
      const why = this.unproven(predicate.camera, nameOf(one), kept);
      if (why) yield ["thinning_unproven", path, why, nameOf(one)];
    }
    for (const name of [...left.keys()].sort(compare))
      yield ["derivation_differs", path, "a file of its own for each original", name];
  }

  /** What the log lacks of what was kept of an original; empty where it was told all of it, or cannot be read. */
  private unproven(camera: string, place: string, kept: Kept): string {
    const chunk = this.lines.get(place);
    if (!this.material.entries || !chunk) return "";
    const entry = this.entries.get(kept.told.entry);
    if (entry?.body["camera"] !== camera) return "an entry on thinned chunks of its camera";
    const { n, root } = entry.body as { n: number; root: string };
    const hashes = kept.told.path.map((node) => unhex(node, 32));
    if (!included(leaf(lineOf(chunk, kept)), kept.told.position, n, hashes, fromHex(root)))
      return "kept as the log was told of it";
    if (entry.index > (this.material.ends.get(place) ?? entry.index)) return "told to the log before the original was purged";
    return "";
  }
}
