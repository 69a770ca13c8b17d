/** Tracks of an MP4 and when a plain one presents its samples: sample times and edit lists, ISO/IEC 14496-12 section 8.6. */

import { boxes, inside, long, part, word } from "./boxes";
import { Malformed } from "./bytes";
import { MOST_SAMPLES, numbered, ticksOf, type Track, versionOne } from "./tables";

const SOUND = 0x736f756e; // "soun"
const PICTURES = 0x76696465; // "vide"
const FAR = 2 ** 61;

export interface FilmTrack {
  kind: "sound" | "pictures" | "other";
  trak: DataView;
  track: Track;
}

/** Every track of a moov body. Throws Malformed. */
export function tracks(moov: DataView): FilmTrack[] {
  const found: FilmTrack[] = [];
  for (const { kind, body: trak } of boxes(moov)) {
    if (kind !== "trak") continue;
    const { number, timescale } = numbered(trak);
    if (!timescale) throw new Malformed("a track without a clock");
    const table = inside(trak, ["mdia", "minf", "stbl"]);
    const hdlr = inside(trak, ["mdia", "hdlr"]);
    const handler = hdlr.byteLength >= 12 ? word(hdlr, 8) : 0;
    const of = handler === SOUND ? "sound" : handler === PICTURES ? "pictures" : "other";
    found.push({ kind: of, trak, track: { number, timescale, h265: false, table } });
  }
  return found;
}

/** Ticks a second of edit lists. Throws Malformed. */
export function movieRate(moov: DataView): number {
  const rate = ticksOf(inside(moov, ["mvhd"]));
  if (!rate) throw new Malformed("a film without a clock");
  return rate;
}

/**
 * When each sample of a plain track is presented, in microseconds from the film's beginning, and the stretch of the film
 * in which the track is played. Throws Malformed.
 */
export function filmTimes({ trak, track }: FilmTrack, count: number, rate: number): { times: number[]; window: [number, number] } {
  if (!count) return { times: [], window: [0, 0] };
  const { before, mediaTime, length } = editOf(trak, rate);
  const steps = runsOf(track.table, "stts", count, false);
  const late = has(track.table, "ctts") ? runsOf(track.table, "ctts", count, true) : undefined;
  const times: number[] = [];
  let decode = 0;
  for (let i = 0; i < count; i++) {
    times.push(before + scaled(decode + (late?.[i] ?? 0) - mediaTime, track.timescale));
    decode += steps[i]!;
  }
  return { times, window: [before, before + length] };
}

/** How many pictures a plain track has, as far as that is possible. Throws Malformed. */
export function sampleCount({ track }: FilmTrack): number {
  return Math.min(word(inside(track.table, ["stsz"]), 8), MOST_SAMPLES);
}

/** Nothing, then one stretch of the media: no other edit list is known. Times in microseconds, mediaTime in ticks. */
function editOf(trak: DataView, rate: number): { before: number; mediaTime: number; length: number } {
  if (!has(trak, "edts")) return { before: 0, mediaTime: 0, length: FAR };
  const elst = inside(trak, ["edts", "elst"]);
  const count = word(elst, 4);
  if (count < 1 || count > 2) throw new Malformed("an edit list of another form");
  const rows = Array.from({ length: count }, (_, i) => edit(elst, i));
  const pause = rows[0]!.mediaTime === -1 && count === 2 ? rows.shift()! : undefined;
  const [row] = rows;
  if (!row || rows.length !== 1 || row.mediaTime < 0 || row.speed !== 0x10000) throw new Malformed("an edit list of another form");
  const before = pause ? Math.min(scaled(pause.length, rate), FAR) : 0;
  return { before, mediaTime: row.mediaTime, length: Math.min(scaled(row.length, rate), FAR) };
}

function edit(elst: DataView, i: number): { length: number; mediaTime: number; speed: number } {
  if (versionOne(elst)) {
    const at = 8 + 20 * i;
    const time = part(elst, at + 8, at + 16);
    return { length: long(elst, at), mediaTime: Number(time.getBigInt64(0)), speed: word(elst, at + 16) };
  }
  const at = 8 + 12 * i;
  return { length: word(elst, at), mediaTime: word(elst, at + 4) | 0, speed: word(elst, at + 8) };
}

/** Ticks as microseconds, rounded down. */
function scaled(ticks: number, rate: number): number {
  const whole = Math.floor(ticks / rate);
  return whole * 1e6 + Math.floor(((ticks - whole * rate) * 1e6) / rate);
}

function has(data: DataView, wanted: string): boolean {
  return [...boxes(data)].some(({ kind }) => kind === wanted);
}

/** So many values out of counted runs (stts, ctts). Throws Malformed when they are more or fewer. */
function runsOf(table: DataView, name: string, count: number, signed: boolean): number[] {
  const data = inside(table, [name]);
  const values: number[] = [];
  const rows = word(data, 4);
  for (let i = 0; i < Math.min(rows, count); i++) {
    const [times, value] = [word(data, 8 + 8 * i), word(data, 12 + 8 * i)];
    if (times > count - values.length) break;
    for (let n = 0; n < times; n++) values.push(signed ? value | 0 : value);
  }
  if (values.length !== count) throw new Malformed("a table of times that does not fit its samples");
  return values;
}
