/** Eight verdicts and their findings. A code has one effect: UNCHECKED lists those that mean "could not be checked". */

import { printable } from "../read/container";
import { hex } from "../read/bytes";
import type { Finding, Place, Report, State } from "../report";

const NAMES = ["intact", "authentic", "logged", "complete", "time", "playable", "custody", "camera_signature"];
const UNCHECKED = new Set(
  "not_read no_trust trust_unusable end_open late_announcement no_pulse not_disclosed signature_not_checked no_footage withheld purge_not_done imported audit_export".split(" "),
);
const MOST_FINDINGS = 1000;
const MOST_TEXT = 300;

export function short(value: unknown): string {
  const text = value instanceof Uint8Array ? hex(value) : typeof value === "object" ? JSON.stringify(value) : String(value);
  return printable(text, MOST_TEXT);
}

export class Verdict {
  readonly findings: Finding[] = [];
  readonly facts: Record<string, unknown> = {};
  private more = 0;
  private readonly seen = new Set<string>();
  state: State = "holds";

  constructor(readonly n: number) {}

  /** Notes a finding; the same code at the same place counts once, and after a thousand they are only counted. */
  add(code: string, at: string, expected: unknown = "", found: unknown = ""): void {
    const where = short(at);
    const place = `${code}\n${where}`;
    if (this.seen.has(place)) return;
    if (!UNCHECKED.has(code)) this.state = "fails";
    else if (this.state === "holds") this.state = "unchecked";
    if (this.findings.length >= MOST_FINDINGS) {
      this.more++;
      return;
    }
    this.seen.add(place);
    this.findings.push({ code, where, expected: short(expected), found: short(found) });
  }

  /** A camera that does not sign breaks nothing. */
  get required(): boolean {
    return this.n !== 8 || this.state === "fails";
  }

  told(): Report["verdicts"][number] {
    const order = (a: Finding, b: Finding): number => compare(a.code, b.code) || compare(a.where, b.where);
    return {
      n: this.n,
      name: NAMES[this.n - 1]!,
      state: this.state,
      required: this.required,
      findings: [...this.findings].sort(order),
      facts: this.more ? { ...this.facts, more_findings: this.more } : this.facts,
    };
  }
}

/** UTC time of microseconds since 1970. */
export function instant(us: number): string {
  const at = new Date(us / 1000);
  return us > 0 && !Number.isNaN(at.getTime()) ? at.toISOString().replace(/\.\d+Z$/, "Z") : "unknown";
}

/** Order of text by code unit. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export class Verdicts {
  package = "";
  trust: Report["trust"] = "none";
  /** Places in a reader's terms; those that a finding names are told. */
  places = new Map<string, Place>();
  readonly all = NAMES.map((_, i) => new Verdict(i + 1));

  of(n: number): Verdict {
    return this.all[n - 1]!;
  }

  /** No verdict from `first` on could be reached. */
  nothingRead(where: string, first = 2): void {
    for (const one of this.all.slice(first - 1)) one.add("not_read", where);
  }

  told(): Report {
    const states = new Set(this.all.filter((one) => one.required).map((one) => one.state));
    const exit = states.has("fails") ? 1 : states.has("unchecked") ? 2 : 0;
    const verdicts = this.all.map((one) => one.told());
    const wheres = new Set(verdicts.flatMap(({ findings }) => findings.map(({ where }) => where)));
    const places = Object.fromEntries([...wheres].sort().flatMap((one) => (this.places.has(one) ? [[one, this.places.get(one)!]] : [])));
    return { package: this.package, exit, trust: this.trust, verdicts, places };
  }
}
