/** Every word a person sees, Indonesian or English. */

import en from "./en.json";
import id from "./id.json";

export type Key = keyof typeof en;
export type Language = "id" | "en";

const TABLES: Record<Language, Record<Key, string>> = { en, id };
const STORED = "saksi.language";

let current: Language = initial();

function initial(): Language {
  const chosen = localStorage.getItem(STORED) ?? navigator.language;
  return chosen.toLowerCase().startsWith("en") ? "en" : "id";
}

export function language(): Language {
  return current;
}

export function chooseLanguage(chosen: Language): void {
  current = chosen;
  localStorage.setItem(STORED, chosen);
  document.documentElement.lang = chosen;
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return TABLES[current][key].replace(/\{(\w+)\}/g, (blank, name: string) => String(values[name] ?? blank));
}

/** The words for a code the server sent, such as a gap's reason; the code itself when a newer server has more. */
export function tCode(group: "reason" | "state", code: string): string {
  const key = `${group}.${code}`;
  return key in TABLES[current] ? t(key as Key) : code;
}
