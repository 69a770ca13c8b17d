/**
 * A package's ZIP over a Blob: exactly what the archive writes (STORED, ZIP64 where sizes ask for it, fixed times and
 * modes, members one behind the other), and nothing else. Every header is made anew from name, size and CRC-32 and
 * compared, so there is one way to read the file; a member is a slice of it and never a copy.
 */

import { equal, Malformed, text, utf8 } from "./bytes";
import { heads, tail } from "./ziprecords";

export interface Member {
  name: string;
  size: number;
  crc32: number;
  /** Where its bytes begin. */
  start: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const MOST_32 = 0xffffffff;
const MOST_16 = 0xffff;
const LARGEST_DIRECTORY = 2 ** 28;
const MOST_MEMBERS = 1_000_000;

/** `where` is the member, or "zip" for the container. */
export class BadZip extends Malformed {
  constructor(readonly where: string) {
    super(`not a package's ZIP: ${where}`);
  }
}

/** Its end is not that of a package: perhaps the file is only a part of one. */
export class BadEnd extends BadZip {}

async function bytes(blob: Blob, start: number, length: number): Promise<Uint8Array> {
  if (start < 0 || length < 0 || start + length > blob.size) throw new BadZip("zip");
  return new Uint8Array(await blob.slice(start, start + length).arrayBuffer());
}

function word64(data: DataView, at: number): number {
  const value = data.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new BadZip("zip");
  return Number(value);
}

async function directory(blob: Blob): Promise<{ start: number; length: number; count: number }> {
  const end = view(await bytes(blob, blob.size - 22, 22));
  if (end.getUint32(0, true) !== END) throw new BadZip("zip");
  let [count, length, start] = [end.getUint16(10, true), end.getUint32(12, true), end.getUint32(16, true)];
  if (count === MOST_16 || length === MOST_32 || start === MOST_32) {
    const big = view(await bytes(blob, blob.size - 22 - 20 - 56, 56));
    if (big.getUint32(0, true) !== END64) throw new BadZip("zip");
    [count, length, start] = [word64(big, 32), word64(big, 40), word64(big, 48)];
  }
  if (length > LARGEST_DIRECTORY || count > MOST_MEMBERS || count > Math.floor(length / 46)) throw new BadZip("zip");
  const last = tail(start, length, count);
  if (start + length + last.length !== blob.size) throw new BadZip("zip");
  if (!equal(last, await bytes(blob, start + length, last.length))) throw new BadZip("zip");
  return { start, length, count };
}

function view(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

interface Entry {
  name: string;
  size: number;
  crc32: number;
  end: number;
}

function entryAt(data: Uint8Array, at: number): Entry {
  const record = view(data);
  if (at + 46 > data.length || record.getUint32(at, true) !== CENTRAL) throw new BadZip("zip");
  const end = at + 46 + record.getUint16(at + 28, true);
  if (end > data.length) throw new BadZip("zip");
  let name: string;
  try {
    name = text(data.subarray(at + 46, end));
  } catch {
    throw new BadZip("zip");
  }
  let size = record.getUint32(at + 24, true);
  if (size === MOST_32) {
    if (end + 12 <= data.length && record.getUint16(at + 30, true) >= 12) size = word64(record, end + 4);
  }
  return { name, size, crc32: record.getUint32(at + 16, true), end };
}

/** Gives the members in order to `take`. Throws BadZip for anything that the archive would not have written. */
export async function readZip(file: Blob, take: (one: Member) => void): Promise<void> {
  const { start, length, count } = await directory(file).catch((error: unknown) => {
    throw error instanceof BadZip ? new BadEnd(error.where) : error;
  });
  const data = await bytes(file, start, length);
  let [at, offset] = [0, 0];
  for (let i = 0; i < count; i++) {
    const { name, size, crc32 } = entryAt(data, at);
    const { local, central } = heads(utf8(name), size, crc32, offset);
    if (!equal(central, data.subarray(at, at + central.length))) throw new BadZip(name);
    const there = await bytes(file, offset, Math.min(local.length, file.size - offset));
    if (!equal(local, there)) throw new BadZip(name);
    take({ name, size, crc32, start: offset + local.length });
    at += central.length;
    offset += local.length + size;
    if (offset > start) throw new BadZip(name);
  }
  if (at !== length || offset !== start) throw new BadZip("zip");
}
