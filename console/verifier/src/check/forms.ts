/** The files under meta/, read and held to their form. What cannot be read is noted once and counts as absent. */

import { hex, Malformed } from "../read/bytes";
import { leaf } from "../hash/sha";
import type { Container } from "../read/container";
import { canonicalBytes, type Dict, parse } from "../read/json";
import { parseCheckpoint } from "../read/note";
import { checkBody, checkPredicate } from "./bodies";
import { openEnvelope } from "./envelope";
import {
  CHECKPOINT,
  CHUNKS,
  CUSTODY,
  type ChunkLine,
  ENTRIES,
  type Entry,
  KEYS,
  type KeyRecord,
  LEAVES,
  Material,
  MOST_META,
  NEEDED_BY,
  type Pulse,
  PULSES,
  SIGNATURES,
  STATEMENT,
  type Statement,
  type Tombstone,
  TOMBSTONES,
} from "./material";
import { need, needRows, only, unhex } from "./shape";
import type { Verdicts } from "./verdicts";

const EXPORT = "urn:saksi:evidence-export:1";
const MOST_LINE = 2 ** 23;
const MOST_ENTRY = 65_535;

/** A line of another form; it counts from 1. */
class LineMalformed extends Malformed {
  constructor(
    readonly line: number,
    why: string,
  ) {
    super(why);
  }
}

type Reader = (data: Uint8Array, material: Material) => void;

/** Reads what is under meta/ and notes what cannot be read. */
export async function load(container: Container, verdicts: Verdicts): Promise<Material> {
  const material = new Material();
  const readers: [string, Reader][] = [
    [STATEMENT, readStatement],
    [KEYS, readKeys],
    [CHECKPOINT, (data) => (material.checkpoint = parseCheckpoint(data))],
    [CHUNKS, readChunks],
    [LEAVES, readLeaves],
    [PULSES, readPulses],
    [CUSTODY, readCustody],
  ];
  if (container.files.has(TOMBSTONES)) readers.push([TOMBSTONES, readTombstones]);
  else material.tombstones = [];
  for (const [path, reader] of readers) await readOne(container, verdicts, path, (data) => reader(data, material));
  const signatures: SignatureRow[] = [];
  await readOne(container, verdicts, SIGNATURES, (data) => signatures.push(...readSignatures(data)));
  if (signatures.length || container.files.get(SIGNATURES)?.size === 0)
    await readOne(container, verdicts, ENTRIES, (data) => (material.entries = readEntries(data, signatures)));
  else lacking(verdicts, ENTRIES);
  return material;
}

function lacking(verdicts: Verdicts, path: string): void {
  for (const n of NEEDED_BY[path]!) verdicts.of(n).add("not_read", path);
}

async function readOne(
  container: Container,
  verdicts: Verdicts,
  path: string,
  reader: (data: Uint8Array) => void,
): Promise<void> {
  const blob = container.files.get(path);
  if (!blob) {
    verdicts.of(1).add("missing", path);
    lacking(verdicts, path);
    return;
  }
  try {
    if (blob.size > MOST_META) throw new Malformed(`more than ${MOST_META} bytes`);
    reader(new Uint8Array(await blob.arrayBuffer()));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const place = error instanceof LineMalformed ? `${path}:${error.line}` : path;
    verdicts.of(1).add("malformed", place, "package format", error.message);
    lacking(verdicts, path);
  }
}

/** Hands every line, with its number from 1 and its JSON, to `take`. */
function eachLine(data: Uint8Array, most: number, take: (number: number, line: Uint8Array, told: Dict) => void): void {
  let number = 0;
  for (let at = 0; at < data.length; ) {
    number++;
    const end = data.indexOf(10, at);
    try {
      // As when all is split at newlines first: the lines before an unended one are never looked at.
      if (data[data.length - 1] !== 10) throw new LineMalformed(countLines(data), "no newline at the end");
      if (end - at > most) throw new Malformed(`a line of more than ${most} bytes`);
      const line = data.subarray(at, end);
      take(number, line, parse(line));
    } catch (error) {
      if (error instanceof LineMalformed || !(error instanceof Malformed)) throw error;
      throw new LineMalformed(number, error.message);
    }
    at = end + 1;
  }
}

function countLines(data: Uint8Array): number {
  return data.reduce((sum, byte) => sum + Number(byte === 10), 1);
}

/** The statement of the package. */
function readStatement(data: Uint8Array, material: Material): void {
  const { statement, payload, keyid, signature } = openEnvelope(data, EXPORT);
  checkPredicate(statement);
  Object.assign(material, { statement: statement as unknown as Statement, payload, keyid, signature });
}

function readKeys(data: Uint8Array, material: Material): void {
  const told = need(parse(data[data.length - 1] === 10 ? data.subarray(0, -1) : data), "keys:l");
  const keys = new Map<string, KeyRecord>();
  const list = told["keys"] as unknown[];
  for (const one of list) {
    const key = need(one, "key:s role:s name:s public:s from:i until:i");
    unhex(key["public"], 32);
    keys.set(key["key"] as string, key as unknown as KeyRecord);
  }
  if (keys.size !== list.length) throw new Malformed("a key stands there twice");
  material.keys = keys;
}

interface SignatureRow {
  index: number;
  leaf: string;
  key: string;
  sig: string;
}

function readSignatures(data: Uint8Array): SignatureRow[] {
  const rows: SignatureRow[] = [];
  eachLine(data, MOST_LINE, (_, __, told) => {
    need(told, "index:i leaf:s key:s sig:s");
    unhex(told["leaf"], 32);
    unhex(told["sig"], 64);
    rows.push(told as unknown as SignatureRow);
  });
  return rows;
}

function readEntries(data: Uint8Array, signatures: SignatureRow[]): Entry[] {
  const entries: Entry[] = [];
  const fields = "t:s chain:s seq:i prev:s at:i by:s refs:l body:d";
  eachLine(data, MOST_ENTRY, (number, line, told) => {
    need(told, fields);
    only(told, fields);
    const kind = told["t"] as string;
    if (!kind.startsWith("saksi/") || !kind.endsWith("/1")) throw new Malformed("not an entry");
    unhex(told["prev"], 32);
    for (const one of told["refs"] as Dict[string][]) unhex(one, 32);
    const row = signatures[number - 1];
    const hash = hex(leaf(line));
    if (row?.leaf !== hash) throw new Malformed("its line of signatures.jsonl is missing, or of another entry");
    checkBody(kind.slice(6, -2), told["body"] as Dict);
    const { t: _, ...rest } = told;
    const place = { index: row.index, line: number, data: line.slice(), leaf: hash, kind: kind.slice(6, -2) };
    entries.push({ ...place, ...(rest as unknown as Entry), key: row.key, signature: unhex(row.sig, 64) });
  });
  if (entries.length !== signatures.length) throw new Malformed("not as many lines as signatures.jsonl");
  return entries;
}

function readChunks(data: Uint8Array, material: Material): void {
  const chunks: NonNullable<Material["chunks"]> = [];
  const fields = "t:s camera:s run:s init:s sha256:s ended:s seq:i start:i end:i frames:i size:i lost:i clock:l";
  eachLine(data, MOST_ENTRY, (number, line, told) => {
    need(told, fields);
    only(told, fields);
    if (told["t"] !== "saksi/chunk/1") throw new Malformed("not a chunk entry");
    needRows([told["clock"]!], ["s", "i", "i", "s", "i", "i"]);
    chunks.push({ line: number, leaf: hex(leaf(line)), told: told as unknown as ChunkLine });
  });
  material.chunks = chunks;
}

function readLeaves(data: Uint8Array, material: Material): void {
  const leaves = new Map<string, Uint8Array[]>();
  eachLine(data, MOST_LINE, (_, __, told) => {
    need(told, "seal:s leaves:l");
    unhex(told["seal"], 32);
    const seal = told["seal"] as string;
    if (leaves.has(seal)) throw new Malformed("a seal stands there twice");
    leaves.set(seal, (told["leaves"] as Dict[string][]).map((one) => unhex(one, 32)));
  });
  material.leaves = leaves;
}

function readPulses(data: Uint8Array, material: Material): void {
  const pulses: Pulse[] = [];
  eachLine(data, MOST_LINE, (number, _, told) => {
    need(told, "pulse:s position:i line:d path:l");
    const line = need(told["line"], "camera:s run:s seq:i tip:s");
    unhex(told["pulse"], 32);
    unhex(line["tip"], 32);
    const path = (told["path"] as Dict[string][]).map((one) => unhex(one, 32));
    const place = { number, pulse: told["pulse"] as string, position: told["position"] as number };
    pulses.push({ ...place, line: line as unknown as Pulse["line"], path, leaf: leaf(canonicalBytes(line)) });
  });
  material.pulses = pulses;
}

function readCustody(data: Uint8Array, material: Material): void {
  const rows: NonNullable<Material["custody"]> = [];
  eachLine(data, MOST_LINE, (number, _, told) => {
    need(told, "leaf:s nonce:s body:d");
    unhex(told["leaf"], 32);
    rows.push({ number, leaf: told["leaf"] as string, salt: unhex(told["nonce"], 32), body: told["body"] as Dict });
  });
  material.custody = rows;
}

function readTombstones(data: Uint8Array, material: Material): void {
  const rows: Tombstone[] = [];
  eachLine(data, MOST_LINE, (number, _, told) => {
    need(told, "done:s position:i line:d path:l");
    const line = need(told["line"], "t:s camera:s run:s seal:s hour:i part:i n:i bytes:i policy:i purge:i seqs:l");
    if (line["t"] !== "saksi/tombstone/1") throw new Malformed("not a tombstone");
    needRows(line["seqs"], ["i", "i"]);
    unhex(line["seal"], 32);
    unhex(told["done"], 32);
    const path = (told["path"] as Dict[string][]).map((one) => unhex(one, 32));
    const place = { number, done: told["done"] as string, position: told["position"] as number };
    rows.push({ ...place, line: line as unknown as Tombstone["line"], path, hash: leaf(canonicalBytes(line)) });
  });
  material.tombstones = rows;
}
