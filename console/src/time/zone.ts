/** Instants are milliseconds since 1970 UTC; people see and type the archive's zone (no summer time) unless they name one. */

/** The zone of the archive's papers, as it says when it is asked who is here. */
export let ZONE = "WITA";
const ZONES: Record<string, number> = { WIB: 7, WITA: 8, WIT: 9, UTC: 0, Z: 0 };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const two = (n: number): string => String(n).padStart(2, "0");

export function setZone(name: unknown): void {
  if (typeof name === "string" && name in ZONES) ZONE = name;
}

function shifted(ms: number, zone: string): Date {
  return new Date(ms + (ZONES[zone] ?? 0) * HOUR);
}

/** `14:05:09`, with tenths when asked. */
export function clockText(ms: number, zone = ZONE, tenths = false): string {
  const d = shifted(ms, zone);
  const text = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
  return tenths ? `${text}.${Math.floor(d.getUTCMilliseconds() / 100)}` : text;
}

/** `23-11-2026`, as papers and sentences of the archive have it. */
export function dateText(ms: number, zone = ZONE): string {
  const d = shifted(ms, zone);
  return `${two(d.getUTCDate())}-${two(d.getUTCMonth() + 1)}-${d.getUTCFullYear()}`;
}

/** `23-11-2026 14:05:09`: what the search fields show and accept. */
export function momentText(ms: number, zone = ZONE): string {
  return `${dateText(ms, zone)} ${clockText(ms, zone)}`;
}

export function iso(ms: number): string {
  return new Date(Math.round(ms)).toISOString();
}

/** The instant in an RFC 3339 text, or null. Microseconds are cut off. */
export function instant(value: unknown): number | null {
  const at = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : at;
}

/** For where footage begins: the first whole millisecond in it. Cut off, it would lie before the first picture. */
export function beginning(value: unknown): number | null {
  const at = instant(value);
  return at !== null && /\.\d{3}\d*[1-9]/.test(String(value)) ? at + 1 : at;
}

/** `1 h 02 min`, `3 min 20 s`, `45 s`. The unit signs are the same in both languages except the hour and minute. */
export function lengthText(ms: number, hour: string, minute: string): string {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (hours) return `${hours} ${hour} ${two(minutes)} ${minute}`;
  if (minutes) return rest ? `${minutes} ${minute} ${rest} s` : `${minutes} ${minute}`;
  return `${rest} s`;
}

const RELATIVE = /^-\s*(\d+)\s*(s|m|h|d|j)$/i;
const UNIT: Record<string, number> = { s: 1000, m: 60_000, h: HOUR, j: HOUR, d: DAY };
const CLOCK = String.raw`(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,6}))?)?`;
const ONLY_CLOCK = new RegExp(`^${CLOCK}$`);
const DAY_FIRST = new RegExp(String.raw`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+${CLOCK})?$`);
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+${CLOCK})?$`);
const WITH_ZONE = /^(.*\d)\s*(WITA|WIB|WIT|UTC|Z|[+-]\d{2}:?\d{2})$/i;

/** The instant a person typed, or null. `now` completes relative times and a time of day without a date. */
export function parseInstant(text: string, now: number): number | null {
  const typed = text.trim();
  if (/^(now|sekarang)$/i.test(typed)) return now;
  const relative = RELATIVE.exec(typed);
  if (relative) return now - Number(relative[1]) * (UNIT[relative[2]!.toLowerCase()] ?? 0);
  // The year of a day alone is no offset.
  const zoned = /^\d{1,2}-\d{1,2}-\d{4}$/.test(typed) ? null : WITH_ZONE.exec(typed);
  const hours = zoned ? zoneHours(zoned[2]!) : ZONES[ZONE]!;
  return parseLocal(zoned ? zoned[1]!.trim() : typed, now, hours * HOUR);
}

function zoneHours(name: string): number {
  const known = ZONES[name.toUpperCase()];
  if (known !== undefined) return known;
  const sign = name.startsWith("-") ? -1 : 1;
  return sign * (Number(name.slice(1, 3)) + Number(name.slice(-2)) / 60);
}

function parseLocal(text: string, now: number, offset: number): number | null {
  const clock = ONLY_CLOCK.exec(text);
  if (clock) {
    const today = new Date(now + offset);
    const at = compose(today.getUTCFullYear(), today.getUTCMonth() + 1, today.getUTCDate(), clock.slice(1), offset);
    // A time of day that has not come yet is yesterday's.
    return at !== null && at > now + 60_000 ? at - DAY : at;
  }
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst) return compose(+dayFirst[3]!, +dayFirst[2]!, +dayFirst[1]!, dayFirst.slice(4), offset);
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst) return compose(+yearFirst[1]!, +yearFirst[2]!, +yearFirst[3]!, yearFirst.slice(4), offset);
  return null;
}

function compose(
  year: number,
  month: number,
  day: number,
  clock: (string | undefined)[],
  offset: number,
): number | null {
  const [hour, minute, second] = [Number(clock[0] ?? 0), Number(clock[1] ?? 0), Number(clock[2] ?? 0)];
  const fraction = Number(`0.${clock[3] ?? "0"}`);
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  return at.getTime() + Math.round(fraction * 1000) - offset;
}
