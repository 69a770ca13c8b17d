/** Walks frames of length-prefixed NAL units (ISO/IEC 14496-15) as their bytes stream by, and counts the units. */

import { Malformed } from "./bytes";

/** ONVIF Media Signing, SEI user data. */
const SIGNING = [0x00, 0x5b, 0xc9, 0x3f, 0x2d, 0x71, 0x5e, 0x95, 0xad, 0xa4, 0x79, 0x6f, 0x90, 0x87, 0x7a, 0x6f];
const SEI_READ = 4096; // bytes of an SEI unit in which that is looked for

export class NalWalk {
  nals = 0;
  /** Units that carry a camera's signature. */
  signed = 0;
  private sample = 0; // bytes left in the frame
  private left = 0; // bytes left in the unit
  private head = 0; // bytes of the length read so far
  private length = 0;
  private fresh = false;
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
    this.length = 0;
    this.head = 0;
  }

  private begin(first: number): void {
    const kind = this.h265 ? (first >> 1) & 63 : first & 31;
    const sei = this.h265 ? kind === 39 || kind === 40 : kind === 6;
    this.kept = sei ? [] : undefined;
    this.fresh = false;
  }

  private keep(bytes: Uint8Array): void {
    for (const byte of bytes.subarray(0, SEI_READ - this.kept!.length)) this.kept!.push(byte);
  }

  private close(): void {
    const kept = this.kept;
    if (kept?.some((_, at) => SIGNING.every((byte, i) => kept[at + i] === byte))) this.signed++;
    this.kept = undefined;
  }
}
