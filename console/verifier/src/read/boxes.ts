/** Boxes of MP4 files (ISO/IEC 14496-12 section 4.2), every bound checked. */

import { Malformed } from "./bytes";

const MOST_CHILDREN = 10_000;

export interface Head {
  header: number;
  kind: string;
  size: number;
}

/** Header length, kind and whole length of the box whose first (up to 16) bytes these are. Throws Malformed. */
export function header(data: DataView, at = 0): Head {
  if (at + 8 > data.byteLength) throw new Malformed("a box is cut off");
  let size = data.getUint32(at);
  let length = 8;
  if (size === 1) {
    if (at + 16 > data.byteLength) throw new Malformed("a box is cut off");
    size = Number(data.getBigUint64(at + 8));
    length = 16;
  }
  if (size < length) throw new Malformed("a box smaller than its own header");
  const kind = String.fromCharCode(...[4, 5, 6, 7].map((i) => data.getUint8(at + i)));
  return { header: length, kind, size };
}

export function part(data: DataView, start: number, end: number): DataView {
  if (start < 0 || end < start || end > data.byteLength) throw new Malformed("a box is too short for what it claims");
  return new DataView(data.buffer, data.byteOffset + start, end - start);
}

/** The boxes that fill `data` from `start`. Throws Malformed when one does not fit. */
export function* boxes(data: DataView, start = 0): Generator<{ kind: string; body: DataView }> {
  let count = 0;
  for (let at = start; at < data.byteLength; ) {
    const found = header(data, at);
    if (at + found.size > data.byteLength || ++count > MOST_CHILDREN)
      throw new Malformed("a box does not fit into the box around it");
    yield { kind: found.kind, body: part(data, at + found.header, at + found.size) };
    at += found.size;
  }
}

/** The body of the first box along a path of kinds. Throws Malformed. */
export function inside(data: DataView, path: string[], start = 0): DataView {
  let [here, from] = [data, start];
  for (const wanted of path) {
    let found: DataView | undefined;
    for (const one of boxes(here, from)) {
      if (one.kind !== wanted) continue;
      found = one.body;
      break;
    }
    if (!found) throw new Malformed(`no box ${wanted}`);
    [here, from] = [found, 0];
  }
  return here;
}

/** A 32-bit field. Throws Malformed beyond the box. */
export function word(data: DataView, at: number): number {
  return part(data, at, at + 4).getUint32(0);
}

/** A 64-bit field; beyond 2^53 only its size matters, and that is refused elsewhere. */
export function long(data: DataView, at: number): number {
  return Number(part(data, at, at + 8).getBigUint64(0));
}
