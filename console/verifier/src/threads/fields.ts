/** Fields of what a package says: it may say anything, so each is taken only in its own kind. */

import { isDict } from "../read/json";

export const MOST = 5000; // rows of any one list

export function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

export function number(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : 0;
}

export function field(value: unknown, name: string): unknown {
  return isDict(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A person or a thing as one line: its texts in order. */
export function line(value: unknown, names: string[]): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.slice(0, 50).map(text).filter(Boolean).join(", ");
  return names.map((name) => text(field(value, name))).filter(Boolean).join(", ");
}
