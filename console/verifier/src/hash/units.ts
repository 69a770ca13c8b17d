/** What a camera's signatures are about: the hashed slices of an original and the SEIs of media signing between them. */

import { createSHA256 } from "hash-wasm";

import { concat, Malformed } from "../read/bytes";
import { isSigningSei, MOST_SEI, readSigningSei, type HashName, type Told, toldHash, trimmed } from "../read/sei";
import { kindOf, OPENING, SEI, SLICES } from "../read/nal";
import { hashed } from "./camera";
import type { Block } from "./stream";

export const MOST_UNITS = 2 ** 18; // slices of one original
const MOST_SIGNS = 2 ** 13; // SEIs of one original
const MOST_SEI_BYTES = 2 ** 24; // of one original
const MOST_AHEAD = 2 ** 23; // bytes of slices before the first SEI of a stream that are still looked at
const MOST_UNITS_AHEAD = 2 ** 15;
const WIDTH: Record<HashName, number> = { sha256: 32, sha384: 48, sha512: 64 };

export interface Units {
  h265: boolean;
  hash: Told;
  /** Hashes of slices without trailing zero bytes, one behind the other. */
  digests: Uint8Array;
  /** Of each slice: whether it is the first of a GOP, its frame, how many SEIs came before it. */
  slices: { opens: boolean; frame: number; before: number }[];
  signs: { nal: Uint8Array; frame: number }[];
  /** Slices before an SEI tells the hash, and whether those are so many that a stream does not begin before it. */
  ahead: number;
  far: boolean;
  /** Whether every slice is here. */
  whole: boolean;
  /** More than footage has: then nothing is here. */
  many: boolean;
}

interface Waiting {
  data: Uint8Array;
  opens: boolean;
  frame: number;
  before: number;
}

const wasm = createSHA256();

/** Reads the frames of an original; without a `hash` its own SEIs tell it. */
export async function gatherUnits(h265: boolean, blocks: AsyncIterable<Block>, hash: HashName | ""): Promise<Units> {
  const gathering = new Gathering(h265, hash, await wasm);
  let [frame, whole] = [-1, 0];
  let parts: Uint8Array[] = [];
  for await (const block of blocks) {
    for (const part of block.parts) {
      if (part.frame >= 0) [frame, whole, parts] = [frame + 1, part.frame, []];
      parts.push(block.bytes.subarray(part.start, part.end));
      whole -= part.end - part.start;
      if (whole === 0) gathering.frame(parts.length === 1 ? parts[0]! : concat(...parts), frame);
      else if (parts.length) parts[parts.length - 1] = parts[parts.length - 1]!.slice(); // the block goes on its way
    }
  }
  return gathering.found();
}

class Gathering {
  private readonly digests: Uint8Array[] = [];
  private readonly slices: Units["slices"] = [];
  private readonly signs: Units["signs"] = [];
  private waiting: Waiting[] = [];
  private count = 0;
  private seis = 0;
  private seiBytes = 0;
  private ahead = 0;
  private aheadBytes = 0;
  private told = false;
  private whole = true;
  private hash: Told;

  constructor(
    private readonly h265: boolean,
    hash: HashName | "",
    private readonly sha: Awaited<typeof wasm>,
  ) {
    this.hash = hash;
  }

  private get many(): boolean {
    return this.count > MOST_UNITS || this.seis > MOST_SIGNS || this.seiBytes > MOST_SEI_BYTES;
  }

  private get far(): boolean {
    return this.ahead > MOST_UNITS_AHEAD || this.aheadBytes > MOST_AHEAD;
  }

  /** A whole frame, whose NAL units are known to fill it. */
  frame(data: Uint8Array, number: number): void {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    for (let at = 0; at < data.length; ) {
      const size = view.getUint32(at);
      if (size) this.unit(data.subarray(at + 4, at + 4 + size), number);
      at += 4 + size;
    }
  }

  found(): Units {
    const { h265, hash, ahead, far, whole, many } = this;
    const [slices, digests] = many ? [[], []] : [this.slices, this.digests];
    return { h265, hash, ahead, far, whole, many, slices, signs: this.signs, digests: concat(...digests) };
  }

  private unit(nal: Uint8Array, frame: number): void {
    const kind = kindOf(this.h265, nal[0]!);
    const header = this.h265 ? 2 : 1;
    if (SLICES[Number(this.h265)]!.has(kind)) {
      if (nal.length > header) this.slice(nal, OPENING[Number(this.h265)]!.has(kind) && nal[header]! >= 0x80, frame);
    } else if (SEI[Number(this.h265)]!.has(kind) && isSigningSei(this.h265, nal.subarray(0, 4096))) this.sign(nal, frame);
  }

  private slice(data: Uint8Array, opens: boolean, frame: number): void {
    this.count++;
    if (!this.told) {
      this.ahead++;
      this.aheadBytes += data.length;
    }
    if (this.many) return;
    const one = { data, opens, frame, before: this.signs.length };
    if (this.hash && this.hash !== "?") this.take(one, this.hash);
    else if (this.hash || this.far) [this.waiting, this.whole] = [[], false];
    else if (this.whole) this.waiting.push({ ...one, data: data.slice() });
  }

  private sign(nal: Uint8Array, frame: number): void {
    const kept = nal.slice(0, MOST_SEI + 1);
    this.seis++;
    this.seiBytes += kept.length;
    if (this.many && this.signs.length) return;
    this.signs.push({ nal: kept, frame });
    if (this.told) return;
    const told = toldIn(this.h265, kept);
    if (!told) return;
    this.told = true;
    this.hash ||= told;
    if (this.hash !== "?") for (const one of this.waiting) this.take(one, this.hash as HashName);
    this.waiting = [];
  }

  private take({ data, opens, frame, before }: Waiting, hash: HashName): void {
    const bytes = trimmed(data);
    this.digests.push(hash === "sha256" ? this.sha.init().update(bytes).digest("binary") : hashed(hash, bytes));
    this.slices.push({ opens, frame, before });
  }
}

function toldIn(h265: boolean, nal: Uint8Array): Told {
  try {
    return toldHash(readSigningSei(h265, nal));
  } catch (error) {
    if (error instanceof Malformed) return "";
    throw error;
  }
}

/** The hash of slice number `i`. */
export function digestOf(units: Units, i: number): Uint8Array {
  const width = WIDTH[units.hash as HashName];
  return units.digests.subarray(i * width, (i + 1) * width);
}
