/** The shapes that the checks rely on, asked for before anything is relied upon. */

import { fromHex, Malformed } from "../read/bytes";
import type { Dict, Json } from "../read/json";
import { isDict } from "../read/json";

/** "s" text, "i" integer, "l" list, "d" object. */
export type Kind = "s" | "i" | "l" | "d";

function is(value: Json | undefined, kind: Kind): boolean {
  if (kind === "s") return typeof value === "string";
  if (kind === "i") return typeof value === "number";
  return kind === "l" ? Array.isArray(value) : isDict(value);
}

/** That an object has these fields: "name:kind name:kind". Throws Malformed. */
export function need(value: unknown, fields: string): Dict {
  if (!isDict(value)) throw new Malformed("an object is missing");
  for (const field of fields.split(" ")) {
    const [name, kind] = field.split(":") as [string, Kind];
    if (!is(Object.hasOwn(value, name) ? value[name] : undefined, kind))
      throw new Malformed(`${name} is missing or of another kind`);
  }
  return value;
}

/** That an object has exactly these fields. Throws Malformed. */
export function only(value: Dict, fields: string): void {
  const names = fields.split(" ").map((field) => field.split(":")[0]!);
  if (Object.keys(value).length !== names.length || !names.every((name) => Object.hasOwn(value, name)))
    throw new Malformed("more or fewer fields than it should have");
}

/** That a list holds rows of exactly these kinds. Throws Malformed. */
export function needRows(value: Json | undefined, kinds: Kind[]): void {
  if (!Array.isArray(value)) throw new Malformed("a list is missing");
  for (const row of value) {
    if (!Array.isArray(row) || row.length !== kinds.length || !kinds.every((kind, i) => is(row[i], kind)))
      throw new Malformed("a row of another kind");
  }
}

/** The bytes of lower-case hex of an exact length. Throws Malformed. */
export function unhex(value: Json | undefined, length: number): Uint8Array<ArrayBuffer> {
  if (typeof value !== "string" || value.length !== 2 * length) throw new Malformed(`not ${length} bytes in hex`);
  return fromHex(value);
}
