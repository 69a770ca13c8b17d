/** Wall-clock time as people in the city read and type it: WITA, UTC+8 the whole year. */

import { HOUR, parseInstant, SECOND, type Us } from "./instant";

export const ZONE = "WITA";
const OFFSET: Us = 8 * HOUR;

const DAY_FIRST = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/;
const YEAR_FIRST = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const CLOCK = /^(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,6}))?)?$/;

function shifted(us: Us): string {
  return new Date(Math.floor((us + OFFSET) / 1000)).toISOString();
}

/** 2026-11-23 21:10:00 */
export function localTime(us: Us): string {
  return shifted(us).slice(0, 19).replace("T", " ");
}

/** 21:10:00 or, exactly, 21:10:00.240 */
export function localClock(us: Us, digits: 0 | 3 = 0): string {
  return shifted(us).slice(11, digits ? 23 : 19);
}

/** 2026-11-23 */
export function localDay(us: Us): string {
  return shifted(us).slice(0, 10);
}

/** 13:10:00Z */
export function utcClock(us: Us): string {
  return `${new Date(Math.floor(us / 1000)).toISOString().slice(11, 19)}Z`;
}

/**
 * Reads what a person types: `23/11/2026 21:10`, `2026-11-23 21:10:05.240`, `21:10` (the day of `near`), or RFC 3339
 * with its own zone. NaN when it is none of them.
 */
export function parseLocal(text: string, near: Us): Us {
  const given = text.trim();
  const exact = parseInstant(given.replace(" ", "T"));
  if (!Number.isNaN(exact)) return exact;
  const words = given.replace("T", " ").split(/\s+/);
  const clock = CLOCK.exec(words.pop() ?? "");
  const day = readDay(words.join(" "), near);
  if (!clock || !day) return NaN;
  const [hour, minute, second] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  const fraction = Number((clock[4] ?? "").padEnd(6, "0"));
  return day + ((hour * 60 + minute) * 60 + second) * SECOND + fraction - OFFSET;
}

/** Midnight of that day as if the zone were UTC. */
function readDay(text: string, near: Us): Us | null {
  if (text === "") return Date.parse(`${localDay(near)}T00:00:00Z`) * 1000;
  const first = DAY_FIRST.exec(text);
  const parts = first ? [first[3], first[2], first[1]] : YEAR_FIRST.exec(text)?.slice(1);
  if (!parts) return null;
  const [year, month, day] = parts.map(Number) as [number, number, number];
  const midnight = new Date(Date.UTC(year, month - 1, day));
  return midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day ? midnight.getTime() * 1000 : null;
}

/** 1 h 05 min, 12 min 30 s, 4 s */
export function duration(us: Us): string {
  const seconds = Math.round(us / SECOND);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours) return `${hours} h ${String(minutes).padStart(2, "0")} min`;
  if (minutes) return rest ? `${minutes} min ${String(rest).padStart(2, "0")} s` : `${minutes} min`;
  return `${rest} s`;
}
