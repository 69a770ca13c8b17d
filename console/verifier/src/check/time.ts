/**
 * Verdict 5: when the footage came to be. Pulses named the chain's tips at the time, and each pulse stands between two
 * checkpoints that others dated; a chunk that turns up later than that was not made when it says.
 */

import { sha256 } from "../hash/sha";
import { hex } from "../read/bytes";
import { isDict } from "../read/json";
import { included } from "../read/merkle";
import { type Checkpoint, signedBy } from "../read/note";
import type { Policy } from "../read/policy";
import { spansByCamera } from "./complete";
import type { Seen } from "./logged";
import { type Chunk, type Entry, type Material, nameOf, overlaps, PULSES, whereOf } from "./material";
import type { Run } from "./runs";
import { unhex } from "./shape";
import { instant, type Verdict, type Verdicts } from "./verdicts";

const LATE = 300_000_000; // a chunk stands in a pulse at most so long after its end
const STILL = 180_000_000; // pulses of a recorder are at most so far apart
const SECOND = 1_000_000;
type Named = { entry: Entry; seq: number }[];

export function checkTime(verdicts: Verdicts, material: Material, runs: Map<string, Run>, seen: Seen): void {
  const verdict = verdicts.of(5);
  const { chunks, pulses, entries, statement, leaves, checkpoint } = material;
  if (!chunks || !pulses || !entries || !statement || !leaves || !checkpoint) return;
  const named = pulsesOfRuns(verdict, material, runs);
  const spans = spansByCamera(material);
  const within = (chunk: Chunk): boolean =>
    (spans.get(chunk.told.camera) ?? []).some(([start, end]) => overlaps(chunk, start, end));
  const lastPulse = new Map<string, number>();
  const resumed = new Map<string, number[]>();
  for (const { chain, at, body } of material.ofKind("pulse")) {
    lastPulse.set(chain, Math.max(lastPulse.get(chain) ?? 0, at));
    if (isTrue(body["missed"])) resumed.set(chain, [...(resumed.get(chain) ?? []), at]);
  }
  const bracket = new Bracket(seen);
  const inside: Chunk[] = [];
  for (const [name, run] of runs) {
    if (run.imported) {
      const imported = run.chunks.filter(within).length;
      if (imported) {
        verdict.add("imported", name);
        verdict.facts["imported"] = ((verdict.facts["imported"] as number | undefined) ?? 0) + imported;
      }
      continue;
    }
    const covered = new Covered(named.get(name) ?? []);
    const chain = `recorder/${run.opening?.recorder ?? ""}`;
    const newest = lastPulse.get(chain) ?? 0;
    const resumptions = resumed.get(chain) ?? [];
    const recovered = lastRecovered(run);
    for (const chunk of run.chunks.filter(within)) {
      inside.push(chunk);
      const late = chunk.told.seq <= recovered || resumedFor(chunk, covered, resumptions);
      checkChunk(verdict, chunk, covered, newest, late, bracket);
    }
  }
  tellFacts(verdict, material, inside, bracket);
}

/** The highest number whose pulse may be late: a recorder found it after a crash and announced it then. */
function lastRecovered(run: Run): number {
  if (run.closing?.reason === "recovered") return run.chunks[run.chunks.length - 1]?.told.seq ?? 0;
  return run.chunks.reduce((most, { told }) => (told.ended === "recovered" ? Math.max(most, told.seq) : most), 0);
}

/** Whether the recorder said, between the chunk's end and its first pulse, that it could not write pulses before. */
function resumedFor({ told }: Chunk, covered: Covered, resumptions: number[]): boolean {
  const after = covered.after(told.seq);
  return after !== undefined && resumptions.some((at) => at >= told.end && at <= after.at);
}

/** As the other implementation takes any value for true or not. */
function isTrue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isDict(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** Run to the pulses that named it, by place in the log; each proven under its pulse's root. */
function pulsesOfRuns(verdict: Verdict, material: Material, runs: Map<string, Run>): Map<string, Named> {
  const entries = new Map(material.ofKind("pulse").map((entry) => [entry.leaf, entry]));
  const named = new Map<string, Named>();
  for (const { number, pulse, position, line, path, leaf } of material.pulses ?? []) {
    const where = `${PULSES}:${number}`;
    const [entry, run] = [entries.get(pulse), runs.get(line.run)];
    if (!entry || !run || entry.chain !== `recorder/${run.opening?.recorder ?? ""}`) {
      verdict.add("pulse_path", where, "a pulse of the run's recorder", pulse);
      continue;
    }
    if (!included(leaf, position, entry.body["n"] as number, path, unhex(entry.body["root"] as string, 32))) {
      verdict.add("pulse_path", where, entry.body["root"], "another root");
      continue;
    }
    const tip = material.tips.get(nameOf(line));
    if (tip !== undefined && tip !== line.tip) {
      verdict.add("tip_differs", where, tip, line.tip);
      continue;
    }
    named.set(line.run, [...(named.get(line.run) ?? []), { entry, seq: line.seq }]);
  }
  for (const found of named.values()) {
    found.sort((a, b) => a.entry.index - b.entry.index);
    found.forEach(({ entry, seq }, i) => {
      const before = found[i - 1]?.seq ?? seq;
      if (seq < before) verdict.add("tip_differs", whereOf(entry), before, seq); // a chain never gets shorter
    });
  }
  return named;
}

/** How many of a sorted list are below `value`. */
function below(sorted: number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The pulses that named one run, searchable by number. */
class Covered {
  private readonly first: Named = [];
  private readonly numbers: number[];
  private readonly seqs: number[];

  constructor(private readonly found: Named) {
    for (const one of found)
      if (!this.first.length || one.seq > this.first[this.first.length - 1]!.seq) this.first.push(one);
    this.numbers = this.first.map((one) => one.seq);
    this.seqs = found.map((one) => one.seq);
  }

  /** The first pulse that names the chunk or one behind it. */
  after(seq: number): Entry | undefined {
    return this.first[below(this.numbers, seq)]?.entry;
  }

  /** The last pulse at which the chain did not have the chunk yet. */
  before(seq: number): Entry | undefined {
    return this.found[below(this.seqs, seq) - 1]?.entry;
  }
}

/** Times that others gave: cosignatures over checkpoints, in microseconds. */
class Bracket {
  private readonly quoted = new Map<string, number>();
  private readonly sizes: number[];
  private readonly firsts: number[];
  earliest = -1;
  latest = -1;
  both = 0;

  constructor(seen: Seen) {
    const rows: [number, number][] = [];
    for (const [size, point] of seen.points) {
      const times = seen.times.get(size) ?? [];
      if (times.length) rows.push([size, Math.min(...times) * SECOND]);
      this.addQuotable(point, seen.policy);
    }
    rows.sort((a, b) => a[0] - b[0]);
    this.sizes = rows.map(([size]) => size);
    this.firsts = rows.map(([, at]) => at);
    for (let i = rows.length - 2; i >= 0; i--) this.firsts[i] = Math.min(this.firsts[i]!, this.firsts[i + 1]!);
  }

  /** A pulse quotes the note as it knew it: with the first lines only. What it quotes was there before it. */
  private addQuotable({ data, note }: Checkpoint, policy: Policy): void {
    let latest = 0;
    // A checkpoint's text has no empty line, so its signatures begin behind the first.
    let at = data.findIndex((byte, i) => byte === 10 && data[i + 1] === 10) + 2;
    for (const line of note.lines) {
      at = data.indexOf(10, at) + 1;
      const alone = { text: note.text, lines: [line] };
      for (const key of policy.witnesses.values()) latest = Math.max(latest, signedBy(alone, key).at ?? 0);
      if (latest) this.quoted.set(hex(sha256(data.subarray(0, at))), latest * SECOND);
    }
  }

  /** When the newest of the cosignatures that a pulse quotes with its checkpoint was made. */
  notBefore(pulse: Entry | undefined): number | undefined {
    return pulse && this.quoted.get(pulse.body["checkpoint"] as string);
  }

  /** When somebody first cosigned a checkpoint that covers a pulse. */
  notAfter(pulse: Entry | undefined): number | undefined {
    return pulse && this.firsts[below(this.sizes, pulse.index + 1)];
  }
}

/** A chunk's claimed end against the pulse that first named it and the checkpoints around that. */
function checkChunk(
  verdict: Verdict,
  { told }: Chunk,
  covered: Covered,
  newest: number,
  mayBeLate: boolean,
  bracket: Bracket,
): void {
  const { end, seq } = told;
  const name = nameOf(told);
  const after = covered.after(seq);
  const low = bracket.notBefore(covered.before(seq));
  const high = bracket.notAfter(after);
  const late = mayBeLate ? "late_announcement" : "backdated";
  if (!after) {
    const code = newest <= end + LATE ? "no_pulse" : mayBeLate ? "late_announcement" : "not_pulsed";
    verdict.add(code, name, `a pulse by ${instant(end + LATE)}`, "no pulse");
  } else if (after.at > end + LATE) verdict.add(late, name, `a pulse by ${instant(end + LATE)}`, instant(after.at));
  else if (low !== undefined && end < low - LATE) verdict.add(late, name, `after ${instant(low)}`, instant(end));
  if (high !== undefined && end > high + LATE) verdict.add("future", name, `before ${instant(high)}`, instant(end));
  bracket.both += Number(low !== undefined && high !== undefined);
  if (low !== undefined) bracket.earliest = bracket.earliest < 0 ? low : Math.min(bracket.earliest, low);
  if (high !== undefined) bracket.latest = Math.max(bracket.latest, high);
}

/** The outer bracket, the largest clock error, stretches in which a recorder did not pulse. */
function tellFacts(verdict: Verdict, material: Material, inside: Chunk[], bracket: Bracket): void {
  const errors = inside.map(({ told }) => told.clock[2]);
  verdict.facts["chunks"] = inside.length;
  verdict.facts["bracketed"] = bracket.both;
  verdict.facts["not_before"] = bracket.earliest;
  verdict.facts["not_after"] = bracket.latest;
  verdict.facts["clock_error_us"] = errors.reduce((most, one) => (one < 0 || most < 0 ? -1 : Math.max(most, one)), errors.length ? 0 : -1);
  verdict.facts["clock_unknown"] = errors.filter((one) => one < 0).length;
  verdict.facts["no_pulse_between"] = stillness(material);
}

/** [recorder, from, to] wherever two neighbouring pulses of a recorder are more than three minutes apart. */
function stillness(material: Material): [string, number, number][] {
  const before = new Map<string, Entry>();
  const found: [string, number, number][] = [];
  for (const entry of material.ofKind("pulse")) {
    const last = before.get(entry.chain);
    if (last && entry.at - last.at > STILL) found.push([entry.chain.slice(entry.chain.indexOf("/") + 1), last.at, entry.at]);
    before.set(entry.chain, entry);
  }
  return found.slice(0, 1000);
}
