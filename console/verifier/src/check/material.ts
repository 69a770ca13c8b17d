/** What a package tells under meta/; undefined where a file is missing or has another form. */

import { tip } from "../hash/sha";
import { hex } from "../read/bytes";
import type { Checkpoint } from "../read/note";

export const STATEMENT = "meta/statement.dsse.json";
export const KEYS = "meta/keys.json";
export const ENTRIES = "meta/entries.jsonl";
export const SIGNATURES = "meta/signatures.jsonl";
export const CHECKPOINT = "meta/checkpoint";
export const CHUNKS = "meta/chunks.jsonl";
export const LEAVES = "meta/leaves.jsonl";
export const PULSES = "meta/pulses.jsonl";
export const CUSTODY = "meta/custody.jsonl";
export const POLICY = "meta/policy.txt";
/** May be absent: of most footage no purge took anything. */
export const TOMBSTONES = "meta/tombstones.jsonl";
export const DERIVATIVES_ONLY = "derivatives";
export const IN_TOTO = "application/vnd.in-toto+json";
export const MOST_META = 2 ** 25;
export const MOST_NOTE = 2 ** 20;

/** Which verdicts need which file: without it they say so. */
export const NEEDED_BY: Record<string, number[]> = {
  [STATEMENT]: [2, 4, 5, 6, 7],
  [KEYS]: [2, 3],
  [ENTRIES]: [2, 3, 4, 5, 7],
  [SIGNATURES]: [2, 3, 4, 5, 7],
  [CHECKPOINT]: [2, 3, 5],
  [CHUNKS]: [4, 5],
  [LEAVES]: [4, 5],
  [PULSES]: [5],
  [CUSTODY]: [7],
  [TOMBSTONES]: [4],
};

export type GapRow = [from: number, to: number, cause: string];

export interface MasterFile {
  path: string;
  class: "master";
  size: number;
  sha256: string;
  camera: string;
  run: string;
  seq: number;
}

/** Samples of an original, both included. */
export interface PieceOf {
  run: string;
  seq: number;
  first: number;
  last: number;
}

export interface CourtFile {
  path: string;
  class: "court";
  size: number;
  sha256: string;
  exhibit: string;
  camera: string;
  nal_sha256: string;
  nals: number;
  pieces: PieceOf[];
  sound_sha256?: string;
  sounds?: number;
  sound_pieces?: PieceOf[];
  silences?: [number, number][];
  from?: number;
  to?: number;
}

export interface ProcessedFile {
  path: string;
  class: "processed";
  size: number;
  sha256: string;
  derivation?: unknown;
}

/** A file that somebody brought from another recorder, as it was. */
export interface ImportFile {
  path: string;
  class: "import";
  size: number;
  sha256: string;
  camera: string;
  run: string;
}

export interface Exhibit {
  exhibit: string;
  from: number;
  to: number;
  note?: string;
  cameras: string[];
}

export interface CameraRecord {
  camera: string;
  name?: string;
  exhibit: string;
  from: number;
  to: number;
  chunks: number;
  bytes: number;
  frames: number;
  gaps: GapRow[];
  missing?: [run: string, seq: number, cause: string][];
}

export interface Predicate {
  package: string;
  case: string;
  export: string;
  made_at: number;
  request: Record<string, unknown>;
  checkpoint: { origin: string; size: number; root: string };
  exhibits: Exhibit[];
  cameras: CameraRecord[];
  files: (MasterFile | CourtFile | ProcessedFile | ImportFile)[];
  meta: Record<string, string>;
  /** "derivatives": originals and playable copies are withheld on purpose. */
  only?: string;
  /** There where imported files were asked for: runs whose file is not in the package. */
  imported_files?: [run: string, cause: string][];
}

export interface Statement {
  subject: { name: string; digest: { sha256: string } }[];
  predicate: Predicate;
}

export interface KeyRecord {
  key: string;
  role: string;
  name: string;
  public: string;
  from: number;
  until: number;
}

/** An entry of the log with its place there and its line in the package. */
export interface Entry {
  index: number;
  line: number;
  data: Uint8Array;
  /** Leaf hash, hex. */
  leaf: string;
  kind: string;
  chain: string;
  seq: number;
  prev: string;
  at: number;
  by: string;
  refs: string[];
  body: Record<string, unknown>;
  /** Who signed, as signatures.jsonl says. */
  key: string;
  signature: Uint8Array;
}

export interface ChunkLine {
  camera: string;
  run: string;
  seq: number;
  start: number;
  end: number;
  frames: number;
  size: number;
  sha256: string;
  clock: [string, number, number, string, number, number];
  ended: string;
  lost: number;
}

export interface Chunk {
  line: number;
  leaf: string;
  told: ChunkLine;
}

export interface Pulse {
  number: number;
  pulse: string;
  position: number;
  line: { camera: string; run: string; seq: number; tip: string };
  path: Uint8Array[];
  leaf: Uint8Array;
}

/** What a purge took of a seal, with its path to the root in the entry that the purge is done. */
export interface Tombstone {
  number: number;
  done: string;
  position: number;
  line: { camera: string; run: string; seal: string; seqs: [number, number][]; policy: number; purge: number };
  path: Uint8Array[];
  hash: Uint8Array;
}

export interface Disclosed {
  number: number;
  leaf: string;
  salt: Uint8Array;
  body: Record<string, unknown>;
}

export class Material {
  statement: Statement | undefined;
  payload: Uint8Array = new Uint8Array();
  keyid = "";
  signature: Uint8Array = new Uint8Array();
  keys: Map<string, KeyRecord> | undefined;
  entries: Entry[] | undefined;
  checkpoint: Checkpoint | undefined;
  chunks: Chunk[] | undefined;
  leaves: Map<string, Uint8Array[]> | undefined;
  pulses: Pulse[] | undefined;
  custody: Disclosed[] | undefined;
  tombstones: Tombstone[] | undefined;
  /** "RUN/SEQ" to the tip there, hex; filled while seals are folded. */
  readonly tips = new Map<string, string>();
  /** "RUN/SEQ" of a purged chunk to the index of the end of its purge; filled while tombstones are held to the log. */
  readonly ends = new Map<string, number>();

  ofKind(kind: string): Entry[] {
    return (this.entries ?? []).filter((entry) => entry.kind === kind);
  }

  masters(): MasterFile[] {
    return (this.statement?.predicate.files ?? []).filter((one) => one.class === "master");
  }

  imports(): ImportFile[] {
    return (this.statement?.predicate.files ?? []).filter((one) => one.class === "import");
  }

  /** Whether it is a package of derivatives alone. */
  get withheld(): boolean {
    return this.statement?.predicate.only === DERIVATIVES_ONLY;
  }

  courts(): CourtFile[] {
    return (this.statement?.predicate.files ?? []).filter((one) => one.class === "court");
  }
}

export function whereOf(entry: Entry): string {
  return `${ENTRIES}:${entry.line}`;
}

/** RUN/SEQ. */
export function nameOf(place: { run: string; seq: number }): string {
  return `${place.run}/${place.seq}`;
}

export function overlaps(chunk: Chunk, start: number, end: number): boolean {
  return chunk.told.start < end && chunk.told.end > start;
}

/** The tips after each leaf, hex. */
export function folded(chainIn: Uint8Array, leaves: Uint8Array[]): string[] {
  let last = chainIn;
  return leaves.map((leaf) => hex((last = tip(last, leaf))));
}
