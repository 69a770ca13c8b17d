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

/** The computer's own zone as +08:00. */
export function zone(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`;
}

/** A moment (microseconds UTC) in the computer's zone, to the second or the millisecond. */
export function moment(us: number, fine = false): string {
  const at = new Date(us / 1000);
  if (!Number.isFinite(us) || Number.isNaN(at.getTime()) || us <= 0) return "-";
  const day = `${at.getDate()} ${MONTHS[language][at.getMonth()]} ${at.getFullYear()}`;
  const comma = language === "id" ? "," : ".";
  const milliseconds = fine ? `${comma}${String(at.getMilliseconds()).padStart(3, "0")}` : "";
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}${milliseconds} ${zone(at)}`;
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
