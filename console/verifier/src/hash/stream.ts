/**
 * Blobs as blocks of bounded size, with the frames in them: the next block is being read while the last one is hashed.
 */

/** A part of a frame inside a block; `frame` is the whole frame's size where it begins here, else -1. */
export interface Part {
  start: number;
  end: number;
  frame: number;
}

export interface Block {
  bytes: Uint8Array<ArrayBuffer>;
  parts: Part[];
}

type Range = [start: number, end: number];

interface Window {
  start: number;
  end: number;
  parts: Part[];
}

export const BLOCK = 8 * 2 ** 20;
const HOLE = 256 * 2 ** 10; // a shorter stretch between frames is read over rather than skipped

/** Reads exactly these bytes. */
export async function read(blob: Blob, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await blob.slice(start, end).arrayBuffer());
  if (bytes.length !== end - start) throw new Error("the file could not be read to its end");
  return bytes;
}

/** The whole file; its frames lie in order. */
export function everything(blob: Blob, samples: Range[]): AsyncGenerator<Block> {
  return blocks(blob, wholeFile(blob.size, samples));
}

/** Only the frames, in their order wherever they lie. */
export function framesOnly(blob: Blob, samples: Range[]): AsyncGenerator<Block> {
  return blocks(blob, windows(samples));
}

function* wholeFile(size: number, samples: Range[]): Generator<Window> {
  let next = 0;
  for (let start = 0; start < size; start += BLOCK) {
    const end = Math.min(start + BLOCK, size);
    const parts: Part[] = [];
    for (; next < samples.length && samples[next]![0] < end; next++) {
      const [from, to] = samples[next]!;
      const frame = from >= start ? to - from : -1;
      parts.push({ start: Math.max(from, start) - start, end: Math.min(to, end) - start, frame });
      if (to > end) break;
    }
    yield { start, end, parts };
  }
}

/** Reads of at most one block; they never go back, and go over small holes (sound lies between pictures). */
export function* windows(samples: Iterable<Range>): Generator<Window> {
  let open: Window | undefined;
  for (const [first, end] of samples) {
    let frame = end - first;
    for (let start = first; start < end; frame = -1) {
      if (!open || start < open.end || start >= open.start + BLOCK || start - open.end > HOLE) {
        if (open) yield open;
        open = { start, end: start, parts: [] };
      }
      const until = Math.min(end, open.start + BLOCK);
      open.parts.push({ start: start - open.start, end: until - open.start, frame });
      open.end = until;
      start = until;
    }
  }
  if (open) yield open;
}

async function* blocks(blob: Blob, list: Iterable<Window>): AsyncGenerator<Block> {
  let pending: Promise<Uint8Array<ArrayBuffer>> | undefined;
  let parts: Part[] = [];
  for (const window of list) {
    const next = read(blob, window.start, window.end);
    next.catch(() => undefined); // told where it is awaited; an abandoned read is nobody's news
    if (pending) yield { bytes: await pending, parts };
    pending = next;
    parts = window.parts;
  }
  if (pending) yield { bytes: await pending, parts };
}
