/** Requests to our own origin. The session cookie goes along by itself; a refusal becomes a Problem with its remedy. */
import { language, t } from "../i18n/t";

const ROOT = "/api/v1";
const PATIENCE_MS = 20_000;

export type Query = Record<string, string | number | readonly string[] | null | undefined>;

export interface Options {
  method?: string;
  query?: Query;
  body?: unknown;
  /** Milliseconds until the request is given up. */
  patience?: number;
}

/** What went wrong and what to do next (RFC 9457 from the archive; status 0 when it did not answer). */
export class Problem extends Error {
  override readonly name = "Problem";

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

export function address(path: string, query: Query = {}): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value as string | number]) {
      if (one !== null && one !== undefined && one !== "") said.append(name, String(one));
    }
  }
  const text = said.toString();
  return ROOT + path + (text && `?${text}`);
}

/** The answer, when it is a good one. Throws Problem. */
export async function request(path: string, options: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": language };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(address(path, options.query), {
      method: options.method ?? "GET",
      headers,
      signal: AbortSignal.timeout(options.patience ?? PATIENCE_MS),
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
  } catch {
    throw new Problem(0, "unreachable", t("problem.unreachable"), t("problem.unreachable_remedy"));
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function call<T>(path: string, options: Options = {}): Promise<T> {
  const response = await request(path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function problemOf(response: Response): Promise<Problem> {
  const said = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const text = (name: string): string => (typeof said[name] === "string" ? (said[name] as string) : "");
  const detail = text("detail") || text("title") || t("problem.strange", { status: response.status });
  const remedy = text("remedy") || (text("detail") ? "" : t("problem.strange_remedy"));
  return new Problem(response.status, text("code"), detail, remedy, text("field") || null);
}
