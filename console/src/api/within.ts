/** Spans that grants show. */

export interface Granted {
  from: number;
  to: number;
}

/** The parts of [from, to) that grants in force show of a camera. */
export function within(grants: ReadonlyMap<string, readonly Granted[]>, camera: string, from: number, to: number): Granted[] {
  return (grants.get(camera) ?? [])
    .map((one) => ({ from: Math.max(from, one.from), to: Math.min(to, one.to) }))
    .filter((one) => one.from < one.to)
    .sort((one, other) => one.from - other.from);
}
