/**
 * Verdict 4: everything that was asked for is there. Chunks are numbered links of run chains under seals; the lines reach
 * over both ends of the span; what is missing is stated, with its cause.
 */

import { ZERO } from "../hash/sha";
import { type CameraRecord, type Chunk, CHUNKS, type Exhibit, type GapRow, type MasterFile, type Material, nameOf, overlaps, STATEMENT } from "./material";
import { foldRun, type Run, sealOf } from "./runs";
import { compare, type Verdict, type Verdicts } from "./verdicts";

export const JITTER = 500_000; // a shorter hole is jitter between chunks, not a gap
type Pair = [number, number];
type Runs = Map<string, Run>;

/** `digests` has the SHA-256 of every file that is there. */
export function checkComplete(verdicts: Verdicts, material: Material, runs: Runs, digests: Map<string, string>): void {
  const verdict = verdicts.of(4);
  const { statement } = material;
  if (!material.chunks || !material.leaves || !material.entries || !statement) return;
  const told = statement.predicate;
  checkOrderOfLines(verdict, material.chunks, runs);
  const known = new Set<string>();
  for (const [name, run] of runs) for (const tip of foldRun(verdict, material, name, run)) known.add(tip);
  const files = new Map(material.masters().map((one) => [nameOf(one), one]));
  checkFiles(verdict, material, files, digests);
  const wanted = new Map<string, Exhibit>();
  for (const one of told.exhibits) for (const camera of one.cameras) wanted.set(`${one.exhibit}/${camera}`, one);
  const records = new Map(told.cameras.map((one) => [`${one.exhibit}/${one.camera}`, one]));
  for (const place of new Set([...wanted.keys(), ...records.keys()]))
    if (!wanted.has(place) || !records.has(place)) verdict.add("camera_missing", place);
  if (records.size !== told.cameras.length || files.size !== material.masters().length)
    verdict.add("counts_differ", STATEMENT, "each once", "repeated");
  for (const place of [...wanted.keys()].sort(compare)) {
    const record = records.get(place);
    if (!record) continue;
    checkSpan(verdict, wanted.get(place)!, record);
    const mine = new Map([...runs].filter(([, run]) => run.camera === record.camera));
    checkCamera(verdict, record, mine, files, known, material);
  }
  checkWithheld(verdict, material);
  verdict.facts["gaps"] = [...records.values()].flatMap((one) => one.gaps.map((gap) => [one.exhibit, one.camera, ...gap]));
  verdict.facts["missing"] = missingOf([...records.values()]);
  verdict.facts["empty"] = [...records].filter(([, one]) => !one.chunks).map(([place]) => place).sort(compare);
  verdict.facts["chunks"] = [...records.values()].reduce((sum, one) => sum + one.chunks, 0);
  verdict.facts["frames"] = [...records.values()].reduce((sum, one) => sum + one.frames, 0);
}

/** Chunks that were recorded and have no file in the package: exhibit, camera, cause and how many. */
function missingOf(records: CameraRecord[]): [exhibit: string, camera: string, cause: string, count: number][] {
  const rows = new Map<string, [string, string, string, number]>();
  for (const { exhibit, camera, missing } of records)
    for (const [, , cause] of missing ?? []) {
      const key = JSON.stringify([exhibit, camera, cause]);
      rows.set(key, [exhibit, camera, cause, (rows.get(key)?.[3] ?? 0) + 1]);
    }
  return [...rows.values()].sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]) || compare(a[2], b[2]));
}

/** Lines stand by camera, opening of the run, run and number; each once. */
function checkOrderOfLines(verdict: Verdict, chunks: Chunk[], runs: Runs): void {
  let before: Chunk | undefined;
  const opened = (chunk: Chunk): number => runs.get(chunk.told.run)?.opening?.at ?? 0;
  for (const chunk of chunks) {
    const order =
      before === undefined
        ? 1
        : compare(chunk.told.camera, before.told.camera) ||
          opened(chunk) - opened(before) ||
          compare(chunk.told.run, before.told.run) ||
          chunk.told.seq - before.told.seq;
    if (order <= 0) verdict.add("chunk_order", `${CHUNKS}:${chunk.line}`);
    before = chunk;
  }
}

/** Every master file is there, is the chunk that its line tells of, and belongs to an exhibit. */
function checkFiles(verdict: Verdict, material: Material, files: Map<string, MasterFile>, digests: Map<string, string>): void {
  const lines = new Map((material.chunks ?? []).map((chunk) => [nameOf(chunk.told), chunk]));
  const spans = spansByCamera(material);
  for (const [place, one] of files) {
    const chunk = lines.get(place);
    if (!chunk || !(spans.get(one.camera) ?? []).some(([start, end]) => overlaps(chunk, start, end))) {
      verdict.add("file_unplaced", one.path);
      continue;
    }
    const told = [chunk.told.camera, chunk.told.size, chunk.told.sha256];
    const found = [one.camera, one.size, one.sha256];
    const digest = digests.get(one.path);
    if (told.some((value, i) => value !== found[i])) verdict.add("file_differs", one.path, told, found);
    else if (digest === undefined) verdict.add("file_missing", place, one.path, "no such file");
    else if (digest !== chunk.told.sha256) verdict.add("file_differs", one.path, chunk.told.sha256, digest);
  }
  // Signed for, but as what? A file of no class would be checked by nobody and look like an original.
  const stated = new Set(material.statement!.predicate.files.map(({ path }) => path));
  for (const { name } of material.statement!.subject) if (!stated.has(name)) verdict.add("file_unplaced", name);
}

export function spansByCamera(material: Material): Map<string, Pair[]> {
  const spans = new Map<string, Pair[]>();
  for (const one of material.statement?.predicate.cameras ?? [])
    spans.set(one.camera, [...(spans.get(one.camera) ?? []), [one.from, one.to]]);
  return spans;
}

/** A package of derivatives alone has no original, and so cannot show that any is what it was. */
function checkWithheld(verdict: Verdict, material: Material): void {
  if (!material.withheld) return;
  for (const one of [...material.masters(), ...material.courts(), ...material.imports()]) verdict.add("file_unplaced", one.path);
  for (const place of withheldPlaces(material)) verdict.add("withheld", place);
}

/** EXHIBIT/CAMERA of which there is footage that is withheld on purpose. */
export function withheldPlaces(material: Material): string[] {
  const cameras = material.withheld ? material.statement!.predicate.cameras : [];
  return cameras.filter((one) => one.chunks).map((one) => `${one.exhibit}/${one.camera}`);
}

/** What is delivered is the span that was asked for. */
function checkSpan(verdict: Verdict, exhibit: Exhibit, told: CameraRecord): void {
  if (exhibit.from === told.from && exhibit.to === told.to && told.from < told.to) return;
  verdict.add("span_differs", `${told.exhibit}/${told.camera}`, [exhibit.from, exhibit.to], [told.from, told.to]);
}

/** One exhibit x camera: chunks without holes in their numbers, both ends, links between runs, gaps, counts. */
function checkCamera(
  verdict: Verdict,
  told: CameraRecord,
  runs: Runs,
  files: Map<string, MasterFile>,
  known: Set<string>,
  material: Material,
): void {
  const where = `${told.exhibit}/${told.camera}`;
  const { from: start, to: end } = told;
  const inside: Chunk[] = [];
  let reaches = false;
  for (const [name, run] of runs) {
    const lines = around(run.chunks, start, end);
    const mine = lines.filter((chunk) => overlaps(chunk, start, end));
    inside.push(...mine);
    const { at: opened, parent } = run.opening ?? { at: start, parent: ZERO };
    const linked = known.has(parent);
    const linkedAfter = linked || (parent === ZERO && isFirst(run, runs));
    // An import says nothing of what the archive itself recorded then.
    reaches ||= !run.imported && (lines.some((chunk) => chunk.told.end >= end) || (opened >= end && linkedAfter));
    if (!mine.length) continue;
    checkNumbers(verdict, name, run, lines, told, material);
    if (opened > start && parent !== ZERO && !linked) verdict.add("parent_unknown", name, "a tip in the package", parent);
  }
  if (!reaches) verdict.add("end_open", where);
  const missing = new Set((told.missing ?? []).map(([run, seq]) => nameOf({ run, seq })));
  // Withheld, the footage is counted and its lines are held against the log as if its files were there.
  const delivered = (chunk: Chunk["told"]): boolean =>
    material.withheld ? !missing.has(nameOf(chunk)) : files.has(nameOf(chunk));
  for (const { told: chunk } of inside)
    if (delivered(chunk) === missing.has(nameOf(chunk))) verdict.add("file_missing", nameOf(chunk));
  const there = inside.filter(({ told: chunk }) => delivered(chunk)).map((chunk) => chunk.told);
  const sum = (of: (chunk: Chunk["told"]) => number): number => there.reduce((total, chunk) => total + of(chunk), 0);
  const counts = [there.length, sum((one) => one.size), sum((one) => one.frames)];
  const stated = [told.chunks, told.bytes, told.frames];
  if (counts.some((one, i) => one !== stated[i])) verdict.add("counts_differ", where, counts, stated);
  const gaps = gapsOf(there.map((one) => [one.start, one.end]), start, end);
  if (JSON.stringify(gaps) !== JSON.stringify(joined(told.gaps))) verdict.add("gaps_differ", where, gaps, told.gaps);
  checkCauses(verdict, where, told.gaps, runs);
}

/** Whether none of the camera's own runs was opened before this one: with no parent, it is the first of all. */
function isFirst(run: Run, runs: Runs): boolean {
  const opened = run.opening?.at ?? -1;
  return opened >= 0 && [...runs.values()].every((one) => one.imported || (one.opening?.at ?? -1) >= opened);
}

/** The lines from the last that begins at or before the span to the first that begins at or after its end. */
function around(chunks: Chunk[], start: number, end: number): Chunk[] {
  const first = Math.max(chunks.findLastIndex((one) => one.told.start <= start), 0);
  const last = chunks.findIndex((one) => one.told.start >= end);
  return chunks.slice(first, last < 0 ? chunks.length : last + 1);
}

/** The lines of one run follow one another, and reach to both ends of the span or of the run. */
function checkNumbers(verdict: Verdict, name: string, run: Run, lines: Chunk[], told: CameraRecord, material: Material): void {
  for (let i = 0; i + 1 < lines.length; i++) {
    const next = lines[i]!.told.seq + 1;
    if (lines[i + 1]!.told.seq !== next) verdict.add("chunk_missing", `${name}/${next}`);
  }
  const [oldest, newest] = [lines[0]!.told, lines[lines.length - 1]!.told];
  for (let i = 0; i + 1 < run.seals.length; i++) {
    const { last } = sealOf(run.seals[i]!);
    if (oldest.seq <= last && last < newest.seq && sealOf(run.seals[i + 1]!).first !== last + 1)
      verdict.add("seal_gap", `${name}/${last + 1}`);
  }
  if (oldest.seq !== 1 && oldest.start > told.from) verdict.add("head_missing", name, told.from, oldest.start);
  // What was still open when the package was made is no cut: only what the package itself contradicts is.
  if (newest.end < told.to && !ended(name, run, newest.seq, told.to, material))
    verdict.add(toldFurther(name, run, newest.seq, material) ? "tail_missing" : "end_open", name, told.to, newest.end);
}

/** Whether the log in the package tells of later chunks of a run: its closing, its seals or any pulse. */
function toldFurther(name: string, run: Run, seq: number, material: Material): boolean {
  if ((run.closing?.last_seq ?? seq) > seq || run.seals.some((seal) => sealOf(seal).last > seq)) return true;
  return (material.pulses ?? []).some(({ line }) => line.run === name && line.seq > seq);
}

/** Whether the log says that nothing followed: the run's closing, or a pulse after the span with the same number. */
function ended(name: string, run: Run, seq: number, end: number, material: Material): boolean {
  if (run.closing?.last_seq === seq) return true;
  const late = new Set(material.ofKind("pulse").filter((entry) => entry.at >= end).map((entry) => entry.leaf));
  return (material.pulses ?? []).some(({ pulse, line }) => late.has(pulse) && line.run === name && line.seq === seq);
}

/** What of [start, end) no footage covers, longer than half a second. */
export function gapsOf(spans: Pair[], start: number, end: number): Pair[] {
  const gaps: Pair[] = [];
  let reached = start;
  for (const [a, b] of [...spans].sort((one, other) => one[0] - other[0] || one[1] - other[1])) {
    if (a - reached > JITTER) gaps.push([reached, Math.min(a, end)]);
    reached = Math.max(reached, b);
  }
  if (end - reached > JITTER) gaps.push([reached, end]);
  return gaps.filter(([a, b]) => b - a > JITTER);
}

/** Stated gaps that touch, with different causes, as one. */
function joined(gaps: GapRow[]): Pair[] {
  const out: Pair[] = [];
  for (const [a, b] of gaps) {
    const last = out[out.length - 1];
    if (last && last[1] === a) last[1] = b;
    else out.push([a, b]);
  }
  return out;
}

/** Where a seal told, at the time, the cause of at least half of a gap, the statement gives the same one. */
function checkCauses(verdict: Verdict, where: string, gaps: GapRow[], runs: Runs): void {
  const told = [...runs.values()].flatMap((run) => run.seals.flatMap((seal) => sealOf(seal).gaps));
  let stated = 0;
  for (const [a, b, cause] of gaps) {
    const causes = told.filter(([c, d]) => 2 * (Math.min(b, d) - Math.max(a, c)) >= b - a).map(([, , other]) => other);
    stated += Number(!causes.length);
    if (causes.length && !causes.includes(cause)) verdict.add("cause_differs", where, [...new Set(causes)].sort(), cause);
  }
  verdict.facts["causes_stated_at_export"] = Number(verdict.facts["causes_stated_at_export"] ?? 0) + stated;
}
