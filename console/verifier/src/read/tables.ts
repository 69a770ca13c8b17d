/** The video track of an MP4 and where its frames lie: sample tables and movie fragments, ISO/IEC 14496-12. */

import { boxes, inside, long, part, word } from "./boxes";
import { Malformed } from "./bytes";

export const MOST_SAMPLES = 2_000_000; // in one file
const MOST_HEAD = 2 ** 25;
const MOST_SAMPLE = 2 ** 26; // bytes of one picture
const LATEST = 2 ** 62;
const NOT_SYNC = 0x00010000; // sample flag, section 8.8.3.1

export interface Track {
  number: number;
  timescale: number;
  h265: boolean;
  table: DataView;
}

/** Frames in decode order; `shown` (presentation, ticks) stays empty for a plain MP4. */
export interface Samples {
  offsets: number[];
  sizes: number[];
  shown: number[];
  /** Places, in these lists, of frames that need no other to be decoded. */
  sync: Set<number>;
}

/** Number and ticks a second of a trak body. Throws Malformed. */
export function numbered(trak: DataView): { number: number; timescale: number } {
  const tkhd = inside(trak, ["tkhd"]);
  return { number: word(tkhd, versionOne(tkhd) ? 20 : 12), timescale: ticksOf(inside(trak, ["mdia", "mdhd"])) };
}

/** Ticks a second of an mvhd or mdhd body. Throws Malformed. */
export function ticksOf(head: DataView): number {
  return word(head, versionOne(head) ? 20 : 12);
}

/** The first video track of a moov body. Throws Malformed. */
export function videoTrack(moov: DataView): Track {
  for (const { kind, body } of boxes(moov)) {
    if (kind !== "trak" || word(inside(body, ["mdia", "hdlr"]), 8) !== 0x76696465) continue; // "vide"
    const { number, timescale } = numbered(body);
    const table = inside(body, ["mdia", "minf", "stbl"]);
    const codecs = new Set([...boxes(inside(table, ["stsd"]), 8)].map(codecOf));
    if (codecs.size !== 1 || !timescale) throw new Malformed("no sample entry, or several that disagree");
    return { number, timescale, h265: codecs.has("h265"), table };
  }
  throw new Malformed("no video track");
}

export function versionOne(box: DataView): boolean {
  return box.byteLength > 0 && box.getUint8(0) === 1;
}

function codecOf({ kind, body }: { kind: string; body: DataView }): string {
  const known: Record<string, [string, number, string]> = {
    avc1: ["avcC", 4, "h264"],
    avc3: ["avcC", 4, "h264"],
    hvc1: ["hvcC", 21, "h265"],
    hev1: ["hvcC", 21, "h265"],
  };
  const entry = known[kind];
  if (!entry) throw new Malformed("a codec that is neither H.264 nor H.265");
  const [wanted, place, codec] = entry;
  const value = part(inside(body, [wanted], 78), place, place + 1).getUint8(0);
  if ((value & 3) !== 3) throw new Malformed("NAL lengths are not of four bytes");
  return codec;
}

/** The video frames of a moof body; `place` is where the moof begins in the file. Throws Malformed. */
export function fragmentSamples(moof: DataView, place: number, track: Track): Samples {
  const samples: Samples = { offsets: [], sizes: [], shown: [], sync: new Set() };
  for (const { kind, body } of boxes(moof)) if (kind === "traf") readTraf(body, place, track, samples);
  return samples;
}

function readTraf(traf: DataView, place: number, track: Track, samples: Samples): void {
  const tfhd = inside(traf, ["tfhd"]);
  const flags = word(tfhd, 0);
  if (word(tfhd, 4) !== track.number) return;
  if (flags & 1) throw new Malformed("a fragment whose data lies elsewhere");
  let at = 8 + (flags & 2 ? 4 : 0);
  const defaults: Defaults = { duration: 0, size: 0, flags: 0 };
  for (const [flag, name] of [[8, "duration"], [0x10, "size"], [0x20, "flags"]] as const) {
    if (!(flags & flag)) continue;
    defaults[name] = word(tfhd, at);
    at += 4;
  }
  const tfdt = inside(traf, ["tfdt"]);
  let time = versionOne(tfdt) ? long(tfdt, 4) : word(tfdt, 4);
  for (const { kind, body } of boxes(traf)) if (kind === "trun") time = readTrun(body, place, time, defaults, samples);
}

interface Defaults {
  duration: number;
  size: number;
  flags: number;
}

function readTrun(run: DataView, place: number, from: number, defaults: Defaults, samples: Samples): number {
  const [flags, count] = [word(run, 0), word(run, 4)];
  if (!(flags & 1) || count > MOST_SAMPLES || from >= LATEST) throw new Malformed("a trun without a place, or too long");
  let position = place + (word(run, 8) | 0);
  let at = 12 + (flags & 4 ? 4 : 0);
  const width = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length;
  if (!width && count * Math.max(defaults.size, 1) > MOST_HEAD) throw new Malformed("a trun with too many samples");
  if (at + width * count > run.byteLength) throw new Malformed("a trun shorter than its samples");
  const sizeAt = flags & 0x100 ? 4 : 0;
  const flagsAt = sizeAt + (flags & 0x200 ? 4 : 0);
  const firstFlags = flags & 4 ? word(run, 12) : defaults.flags;
  let time = from;
  for (let i = 0; i < count; i++, at += width) {
    const length = flags & 0x200 ? run.getUint32(at + sizeAt) : defaults.size;
    if (position < 0 || length <= 0 || length > MOST_SAMPLE) throw new Malformed("a sample without bytes, or with too many");
    const marks = flags & 0x400 ? run.getUint32(at + flagsAt) : i ? defaults.flags : firstFlags;
    if (!(marks & NOT_SYNC)) samples.sync.add(samples.sizes.length);
    samples.offsets.push(position);
    samples.sizes.push(length);
    samples.shown.push(time + (flags & 0x800 ? run.getInt32(at + width - 4) : 0));
    position += length;
    time += flags & 0x100 ? run.getUint32(at) : defaults.duration;
  }
  return time;
}

/** The frames of a plain MP4; none may lie beyond `length`. Throws Malformed. */
export function plainSamples(track: Track, length: number): Samples {
  const stsz = inside(track.table, ["stsz"]);
  const [fixed, count] = [word(stsz, 4), word(stsz, 8)];
  const runs = inside(track.table, ["stsc"]);
  if (count > MOST_SAMPLES || count * Math.max(fixed, 1) > length) throw new Malformed("more samples than the file can hold");
  const sizes: number[] = fixed ? Array<number>(count).fill(fixed) : words(stsz, 12, count);
  const large = [...boxes(track.table)].some(({ kind }) => kind === "co64");
  const chunks = inside(track.table, [large ? "co64" : "stco"]);
  const chunkCount = word(chunks, 4);
  part(chunks, 8, 8 + chunkCount * (large ? 8 : 4));
  const offsets: number[] = [];
  let chunk = 0;
  for (const held of samplesPerChunk(runs, chunkCount)) {
    let place = large ? long(chunks, 8 + 8 * chunk) : word(chunks, 8 + 4 * chunk);
    chunk++;
    if (offsets.length + held > count) throw new Malformed("chunks with more samples than there are");
    for (let i = 0; i < held; i++) {
      const size = sizes[offsets.length]!;
      if (size <= 0 || size > MOST_SAMPLE || place + size > length)
        throw new Malformed("a sample beyond the end of the file, or without bytes");
      offsets.push(place);
      place += size;
    }
  }
  if (offsets.length !== count) throw new Malformed("samples that lie in no chunk");
  return { offsets, sizes, shown: [], sync: new Set() };
}

function words(data: DataView, start: number, count: number): number[] {
  const some = part(data, start, start + 4 * count);
  return Array.from({ length: count }, (_, i) => some.getUint32(4 * i));
}

function* samplesPerChunk(stsc: DataView, chunks: number): Generator<number> {
  const count = word(stsc, 4);
  const rows = words(stsc, 8, 3 * Math.min(count, stsc.byteLength));
  for (let i = 0; i < count; i++) {
    const [first, held] = [rows[3 * i]!, rows[3 * i + 1]!];
    const after = i + 1 < count ? rows[3 * i + 3]! : chunks + 1;
    if (first < 1 || after <= first || after > chunks + 1 || (i === 0 && first !== 1))
      throw new Malformed("a sample-to-chunk table out of order");
    for (let n = first; n < after; n++) yield held;
  }
}
