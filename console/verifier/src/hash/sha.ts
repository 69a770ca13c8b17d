/** SHA-256 of small things at once, with the prefixes of RFC 6962 and of our chains; and Ed25519 (RFC 8032). */

import * as ed from "@noble/ed25519";
import { sha256 as noble, sha512 } from "@noble/hashes/sha2.js";

import { concat, hex } from "../read/bytes";

ed.hashes.sha512 = sha512;

export const ZERO = "0".repeat(64);

export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return noble(bytes) as Uint8Array<ArrayBuffer>;
}

/** SHA-256(00 || data), RFC 6962 section 2.1. */
export function leaf(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(concat(Uint8Array.of(0), data));
}

/** SHA-256(01 || left || right), RFC 6962 section 2.1. */
export function node(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** SHA-256(02 || previous || leaf): the next tip of a run's chain. */
export function tip(previous: Uint8Array, leafHash: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(concat(Uint8Array.of(2), previous, leafHash));
}

/** The first 16 hex digits of SHA-256 over a public key: how entries name who signed. */
export function keyId(publicKey: Uint8Array): string {
  return hex(sha256(publicKey)).slice(0, 16);
}

/** Whether `signature` over `message` is by the holder of `publicKey`; false for malformed input too. */
export function verify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    return ed.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
