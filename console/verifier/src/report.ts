/** The verdict, as `verify.py --json` and `saksi verify --json` give it, and what the page shows beside it. */

export type State = "holds" | "fails" | "unchecked";

export interface Finding {
  code: string;
  where: string;
  expected: string;
  found: string;
}

export interface Verdict {
  n: number;
  name: string;
  state: State;
  required: boolean;
  findings: Finding[];
  facts: Record<string, unknown>;
}

/** A camera's name and a stretch of time, microseconds UTC. */
export type Place = [camera: string, from: number, to: number];

export interface Report {
  package: string;
  exit: 0 | 1 | 2;
  trust: "given" | "none";
  verdicts: Verdict[];
  /** Findings' places in a reader's terms, where there are such. */
  places: Record<string, Place>;
}

export type Gap = [from: number, to: number, cause: string];

export interface Clip {
  path: string;
  blob: Blob;
  /** Wall time of its first shown frame, microseconds UTC; 0 when the file does not tell. */
  start: number;
}

export interface ShownCamera {
  exhibit: string;
  camera: string;
  name: string;
  from: number;
  to: number;
  chunks: number;
  frames: number;
  bytes: number;
  gaps: Gap[];
  clock: string;
  /** Microseconds; -1 when nobody knows. */
  clockError: number;
  clips: Clip[];
}

/** A field of an event's body; a camera's span has its ends too, microseconds UTC, `to` 0 for an instant. */
export interface Detail {
  label: string;
  text: string;
  from?: number;
  to?: number;
}

export interface ShownEvent {
  at: number;
  event: string;
  who: string;
  why: string;
  what: Detail[];
  result: string;
  approved: string[];
}

export interface ShownDocument {
  path: string;
  blob: Blob;
}

/** The log key that the package itself names: worth nothing until it is compared with one from outside. */
export interface ShownKey {
  origin: string;
  line: string;
  fingerprint: string;
}

export interface Shown {
  case: string;
  /** Of the archive: WIB, WITA or WIT; empty in packages of old. */
  zone: string;
  export: string;
  madeAt: number;
  software: string;
  request: { by: string; at: number; reason: string; recipient: string; letter: string };
  checkpoint: { origin: string; size: number; root: string };
  exhibits: { exhibit: string; from: number; to: number; note: string }[];
  cameras: ShownCamera[];
  custody: ShownEvent[];
  documents: ShownDocument[];
  keys: ShownKey[];
  bytes: number;
  files: number;
}

/** What the page tells the lead. */
export type ToLead =
  | { kind: "start"; helpers: MessagePort[] }
  | { kind: "open"; file: File | null; folder: { path: string; file: File }[]; trust: string }
  | { kind: "trust"; trust: string }
  | { kind: "digest" };

/** What the lead tells the page. */
export type FromLead =
  | { kind: "progress"; step: "read" | "hash" | "frames" | "checks" | "digest"; done: number; total: number }
  | { kind: "result"; report: Report; shown: Shown; milliseconds: number; bytes: number }
  | { kind: "digest"; sha256: string }
  | { kind: "failed"; message: string };
