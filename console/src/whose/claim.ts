/** What a chunk or clip says of itself. It proves nothing: it tells the archive where to look. */
import { boxes, header, inside, word } from "../../verifier/src/read/boxes";
import { hex, Malformed, text } from "../../verifier/src/read/bytes";
import { isDict, loose } from "../../verifier/src/read/json";
import type { Reader } from "../../verifier/src/read/reader";

/** The description after the init segment of a chunk; `start` in microseconds UTC. */
export interface ChunkSays {
  camera: string;
  run: string;
  seq: number;
  start: number;
}

/** The comment in a clip; times in microseconds UTC. */
export interface ClipSays {
  camera: string;
  from: number;
  to: number;
}

export interface Said {
  claim: ChunkSays | null;
  clip: ClipSays | null;
  /** Video tracks; a file with several shows pictures that no digest over one of them tells of. */
  pictures: number;
}

const DESCRIPTION = "7b1f0c5e64d24a0c9f5d3a8e5a6b9d02";
const COMMENT = ["ilst", "\xa9cmt", "data"];
const MOST_BOXES = 16; // at the top of a file before moov is given up
const LONGEST = 1000;
const VIDEO = 0x76696465; // "vide"

export async function readSaid(reader: Reader): Promise<Said> {
  const said: Said = { claim: null, clip: null, pictures: 0 };
  try {
    for (let at = 0, count = 0; at < reader.size && count < MOST_BOXES; count++) {
      const head = header(await reader.view(at, Math.min(16, reader.size - at)));
      const [start, length] = [at + head.header, head.size - head.header];
      if (head.kind === "moov") {
        const moov = await reader.view(start, length);
        said.pictures = [...boxes(moov)].filter(({ kind, body }) => kind === "trak" && handlerOf(body) === VIDEO).length;
        said.clip = clipOf(moov);
      } else if (head.kind === "uuid" && count === 2) {
        if (length <= LONGEST) said.claim = chunkOf(await reader.view(start, length));
        break;
      } else if (said.pictures > 0) break;
      at += head.size;
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
  }
  return said;
}

function handlerOf(trak: DataView): number {
  return word(inside(trak, ["mdia", "hdlr"]), 8);
}

function chunkOf(body: DataView): ChunkSays | null {
  const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  if (hex(bytes.subarray(0, 16)) !== DESCRIPTION) return null;
  const told = fields(bytes.subarray(16));
  const { camera, run, seq, start } = told;
  return name(camera) && name(run) && whole(seq) && seq < 2 ** 31 && whole(start) ? { camera, run, seq, start } : null;
}

function clipOf(moov: DataView): ClipSays | null {
  const meta = [...boxes(moov)].some(({ kind }) => kind === "udta") && boxIn(moov, ["udta", "meta"], 0);
  const data = meta && boxIn(meta, COMMENT, 4);
  if (!data || data.byteLength < 8 || data.byteLength > LONGEST) return null;
  const told = fields(new Uint8Array(data.buffer, data.byteOffset + 8, data.byteLength - 8));
  const { t, camera, from, to } = told;
  return t === "saksi/clip/1" && name(camera) && whole(from) && whole(to) ? { camera, from, to } : null;
}

function boxIn(data: DataView, path: string[], start: number): DataView | null {
  try {
    return inside(data, path, start);
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

/** Somebody else's comment is none of ours, and no mistake either. */
function fields(bytes: Uint8Array): Record<string, unknown> {
  try {
    const told = loose(text(bytes));
    return isDict(told) ? told : {};
  } catch (error) {
    if (error instanceof Malformed) return {};
    throw error;
  }
}

const name = (value: unknown): value is string => typeof value === "string" && value.length <= 100 && !value.includes("\0");
const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
