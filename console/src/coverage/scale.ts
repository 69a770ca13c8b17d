/** Instants to pixels and back, and where the ticks of a time axis stand. */
import type { Range } from "../view";

export function toPixel(at: number, range: Range, width: number): number {
  return ((at - range.from) / (range.to - range.from)) * width;
}

export function toInstant(pixel: number, range: Range, width: number): number {
  const share = Math.min(1, Math.max(0, pixel / width));
  return range.from + share * (range.to - range.from);
}

const MINUTE = 60_000;
const STEPS = [
  1000, 5000, 10_000, 15_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, 60 * MINUTE,
  2 * 60 * MINUTE, 3 * 60 * MINUTE, 6 * 60 * MINUTE, 12 * 60 * MINUTE, 24 * 60 * MINUTE, 7 * 24 * 60 * MINUTE,
];

/** Round instants (of local time, `offset` ms ahead of UTC), at most `most` of them. */
export function ticks(range: Range, most: number, offset: number): number[] {
  const step = STEPS.find((one) => (range.to - range.from) / one <= most) ?? (range.to - range.from) / most;
  const found: number[] = [];
  for (let at = Math.ceil((range.from + offset) / step) * step - offset; at <= range.to; at += step) found.push(at);
  return found;
}
