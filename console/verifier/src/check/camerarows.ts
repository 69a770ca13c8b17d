/**
 * Which originals a camera's signatures run through: those that follow one another in a run, with nothing lost between them,
 * are one stream, from the first with a signature to the last; after a gap a new one begins.
 */

import type { Pool } from "../hash/pool";
import { MOST_UNITS, type Units } from "../hash/units";
import { fromHex, Malformed } from "../read/bytes";
import type { Container } from "../read/container";
import { parse } from "../read/json";
import { type HashName, isSigningSei, readSigningSei, type Sei } from "../read/sei";
import { Stream } from "./camerastream";
import type { Frames } from "./frames";
import { type ChunkLine, type Material, nameOf } from "./material";
import { need } from "./shape";
import { compare } from "./verdicts";

const JOINED = new Set(["boundary", "seal", "parameters"]); // how an original ends that the next one goes on from
const MOST_CAMERA = 2 ** 20; // bytes of meta/camera/<id>.json

/** What one stream came to. */
export interface Outcome {
  chunks: ChunkLine[];
  stream: Stream;
  /** Findings before those that a loss on record may explain. */
  sound: number;
  /** The original before it, when the camera must have signed that too. */
  stripped: ChunkLine | undefined;
}

export interface Signing {
  outcomes: Outcome[];
  /** Originals with more units than footage has. */
  many: ChunkLine[];
  /** Paths of originals with signatures whose place in a run is not known. */
  unplaced: string[];
  /** Camera files of another form, and why. */
  malformed: Map<string, string>;
}

interface Reading {
  container: Container;
  frames: Frames;
  pool: Pool;
}

/** Follows the signatures of all cameras through their originals. */
export async function followCameras(container: Container, material: Material, frames: Frames, pool: Pool): Promise<Signing> {
  const signing: Signing = { outcomes: [], many: [], unplaced: [], malformed: new Map() };
  const cameras = new Map<string, Uint8Array>();
  const placed = new Set<string>();
  for (const chunks of rowsOf(material, container, frames)) {
    for (const chunk of chunks) placed.add(nameOf(chunk));
    await followRow(chunks, { container, frames, pool }, signing, cameras);
  }
  for (const [place, path] of frames.paths) if (frames.media.get(path)?.signed && !placed.has(place)) signing.unplaced.push(path);
  for (const media of frames.media.values()) delete media.units; // what was followed is not kept
  return signing;
}

/** Originals that are there, split where one does not go on from the one before. */
function rowsOf(material: Material, container: Container, frames: Frames): ChunkLine[][] {
  const here = new Map<string, ChunkLine>();
  for (const { told } of material.chunks ?? []) if (container.files.has(frames.paths.get(nameOf(told)) ?? "")) here.set(nameOf(told), told);
  const rows: ChunkLine[][] = [];
  let before: ChunkLine | undefined;
  for (const chunk of [...here.values()].sort((a, b) => compare(a.run, b.run) || a.seq - b.seq)) {
    const follows = before && before.run === chunk.run && before.seq + 1 === chunk.seq && !loses(before);
    if (follows) rows[rows.length - 1]!.push(chunk);
    else rows.push([chunk]);
    before = chunk;
  }
  return rows;
}

/** Whether something is lost within an original, or behind it, by its own line. */
function loses({ lost, ended }: ChunkLine): boolean {
  return lost > 0 || !JOINED.has(ended);
}

/** The streams of a row of originals. */
async function followRow(
  row: ChunkLine[],
  { container, frames, pool }: Reading,
  signing: Signing,
  cameras: Map<string, Uint8Array>,
): Promise<void> {
  let stream: Stream | undefined;
  let head: ChunkLine | undefined; // the original before, of two GOPs or more and without a signature
  let taken: ChunkLine[] = [];
  let between: ChunkLine[] = []; // of the stream if one with a signature follows
  let sound = -1;
  const pathOf = (chunk: ChunkLine): string => frames.paths.get(nameOf(chunk))!;
  const end = (): void => {
    if (stream && taken.length) {
      stream.finish();
      // A camera that counts from one has signed before, and each GOP's signature comes with the next one.
      const stripped = stream.counter > 1 ? head : undefined;
      signing.outcomes.push({ chunks: taken, stream, sound: sound < 0 ? stream.findings.length : sound, stripped });
    }
    [stream, head, taken, between] = [undefined, undefined, [], []];
  };
  const take = async (chunk: ChunkLine, units: Units | undefined): Promise<void> => {
    if (!stream) return;
    const here = units && units.hash === stream.hash && (units.whole || !stream.originals);
    const read = here || stream.hash === "?" ? units : await pool.units(container.files.get(pathOf(chunk))!, stream.hash as HashName);
    if (!read && stream.hash !== "?") return end();
    sound = loses(chunk) ? stream.findings.length : -1;
    taken.push(chunk);
    if (read) await stream.take(read);
  };
  for (const chunk of row) {
    const media = frames.media.get(pathOf(chunk))!;
    const tooMany = media.units ? media.units.many : media.slices > MOST_UNITS;
    if (tooMany && media.units && !media.wrong) signing.many.push(chunk);
    if (media.wrong || tooMany) end();
    else if (stream && stream.h265 !== media.h265) end();
    if (media.wrong || tooMany) continue;
    if (media.units) {
      stream ??= new Stream(media.units, await kept(chunk.camera, container, signing, cameras));
      const waiting = between;
      between = [];
      for (const one of waiting) await take(one, undefined);
      await take(chunk, media.units);
    } else if (stream) between.push(chunk);
    else head = media.openings >= 2 ? chunk : undefined;
  }
  end();
}

/** The camera's certificate SEI that the archive kept, of whatever codec. */
async function kept(
  camera: string,
  container: Container,
  signing: Signing,
  cameras: Map<string, Uint8Array>,
): Promise<Sei | undefined> {
  const path = `meta/camera/${camera}.json`;
  try {
    if (!cameras.has(path)) {
      cameras.set(path, new Uint8Array());
      cameras.set(path, await readCamera(container.files.get(path)));
    }
    const nal = cameras.get(path)!;
    return nal.length ? readSigningSei(!isSigningSei(false, nal), nal) : undefined;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    signing.malformed.set(path, error.message);
    return undefined;
  }
}

async function readCamera(blob: Blob | undefined): Promise<Uint8Array> {
  if (!blob) return new Uint8Array();
  if (blob.size > MOST_CAMERA) throw new Malformed(`more than ${MOST_CAMERA} bytes`);
  const data = new Uint8Array(await blob.arrayBuffer());
  const told = need({ certificate_sei: "", ...parse(data[data.length - 1] === 10 ? data.subarray(0, -1) : data) }, "certificate_sei:s");
  const nal = fromHex(told["certificate_sei"] as string);
  if (nal.length && ![false, true].some((h265) => isSigningSei(h265, nal))) throw new Malformed("a certificate SEI of another form");
  return nal;
}
