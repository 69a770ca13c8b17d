/** Requests to our own origin; the session cookie goes along by itself. */

import { language } from "../i18n/t";
import type { Us } from "../time/instant";
import { Problem } from "./problem";

const ROOT = "/api/v1";
const TIMEOUT_MS = 20_000;

export type Query = Record<string, string | number | string[] | null | undefined>;

let skewMs = 0;

/** Now by the server's clock: an office PC's own may be minutes off, and the archive's time is what counts. */
export function now(): Us {
  return Math.round((Date.now() + skewMs) * 1000);
}

export function address(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") parameters.append(name, String(one));
    }
  }
  const text = parameters.toString();
  return ROOT + path + (text ? `?${text}` : "");
}

export async function request<T>(method: string, path: string, query: Query = {}, body?: unknown): Promise<T> {
  const response = await fetch(address(path, query), {
    method,
    headers: {
      Accept: "application/json",
      "Accept-Language": language(),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  learnClock(response);
  if (!response.ok) throw await Problem.ofResponse(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

function learnClock(response: Response): void {
  const served = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isNaN(served)) return;
  const difference = served + 500 - Date.now(); // the header has whole seconds
  skewMs = Math.abs(difference) > 2000 ? difference : 0;
}
