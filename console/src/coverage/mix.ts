/**
 * Columns of pixels that hold both footage and a hole. Painted one over the other, whichever comes last takes the whole
 * column, and a camera that misses one second in eight looks as if it had nothing.
 */
import type { Footage, Span } from "../api/archive";
import type { Range } from "../view";
import { toPixel } from "./scale";

export interface Mixed {
  column: number;
  /** Share of the column's time without footage, of all that is known of it. */
  gap: number;
  /** State of most of its footage. */
  state: string;
}

type Stretch = Pick<Span, "start" | "end">;

/** How much of each column the stretches fill, 0 to 1. */
export function shares(stretches: readonly Stretch[], range: Range, columns: number): Float64Array {
  const filled = new Float64Array(columns);
  for (const { start, end } of stretches) {
    const left = Math.max(0, toPixel(start, range, columns));
    const right = Math.min(columns, toPixel(end, range, columns));
    for (let column = Math.floor(left); column < right; column++) {
      filled[column]! += Math.min(right, column + 1) - Math.max(left, column);
    }
  }
  return filled;
}

export function mixed(footage: Footage, range: Range, columns: number): Mixed[] {
  const holes = shares(footage.gaps.filter((gap) => gap.reason !== "not_recorded"), range, columns);
  const states = [...new Set(footage.coverage.map((span) => span.state))].map((state) => ({
    state,
    filled: shares(footage.coverage.filter((span) => span.state === state), range, columns),
  }));
  const found: Mixed[] = [];
  for (let column = 0; column < columns; column++) {
    const hole = holes[column]!;
    if (hole === 0) continue;
    const there = states.reduce((sum, { filled }) => sum + filled[column]!, 0);
    if (there === 0) continue;
    const most = states.reduce((a, b) => (b.filled[column]! > a.filled[column]! ? b : a));
    found.push({ column, gap: hole / (hole + there), state: most.state });
  }
  return found;
}
