import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import en from "../src/i18n/en.json";
import id from "../src/i18n/id.json";

const tables: Record<string, Record<string, string>> = { en, id };
const root = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..", "src");
const source = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(join(root, name), "utf8"))
  .join("\n");
const blanks = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();

test("both languages have the same keys in the same order", () => {
  expect(Object.keys(id)).toEqual(Object.keys(en));
});

test("no text is empty and both languages have the same blanks", () => {
  for (const [key, text] of Object.entries(en)) {
    const other = tables.id![key] ?? "";
    expect(other.trim(), key).not.toBe("");
    expect(blanks(other), key).toEqual(blanks(text));
  }
});

test("every text is used somewhere", () => {
  const byCode = /^(reason|state|codec|audio|bearing|rule|ticket)\.|^agency\.(kept|broken|unknown)$/;
  const unused = Object.keys(en).filter((key) => !byCode.test(key) && !source.includes(`"${key}"`));
  expect(unused).toEqual([]);
});
