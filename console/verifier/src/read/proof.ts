/** C2SP tlog-proof, and consistency paths as text: one base64 hash a line. */

import { Malformed } from "./bytes";
import { type Checkpoint, number, parseCheckpoint, unbase64, unhash } from "./note";

const FIRST = "c2sp.org/tlog-proof@v1";
const MOST_BYTES = 2 ** 20 + 2 ** 16;
const MOST_PATH = 63;

export interface Proof {
  index: number;
  path: Uint8Array[];
  checkpoint: Checkpoint;
}

function ascii(data: Uint8Array): string {
  if (data.some((byte) => byte > 127)) throw new Malformed("not text");
  return new TextDecoder().decode(data);
}

/** Throws Malformed. */
export function parseProof(data: Uint8Array): Proof {
  const gap = data.findIndex((byte, i) => byte === 10 && data[i + 1] === 10);
  if (data.length > MOST_BYTES || gap < 0) throw new Malformed("a proof is too long, or without a checkpoint");
  const lines = ascii(data.subarray(0, gap)).split("\n");
  if (lines[0] !== FIRST || lines.length < 2) throw new Malformed("a proof of another form");
  if (lines[1]!.startsWith("extra ")) unbase64(lines.splice(1, 1)[0]!.slice(6));
  if (lines.length < 2 || !lines[1]!.startsWith("index ") || lines.length > 2 + MOST_PATH)
    throw new Malformed("a proof without index, or with too long a path");
  const index = number(lines[1]!.slice(6));
  return { index, path: lines.slice(2).map(unhash), checkpoint: parseCheckpoint(data.subarray(gap + 2)) };
}

/** The hashes of a consistency file. Throws Malformed. */
export function parseHashes(data: Uint8Array): Uint8Array[] {
  const text = ascii(data);
  if (data.length > 64 * (MOST_PATH + 1) || (text && !text.endsWith("\n"))) throw new Malformed("hashes of another form");
  return text.split("\n").slice(0, -1).map(unhash);
}
