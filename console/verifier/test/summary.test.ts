import { expect, it, vi } from "vitest";

import type { Report, Verdict } from "../src/report";

function report(facts: Record<string, unknown>): Report {
  const verdicts = [1, 2, 3, 4, 5, 6, 7, 8].map(
    (n): Verdict => ({ n, name: "", state: "holds", required: n < 8, findings: [], facts: n === 4 ? facts : {} }),
  );
  return { package: "BB", exit: 0, trust: "given", verdicts, places: {} };
}

it("calls a package complete only where it lacks nothing, else says what it lacks", async () => {
  for (const [language, whole, figures] of [
    ["id", /lengkap/, "2 celah"],
    ["en", /complete/, "gaps: 2"],
  ] as const) {
    vi.resetModules();
    vi.stubGlobal("navigator", { language });
    const { told } = await import("../src/ui/summary");
    expect(told(report({ gaps: [], missing: [], empty: [] })).next).toMatch(whole);
    const gaps = [[1, "a", 0, 1, "lost"], [1, "a", 5, 6, "lost"]];
    for (const facts of [{ gaps }, { missing: [[1, "a", "lost", 7]] }, { empty: ["1/a"] }]) {
      expect(told(report({ gaps: [], missing: [], empty: [], ...facts })).next).not.toMatch(whole);
    }
    expect(told(report({ gaps, missing: [[1, "a", "lost", 7]], empty: [] })).next).toMatch(new RegExp(`${figures}.*7`));
  }
});
