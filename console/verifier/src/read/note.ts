/** C2SP signed notes, verifier keys, checkpoints and cosignatures; Ed25519 only, lines of other keys mean nothing. */

import { sha256, verify } from "../hash/sha";
import { concat, equal, fromBase64, hex, Malformed, text, toBase64, utf8 } from "./bytes";

export const ED25519 = 1;
export const COSIGNATURE = 4;
const MOST_BYTES = 2 ** 20;
const MOST_SIGNATURES = 100;
const CONTROL = /[\x00-\x09\x0b-\x1f]/;
const NUMBER = /^(?:0|[1-9][0-9]{0,18})$/;
const NAME = /^[^\s+\x00-\x20\x85]+$/;
const MOST_SECONDS = 1n << 40n;

export interface VerifierKey {
  name: string;
  kind: number;
  id: Uint8Array;
  publicKey: Uint8Array;
}

export interface Line {
  name: string;
  id: Uint8Array;
  signature: Uint8Array;
}

export interface Note {
  text: string;
  lines: Line[];
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
  note: Note;
  data: Uint8Array;
}

/** A number below 2^63 in its shortest form. Throws Malformed. */
export function number(value: string): number {
  if (!NUMBER.test(value) || BigInt(value) >= 1n << 63n) throw new Malformed("not a number");
  return Number(value);
}

/** The bytes of base64 in its one canonical spelling. Throws Malformed. */
export function unbase64(value: string): Uint8Array<ArrayBuffer> {
  const data = fromBase64(value);
  if (toBase64(data) !== value) throw new Malformed("base64 in another spelling");
  return data;
}

export function unhash(value: string): Uint8Array<ArrayBuffer> {
  const data = unbase64(value);
  if (data.length !== 32) throw new Malformed("a hash has 32 bytes");
  return data;
}

function checkedName(name: string): string {
  if (!NAME.test(name)) throw new Malformed("a key name is empty or holds a space, a plus or a control character");
  return name;
}

/** The key of `name+hash+base64`. Throws Malformed, also when its id is not that of its key. */
export function parseVerifierKey(line: string): VerifierKey {
  const [name = "", id = "", ...rest] = line.split("+");
  const raw = unbase64(rest.join("+"));
  const kind = raw[0];
  if (kind === undefined || ((kind === ED25519 || kind === COSIGNATURE) && raw.length !== 33))
    throw new Malformed("a verifier key has a public key of another length");
  const expected = sha256(concat(utf8(`${checkedName(name)}\n`), raw)).slice(0, 4);
  if (hex(expected) !== id) throw new Malformed("the id of a verifier key is not that of its key");
  return { name, kind, id: expected, publicKey: raw.slice(1) };
}

/** The key as it is handed out. */
export function verifierKeyText(key: VerifierKey): string {
  return `${key.name}+${hex(key.id)}+${toBase64(concat(Uint8Array.of(key.kind), key.publicKey))}`;
}

/** Text and signatures of at most 1 MiB and 100 lines. Throws Malformed. */
export function parseNote(data: Uint8Array): Note {
  if (data.length > MOST_BYTES) throw new Malformed("a note is too long");
  const whole = text(data);
  const split = whole.lastIndexOf("\n\n");
  if (CONTROL.test(whole) || split < 0 || split + 2 >= whole.length || !whole.endsWith("\n"))
    throw new Malformed("a note is a text, an empty line and signature lines");
  const lines = whole.slice(split + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) throw new Malformed("a note has too many signatures");
  return { text: whole.slice(0, split + 1), lines: lines.map(parseLine) };
}

function parseLine(line: string): Line {
  const gap = line.indexOf(" ", 2);
  if (!line.startsWith("\u2014 ") || gap < 0) throw new Malformed("not a signature line");
  const data = unbase64(line.slice(gap + 1));
  if (data.length < 5) throw new Malformed("a signature is too short");
  return { name: checkedName(line.slice(2, gap)), id: data.slice(0, 4), signature: data.slice(4) };
}

/** Throws Malformed; lines after the three are allowed. */
export function parseCheckpoint(data: Uint8Array): Checkpoint {
  const note = parseNote(data);
  const lines = note.text.split("\n");
  if (lines.length < 4 || lines[lines.length - 1] !== "" || lines.slice(0, -1).includes(""))
    throw new Malformed("a checkpoint is an origin, a size and a root, each on a line of its own");
  return { origin: lines[0]!, size: number(lines[1]!), root: unhash(lines[2]!), note, data };
}

export interface Signed {
  /** When the key signed: a cosignature's seconds since 1970, 0 for a plain signature; the earliest of several. */
  at: number | undefined;
  /** Whether a line carries the key's name and id and is not by it. */
  false: boolean;
}

export function signedBy(note: Note, key: VerifierKey): Signed {
  const lines = note.lines.filter((line) => line.name === key.name && equal(line.id, key.id));
  const found = lines.map((line) => lineHolds(note.text, line, key));
  const times = found.filter((at) => at !== undefined);
  return { at: times.length ? Math.min(...times) : undefined, false: times.length < found.length };
}

/** The time of a signature that holds (0 for one without time). */
function lineHolds(text: string, line: Line, key: VerifierKey): number | undefined {
  if (key.kind === ED25519) return verify(key.publicKey, line.signature, utf8(text)) ? 0 : undefined;
  if (key.kind !== COSIGNATURE || line.signature.length !== 72) return undefined;
  const seconds = new DataView(line.signature.slice().buffer).getBigUint64(0);
  if (seconds <= 0n || seconds >= MOST_SECONDS) return undefined;
  const message = utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
  return verify(key.publicKey, line.signature.slice(8), message) ? Number(seconds) : undefined;
}
