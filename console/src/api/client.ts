/** Calls to the archive, with its problems (RFC 9457) as one error type. The session cookie travels by itself. */
import { language, t } from "../i18n/t";
import { learn } from "../time/clock";

const BASE = "/api/v1";
const PATIENCE_MS = 20_000;

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly remedy: string,
    readonly field: string | null = null,
  ) {
    super(detail);
  }
}

export type Query = Record<string, string | number | undefined | readonly string[]>;

export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === "") continue;
    if (typeof value === "object") value.forEach((one) => search.append(name, one));
    else search.append(name, String(value));
  }
  const text = search.toString();
  return BASE + path + (text ? `?${text}` : "");
}

interface Options {
  method?: "GET" | "POST" | "DELETE";
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  patience?: number;
  signal?: AbortSignal;
}

/** The response, once it is a good one; raises Problem otherwise. */
export async function request(path: string, options: Options = {}): Promise<Response> {
  const { method = "GET", query = {}, body, headers = {}, patience = PATIENCE_MS, signal } = options;
  const patient = AbortSignal.timeout(patience);
  let response: Response;
  try {
    response = await fetch(address(path, query), {
      method,
      headers: {
        "Accept-Language": language,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([patient, signal]) : patient,
    });
  } catch {
    throw new Problem(0, "unreachable", t("problem.unreachable"), t("problem.unreachable_remedy"));
  }
  learn(response.headers.get("Date"));
  if (response.ok) return response;
  throw await problemOf(response);
}

export async function call<T>(path: string, options: Options = {}): Promise<T> {
  const response = await request(path, options);
  return (response.status === 204 ? null : await response.json()) as T;
}

async function problemOf(response: Response): Promise<Problem> {
  const said = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  const text = (name: string): string => (typeof said?.[name] === "string" ? (said[name] as string) : "");
  if (response.status === 401) document.dispatchEvent(new CustomEvent("saksi:signed-out"));
  return new Problem(
    response.status,
    text("code"),
    text("detail") || text("title") || t("problem.strange", { status: response.status }),
    text("remedy") || (said ? "" : t("problem.strange_remedy")),
    text("field") || null,
  );
}
