/** An RFC 3161 time stamp beside the checkpoint: what it stamps is compared here; its signature needs openssl. */

import { sha256 } from "../hash/sha";
import { concat, equal, fromHex, hex, Malformed } from "../read/bytes";
import type { Container } from "../read/container";
import type { Material } from "./material";
import type { Verdict } from "./verdicts";

const STAMP = "meta/checkpoint.tsr";
const MOST_STAMP = 2 ** 20;
const TST_INFO = fromHex("060b2a864886f70d0109100104"); // id-ct-TSTInfo, RFC 3161 section 2.4.2
const SHA256 = fromHex("0609608648016503040201");

interface Element {
  tag: number;
  body: number;
  end: number;
}

function find(data: Uint8Array, wanted: Uint8Array): number {
  for (let at = 0; at + wanted.length <= data.length; at++)
    if (data[at] === wanted[0] && equal(data.subarray(at, at + wanted.length), wanted)) return at;
  return -1;
}

/** The DER element at a place, X.690 section 8.1. Throws Malformed. */
function der(data: Uint8Array, at: number): Element {
  if (at + 2 > data.length) throw new Malformed("DER that is cut off");
  let [length, body] = [data[at + 1]!, at + 2];
  if (length & 0x80) {
    const count = length & 0x7f;
    if (count < 1 || count > 4 || body + count > data.length) throw new Malformed("a DER length that cannot be");
    length = data.subarray(body, body + count).reduce((sum, byte) => sum * 256 + byte, 0);
    body += count;
  }
  if (body + length > data.length) throw new Malformed("a DER element beyond its end");
  return { tag: data[at]!, body, end: body + length };
}

function children(data: Uint8Array): { tag: number; value: Uint8Array }[] {
  const out = [];
  for (let at = 0; at < data.length; ) {
    const { tag, body, end } = der(data, at);
    out.push({ tag, value: data.subarray(body, end) });
    at = end;
  }
  return out;
}

/** Hash and time of the TSTInfo inside a response. Throws Malformed. */
function imprint(data: Uint8Array): { hash: Uint8Array; time: string } {
  const place = find(data, TST_INFO);
  if (place < 0) throw new Malformed("no time-stamp token");
  const explicit = der(data, place + TST_INFO.length);
  const octets = der(data, explicit.body);
  const info = der(data.subarray(0, octets.end), octets.body);
  const parts = children(data.subarray(info.body, info.end));
  if (parts.length < 5 || parts[2]!.tag !== 0x30) throw new Malformed("a time-stamp token of another form");
  const message = children(parts[2]!.value);
  const time = parts.find(({ tag }) => tag === 0x18);
  if (message.length !== 2 || find(message[0]!.value, SHA256) < 0 || !time)
    throw new Malformed("a stamp over another hash than SHA-256");
  return { hash: message[1]!.value, time: String.fromCharCode(...time.value.subarray(0, 40)) };
}

/** A fact of verdict 5; a stamp over something else makes the verdict fail. */
export async function checkStamp(verdict: Verdict, container: Container, material: Material): Promise<void> {
  const blob = container.files.get(STAMP);
  if (!blob || !material.checkpoint) return;
  const wanted = sha256(stampedBytes(material.checkpoint.data));
  try {
    if (blob.size > MOST_STAMP) throw new Malformed("more than a megabyte");
    const { hash, time } = imprint(new Uint8Array(await blob.arrayBuffer()));
    if (!equal(hash, wanted)) {
      verdict.add("stamp_differs", STAMP, wanted, hash);
      return;
    }
    verdict.facts["stamp"] = time;
    verdict.facts["stamp_note"] = `openssl ts -verify -in ${STAMP} -digest ${hex(hash)} -CAfile CA.pem`;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    verdict.add("stamp_differs", STAMP, "RFC 3161", error.message);
  }
}

/** What a stamp is made over: the checkpoint's text, an empty line and the log's own signature line. */
function stampedBytes(data: Uint8Array): Uint8Array {
  const gap = data.findIndex((byte, i) => byte === 10 && data[i + 1] === 10);
  const start = gap < 0 ? data.length : gap + 2;
  const end = data.indexOf(10, start);
  return concat(data.subarray(0, end < 0 ? data.length : end), Uint8Array.of(10));
}
