/** What the page knows, and who is told when that changes. */

import type { FromLead, Report, Shown } from "../report";

export interface Checked {
  report: Report;
  shown: Shown;
  milliseconds: number;
  bytes: number;
}

export interface App {
  stage: "start" | "running" | "done" | "failed";
  progress: Extract<FromLead, { kind: "progress" }> | null;
  startedAt: number;
  failure: string;
  file: File | null;
  folder: { path: string; file: File }[];
  checked: Checked | null;
  trust: string;
  badTrust: boolean;
  /** SHA-256 of the whole ZIP, once it is known. */
  digest: string;
}

export const app: App = {
  stage: "start",
  progress: null,
  startedAt: 0,
  failure: "",
  file: null,
  folder: [],
  checked: null,
  trust: "",
  badTrust: false,
  digest: "",
};

/** What a person can set off; filled in by main.ts. */
export interface Actions {
  open(file: File | null, folder: { path: string; file: File }[]): void;
  trust(text: string): void;
  again(): void;
  language(to: "id" | "en"): void;
}
