/**
 * Where the video frames of a file lie: a fragmented original or a plain MP4, box by box from front to back as it would
 * stream by. Frames must lie in order, inside the media box that follows what describes them.
 */

import { header } from "./boxes";
import { Malformed } from "./bytes";
import { Ear, type Sound } from "./ear";
import type { Reader } from "./reader";
import { fragmentSamples, MOST_SAMPLES, plainSamples, type Samples, type Track, videoTrack } from "./tables";

const MOST_BOXES = 1_000_000;
const MOST_HEAD = 2 ** 25; // bytes of a moov
const MOST_FRAGMENT_HEAD = 2 ** 22; // bytes of a moof

export interface Video {
  h265: boolean;
  timescale: number;
  /** One [start, end) a frame, in decode order. */
  samples: [number, number][];
  /** Presentation times in ticks; empty for a plain MP4. */
  shown: number[];
  /** Numbers of frames of a fragmented file that need no other to be decoded. */
  sync: number[];
  /** Numbers of the frames with which a stretch begins that lies in one piece; a stretch is whole or does not count. */
  stretches: number[];
  sound: Sound;
  /** Why the file does not hold up beyond these frames; "" when it does. */
  wrong: string;
}

const STRETCH = 2 ** 22; // bytes after which a new stretch begins

/** The frames of a file, as far as it holds up. */
export async function readVideo(reader: Reader): Promise<Video> {
  const ear = new Ear();
  const { sound } = ear;
  const found: Video = { h265: false, timescale: 1, samples: [], shown: [], sync: [], stretches: [], sound, wrong: "" };
  try {
    await readBoxes(reader, found, ear);
    ear.finish();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    found.wrong = error.message;
  }
  return found;
}

async function readBoxes(reader: Reader, found: Video, ear: Ear): Promise<void> {
  let track: Track | undefined;
  let waiting: Samples | undefined;
  let at = 0;
  for (let count = 0; at < reader.size; count++) {
    if (count >= MOST_BOXES) throw new Malformed("more boxes than a file of footage has");
    const head = header(await reader.view(at, Math.min(16, reader.size - at)));
    const end = at + head.size;
    if (end > reader.size) throw new Malformed("a box beyond the end of the file");
    const body = at + head.header;
    if (head.kind === "moov") {
      const moov = await reader.view(body, atMost(end - body, MOST_HEAD));
      track = videoTrack(moov);
      ear.head(moov, reader.size);
      Object.assign(found, { h265: track.h265, timescale: track.timescale });
      waiting = plainSamples(track, reader.size);
    } else if (head.kind === "moof" && track) {
      if (waiting?.sizes.length) throw new Malformed("a fragment without its frames");
      const moof = await reader.view(body, atMost(end - body, MOST_FRAGMENT_HEAD));
      waiting = fragmentSamples(moof, at, track);
      ear.fragment(moof, at);
    } else if (head.kind === "mdat") {
      let passed = body;
      if (track && waiting?.sizes.length && waiting.offsets[0]! < end) {
        passed = place(waiting, body, end, found, ear);
        waiting = undefined;
      }
      ear.passOver(passed, end);
    }
    at = end;
  }
  if (!track || !found.samples.length || waiting?.sizes.length)
    throw new Malformed("a file without video, or with frames that are missing");
}

function atMost(size: number, most: number): number {
  if (size > most) throw new Malformed("a box of impossible size");
  return size;
}

/** The frames of one media box, stretch by stretch; what lies between them is for the ear. Where the last one ends. */
function place(waiting: Samples, body: number, end: number, found: Video, ear: Ear): number {
  const { offsets, sizes, shown, sync } = waiting;
  if (found.samples.length + sizes.length > MOST_SAMPLES) throw new Malformed("more samples than a file of footage has");
  let after = body;
  for (let first = 0; first < sizes.length; ) {
    const start = offsets[first]!;
    let [last, stop] = [first, start];
    for (; last < sizes.length && offsets[last] === stop && (last === first || stop - start < STRETCH); last++)
      stop += sizes[last]!;
    if (start < after || stop > end) throw new Malformed("frames that overlap, or lie outside their box");
    ear.passOver(after, start);
    found.stretches.push(found.samples.length);
    for (let i = first; i < last; i++) {
      if (sync.has(i)) found.sync.push(found.samples.length);
      found.samples.push([offsets[i]!, offsets[i]! + sizes[i]!]);
      if (shown.length) found.shown.push(shown[i]!);
    }
    [first, after] = [last, stop];
  }
  return after;
}
