/** Footage of cameras that somebody sees by a grant alone: of its span, and of nothing beside it. */
import { instant, iso } from "../time/zone";
import { call, Problem } from "./client";
import type { Granted } from "./within";

export function outsideSight(problem: unknown): boolean {
  return problem instanceof Problem && problem.code === "span_outside_sight";
}

/** One's grants in force, by camera. */
export async function myGrants(): Promise<Map<string, Granted[]>> {
  const said = await call<{ items: { cameras: string[]; from: string; to: string }[] }>("/me/grants");
  const found = new Map<string, Granted[]>();
  for (const one of said.items) {
    // Milliseconds are the page's grain: the next whole one lies inside.
    const span = { from: (instant(one.from) ?? 0) + 1, to: instant(one.to) ?? 0 };
    for (const camera of one.cameras) found.set(camera, [...(found.get(camera) ?? []), span]);
  }
  return found;
}

/** As the archive takes it. */
export const asked = (span: Granted): { from: string; to: string } => ({ from: iso(span.from), to: iso(span.to) });
