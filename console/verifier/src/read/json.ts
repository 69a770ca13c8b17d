/** Canonical JSON (RFC 8785 in a narrow profile: ASCII keys, NFC text, integers below 2^53, no floats, no nulls). */

import { Malformed, text, utf8 } from "./bytes";

export type Json = string | number | boolean | Json[] | Dict;
export interface Dict {
  [key: string]: Json;
}

const DEEPEST = 16;
const ASCII = /^[\x00-\x7f]*$/;
const LONE = /\p{Surrogate}/u;

/** The one text that stands for `value`. Throws Malformed outside the profile. */
export function canonical(value: unknown, depth = 0): string {
  if (depth > DEEPEST) throw new Malformed("nested too deep");
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Malformed(`${value} is not an integer below 2^53`);
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    if (LONE.test(value) || value.normalize("NFC") !== value) throw new Malformed("text is not in NFC");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value).sort();
    if (!keys.every((key) => ASCII.test(key))) throw new Malformed("a key is not ASCII");
    const items = keys.map((key) => `${JSON.stringify(key)}:${canonical((value as Dict)[key], depth + 1)}`);
    return `{${items.join(",")}}`;
  }
  throw new Malformed("a value that has no place in canonical JSON");
}

/**
 * The object that these bytes are the canonical form of. Throws Malformed for anything else: what is written back must
 * be what was read, so repeated keys, spaces, 1.0, 1e3 and numbers that do not fit are all refused.
 */
export function parse(bytes: Uint8Array): Dict {
  const source = text(bytes);
  const value = loose(source);
  if (!isDict(value) || canonical(value) !== source) throw new Malformed("not canonical JSON");
  return value;
}

/** Any JSON; for what is not signed as such. Throws Malformed. */
export function loose(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new Malformed(`not JSON: ${(error as Error).message}`);
  }
}

export function canonicalBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return utf8(canonical(value));
}

export function isDict(value: unknown): value is Dict {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
