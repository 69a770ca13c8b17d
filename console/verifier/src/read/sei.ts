/**
 * The SEI messages by which ONVIF cameras sign video (ONVIF Media Signing Specification 26.06, "SEI format"). Numbers are
 * big endian; those of the general tag little endian where that alone makes its start a plausible time.
 */

import { Malformed } from "./bytes";

export type HashName = "sha256" | "sha384" | "sha512";
/** A hash, "?" for one that is not known here, "" where none is named. */
export type Told = HashName | "?" | "";

const UUID = [0x00, 0x5b, 0xc9, 0x3f, 0x2d, 0x71, 0x5e, 0x95, 0xad, 0xa4, 0x79, 0x6f, 0x90, 0x87, 0x7a, 0x6f];
const TAG = { general: 1, hashes: 2, signature: 3, crypto: 4, certificates: 6, arbitrary: 7 };
const [CERTIFICATE, ESCAPED] = [0x80, 0x40];
export const MOST_SEI = 2 ** 17; // bytes of one SEI; a tag has 65,535 at most
const FROM_1601 = 11_644_473_600_000_000n; // microseconds to 1970
const YEAR_2100 = 4_102_444_800_000_000n;
const NIST_HASHES = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02]; // 2.16.840.1.101.3.4.2, the last number is missing
const NAMES: Record<number, HashName> = { 1: "sha256", 2: "sha384", 3: "sha512" };
const WIDTHS: Record<number, HashName> = { 32: "sha256", 48: "sha384", 64: "sha512" };

/** What a (partial) GOP is; times in microseconds since 1970, 0 where they are none. */
export interface Gop {
  partial: boolean;
  start: number;
  end: number;
  counter: number;
  nals: number;
  digest: Uint8Array;
  /** The hash of the first NAL unit of the GOP before. */
  linked: Uint8Array;
}

export interface Sei {
  /** Whether it only carries certificates. */
  certificate: boolean;
  /** The bytes that are signed, or hashed when there is no signature. */
  document: Uint8Array<ArrayBuffer>;
  signature: Uint8Array | undefined;
  gop: Gop | undefined;
  hashes: Uint8Array;
  hash: Told;
  chains: { user: boolean; pem: Uint8Array }[];
}

/** Whether an SEI NAL unit begins with user data of media signing. */
export function isSigningSei(h265: boolean, nal: ArrayLike<number>): boolean {
  const header = h265 ? 2 : 1;
  if (nal[header] !== 5) return false; // user_data_unregistered
  const { place } = payload(nal, header + 1);
  return UUID.every((byte, i) => nal[place + i] === byte);
}

/** Reads a NAL unit for which isSigningSei holds. Throws Malformed. */
export function readSigningSei(h265: boolean, nal: Uint8Array): Sei {
  if (nal.length > MOST_SEI) throw new Malformed("an SEI that is too large");
  const raw = trimmed(nal);
  const { place, size } = payload(raw, h265 ? 3 : 2);
  // Only the missing length tells that emulation prevention was applied.
  const same = raw.length === place + size + 1;
  const plain = same ? raw : unescaped(raw);
  if (plain.length < place + size + 1 || size < 17) throw new Malformed("an SEI shorter than it claims");
  const flags = plain[place + 16]!;
  const { tags, signatureAt } = tagsOf(plain, place + 17, place + size);
  let document = plain.slice(0, signatureAt ?? place + size + 1);
  if (flags & ESCAPED) document = signatureAt === undefined ? raw.slice() : raw.slice(0, same ? signatureAt : escapedLength(raw, signatureAt));
  if (tags.has(TAG.arbitrary) && tags.size > 1) throw new Malformed("arbitrary data beside other tags");
  const first = (tag: number): Uint8Array | undefined => tags.get(tag)?.[0];
  const [signature, general, hashes, crypto] = [TAG.signature, TAG.general, TAG.hashes, TAG.crypto].map(first);
  return {
    certificate: (flags & CERTIFICATE) !== 0,
    document,
    signature: signature && signatureIn(signature),
    gop: general && gopIn(general),
    hashes: hashes ? versioned(hashes, 1).subarray(1) : new Uint8Array(),
    hash: crypto ? hashIn(crypto) : "",
    chains: (tags.get(TAG.certificates) ?? []).map(chainIn),
  };
}

/** The hash of a stream as an SEI of it tells, by name or by the width of a digest. */
export function toldHash(sei: Sei): Told {
  return sei.gop ? hashOfWidth(sei.gop.digest.length) : sei.hash;
}

export function hashOfWidth(width: number): Told {
  return WIDTHS[width] ?? "?";
}

/** Bytes without the zero bytes that end them. */
export function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end && !bytes[end - 1]) end--;
  return bytes.subarray(0, end);
}

function payload(nal: ArrayLike<number>, from: number): { place: number; size: number } {
  let [place, size] = [from, 0];
  for (; nal[place] === 0xff; place++) size += 255;
  return { place: place + 1, size: size + (nal[place] ?? 0) };
}

/** Without emulation prevention (H.264 section 7.4.1). */
function unescaped(raw: Uint8Array): Uint8Array {
  const out = new Uint8Array(raw.length);
  let length = 0;
  for (let at = 0; at < raw.length; ) {
    const escape = raw[at] === 0 && raw[at + 1] === 0 && raw[at + 2] === 3;
    if (!escape) out[length++] = raw[at++]!;
    else {
      length += 2; // which are zero already
      at += 3;
    }
  }
  return out.subarray(0, length);
}

/** How many bytes of `raw` hold the first `length` bytes without emulation prevention. */
function escapedLength(raw: Uint8Array, length: number): number {
  for (let at = 0; at + 2 < length && at + 2 < raw.length; at++) {
    if (raw[at] !== 0 || raw[at + 1] !== 0 || raw[at + 2] !== 3) continue;
    at += 2;
    length++;
  }
  return length;
}

function tagsOf(data: Uint8Array, from: number, end: number): { tags: Map<number, Uint8Array[]>; signatureAt: number | undefined } {
  const tags = new Map<number, Uint8Array[]>();
  let signatureAt: number | undefined;
  for (let at = from; at < end; ) {
    if (signatureAt !== undefined) throw new Malformed("a tag after the signature");
    const tag = data[at]!;
    // Of a length that is cut off, what is there is read as one number.
    const length = data.subarray(at + 1, at + 3).reduce((sum, byte) => sum * 256 + byte, 0);
    if (at + 3 + length > end || !length) throw new Malformed("a tag that does not fit");
    if (tag === TAG.signature) signatureAt = at;
    tags.set(tag, [...(tags.get(tag) ?? []), data.subarray(at + 3, at + 3 + length)]);
    at += 3 + length;
  }
  return { tags, signatureAt };
}

function versioned(value: Uint8Array, ...versions: number[]): Uint8Array {
  if (!versions.includes(value[0]!)) throw new Malformed("a tag of another version");
  return value;
}

function gopIn(value: Uint8Array): Gop {
  const second = versioned(value, 1, 2)[0] === 2;
  const fixed = second ? 27 : 19;
  const width = Math.floor((value.length - fixed) / 2);
  if (width < 16 || value.length !== fixed + 2 * width) throw new Malformed("a general tag of another length");
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const little = !plausible(view.getBigUint64(5)) && plausible(view.getBigUint64(5, true));
  const place = second ? 21 : 13;
  const start = view.getBigUint64(5, little);
  return {
    partial: value[4] !== 0,
    start: toldTime(start),
    end: toldTime(second ? view.getBigUint64(13, little) : start),
    counter: view.getUint32(place, little),
    nals: view.getUint16(place + 4, little),
    digest: value.subarray(fixed, fixed + width),
    linked: value.subarray(fixed + width),
  };
}

function since1970(ticks: bigint): bigint {
  return ticks / 10n - FROM_1601;
}

function plausible(ticks: bigint): boolean {
  const at = since1970(ticks);
  return at >= 0n && at < YEAR_2100;
}

/** A camera without a clock counts from 1601. */
function toldTime(ticks: bigint): number {
  const at = since1970(ticks);
  return at > 0n && at < 1n << 53n ? Number(at) : 0;
}

function signatureIn(value: Uint8Array): Uint8Array {
  const length = versioned(value, 1).subarray(1, 3).reduce((sum, byte) => sum * 256 + byte, 0);
  if (!length || length > value.length - 3) throw new Malformed("a signature that does not fit its tag");
  return value.subarray(3, 3 + length);
}

/** By object identifier, with or without the DER header. */
function hashIn(value: Uint8Array): Told {
  const identifier = value.length > 1 ? value.subarray(2, 2 + versioned(value, 1)[1]!) : new Uint8Array();
  const at = identifier.length - 1 - NIST_HASHES.length;
  if (at < 0 || !NIST_HASHES.every((byte, i) => identifier[at + i] === byte)) return "?";
  return NAMES[identifier[identifier.length - 1]!] ?? "?";
}

function chainIn(value: Uint8Array): { user: boolean; pem: Uint8Array } {
  if (versioned(value, 1).length < 2) throw new Malformed("a certificate tag without certificates");
  return { user: value[1] !== 0, pem: trimmed(value.subarray(2)) };
}
