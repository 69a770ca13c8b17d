/** Verdict 6: the files one can play hold the same frames as the originals, none more and none less. */

import type { Cut } from "../hash/pool";
import { JITTER, withheldPlaces } from "./complete";
import type { Court, Frames } from "./frames";
import { type CameraRecord, type Chunk, type Material, nameOf, overlaps } from "./material";
import { compare, instant, type Verdict, type Verdicts } from "./verdicts";

export const EDGE = 1000; // microseconds: ticks of 1/90,000 s against microseconds
type Pair = [number, number];

export function checkPlayable(verdicts: Verdicts, material: Material, frames: Frames): void {
  const verdict = verdicts.of(6);
  if (!material.statement) return;
  for (const [path, { wrong }] of frames.media) if (wrong) verdict.add("media_malformed", path, "MP4", wrong);
  for (const court of frames.courts) checkCourt(verdict, court, frames);
  const lines = new Map((material.chunks ?? []).map((chunk) => [nameOf(chunk.told), chunk]));
  const { cameras } = material.statement.predicate;
  for (const one of cameras) checkNothingLeftOut(verdict, one, frames, lines);
  const empty = cameras.filter((one) => !one.chunks).map((one) => `${one.exhibit}/${one.camera}`);
  verdict.facts["empty"] = empty.sort(compare);
  for (const where of withheldPlaces(material)) verdict.add("withheld", where);
  // Nothing to play is nothing that could be the same: not even one frame was compared.
  if (empty.length === cameras.length) for (const where of empty) verdict.add("no_footage", where);
  verdict.facts["files"] = frames.courts.length;
  if (statementSigned(verdicts.of(2))) verdict.facts["as_signed"] = asSigned(verdict, frames);
  verdict.facts["nals"] = frames.courts.reduce((sum, { media }) => sum + (media?.nals ?? 0), 0);
}

const BROKEN = new Set(["statement_key", "statement_signature", "key_revoked"]);

/** Whether verdict 2 found the statement's signature to hold, whoever's the log may be. */
function statementSigned(authentic: Verdict): boolean {
  return authentic.facts["export_key"] !== undefined && !authentic.findings.some(({ code }) => BROKEN.has(code));
}

/** Copies that something was found of, and that are to the byte what was signed: then the originals differ. */
function asSigned(verdict: Verdict, frames: Frames): string[] {
  const named = new Set(verdict.findings.map(({ where }) => where));
  const same = frames.courts.filter(({ told }) => named.has(told.path) && frames.digests.get(told.path) === told.sha256);
  return same.map(({ told }) => told.path).sort();
}

/** Expected and found of frames that are not all the same, so that it is plain which of the three differs. */
function comparedFrames(stated: string, originals: string, copy: string): [string, string] {
  if (copy === stated)
    return [`originals with the frames that were signed: ${stated}`, `originals with other frames: ${originals}`];
  if (originals === stated)
    return [`a copy with the frames of the originals: ${stated}`, `a copy with other frames: ${copy}`];
  return [`frames that were signed: ${stated}`, `originals ${originals}, copy ${copy}`];
}

/** The NAL digest of a court file is that of its pieces in the originals, and the one that the statement gives. */
function checkCourt(verdict: Verdict, court: Court, frames: Frames): void {
  const { told, media, cuts } = court;
  if (!media) {
    verdict.add("nal_differs", told.path, told.nal_sha256, "no such file");
    return;
  }
  if (media.wrong) {
    verdict.add("media_malformed", told.path, "MP4", media.wrong);
    return;
  }
  if (cuts.length < told.pieces.length || !cuts.every((cut, i) => cut?.complete && told.pieces[i]!.first >= 0)) {
    verdict.add("pieces_differ", told.path, "pieces of originals in the package", "missing, damaged or out of range");
    return;
  }
  checkSeams(verdict, court, frames);
  if (court.piecesNals !== court.nals || court.nals !== told.nal_sha256)
    verdict.add("nal_differs", told.path, ...comparedFrames(told.nal_sha256, court.piecesNals, court.nals));
  else if (court.piecesCount !== media.nals || media.nals !== told.nals)
    verdict.add("nal_differs", told.path, told.nals, media.nals);
}

function samplesOf(frames: Frames, place: { run: string; seq: number }): number {
  return frames.media.get(frames.paths.get(nameOf(place)) ?? "")?.samples ?? 0;
}

/** Between two pieces nothing is left out: the second goes on where the first ends, or before what it leaves out. */
function checkSeams(verdict: Verdict, { told, cuts }: Court, frames: Frames): void {
  told.pieces.forEach((other, i) => {
    const one = told.pieces[i - 1];
    if (!one) return;
    if (one.run !== other.run) {
      const after = cuts[i - 1]!.earliestAfter;
      if (after >= 0 && after < cuts[i]!.start - EDGE) verdict.add("pieces_differ", told.path, one, other);
      return;
    }
    const same = one.seq === other.seq && other.first === one.last + 1;
    const ended = one.last === samplesOf(frames, one) - 1 && other.first === 0;
    if (!same && !(ended && other.seq > one.seq)) verdict.add("pieces_differ", told.path, one, other);
  });
}

/** The next part of a long court file goes on where the one before ends; it may begin earlier, for the decoder. */
function checkParts(verdict: Verdict, one: Court, other: Court, frames: Frames): void {
  const [last, first] = [one.told.pieces[one.told.pieces.length - 1], other.told.pieces[0]];
  if (!last || !first || last.run !== first.run || !frames.media.has(frames.paths.get(nameOf(last)) ?? "")) return;
  const same = first.seq === last.seq && first.first <= last.last + 1;
  const ended = first.seq > last.seq && last.last === samplesOf(frames, last) - 1 && first.first === 0;
  if (!same && !ended && first.seq >= last.seq) verdict.add("pieces_differ", other.told.path, last, first);
}

/** Every stretch of original footage inside the span is in a court file, to the frame at both ends. */
function checkNothingLeftOut(verdict: Verdict, told: CameraRecord, frames: Frames, lines: Map<string, Chunk>): void {
  const { from: start, to: end } = told;
  const courts = frames.courts.filter((one) => one.told.exhibit === told.exhibit && one.told.camera === told.camera);
  const mine = [...frames.paths.keys()].flatMap((place) => {
    const chunk = lines.get(place);
    return chunk && chunk.told.camera === told.camera && overlaps(chunk, start, end) ? [chunk] : [];
  });
  if (!mine.length) return;
  if (!courts.length) {
    // Without any picture in the span there is nothing to play.
    if (!mine.some(({ told: chunk }) => shows(chunk, frames, start, end))) return;
    verdict.add("no_playable", `${told.exhibit}/${told.camera}`);
    return;
  }
  courts.forEach((other, i) => i && checkParts(verdict, courts[i - 1]!, other, frames));
  const used = courts.flatMap((court) =>
    court.cuts.flatMap((cut, i) => {
      const chunk = lines.get(nameOf(court.told.pieces[i]!));
      return cut?.complete && chunk ? [{ cut, chunk }] : [];
    }),
  );
  if (!used.length) return;
  const spans = united(used.map(({ cut, chunk }) => shown(cut, chunk)));
  for (const { told: chunk } of mine) {
    const missed = keysOf(frames, chunk).find((key) => start <= key && key < end && !covered(key, spans));
    if (missed !== undefined)
      verdict.add("frames_left_out", nameOf(chunk), `its picture of ${instant(missed)}`, "in no court file");
  }
  const first = used.reduce((a, b) => (b.cut.start < a.cut.start ? b : a));
  const last = used.reduce((a, b) => (b.cut.end > a.cut.end ? b : a));
  const { latestBefore } = first.cut;
  const { earliestAfter } = last.cut;
  if (latestBefore >= 0 && latestBefore >= start + EDGE)
    verdict.add("frames_left_out", nameOf(first.chunk.told), `from ${instant(start)}`, `a frame of ${instant(latestBefore)}`);
  if (earliestAfter >= 0 && earliestAfter < end - EDGE)
    verdict.add("frames_left_out", nameOf(last.chunk.told), `to ${instant(end)}`, `a frame of ${instant(earliestAfter)}`);
}

/** Whether a picture that needs no other begins in the span, or more than half a second of the chunk lies there. */
function shows(chunk: Chunk["told"], frames: Frames, start: number, end: number): boolean {
  const inside = Math.min(chunk.end, end) - Math.max(chunk.start, start);
  return inside > JITTER || keysOf(frames, chunk).some((key) => start <= key && key < end);
}

/** The span of a piece: its chunk's own where it is whole, else that of its frames. */
export function shown(cut: Cut, { told }: Chunk): Pair {
  return [cut.latestBefore < 0 ? told.start : cut.start, cut.earliestAfter < 0 ? told.end : cut.earliestAfter];
}

/** Spans without overlaps. */
export function united(spans: Pair[]): Pair[] {
  const out: Pair[] = [];
  for (const [a, b] of [...spans].sort((one, other) => one[0] - other[0] || one[1] - other[1])) {
    const last = out[out.length - 1];
    if (last && a <= last[1] + EDGE) last[1] = Math.max(last[1], b);
    else out.push([a, b]);
  }
  return out;
}

function keysOf(frames: Frames, place: { run: string; seq: number }): number[] {
  return frames.media.get(frames.paths.get(nameOf(place)) ?? "")?.keys ?? [];
}

/** Whether a time lies in one of the united spans, give or take a tick. */
function covered(time: number, spans: Pair[]): boolean {
  const span = spans.findLast(([from]) => from <= time + EDGE);
  return span !== undefined && time < span[1] + EDGE;
}
