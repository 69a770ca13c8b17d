/** Verdict 8: whether the camera itself signed its video, how far its signatures reach, and whether they hold. */

import { type Outcome, type Signing } from "./camerarows";
import type { Frames } from "./frames";
import { nameOf } from "./material";
import { compare, type Verdict, type Verdicts } from "./verdicts";

const REASONS: Record<string, string> = {
  sei_malformed: "a signature of another form",
  signature_invalid: "a signature that does not hold",
  key_changed: "another certificate",
  gop_changed: "a picture that is not the one signed",
  frames_missing: "pictures that are missing",
  gop_order: "pictures in another order",
  sei_missing: "a signature that is missing",
  gop_without_sei: "pictures without their signature",
};

export type CameraFact = [camera: string, nals: number, proven: number, from: number, to: number, fingerprint: string, subject: string];

export function checkCameraSignature(verdicts: Verdicts, frames: Frames, signing: Signing): void {
  const verdict = verdicts.of(8);
  verdict.facts["originals"] = frames.media.size;
  verdict.facts["signed"] = [...frames.media.values()].filter(({ signed }) => signed > 0).length;
  for (const path of [...signing.malformed.keys()].sort(compare)) {
    verdicts.of(1).add("malformed", path, "package format", signing.malformed.get(path));
    verdict.add("not_read", path);
  }
  for (const path of signing.unplaced) verdict.add("signature_not_checked", path, "", "its place in a run is not known");
  for (const chunk of signing.many) verdict.add("signature_not_checked", nameOf(chunk), "", "more slices and signatures than footage has");
  verdict.facts["excused"] = signing.outcomes.filter((outcome) => tell(verdict, outcome)).length;
  if (signing.outcomes.length) verdict.facts["cameras"] = camerasTold(verdict, signing.outcomes);
}

/** The findings of a stream; whether some are left out, since by its own line the original lost something. */
function tell(verdict: Verdict, { stream, chunks, sound, stripped }: Outcome): boolean {
  const broken = (code: string, where: string, frame: number): void =>
    verdict.add("signature_broken", where, "", `${REASONS[code]}, frame ${frame}`);
  for (const [code, [original, frame]] of stream.findings.slice(0, sound)) broken(code, nameOf(chunks[original]!), frame);
  if (stripped) broken("gop_without_sei", nameOf(stripped), 0);
  if (stream.unchecked) verdict.add("signature_not_checked", nameOf(chunks[0]!), "", stream.unchecked);
  return sound < stream.findings.length;
}

/** One row for each certificate of each camera. */
function camerasTold(verdict: Verdict, outcomes: Outcome[]): CameraFact[] {
  const told = new Map<string, CameraFact>();
  const proven = new Map<string, number>();
  for (const { stream, chunks } of outcomes) {
    const { camera } = chunks[0]!;
    const key = stream.keys.of(false);
    const name = `${camera}\0${key?.fingerprint ?? ""}`;
    const row = told.get(name) ?? [camera, 0, 0, 0, 0, key?.fingerprint ?? "", key?.subject ?? ""];
    told.set(name, row);
    row[1] += stream.nals;
    row[2] += stream.proven;
    row[3] = Math.min(row[3] || stream.start, stream.start || row[3]);
    row[4] = Math.max(row[4], stream.end);
    proven.set(camera, (proven.get(camera) ?? 0) + stream.proven);
  }
  for (const { stream, chunks } of outcomes)
    if (!stream.unchecked && !stream.findings.length && !proven.get(chunks[0]!.camera))
      verdict.add("signature_not_checked", nameOf(chunks[0]!), "", "nothing that a signature answers for");
  return [...told.keys()].sort(compare).map((name) => told.get(name)!);
}
