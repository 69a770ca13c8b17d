/**
 * The helpers' work: digests of files and of the NAL units of their frames. Small files go to the browser's own SHA-256
 * whole; large ones stream through WebAssembly. A file is read once wherever its frames lie in order.
 */

import { createCRC32, createSHA256, type IHasher } from "hash-wasm";

import { hex, Malformed } from "../read/bytes";
import { microseconds } from "../read/ear";
import { readVideo, type Video } from "../read/mp4";
import { NalWalk } from "../read/nal";
import { Reader } from "../read/reader";
import type { HashName } from "../read/sei";
import { hear } from "./hear";
import type { CourtFound, CourtTask, Cut, Hashed, Media, Piece, PiecesFound, PiecesTask, SoundCut, UnitsFound } from "./pool";
import { type Block, everything, framesOnly, read } from "./stream";
import { gatherUnits } from "./units";

const WHOLE = 64 * 2 ** 20; // up to here the browser's own digest, several times faster, takes a file in one piece

type Told = (bytes: number) => void;

const tools = (async (): Promise<{ sha: IHasher; nal: IHasher; sound: IHasher; crc: IHasher }> => {
  const [sha, nal, sound, crc] = await Promise.all([createSHA256(), createSHA256(), createSHA256(), createCRC32()]);
  return { sha, nal, sound, crc };
})();

const NO_FRAMES: [number, number][] = [];

/** Digest and CRC-32 of a file. */
export async function hashFile(blob: Blob, told: Told): Promise<Hashed> {
  const bytes = await inMemory(blob);
  if (bytes) return hashBytes(bytes, told);
  const running = await Running.begin();
  for await (const block of everything(blob, NO_FRAMES)) running.take(block.bytes, told);
  return running.end(blob.size);
}

/** As hashFile, with what its frames say. */
export async function readOriginal(blob: Blob, told: Told): Promise<Media> {
  return (await original(blob, told, undefined)).media;
}

/** An original once more, for its slices. */
export async function readUnits(blob: Blob, hash: HashName): Promise<UnitsFound> {
  const video = await readVideo(new Reader(blob));
  const frames = framesOnly(blob, video.samples);
  return { units: video.wrong ? undefined : await gatherUnits(video.h265, frames, hash) };
}

async function inMemory(blob: Blob): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return blob.size <= WHOLE && globalThis.crypto?.subtle ? read(blob, 0, blob.size) : undefined;
}

async function hashBytes(bytes: Uint8Array<ArrayBuffer>, told: Told): Promise<Hashed> {
  const { crc } = await tools;
  const digest = crypto.subtle.digest("SHA-256", bytes);
  const crc32 = parseInt(crc.init().update(bytes).digest("hex"), 16);
  const sha256 = hex(new Uint8Array(await digest));
  told(bytes.length);
  return { sha256, crc32, size: bytes.length };
}

class Running {
  private constructor(
    private readonly sha: IHasher,
    private readonly crc: IHasher,
  ) {}

  static async begin(): Promise<Running> {
    const { sha, crc } = await tools;
    return new Running(sha.init(), crc.init());
  }

  take(bytes: Uint8Array, told: Told): void {
    this.sha.update(bytes);
    this.crc.update(bytes);
    told(bytes.length);
  }

  end(size: number): Hashed {
    return { sha256: this.sha.digest("hex"), crc32: parseInt(this.crc.digest("hex"), 16), size };
  }
}

/** The frames that a piece names go into `digest`. */
interface Wanted {
  digest: IHasher;
  piece: Piece;
}

const UNSEEN = { h265: false, samples: 0, nals: 0, signed: 0, slices: 0, openings: 0, keys: [] };
const NOTHING = { ...UNSEEN, sounds: 0, soundSpans: [], soundWrong: "" };
const UNHEARD = { copied: 0, silent: 0, times: [], lacking: false, wrong: "" };

async function original(
  blob: Blob,
  told: Told,
  wanted: Wanted | undefined,
): Promise<{ media: Media; cut: Cut | undefined }> {
  const bytes = await inMemory(blob);
  // A file in memory is hashed by the browser's own threads while its frames are walked here.
  const hashing = bytes ? hashBytes(bytes, told) : hashFile(blob, told);
  hashing.catch(() => undefined);
  if (!bytes) await hashing;
  const video = await readVideo(bytes ? Reader.of(blob, bytes) : new Reader(blob));
  const blocks = (): AsyncGenerator<Block> => (bytes ? once(bytes, video.samples) : framesOnly(blob, video.samples));
  const { walk, counted, frames, wrong } = await walkFrames(video, blocks(), wanted);
  const keys = video.sync.flatMap((number) =>
    number < frames && video.shown.length ? [microseconds(video.shown[number]!, video.timescale)] : [],
  );
  const { nals, slices, openings } = walk;
  const signed = wrong || video.wrong ? 0 : walk.signed;
  const { samples, spans: soundSpans, wrong: soundWrong } = video.sound;
  const seen = { wrong: wrong || video.wrong, h265: video.h265, samples: frames, nals, signed, slices, openings, keys };
  const found: Omit<Media, keyof Hashed> = { ...seen, sounds: samples.length, soundSpans, soundWrong };
  if (signed) found.units = await gatherUnits(video.h265, blocks(), "");
  return { media: { ...(await hashing), ...found }, cut: wanted && cutOf(video, wanted.piece, counted, frames) };
}

/** A piece within the first `frames` frames of its original. */
function cutOf(video: Video, piece: Piece, nals: number, frames: number): Cut {
  const none = { start: -1, end: -1, latestBefore: -1, earliestAfter: -1, complete: false };
  const cut: Cut = { path: piece.path, nals, ...none, times: [] };
  video.shown.slice(0, frames).forEach((ticks, number) => {
    const time = microseconds(ticks, video.timescale);
    if (number < piece.first) cut.latestBefore = Math.max(cut.latestBefore, time);
    else if (number > piece.last) cut.earliestAfter = cut.earliestAfter < 0 ? time : Math.min(cut.earliestAfter, time);
    else {
      cut.start = cut.start < 0 ? time : Math.min(cut.start, time);
      cut.end = Math.max(cut.end, time);
      cut.times.push(time);
    }
  });
  cut.complete = piece.first <= piece.last && piece.last < frames;
  return cut;
}

/** A file in memory as one block. */
async function* once(bytes: Uint8Array<ArrayBuffer>, samples: [number, number][]): AsyncGenerator<Block> {
  yield { bytes, parts: samples.map(([start, end]) => ({ start, end, frame: end - start })) };
}

interface Walked {
  walk: NalWalk;
  /** NAL units of the wanted frames. */
  counted: number;
  /** How many frames hold up: all, or those before the stretch in which something is wrong. */
  frames: number;
  wrong: string;
}

async function walkFrames(video: Video, blocks: AsyncGenerator<Block>, wanted: Wanted | undefined): Promise<Walked> {
  const walk = new NalWalk(video.h265);
  let [frame, before, counted] = [-1, 0, 0];
  const wantedNow = (): boolean => wanted !== undefined && frame >= wanted.piece.first && frame <= wanted.piece.last;
  const close = (): void => {
    walk.end();
    if (wantedNow()) counted += walk.nals - before;
  };
  try {
    for await (const { bytes, parts } of blocks) {
      for (const part of parts) {
        if (part.frame >= 0) {
          close();
          frame++;
          before = walk.nals;
          walk.frame(part.frame);
        }
        const piece = bytes.subarray(part.start, part.end);
        walk.take(piece);
        if (wantedNow()) wanted!.digest.update(piece);
      }
    }
    close();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { walk, counted, frames: video.stretches.findLast((start) => start <= frame) ?? 0, wrong: error.message };
  }
  return { walk, counted, frames: video.samples.length, wrong: "" };
}

/** In order, the originals that the pieces of a court file name. */
export async function readPieces(task: PiecesTask, told: Told): Promise<PiecesFound> {
  const originals: Record<string, Media> = {};
  const blobs = new Map(task.originals.map(({ path, blob }) => [path, blob]));
  const { nal, sound } = await tools;
  const digest = nal.init();
  const cuts: (Cut | undefined)[] = [];
  for (const piece of task.pieces) {
    const blob = blobs.get(piece.path);
    const again = Object.hasOwn(originals, piece.path);
    const found = blob && (await original(blob, again ? () => undefined : told, { digest, piece }));
    if (found) originals[piece.path] = found.media;
    cuts.push(found?.cut);
  }
  const count = cuts.reduce((sum, cut) => sum + (cut?.nals ?? 0), 0);
  const nals = digest.digest("hex");
  sound.init();
  const soundCuts: (SoundCut | undefined)[] = [];
  for (const piece of task.sounds) {
    const blob = blobs.get(piece.path);
    soundCuts.push(blob && (await readSound(blob, piece, sound)));
  }
  return { originals, cuts, nals, count, soundCuts, sounds: sound.digest("hex") };
}

/** A piece of sound goes into `digest`; only heads and sound are read. */
async function readSound(blob: Blob, piece: Piece, digest: IHasher): Promise<SoundCut> {
  const bytes = await inMemory(blob);
  const { sound } = await readVideo(bytes ? Reader.of(blob, bytes) : new Reader(blob));
  const { path, first, last } = piece;
  const complete = first >= 0 && first <= last && last < sound.samples.length;
  const samples = sound.samples.slice(Math.max(first, 0), last + 1);
  const wanted = { ...sound, samples, times: sound.times.slice(Math.max(first, 0), last + 1) };
  const blocks = bytes ? once(bytes, samples) : framesOnly(blob, samples);
  const { times } = await hear(wanted, blocks, [], digest);
  return { path, times, complete };
}

/** A court file: its digest and, in the same pass, that of its NAL units. */
export async function readCourt({ blob, silences }: CourtTask, told: Told): Promise<CourtFound> {
  const video = await readVideo(new Reader(blob));
  const { pictures, window } = video.sound;
  if (video.wrong) {
    const court = { ...(await hashFile(blob, told)), ...NOTHING, wrong: video.wrong };
    return { court, nals: "", sounds: "", heard: UNHEARD, pictures, window };
  }
  const { nal, sound } = await tools;
  const running = await Running.begin();
  const blocks = tee(everything(blob, video.samples), (bytes) => running.take(bytes, told));
  const wanted = { digest: nal.init(), piece: { path: "", first: 0, last: Infinity } };
  const { walk, frames, wrong } = await walkFrames(video, blocks, wanted);
  // Whatever stopped the walk, the file's own digest is wanted: then it is read once more.
  const hashed = wrong ? await hashFile(blob, () => undefined) : running.end(blob.size);
  const counts = { ...NOTHING, samples: frames, nals: walk.nals };
  const heard = await hear(video.sound, framesOnly(blob, video.sound.samples), silences, sound.init());
  const court = { ...hashed, ...counts, wrong };
  return { court, nals: nal.digest("hex"), sounds: sound.digest("hex"), heard, pictures, window };
}

async function* tee(blocks: AsyncGenerator<Block>, take: (bytes: Uint8Array) => void): AsyncGenerator<Block> {
  for await (const block of blocks) {
    take(block.bytes);
    yield block;
  }
}
