/** What the page knows, and who is told when that changes. */

import type { FromLead, Report, Shown } from "../report";

export interface Checked {
  report: Report;
  shown: Shown;
  milliseconds: number;
  bytes: number;
}

export interface TrustFrom {
  kind: "typed" | "pasted" | "file";
  name: string;
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
  /** How the key came: typed, pasted, or the name of a file. */
  trustFrom: TrustFrom;
  /** What the examiner says of himself and of the key; kept when the page is drawn anew. */
  examiner: { name: string; office: string; keyFrom: string };
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
  trustFrom: { kind: "typed", name: "" },
  examiner: { name: "", office: "", keyFrom: "" },
  digest: "",
};

/** What a person can set off; filled in by main.ts. */
export interface Actions {
  open(file: File | null, folder: { path: string; file: File }[]): void;
  trust(text: string, from?: TrustFrom): void;
  again(): void;
  language(to: "id" | "en"): void;
}

/** The name of what was opened, as it lies on the disk. */
export function fileName(): string {
  return app.file?.name ?? app.folder[0]?.path.split("/")[0] ?? "";
}
