/** "Punya kita?": what the archive knows of a file by its hashes. */
import { beginning, instant } from "../time/zone";
import type { Brought, Inside } from "../whose/look";
import { call } from "./client";

export interface Known {
  /** `bytes` or `frames`. */
  by: string;
  /** `chunk`, `clip`, `master`, `court`, `processed` or `import`. */
  kind: string;
  camera: string;
  name: string;
  start: number;
  end: number;
  /** Of the footage now; empty for files of packages. */
  state: string;
  package: string;
  path: string;
}

/** A package of ours; `case` and what follows only for who may see the case. */
export interface Issued {
  name: string;
  sealed: string;
  files: number;
  case: { id: string; number: string } | null;
  exhibits?: number[];
  requested_by?: string;
  recipient?: string;
  reason?: string;
  letter?: string;
  links?: { recipient: string; made: string; delivered: string | null }[];
}

/** What the files under data/ of a package are; of those that are not as issued the first are named. */
export interface Compared {
  same: number;
  elsewhere: number;
  differ: number;
  unknown: number;
  named: Record<"elsewhere" | "differ" | "unknown", string[]>;
}

export interface Answer {
  /** `none`, `holds`, `differs`, `gone`, `damaged`, `large` or `unknown`. */
  claim: string;
  known: Known[];
  package?: Issued | null;
  files?: Compared;
}

/** The archive may read an hour of footage to compare. */
const PATIENCE_MS = 180_000;

export async function askWhose(brought: Brought): Promise<Answer> {
  type Said = Omit<Answer, "known"> & { known: Record<string, string>[] };
  const said = await call<Said>("/whose", { method: "POST", body: brought, patience: PATIENCE_MS });
  return { ...said, known: said.known.map(knownOf) };
}

/** Files of a package at once; a body may have a megabyte. */
const AT_ONCE = 500;

/** Of a package whose bytes are not known as a whole: what its files are, some at a time. */
export async function askInside(brought: Brought, { name, files }: Inside): Promise<Answer> {
  const ask = (from: number): Promise<Answer> =>
    askWhose({ ...brought, package: { name, files: files.slice(from, from + AT_ONCE) } });
  const answer = await ask(0);
  for (let from = AT_ONCE; from < files.length; from += AT_ONCE) {
    const more = (await ask(from)).files;
    if (!answer.files || !more) continue;
    for (const kind of ["same", "elsewhere", "differ", "unknown"] as const) answer.files[kind] += more[kind];
    for (const kind of ["elsewhere", "differ", "unknown"] as const) answer.files.named[kind].push(...more.named[kind]);
  }
  return answer;
}

function knownOf(one: Record<string, string>): Known {
  const text = (name: string): string => one[name] ?? "";
  return {
    by: text("by"),
    kind: text("kind"),
    camera: text("camera"),
    name: text("name") || text("camera"),
    start: beginning(one["start"]) ?? 0,
    end: instant(one["end"]) ?? 0,
    state: text("state"),
    package: text("package"),
    path: text("path"),
  };
}
