/** RFC 9457 problem details, and everything else that can go wrong on the way to the archive. */

import { t } from "../i18n/t";

export class Problem extends Error {
  override readonly name = "Problem";

  private constructor(
    readonly status: number,
    readonly code: string,
    readonly what: string,
    readonly remedy: string,
    readonly field: string | null,
  ) {
    super(what);
  }

  static async ofResponse(response: Response): Promise<Problem> {
    const body = await response.json().catch(() => null) as Record<string, unknown> | null;
    const text = (name: string): string => (typeof body?.[name] === "string" ? (body[name] as string) : "");
    const what = text("title") || t("error.status", { status: response.status });
    return new Problem(response.status, text("code"), what, text("remedy") || text("detail"), text("field") || null);
  }

  static from(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof TypeError || error instanceof DOMException) {
      return new Problem(0, "unreachable", t("error.unreachable"), t("error.unreachable.remedy"), null);
    }
    throw error;
  }

  static here(what: string, remedy = ""): Problem {
    return new Problem(0, "here", what, remedy, null);
  }
}
