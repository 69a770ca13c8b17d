/** Signatures of cameras: ECDSA (FIPS 186-5) by the browser, RSASSA-PSS (RFC 8017 section 8.1.2) here. */

import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";

import { concat, equal, hex } from "../read/bytes";
import { type CameraKey, type Curve, number } from "../read/certificate";
import type { HashName } from "../read/sei";

const HASHES = { sha256, sha384, sha512 };
const NAMES = { sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" };
const ORDERS = {
  "P-256": 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  "P-384": 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

export function hashed(name: HashName, data: Uint8Array): Uint8Array {
  return HASHES[name](data);
}

/** Whether signatures of this key can be checked here. */
export function usable(key: CameraKey): boolean {
  return key.rsa !== undefined || (key.ec !== undefined && globalThis.crypto?.subtle !== undefined);
}

/** Whether the holder of the key signed a document; false for malformed signatures too. */
export async function signed(key: CameraKey, signature: Uint8Array, document: Uint8Array<ArrayBuffer>, name: HashName): Promise<boolean> {
  if (key.rsa) return pssHolds(key.rsa, signature, hashed(name, document), name);
  const { curve, point } = key.ec!;
  const pair = pairOf(signature, curve);
  if (!pair) return false;
  const algorithm = { name: "ECDSA", namedCurve: curve.name };
  const handle = await crypto.subtle.importKey("raw", point, algorithm, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: NAMES[name] }, handle, pair, document);
}

/** r and s, each as wide as the curve, of SEQUENCE { INTEGER, INTEGER } in its one spelling; undefined for any other. */
function pairOf(signature: Uint8Array, curve: Curve): Uint8Array<ArrayBuffer> | undefined {
  const numbers: bigint[] = [];
  for (let at = 2; numbers.length < 2; ) {
    const size = signature[at + 1] ?? 0;
    numbers.push(number(signature.subarray(at + 2, at + 2 + size)));
    at += 2 + size;
  }
  if (!numbers.every((one) => one > 0n && one < ORDERS[curve.name])) return undefined;
  const whole = concat(...numbers.map(integer));
  if (!equal(signature, concat(Uint8Array.of(0x30, whole.length), whole))) return undefined;
  return concat(...numbers.map((one) => bytesOf(one, curve.size)));
}

/** A positive number as a DER INTEGER. */
function integer(one: bigint): Uint8Array {
  const body = bytesOf(one, Math.floor(one.toString(2).length / 8) + 1);
  return concat(Uint8Array.of(2, body.length), body);
}

function bytesOf(one: bigint, size: number): Uint8Array {
  const digits = one.toString(16).padStart(2 * size, "0");
  return Uint8Array.from({ length: size }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** RFC 8017 sections 8.1.2 and 9.1.2, with MGF1 over the same hash and a salt of any length. */
function pssHolds({ modulus, exponent }: { modulus: bigint; exponent: bigint }, signature: Uint8Array, digest: Uint8Array, name: HashName): boolean {
  const bits = modulus.toString(2).length - 1;
  const length = Math.ceil(bits / 8);
  const opened = number(signature);
  if (signature.length !== Math.ceil((bits + 1) / 8) || opened >= modulus || length < digest.length + 2) return false;
  const message = power(opened, exponent, modulus);
  if (message >> BigInt(8 * length)) return false;
  const encoded = bytesOf(message, length);
  const masked = encoded.subarray(0, length - digest.length - 1);
  const seed = encoded.subarray(masked.length, length - 1);
  const spare = 8 * length - bits;
  if (encoded[length - 1] !== 0xbc || masked[0]! >> (8 - spare)) return false;
  const block = unmasked(masked, seed, name);
  block[0]! &= 0xff >> spare;
  const one = block.findIndex((byte) => byte !== 0);
  if (one < 0 || block[one] !== 1) return false;
  return equal(hashed(name, concat(new Uint8Array(8), digest, block.subarray(one + 1))), seed);
}

/** The bytes under MGF1's mask (RFC 8017 appendix B.2.1). */
function unmasked(masked: Uint8Array, seed: Uint8Array, name: HashName): Uint8Array {
  const out = masked.slice();
  for (let at = 0, count = 0; at < out.length; count++) {
    const mask = hashed(name, concat(seed, Uint8Array.of(0, 0, count >> 8, count & 255)));
    for (const byte of mask.subarray(0, out.length - at)) out[at++]! ^= byte;
  }
  return out;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** A digest as a key of sets. */
export function keyOf(digest: Uint8Array): string {
  return hex(digest);
}
