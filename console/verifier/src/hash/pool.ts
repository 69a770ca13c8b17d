/**
 * Helpers that hash and read video beside the lead. Each holds one bounded buffer, however large the package is; the
 * lead hands out one task at a time to whichever helper is free.
 */

import type { HashName } from "../read/sei";
import type { Heard } from "./hear";
import type { Units } from "./units";

/** What is to be learnt of a file. */
export interface FileTask {
  kind: "file";
  blob: Blob;
}

/** As FileTask, and its frames. */
export interface OriginalTask {
  kind: "original";
  blob: Blob;
}

/** Frames [first, last] of an original, counted from 0 in decode order; none where a file is only to be hashed. */
export interface Piece {
  path: string;
  first: number;
  last: number;
}

/** A court file alone. */
export interface CourtTask {
  kind: "court";
  blob: Blob;
  /** Silence that was put into its sound: [samples before it, how many]. */
  silences: [number, number][];
}

/** The originals that the pieces of a court file name, in order. */
export interface PiecesTask {
  kind: "pieces";
  originals: { path: string; blob: Blob }[];
  pieces: Piece[];
  /** The same of sound, samples instead of frames. */
  sounds: Piece[];
}

/** An original once more, its slices hashed for the camera's signatures. */
export interface UnitsTask {
  kind: "units";
  blob: Blob;
  hash: HashName;
}

export type Task = FileTask | OriginalTask | CourtTask | PiecesTask | UnitsTask;

export interface Hashed {
  sha256: string;
  crc32: number;
  size: number;
}

/** A media file read to its end; `wrong` says why its frames cannot be had. */
export interface Media extends Hashed {
  wrong: string;
  h265: boolean;
  samples: number;
  nals: number;
  /** NAL units that carry a camera's signature, slices that it could sign, and those of them that open a GOP. */
  signed: number;
  slices: number;
  openings: number;
  /** Of an original with signatures of the camera that is whole. */
  units?: Units;
  /** Presentation times, in microseconds, of the pictures that need no other; of a fragmented file. */
  keys: number[];
  /** Samples of sound, when there is some (microseconds since 1970, of a fragmented file), why it cannot be heard. */
  sounds: number;
  soundSpans: [number, number][];
  soundWrong: string;
}

/** What a piece is within its original; times in microseconds, -1 where there is nothing. */
export interface Cut {
  path: string;
  nals: number;
  start: number;
  end: number;
  latestBefore: number;
  earliestAfter: number;
  /** Whether its last frame is there. */
  complete: boolean;
  /** When its pictures are presented. */
  times: number[];
}

/** A piece of sound within its original. */
export interface SoundCut {
  path: string;
  times: number[];
  complete: boolean;
}

export interface CourtFound {
  court: Media;
  /** SHA-256 over length and bytes of every NAL unit of the court file, in order. */
  nals: string;
  /** The same over the samples of its sound that are no silence, and what was heard. */
  sounds: string;
  heard: Heard;
  /** When its pictures are presented and its sound is played, from the film's beginning. */
  pictures: number[];
  window: [number, number];
}

export interface PiecesFound {
  /** Each original that a piece names, hashed and read in passing. */
  originals: Record<string, Media>;
  /** One a piece; undefined for one whose original is unknown. */
  cuts: (Cut | undefined)[];
  /** The same digest over the pieces, and how many NAL units. */
  nals: string;
  count: number;
  soundCuts: (SoundCut | undefined)[];
  sounds: string;
}

/** None where the original's frames cannot be had. */
export interface UnitsFound {
  units: Units | undefined;
}

export type Found = Hashed | Media | CourtFound | PiecesFound | UnitsFound;
export type Asked = { id: number; task: Task };
export type Answer = { id: number; found: Found } | { id: number; failed: string } | { id: number; bytes: number };

export class Pool {
  private readonly free: MessagePort[];
  private readonly waiting: ((port: MessagePort) => void)[] = [];
  private readonly open = new Map<number, { done: (found: Found) => void; failed: (why: Error) => void }>();
  private last = 0;

  constructor(
    ports: MessagePort[],
    private readonly progress: (bytes: number) => void,
  ) {
    this.free = [...ports];
    for (const port of ports) port.onmessage = (event: MessageEvent<Answer>) => this.answered(event.data);
  }

  file(blob: Blob): Promise<Hashed> {
    return this.run({ kind: "file", blob }) as Promise<Hashed>;
  }

  original(blob: Blob): Promise<Media> {
    return this.run({ kind: "original", blob }) as Promise<Media>;
  }

  court(blob: Blob, silences: [number, number][]): Promise<CourtFound> {
    return this.run({ kind: "court", blob, silences }) as Promise<CourtFound>;
  }

  pieces(task: Omit<PiecesTask, "kind">): Promise<PiecesFound> {
    return this.run({ kind: "pieces", ...task }) as Promise<PiecesFound>;
  }

  async units(blob: Blob, hash: HashName): Promise<Units | undefined> {
    return ((await this.run({ kind: "units", blob, hash })) as UnitsFound).units;
  }

  private async run(task: Task): Promise<Found> {
    // Whoever waited is handed the port itself, so that nobody who asks later can take it first.
    const port = this.free.pop() ?? (await new Promise<MessagePort>((go) => this.waiting.push(go)));
    const id = ++this.last;
    try {
      return await new Promise<Found>((done, failed) => {
        this.open.set(id, { done, failed });
        port.postMessage({ id, task } satisfies Asked);
      });
    } finally {
      this.open.delete(id);
      const next = this.waiting.shift();
      if (next) next(port);
      else this.free.push(port);
    }
  }

  private answered(answer: Answer): void {
    if ("bytes" in answer) return this.progress(answer.bytes);
    const open = this.open.get(answer.id);
    if ("found" in answer) open?.done(answer.found);
    else open?.failed(new Error(answer.failed));
  }
}
