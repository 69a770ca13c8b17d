/**
 * Media time to wall time and back, through the EXT-X-PROGRAM-DATE-TIME of each part of the playlist. Media time has no
 * holes where parts follow a discontinuity, wall time has; so a single offset would drift at each one.
 */

export interface Part {
  start: number; // media seconds
  duration: number; // seconds
  programDateTime: number | null; // wall milliseconds
  gap?: boolean | undefined;
}

/** Playing stops a little before a hole: the last picture before it ends early. */
export const REACH_S = 0.6;

/** The part that a media time falls in, else the last one before it. */
export function partAt(parts: readonly Part[], seconds: number): Part | null {
  let found: Part | null = null;
  for (const part of parts) {
    if (part.start > seconds + 1e-3) break;
    found = part;
  }
  return found ?? parts[0] ?? null;
}

export function toWall(parts: readonly Part[], seconds: number): number | null {
  const part = partAt(parts, seconds);
  if (!part || part.programDateTime === null) return null;
  const inside = Math.min(Math.max(0, seconds - part.start), part.duration);
  return part.programDateTime + inside * 1000;
}

/** Media time of a wall time; of the next picture when nothing was recorded then, of the last when nothing follows. */
export function toMedia(parts: readonly Part[], wall: number): number | null {
  let last: Part | null = null;
  for (const part of parts) {
    if (part.gap || part.programDateTime === null) continue;
    last = part;
    if (wall < part.programDateTime) return part.start;
    if (wall < part.programDateTime + part.duration * 1000) return part.start + (wall - part.programDateTime) / 1000;
  }
  return last ? last.start + Math.max(0, last.duration - 0.05) : null;
}

/** The hole that playing has just stepped over, marked as a gap or left out of media time, if longer than half a second. */
export function holeBetween(parts: readonly Part[], before: number, after: number): { from: number; to: number } | null {
  if (after <= before) return null;
  const marked = parts.find((part) => part.gap && part.start > before - REACH_S && part.start < after);
  const hole = marked && holeAt(parts, marked.start, REACH_S);
  if (hole && hole.resume > before && hole.resume <= after + REACH_S) return hole;
  const [from, to] = [toWall(parts, before), toWall(parts, after)];
  if (from === null || to === null) return null;
  const stepped = (after - before) * 1000;
  return to - from > stepped + 500 ? { from, to } : null;
}

export interface Hole {
  from: number; // wall milliseconds
  to: number;
  resume: number; // media seconds of the first picture after it
}

/** The hole (one or more parts marked as gaps) that begins within `reach` seconds of a media time, or that it is in. */
export function holeAt(parts: readonly Part[], seconds: number, reach: number): Hole | null {
  const first = parts.findIndex((part) => part.gap && seconds > part.start - reach && seconds < part.start + part.duration);
  if (first < 0) return null;
  const next = parts.findIndex((part, n) => n > first && !part.gap);
  const [begin, after] = [parts[first]!, parts[next]];
  if (!after || begin.programDateTime === null || after.programDateTime === null) return null;
  return { from: begin.programDateTime, to: after.programDateTime, resume: after.start };
}
