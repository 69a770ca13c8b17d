/** Walks frames of length-prefixed NAL units (ISO/IEC 14496-15) as their bytes stream by, and counts the units. */

import { Malformed } from "./bytes";
import { isSigningSei } from "./sei";

const SEI_READ = 4096; // bytes of an SEI unit by which one is known that carries a camera's signature
/** Types of NAL units, of H.264 and H.265: SEIs, slices that cameras sign, and those of them that open a GOP. */
export const SEI = [new Set([6]), new Set([39, 40])];
export const SLICES = [new Set([1, 5]), new Set([0, 1, 16, 17, 18, 19, 20, 21])];
export const OPENING = [new Set([5]), new Set([16, 17, 18, 19, 20, 21])];

export function kindOf(h265: boolean, first: number): number {
  return h265 ? (first >> 1) & 63 : first & 31;
}

export class NalWalk {
  nals = 0;
  /** Units that carry a camera's signature. */
  signed = 0;
  /** Slices that a camera could sign, and how many of them open a GOP. */
  slices = 0;
  openings = 0;
  private sample = 0; // bytes left in the frame
  private left = 0; // bytes left in the unit
  private head = 0; // bytes of the length read so far
  private length = 0;
  private fresh = false;
  private kind = 0;
  private seen = 0; // bytes of the unit
  private kept: number[] | undefined;

  constructor(private readonly h265: boolean) {}

  /** The next frame has so many bytes. Throws Malformed when units do not fill the last one. */
  frame(size: number): void {
    this.end();
    this.sample = size;
  }

  /** Some of the frame's bytes. Throws Malformed when a unit goes beyond its frame. */
  take(bytes: Uint8Array): void {
    let at = 0;
    this.sample -= bytes.length;
    while (at < bytes.length) {
      if (this.left > 0) {
        const step = Math.min(this.left, bytes.length - at);
        if (this.fresh) this.begin(bytes[at]!);
        if (this.kept) this.keep(bytes.subarray(at, at + step));
        const header = this.h265 ? 2 : 1;
        if (this.seen <= header && header < this.seen + step) this.slice(bytes[at + header - this.seen]!);
        this.seen += step;
        this.left -= step;
        at += step;
        if (this.left === 0) this.close();
      } else {
        this.length = this.length * 256 + bytes[at++]!;
        if (++this.head === 4) this.open(bytes.length - at);
      }
    }
  }

  end(): void {
    if (this.sample !== 0 || this.left !== 0 || this.head !== 0) throw new Malformed("NAL units do not fill a frame");
  }

  private open(inBlock: number): void {
    if (this.length > inBlock + this.sample) throw new Malformed("NAL units that do not fill their sample");
    this.nals++;
    this.left = this.length;
    this.fresh = this.length > 0;
    this.seen = 0;
    this.length = 0;
    this.head = 0;
  }

  private begin(first: number): void {
    this.kind = kindOf(this.h265, first);
    this.kept = SEI[Number(this.h265)]!.has(this.kind) ? [] : undefined;
    this.fresh = false;
  }

  /** `first` is the byte behind a unit's header: of a slice that is the picture's first, its highest bit is set. */
  private slice(first: number): void {
    if (!SLICES[Number(this.h265)]!.has(this.kind)) return;
    this.slices++;
    if (first >= 0x80 && OPENING[Number(this.h265)]!.has(this.kind)) this.openings++;
  }

  private keep(bytes: Uint8Array): void {
    for (const byte of bytes.subarray(0, SEI_READ - this.kept!.length)) this.kept!.push(byte);
  }

  private close(): void {
    if (this.kept && isSigningSei(this.h265, this.kept)) this.signed++;
    this.kept = undefined;
  }
}
