/** Instants as the archive has them: whole microseconds UTC since 1970, exact in a double until the year 2255. */

export type Us = number;

export interface Range {
  from: Us;
  to: Us;
}

export const SECOND: Us = 1_000_000;
export const MINUTE: Us = 60 * SECOND;
export const HOUR: Us = 60 * MINUTE;

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Reads RFC 3339 with up to microseconds (Date.parse alone keeps milliseconds); NaN when it is none. */
export function parseInstant(text: string): Us {
  const parts = FORM.exec(text);
  if (!parts) return NaN;
  return Date.parse(`${parts[1]}${parts[3]}`) * 1000 + Number((parts[2] ?? "").padEnd(6, "0").slice(0, 6));
}

/** RFC 3339 in UTC with microseconds, as the API writes it. */
export function formatInstant(us: Us): string {
  const whole = Math.floor(us / SECOND);
  const fraction = String(us - whole * SECOND).padStart(6, "0");
  return `${new Date(whole * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

export function clamp(at: Us, range: Range): Us {
  return Math.min(Math.max(at, range.from), range.to);
}
