import { describe, expect, it, vi } from "vitest";

import { compare } from "../src/ui/fingerprint";
import { en } from "../src/ui/words-en";
import { id } from "../src/ui/words-id";

const FINGERPRINT = "0123456789abcdef".repeat(4);

describe("a typed fingerprint", () => {
  const figures = (typed: string): unknown => {
    const { matching, all, differs, complete } = compare(typed, FINGERPRINT);
    return { matching, all, differs, complete };
  };

  it("is compared group by group, blanks and case aside", () => {
    expect(figures("01234567 89ab-CDEF 01")).toEqual({ matching: 2, all: 8, differs: 0, complete: false });
    expect(figures("01234567 89abcdff")).toEqual({ matching: 1, all: 8, differs: 2, complete: false });
    expect(figures("01234568 89abcdef")).toEqual({ matching: 1, all: 8, differs: 1, complete: false });
    expect(compare(`${FINGERPRINT}0`, FINGERPRINT).differs).toBe(9);
    expect(figures(FINGERPRINT)).toEqual({ matching: 8, all: 8, differs: 0, complete: true });
    expect(compare("xyz", FINGERPRINT).differs).toBe(1);
  });

  it("is found in a line of a letter", () => {
    const line = `Sidik jari kunci log (SHA-256): ${FINGERPRINT.match(/.{8}/g)!.join(" ")}`;
    expect(figures(line)).toEqual({ matching: 8, all: 8, differs: 0, complete: true });
    expect(compare(line.replace("89abcdef", "89abcdee"), FINGERPRINT).groups.map(({ fits }) => fits)).toEqual([true, false, true, true, true, true, true, true]);
  });
});

describe("both languages", () => {
  it("fill in the same blanks", () => {
    const blanks = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort();
    for (const key of Object.keys(id) as (keyof typeof id)[]) expect(blanks(en[key]), key).toEqual(blanks(id[key]));
  });
});

describe("phrases of a report", () => {
  const reports = { ...import.meta.glob("../src/check/*.ts", { query: "?raw", import: "default", eager: true }) } as Record<string, string>;

  it("are all known in Indonesian", async () => {
    vi.stubGlobal("navigator", { language: "id" });
    const { phrase } = await import("../src/ui/phrases");
    const said = Object.values(reports).flatMap((text) => [...text.matchAll(/\.add\([^;]*;/g)].flatMap(([call]) => [...call.matchAll(/["`]([a-z'][^"`]* [^"`]*)["`]/g)]));
    expect(said.length).toBeGreaterThan(15);
    for (const [, text] of said) {
      if (/^(?:key |C2SP |RFC |Payload-Oxum)/.test(text!)) continue; // names, not phrases
      const filled = text!.replace(/\$\{.*?\}+/g, "7");
      expect(phrase(filled), filled).not.toBe(filled);
    }
  });
});
