/** Words, dates and figures in the language in use. */

import { en } from "./words-en";
import { id } from "./words-id";

export type Language = "id" | "en";
export type Key = keyof typeof id;

const tables = { id, en };
let language: Language = navigator.language.toLowerCase().startsWith("en") ? "en" : "id";

export function currentLanguage(): Language {
  return language;
}

export function setLanguage(to: Language): void {
  language = to;
  document.documentElement.lang = to;
  document.title = `Saksi: ${t("title")}`;
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return tables[language][key].replace(/\{(\w+)\}/g, (blank, name: string) => String(values[name] ?? blank));
}

export function has(key: string): key is Key {
  return key in id;
}

const MONTHS: Record<Language, string[]> = {
  id: ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
  en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
};

const two = (value: number): string => String(value).padStart(2, "0");

/** Hours ahead of UTC; none of these zones has a summer time. */
const HOURS: Record<string, number> = { WIB: 7, WITA: 8, WIT: 9 };
let archive = "";

/** The zone in which times are shown from now on: the archive's where the package names it, else the computer's. */
export function setZone(name: string): void {
  archive = name in HOURS ? name : "";
}

/** Minutes ahead of UTC. */
function ahead(at: Date): number {
  return archive ? HOURS[archive]! * 60 : -at.getTimezoneOffset();
}

/** The zone in use: its name, or UTC+08:00 for the computer's own. */
export function zone(at: Date): string {
  if (archive) return archive;
  const minutes = ahead(at);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`;
}

/** A moment (microseconds UTC) in the zone in use, to the second or the millisecond. */
export function moment(us: number, fine = false): string {
  const at = new Date(us / 1000);
  if (!Number.isFinite(us) || Number.isNaN(at.getTime()) || us <= 0) return "-";
  const local = new Date(at.getTime() + ahead(at) * 60_000);
  return `${dayOf(local)} ${clockOf(local, fine)} ${zone(at)}`;
}

/** The same, and UTC beside it; its day only where that is another. */
export function momentAndUtc(us: number): string {
  const here = moment(us);
  const at = new Date(us / 1000);
  if (here === "-" || ahead(at) === 0) return here;
  const local = new Date(at.getTime() + ahead(at) * 60_000);
  return `${here} (${dayOf(local) === dayOf(at) ? "" : `${dayOf(at)} `}${clockOf(at, false)} UTC)`;
}

/** A span: the day once where it begins and ends on one. `to` 0 means an instant. */
export function momentSpan(from: number, to: number): string {
  const [start, end] = [new Date(from / 1000), new Date(to / 1000)];
  if (moment(from) === "-" || moment(to) === "-") return moment(from);
  const [first, last] = [start, end].map((at) => new Date(at.getTime() + ahead(at) * 60_000)) as [Date, Date];
  const until = dayOf(first) === dayOf(last) ? "–" : ` – ${dayOf(last)} `;
  return `${dayOf(first)} ${clockOf(first, false)}${until}${clockOf(last, false)} ${zone(end)}`;
}

/** Both read the fields of UTC: what they are given was moved to its zone. */
function dayOf(at: Date): string {
  return `${at.getUTCDate()} ${MONTHS[language][at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

function clockOf(at: Date, fine: boolean): string {
  const milliseconds = fine ? `${language === "id" ? "," : "."}${String(at.getUTCMilliseconds()).padStart(3, "0")}` : "";
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}${milliseconds}`;
}

/** A length of time in microseconds. */
export function span(us: number): string {
  const seconds = Math.round(us / 1e5) / 10;
  const separator = language === "id" ? "," : ".";
  if (seconds < 60) return `${String(seconds).replace(".", separator)} ${language === "id" ? "detik" : "s"}`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, unit] = [count, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  const digits = unit > 0 && value < 100 ? 1 : 0;
  return `${value.toLocaleString(language === "id" ? "id-ID" : "en-GB", { maximumFractionDigits: digits })} ${units[unit]}`;
}

export function count(value: number): string {
  return value.toLocaleString(language === "id" ? "id-ID" : "en-GB");
}

/** "a, b dan c". */
export function list(items: string[]): string {
  if (items.length < 2) return items.join("");
  return items.slice(0, -1).join(", ") + t("and") + items[items.length - 1];
}
