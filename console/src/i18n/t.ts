/** Every word on the page, in both languages; the tables are held equal by test/i18n.test.ts. */
import en from "./en.json";
import id from "./id.json";

export type Language = "id" | "en";
export type Key = keyof typeof en;

const tables: Record<Language, Record<Key, string>> = { en, id };
const REMEMBERED = "saksi.language";

function initial(): Language {
  const remembered = localStorage.getItem(REMEMBERED);
  if (remembered === "id" || remembered === "en") return remembered;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "id";
}

export const language: Language = initial();
document.documentElement.lang = language;

/** Everything in sight changes language at once by loading anew; the view itself stands in the address. */
export function changeLanguage(to: Language): void {
  localStorage.setItem(REMEMBERED, to);
  location.reload();
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return tables[language][key].replace(/\{(\w+)\}/g, (blank, name: string) => String(values[name] ?? blank));
}

/** The words for a code that the archive sent, or the code itself when this page is older than the archive. */
export function named(group: "reason" | "state" | "codec" | "audio", code: string): string {
  const key = `${group}.${code}`;
  return key in tables[language] ? t(key as Key) : code.replaceAll("_", " ");
}
