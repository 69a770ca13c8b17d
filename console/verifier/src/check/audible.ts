/** Verdict 6, sound and times: copies have the sound of the originals, and nothing in them comes at another time. */

import { JITTER } from "./complete";
import type { Court, Frames } from "./frames";
import { type CameraRecord, type Chunk, type Material, nameOf, type PieceOf } from "./material";
import { EDGE, shown, united } from "./playable";
import { instant, type Verdict, type Verdicts } from "./verdicts";

const SYNC = 40_000; // microseconds: a picture at 25 a second; what is said and what is seen may not come further apart
type Pair = [number, number];

export function checkAudible(verdicts: Verdicts, material: Material, frames: Frames): void {
  const verdict = verdicts.of(6);
  if (!material.statement) return;
  const courts = frames.courts.filter(({ media }) => media && !media.wrong);
  for (const court of courts) if (tellsSound(court)) checkSound(verdict, court, frames);
  for (const court of courts) checkTimes(verdict, court);
  const lines = new Map((material.chunks ?? []).map((chunk) => [nameOf(chunk.told), chunk]));
  for (const one of material.statement.predicate.cameras) {
    const mine = courts.filter(({ told }) => told.exhibit === one.exhibit && told.camera === one.camera);
    checkNoSoundLeftOut(verdict, one, mine, frames, lines);
  }
  const audible = courts.filter(hasSound);
  const compared = audible.filter(tellsSound).length;
  const [silent, other] = [courts.length - audible.length, audible.length - compared];
  Object.assign(verdict.facts, { sound_compared: compared, sound_not_compared: other, sound_none: silent });
}

function tellsSound({ told }: Court): boolean {
  return Object.hasOwn(told, "sound_sha256");
}

/** Whether a copy has any sound, or what might be some. */
function hasSound({ sound }: Court): boolean {
  return sound !== undefined && (sound.heard.copied + sound.heard.silent > 0 || sound.heard.wrong !== "");
}

/** The sound of a copy is that of its pieces in the originals, and what the statement gives; all else is silence. */
function checkSound(verdict: Verdict, court: Court, frames: Frames): void {
  const { told, sound, soundPieces: ours } = court;
  const pieces = told.sound_pieces!;
  if (!sound || sound.heard.wrong) {
    verdict.add("sound_differs", told.path, "sound that can be read", sound?.heard.wrong);
  } else if (!whole(court, frames)) {
    verdict.add("sound_differs", told.path, "pieces of originals in the package", "missing, damaged or out of range");
  } else {
    pieces.forEach((other, i) => {
      const one = pieces[i - 1];
      if (one && !goesOn(one, other, frames)) verdict.add("sound_differs", told.path, one, other);
    });
    const { heard, sounds: theirs } = sound;
    const count = pieces.reduce((sum, { first, last }) => sum + last + 1 - first, 0);
    if (ours !== theirs || ours !== told.sound_sha256)
      verdict.add("sound_differs", told.path, `sound that was signed: ${told.sound_sha256!}`, `originals ${ours}, copy ${theirs}`);
    else if (count !== heard.copied || heard.copied !== told.sounds || heard.lacking)
      verdict.add("sound_differs", told.path, told.sounds, heard.copied);
  }
}

/** Whether all the sound that a copy names was heard in sound originals. */
function whole({ told, soundCuts }: Court, frames: Frames): boolean {
  const pieces = told.sound_pieces!;
  return (
    soundCuts.length === pieces.length &&
    soundCuts.every((cut) => cut?.complete) &&
    pieces.every((piece) => {
      const media = frames.media.get(frames.paths.get(nameOf(piece)) ?? "");
      return media !== undefined && !media.wrong && !media.soundWrong;
    })
  );
}

/** Whether a piece of sound goes on where the one before it ends, or is of another run. */
function goesOn(one: PieceOf, other: PieceOf, frames: Frames): boolean {
  const count = frames.media.get(frames.paths.get(nameOf(one)) ?? "")?.sounds ?? 0;
  const same = one.seq === other.seq && other.first === one.last + 1;
  const ended = one.last === count - 1 && other.first === 0 && other.seq > one.seq;
  return one.run !== other.run || same || ended;
}

/** What turns a time of the originals into the film's, by the first picture. Undefined where it cannot be told. */
function shiftOf({ cuts, sound }: Court): number | undefined {
  const [original, film] = [cuts[0]?.times[0], sound?.pictures[0]];
  return original === undefined || film === undefined ? undefined : film - original;
}

/** Pictures and sound come at the times of the originals, and the film begins when the statement says. */
function checkTimes(verdict: Verdict, court: Court): void {
  const { told, cuts, sound, soundCuts } = court;
  const shift = shiftOf(court);
  if (shift === undefined || !sound || cuts.length < told.pieces.length) return;
  if (!cuts.every((cut, i) => cut?.complete && told.pieces[i]!.first >= 0)) return;
  const begins = told.from;
  if (typeof begins === "number" && Math.abs(begins + shift) > EDGE)
    verdict.add("times_differ", told.path, `a film from ${instant(begins)}`, `a film from ${instant(-shift)}`);
  const pictures = cuts.flatMap((cut) => cut?.times ?? []);
  if (pictures.length !== sound.pictures.length || apart(pictures, sound.pictures, shift) > SYNC)
    verdict.add("times_differ", told.path, "pictures at the times of the originals", "pictures at other times");
  const sounds = soundCuts.flatMap((cut) => cut?.times ?? []);
  const { times } = sound.heard;
  if (sounds.length === times.length && apart(sounds, times, shift) > SYNC)
    verdict.add("times_differ", told.path, "sound at the times of the originals", "sound at other times");
}

/** How far at most a film's times are from the originals'. */
function apart(times: number[], film: number[], shift: number): number {
  return times.reduce((most, time, i) => Math.max(most, Math.abs(film[i]! - time - shift)), 0);
}

/** Where copies show pictures of the span and the originals have sound, it is played but for half a second. */
function checkNoSoundLeftOut(
  verdict: Verdict,
  told: CameraRecord,
  courts: Court[],
  frames: Frames,
  lines: Map<string, Chunk>,
): void {
  const [allSeen, allHeard]: [Pair[], Pair[]] = [[], []];
  for (const court of courts) {
    const pictures = court.cuts.flatMap((cut, i): Pair[] => {
      const chunk = lines.get(nameOf(court.told.pieces[i]!));
      return cut?.complete && chunk ? [shown(cut, chunk)] : [];
    });
    allSeen.push(...pictures);
    if (tellsSound(court)) allHeard.push(...played(court));
    else if (hasSound(court)) allHeard.push(...pictures);
  }
  const [seen, heard] = [united(allSeen), united(allHeard)];
  for (const [place, path] of frames.paths) {
    const [chunk, media] = [lines.get(place), frames.media.get(path)];
    if (!chunk || !media || chunk.told.camera !== told.camera) continue;
    for (const [start, end] of media.soundSpans)
      for (const span of within([Math.max(start, told.from), Math.min(end, told.to)], seen)) {
        const hole = silentPart(span, heard);
        if (hole !== undefined)
          verdict.add("sound_left_out", nameOf(chunk.told), `its sound of ${instant(hole)}`, "in no court file");
      }
  }
}

/** When a copy plays sound of the originals. */
function played(court: Court): Pair[] {
  const shift = shiftOf(court);
  if (shift === undefined || !court.sound) return [];
  const [from, to] = court.sound.window;
  const spans = court.soundCuts.flatMap((cut): Pair[] => (cut?.complete ? [[cut.times[0]!, cut.times[cut.times.length - 1]!]] : []));
  return within([from - shift, to - shift], united(spans));
}

/** The parts of spans that lie in another. */
function within([start, end]: Pair, spans: Pair[]): Pair[] {
  return spans.map(([a, b]): Pair => [Math.max(a, start), Math.min(b, end)]).filter(([a, b]) => a < b);
}

/** Where in a span of sound over half a second of it is not heard; undefined when nowhere. */
function silentPart([start, end]: Pair, heard: Pair[]): number | undefined {
  let reached = start;
  for (const [a, b] of within([start, end], heard)) {
    if (a - reached > JITTER) return reached;
    reached = Math.max(reached, b);
  }
  return end - reached > JITTER ? reached : undefined;
}
