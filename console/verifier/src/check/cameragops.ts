/** Which GOP each SEI of media signing answers for, and whether the hashes of its NAL units are those that it tells. */

import { concat, equal, hex } from "../read/bytes";
import type { Gop, Sei } from "../read/sei";

/** An original's number in its stream, and a frame in it. */
export type Place = [original: number, frame: number];

/** A hashed NAL unit; an unsigned SEI carries how many NAL units it answers for. */
export interface Item {
  digest: Uint8Array;
  opens: boolean;
  where: Place;
  sei: boolean;
  carries: number;
}

const COUNTER = 2 ** 32;
const MOST_TRIES = 32; // GOPs among which the first SEI's may be, and SEIs that may be that first one
const MOST_PENDING = 2 ** 17; // an SEI answers for 65,535 NAL units at most

type Problem = [code: string, where: Place];

/** NAL units that no SEI has answered for yet, in order. */
export class Gops {
  private items: Item[] = [];
  private at = 0; // of the first that is pending
  /** Hashes of the first NAL unit, and of the first slice, of the GOP answered for last. */
  private before: Uint8Array[] = [];
  /** None until the first SEI has found its GOP; until then SEIs, and whether their GOP should be here. */
  private counter: number | undefined;
  private unplaced: { gop: Gop; hashes: Uint8Array; roomy: boolean }[] = [];

  constructor(
    private readonly hash: (data: Uint8Array) => Uint8Array,
    private readonly find: (code: string, where: Place) => void,
  ) {}

  private get left(): number {
    return this.items.length - this.at;
  }

  /** The next NAL unit. More than any SEI could answer for are told of and given up. */
  add(item: Item): void {
    if (this.left >= MOST_PENDING) {
      this.find("gop_without_sei", this.items[this.at]!.where);
      this.drop(this.left);
      [this.counter, this.unplaced, this.before] = [undefined, [], []];
    }
    this.items.push(item);
  }

  /** No more comes: SEIs that found no GOP although it should be here are told. */
  finish(): void {
    if (this.counter === undefined && this.unplaced.some(({ roomy }) => roomy)) this.explain(this.left);
  }

  /**
   * Takes an SEI that answers for a GOP; `holds` is whether its signature does, `item` it itself if unsigned. The number of
   * NAL units that are proven by it now.
   */
  answer(sei: Sei, gop: Gop, where: Place, item: Item | undefined, holds: boolean): number {
    if (!this.placed(sei, gop, where)) return 0;
    const covered = this.stretch(0, this.extent(0, gop));
    this.drop(covered.length);
    const first = covered[0];
    if (!first) {
      this.find("frames_missing", where);
      return 0;
    }
    let problem = this.difference(covered, gop.digest, sei.hashes);
    if (!problem && this.before.length && !this.before.some((one) => equal(one, gop.linked))) problem = ["gop_order", first.where];
    if (problem) this.find(...problem);
    this.before = [first.digest, (covered.find(({ opens }) => opens) ?? first).digest];
    const amount = covered.reduce((sum, { carries }) => sum + 1 + carries, 0);
    if (item && !problem) item.carries = amount;
    return holds && !problem ? amount : 0;
  }

  /** Whether the SEI answers for what is pending first, which is brought about where it can be. */
  private placed(sei: Sei, gop: Gop, where: Place): boolean {
    if (this.counter === undefined) return this.first(sei, gop);
    let ahead = (gop.counter - this.counter + COUNTER) % COUNTER;
    if (ahead === 0) return false; // sent twice, as the specification allows
    if (ahead > COUNTER / 2) {
      this.find("gop_order", where);
      return false;
    }
    this.counter = gop.counter;
    if (ahead === 1) return true;
    this.find("sei_missing", where);
    let end = 0;
    for (; ahead > 1 && end < this.left; ahead--) end = this.nextOpening(end, this.left);
    this.drop(end);
    this.before = [];
    return true;
  }

  /** The first SEIs of a stream may answer for GOPs from before it; the first that fits places the rest. */
  private first(sei: Sei, gop: Gop): boolean {
    if (this.unplaced.length >= MOST_TRIES) return false;
    const pending = this.stretch(0, this.left);
    const starts = pending.flatMap(({ opens, sei: unsigned }, i) => (opens || unsigned || i === 0 ? [i] : []));
    for (const start of starts.slice(0, MOST_TRIES)) {
      const covered = pending.slice(start, this.extent(start, gop));
      if (!covered.length || this.difference(covered, gop.digest, sei.hashes)) continue;
      this.counter = gop.counter;
      if (start) {
        this.explain(start);
        this.drop(start);
      }
      return true;
    }
    if (pending.length) {
      const known = new Set(pending.map(({ digest }) => hex(digest)));
      const shares = listed(sei.hashes, gop.digest.length).some((one) => known.has(hex(one)));
      this.unplaced.push({ gop, hashes: sei.hashes, roomy: shares || gop.nals <= pending.length });
    }
    return false;
  }

  /** Says what is wrong with the GOPs before `end` that no SEI fits. */
  private explain(end: number): void {
    for (const { gop, hashes, roomy } of this.unplaced) {
      const problem = roomy && this.difference(this.stretch(0, Math.min(end, this.extent(0, gop))), gop.digest, hashes);
      if (problem) return this.find(...problem);
    }
    this.find("gop_without_sei", this.items[this.at]!.where);
  }

  /** What is wrong with a GOP, and where: by its digest, and by the SEI's list of hashes if that fails. */
  private difference(covered: Item[], digest: Uint8Array, told: Uint8Array): Problem | undefined {
    const all = concat(...covered.map((one) => one.digest));
    if (equal(this.hash(all), digest) || equal(all, told)) return undefined;
    const list = listed(told, digest.length);
    const differing = covered.find((one, i) => list[i] && !equal(one.digest, list[i]));
    const where = (differing ?? covered[told.length ? covered.length - 1 : 0]!).where;
    let at = 0;
    const missing = covered.every((one) => {
      while (at < list.length && !equal(list[at]!, one.digest)) at++;
      return at++ < list.length;
    });
    return [told.length && missing ? "frames_missing" : "gop_changed", where];
  }

  /** One past the last item of the (partial) GOP that begins at `start`. */
  private extent(start: number, gop: Gop): number {
    return this.nextOpening(start, gop.partial ? Math.min(this.left, start + gop.nals) : this.left);
  }

  /** Where the next GOP begins, or `limit` when it is not before that. */
  private nextOpening(start: number, limit: number): number {
    let at = start;
    // Unsigned SEIs in front of a GOP's first picture belong to that GOP.
    while (at < limit && this.items[this.at + at]!.sei) at++;
    for (at++; at < limit; at++) if (this.items[this.at + at]!.opens) return at;
    return limit;
  }

  private stretch(start: number, end: number): Item[] {
    return this.items.slice(this.at + start, this.at + end);
  }

  /** The first `count` are answered for. */
  private drop(count: number): void {
    this.at += count;
    if (2 * this.at < this.items.length) return;
    this.items = this.items.slice(this.at);
    this.at = 0;
  }
}

function listed(told: Uint8Array, width: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(told.length / width) }, (_, i) => told.subarray(i * width, (i + 1) * width));
}
