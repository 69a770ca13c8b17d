/**
 * A camera's certificate (X.509, RFC 5280), as far as it is needed: whose it says it is, and the key in it. Who issued it is
 * not looked at: whom to trust as manufacturer is for the reader to decide.
 */

import { sha256 } from "../hash/sha";
import { fromBase64, hex, Malformed, text } from "./bytes";
import { printable } from "./container";

export interface Curve {
  name: "P-256" | "P-384";
  size: number;
  prime: bigint;
  b: bigint;
}

export interface CameraKey {
  /** SHA-256 of the certificate. */
  fingerprint: string;
  subject: string;
  /** One of the two; neither for a key of a kind that is not known here. */
  ec: { curve: Curve; point: Uint8Array<ArrayBuffer> } | undefined;
  rsa: { modulus: bigint; exponent: bigint } | undefined;
}

interface Field {
  tag: number;
  body: Uint8Array;
}

const [INTEGER, BITS, OBJECT, SEQUENCE, SET] = [0x02, 0x03, 0x06, 0x30, 0x31];
const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\t-\r ]*)-----END CERTIFICATE-----/;
const RSA_KEYS = new Set(["2a864886f70d010101", "2a864886f70d01010a"]); // rsaEncryption, RSASSA-PSS
const EC_KEY = "2a8648ce3d0201";
const MOST_SUBJECT = 300;
const NAMES: Record<number, string> = { 3: "CN", 5: "SN", 6: "C", 7: "L", 8: "ST", 10: "O", 11: "OU" }; // 2.5.4.n
// SP 800-186 section 3.2.1.
const CURVES: Record<string, Curve> = {
  "2a8648ce3d030107": {
    name: "P-256",
    size: 32,
    prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  "2b81040022": {
    name: "P-384",
    size: 48,
    prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
};

export function number(bytes: Uint8Array): bigint {
  return bytes.length ? BigInt(`0x${hex(bytes)}`) : 0n;
}

/** The first certificate of a chain in PEM; undefined where it cannot be read. */
export function leafOf(pem: Uint8Array): CameraKey | undefined {
  const found = PEM.exec(latin(pem));
  if (!found) return undefined;
  try {
    return readCertificate(fromBase64(found[1]!.replace(/[\t-\r ]/g, "")));
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function latin(bytes: Uint8Array): string {
  let out = "";
  for (let at = 0; at < bytes.length; at += 4096) out += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return out;
}

/** Throws Malformed. */
export function readCertificate(data: Uint8Array): CameraKey {
  const parts = fields(only(data, SEQUENCE));
  if (tags(parts) !== tags3(SEQUENCE, SEQUENCE, BITS)) throw new Malformed("not a certificate");
  let inner = fields(parts[0]!.body);
  if (inner[0]?.tag === 0xa0) inner = inner.slice(1); // the version, where it is not the first
  if (tags(inner.slice(0, 6)) !== tags3(INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE))
    throw new Malformed("not a certificate");
  const found: CameraKey = { fingerprint: hex(sha256(data)), subject: subjectOf(inner[4]!.body), ec: undefined, rsa: undefined };
  const info = fields(inner[5]!.body);
  if (tags(info) !== tags3(SEQUENCE, BITS) || info[1]!.body[0] !== 0) throw new Malformed("not a public key");
  const algorithm = fields(info[0]!.body);
  const key = info[1]!.body.subarray(1);
  if (!algorithm[0]) throw new Malformed("a key of no algorithm");
  const kind = algorithm[0].tag === OBJECT ? hex(algorithm[0].body) : "";
  const curve = kind === EC_KEY && algorithm.length === 2 ? CURVES[hex(algorithm[1]!.body)] : undefined;
  if (curve) found.ec = { curve, point: onCurve(curve, key) };
  else if (RSA_KEYS.has(kind)) found.rsa = rsaKey(key);
  return found;
}

function onCurve(curve: Curve, key: Uint8Array): Uint8Array<ArrayBuffer> {
  const [x, y] = [number(key.subarray(1, 1 + curve.size)), number(key.subarray(1 + curve.size))];
  const inRange = key.length === 1 + 2 * curve.size && key[0] === 4 && x < curve.prime && y < curve.prime;
  if (!inRange || (y * y - (x * x * x - 3n * x + curve.b)) % curve.prime !== 0n)
    throw new Malformed("a key that is no point of its curve");
  return key.slice();
}

/** Undefined for numbers that no camera's key has. */
function rsaKey(key: Uint8Array): CameraKey["rsa"] {
  const numbers = fields(only(key, SEQUENCE));
  if (tags(numbers) !== tags3(INTEGER, INTEGER)) throw new Malformed("not an RSA key");
  const [modulus, exponent] = [number(numbers[0]!.body), number(numbers[1]!.body)];
  const bits = modulus.toString(2).length;
  const usable = bits >= 1024 && bits <= 8192 && modulus & exponent & 1n && exponent > 1n && exponent < 1n << 32n;
  return usable ? { modulus, exponent } : undefined;
}

/** A name as text: its parts in order, those of RFC 4519 by their letters. */
function subjectOf(data: Uint8Array): string {
  const texts: string[] = [];
  for (const { tag, body } of fields(data)) {
    for (const pair of tag === SET ? fields(body) : []) {
      const [kind, value, more] = fields(pair.body);
      if (kind?.tag !== OBJECT || !value || more) throw new Malformed("not a name");
      const short = kind.body.length === 3 && kind.body[0] === 0x55 && kind.body[1] === 4 ? NAMES[kind.body[2]!] : undefined;
      texts.push(`${short ?? hex(kind.body)}=${toldText(value.body)}`);
    }
  }
  return printable(texts.join(", "), MOST_SUBJECT);
}

function toldText(value: Uint8Array): string {
  try {
    return text(value);
  } catch (error) {
    if (error instanceof Malformed) return hex(value);
    throw error;
  }
}

function tags(found: Field[]): string {
  return tags3(...found.map(({ tag }) => tag));
}

function tags3(...wanted: number[]): string {
  return wanted.join();
}

function only(data: Uint8Array, tag: number): Uint8Array {
  const [found, more] = fields(data);
  if (found?.tag !== tag || more) throw new Malformed("DER of another form");
  return found.body;
}

/** The DER elements that fill a range (X.690), lengths in their one spelling. Throws Malformed. */
function fields(data: Uint8Array): Field[] {
  const found: Field[] = [];
  for (let at = 0; at < data.length; ) {
    let [length, body] = [data[at + 1] ?? 0xff, at + 2];
    if (length > 0x7f) {
      const count = length & 0x7f;
      length = data.subarray(body, body + count).reduce((sum, byte) => sum * 256 + byte, 0);
      if (count < 1 || count > 3 || length < Math.max(0x80, 2 ** (8 * (count - 1)))) throw new Malformed("a DER length that cannot be");
      body += count;
    }
    if (body + length > data.length) throw new Malformed("a DER element beyond its end");
    found.push({ tag: data[at]!, body: data.subarray(body, body + length) });
    at = body + length;
  }
  return found;
}
