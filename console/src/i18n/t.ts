/** Every word that people see, in Indonesian or English. */
import en from "./en.json";
import id from "./id.json";

export type Key = keyof typeof en;
export type Language = "id" | "en";

const TABLES: Record<Language, Record<Key, string>> = { en, id };
const STORED = "saksi.language";

export const language: Language = chosen();
document.documentElement.lang = language;

function chosen(): Language {
  const said = localStorage.getItem(STORED) ?? navigator.language;
  return said.toLowerCase().startsWith("en") ? "en" : "id";
}

/** Remembers the choice and loads the page anew; what is being looked at stands in the address. */
export function changeLanguage(to: Language): void {
  localStorage.setItem(STORED, to);
  location.reload();
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return TABLES[language][key].replace(/\{(\w+)\}/g, (blank, name: string) => String(values[name] ?? blank));
}

/** The words for a code that the archive sent; the code itself when a newer archive has more. */
export function named(group: "reason" | "state" | "codec" | "audio" | "bearing", code: string): string {
  const key = `${group}.${code}`;
  return key in TABLES[language] ? t(key as Key) : code;
}
