/** The sound of a file as it is heard: a digest over the samples that a copy has of its originals, and what is silence. */

import type { IHasher } from "hash-wasm";

import type { Sound } from "../read/ear";
import type { Block } from "./stream";

const SILENT_FRAMES = [
  [0x00, 0xc8, 0x00, 0x80, 0x23, 0x80], // AAC-LC without spectral data, one channel
  [0x21, 0x00, 0x49, 0x90, 0x02, 0x19, 0x00, 0x23, 0x80], // and two
];
const SILENT_BYTES = [0xff, 0xd5]; // of mu-law and A-law

export interface Heard {
  copied: number;
  silent: number;
  /** Film times of the copied samples. */
  times: number[];
  /** Whether silence was told of that is not there. */
  lacking: boolean;
  wrong: string;
}

/** Hears `sound` in blocks that hold its samples; `silences` are [samples before it, how many]. */
export async function hear(sound: Sound, blocks: AsyncIterable<Block>, silences: [number, number][], digest: IHasher): Promise<Heard> {
  const heard: Heard = { copied: 0, silent: 0, times: [], lacking: false, wrong: sound.wrong };
  const rest = silences.map(([after, count]) => ({ after, count }));
  let [number, left] = [-1, 0];
  let silence: number[] | undefined;
  const begin = (size: number): void => {
    number++;
    left = size;
    silence = rest[0]?.after === heard.copied ? [] : undefined;
    if (!silence) digest.update(Uint8Array.of(size >>> 24, size >>> 16, size >>> 8, size));
  };
  const end = (): void => {
    if (silence) {
      if (!isSilent(silence)) heard.wrong ||= "silence that is none";
      heard.silent++;
      if (--rest[0]!.count <= 0) rest.shift();
    } else {
      heard.times.push(sound.times[number]!);
      heard.copied++;
    }
  };
  for await (const { bytes, parts } of blocks) {
    for (const part of parts) {
      if (part.frame >= 0) begin(part.frame);
      const piece = bytes.subarray(part.start, part.end);
      if (silence) for (const byte of piece) silence.push(byte);
      else digest.update(piece);
      left -= piece.length;
      if (!left) end();
      if (heard.wrong && !sound.wrong) return heard;
    }
  }
  heard.lacking = rest.length > 0;
  return heard;
}

function isSilent(sample: number[]): boolean {
  return (
    SILENT_FRAMES.some((frame) => frame.length === sample.length && frame.every((byte, i) => byte === sample[i])) ||
    SILENT_BYTES.some((one) => sample.every((byte) => byte === one))
  );
}
