/** "Punya kita?": what the archive knows of a file by its hashes. */
import { beginning, instant } from "../time/zone";
import type { Brought } from "../whose/look";
import { call } from "./client";

export interface Known {
  /** `bytes` or `frames`. */
  by: string;
  /** `chunk`, `clip`, `master`, `court` or `processed`. */
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

export interface Answer {
  /** `none`, `holds`, `differs`, `gone`, `large` or `unknown`. */
  claim: string;
  known: Known[];
}

/** The archive may read an hour of footage to compare. */
const PATIENCE_MS = 180_000;

export async function askWhose(brought: Brought): Promise<Answer> {
  const said = await call<{ claim: string; known: Record<string, string>[] }>("/whose", {
    method: "POST",
    body: brought,
    patience: PATIENCE_MS,
  });
  return { claim: said.claim, known: said.known.map(knownOf) };
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
