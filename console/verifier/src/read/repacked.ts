/**
 * A ZIP that another program packed again from a package's files, told from one that was tampered with or cut. Its
 * headers are not the format's, so it is not read; unpacked, it may be whole. That is said only where every entry of the
 * directory is by another writer and stands for a plain file or folder that may be unpacked (PKWARE APPNOTE 4.3.12).
 */

export const PACKED_AGAIN = "packed again by another program";

const LARGEST_DIRECTORY = 2 ** 28;
const [ENTRY, END, END64, LOCATOR] = [0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50];
const MAKERS = [20 | (3 << 8), 45 | (3 << 8)];
const UTF8 = 1 << 11;
const DATE = (1 << 5) | 1;
const MODE = 0o100644 * 2 ** 16;
const ENCRYPTED = 1 | (1 << 6) | (1 << 13);
const PLAIN = [0, 0o100000, 0o040000]; // of no kind, a file, a folder
const STRANGE = /[\x00-\x1f\x7f\\:]/;

/** Whether another program wrote all of the directory of this file, which holds a bag. */
export async function packedAgain(file: Blob): Promise<boolean> {
  const { count, length, start } = await toldEnd(file);
  if (!count || length > LARGEST_DIRECTORY || start + length > file.size || count > Math.floor(length / 46)) return false;
  const data = await view(file, start, length);
  const names = new Set<string>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > length || data.getUint32(at, true) !== ENTRY) return false;
    const [nameLength, extra, comment] = [28, 30, 32].map((place) => data.getUint16(at + place, true)) as [number, number, number];
    if (at + 46 + nameLength > length) return false;
    const bytes = new Uint8Array(data.buffer, at + 46, nameLength);
    const name = bytes.reduce((text, one) => text + String.fromCharCode(one), "").toLowerCase();
    if (ours(data, at) || !plain(data, at) || !harmless(name) || names.has(name)) return false;
    names.add(name);
    at += 46 + nameLength + extra + comment;
  }
  return at === length && [...names].some((name) => /^(?:[^/]*\/)?bagit\.txt$/.test(name));
}

function ours(data: DataView, at: number): boolean {
  const [maker, , flags, method, time, date] = [4, 6, 8, 10, 12, 14].map((place) => data.getUint16(at + place, true));
  const attributes = data.getUint16(at + 36, true) === 0 && data.getUint32(at + 38, true) === MODE;
  const fields = flags === UTF8 && method === 0 && time === 0 && date === DATE && data.getUint16(at + 32, true) === 0;
  return MAKERS.includes(maker!) && fields && attributes;
}

function plain(data: DataView, at: number): boolean {
  return !(data.getUint16(at + 8, true) & ENCRYPTED) && PLAIN.includes(data.getUint16(at + 40, true) & 0o170000);
}

/** Whether a name stays in the folder that it is unpacked to. */
function harmless(name: string): boolean {
  const parts = name.replace(/\/$/, "").split("/");
  return !STRANGE.test(name) && !parts.some((part) => part === "" || part === "." || part === "..");
}

/** What the end records claim of the directory; no members where there are none. */
async function toldEnd(file: Blob): Promise<{ count: number; length: number; start: number }> {
  const none = { count: 0, length: 0, start: 0 };
  if (file.size < 22) return none;
  const end = await view(file, file.size - 22, 22);
  if (end.getUint32(0, true) !== END) return none;
  const [count, length, start] = [end.getUint16(10, true), end.getUint32(12, true), end.getUint32(16, true)];
  if (count !== 0xffff && length !== 0xffffffff && start !== 0xffffffff) return { count, length, start };
  if (file.size < 98) return none;
  const big = await view(file, file.size - 98, 76);
  if (big.getUint32(0, true) !== END64 || big.getUint32(56, true) !== LOCATOR) return none;
  const long = (place: number): number => Number(big.getBigUint64(place, true));
  return { count: long(32), length: long(40), start: long(48) };
}

async function view(file: Blob, start: number, length: number): Promise<DataView> {
  return new DataView(await file.slice(start, start + length).arrayBuffer());
}
