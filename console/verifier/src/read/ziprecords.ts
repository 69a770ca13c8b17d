/** The records of a STORED ZIP as the archive writes them (PKWARE APPNOTE 6.3.10), from name, size and CRC-32 alone. */

import { concat } from "./bytes";

const DATE = (1 << 5) | 1; // 1980-01-01
const UTF8 = 1 << 11;
const MODE = 0o100644 * 2 ** 16;
const UNIX = 3;
const MOST_32 = 0xffffffff;
const MOST_16 = 0xffff;

/** Little-endian fields; each a width in bytes and a value. */
function pack(...fields: [width: 2 | 4 | 8, value: number][]): Uint8Array<ArrayBuffer> {
  const out = new DataView(new ArrayBuffer(fields.reduce((sum, [width]) => sum + width, 0)));
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) out.setUint16(at, value, true);
    else if (width === 4) out.setUint32(at, value, true);
    else out.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return new Uint8Array(out.buffer);
}

const NOTHING = new Uint8Array();

function extra(values: number[]): Uint8Array {
  if (values.length === 0) return NOTHING;
  return pack([2, 1], [2, 8 * values.length], ...values.map((value): [8, number] => [8, value]));
}

/** The local header of a member at `offset`, and its entry in the directory. */
export function heads(
  name: Uint8Array,
  size: number,
  crc32: number,
  offset: number,
): { local: Uint8Array; central: Uint8Array } {
  const big = size >= MOST_32;
  const shown = big ? MOST_32 : size;
  const sizes = big ? [size, size] : [];
  const large = offset >= MOST_32 ? [...sizes, offset] : sizes;
  const [inside, beside] = [extra(sizes), extra(large)];
  const common: [2 | 4, number][] = [[2, UTF8], [2, 0], [2, 0], [2, DATE], [4, crc32], [4, shown], [4, shown]];
  const lengths = (length: number): [2, number][] => [[2, name.length], [2, length]];
  const local = pack([4, 0x04034b50], [2, big ? 45 : 20], ...common, ...lengths(inside.length));
  const version = large.length ? 45 : 20;
  const place = offset >= MOST_32 ? MOST_32 : offset;
  const central = pack(
    [4, 0x02014b50],
    [2, version | (UNIX << 8)],
    [2, version],
    ...common,
    ...lengths(beside.length),
    [2, 0],
    [2, 0],
    [2, 0],
    [4, MODE],
    [4, place],
  );
  return { local: concat(local, name, inside), central: concat(central, name, beside) };
}

/** The end records behind a directory of `length` bytes and `count` entries that begins at `start`. */
export function tail(start: number, length: number, count: number): Uint8Array {
  const big = count >= MOST_16 || start >= MOST_32 || length >= MOST_32;
  const end64 = big
    ? pack(
        [4, 0x06064b50],
        [8, 44],
        [2, 45 | (UNIX << 8)],
        [2, 45],
        [4, 0],
        [4, 0],
        [8, count],
        [8, count],
        [8, length],
        [8, start],
        [4, 0x07064b50],
        [4, 0],
        [8, start + length],
        [4, 1],
      )
    : NOTHING;
  const least = (value: number, most: number): number => Math.min(value, most);
  const counts: [2, number] = [2, least(count, MOST_16)];
  const end = pack(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    counts,
    counts,
    [4, least(length, MOST_32)],
    [4, least(start, MOST_32)],
    [2, 0],
  );
  return concat(end64, end);
}
