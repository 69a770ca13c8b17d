import { describe, expect, it } from "vitest";

import { compare } from "../src/ui/fingerprint";
import { en } from "../src/ui/words-en";
import { id } from "../src/ui/words-id";

const FINGERPRINT = "0123456789abcdef".repeat(4);

describe("a typed fingerprint", () => {
  it("is compared group by group, blanks and case aside", () => {
    expect(compare("0123 4567-89AB", FINGERPRINT)).toEqual({ matching: 3, all: 16, differs: 0 });
    expect(compare("0123 45", FINGERPRINT)).toEqual({ matching: 1, all: 16, differs: 0 });
    expect(compare("0123 4667", FINGERPRINT)).toEqual({ matching: 1, all: 16, differs: 2 });
    expect(compare(`${FINGERPRINT}0`, FINGERPRINT).differs).toBe(17);
    expect(compare(FINGERPRINT, FINGERPRINT)).toEqual({ matching: 16, all: 16, differs: 0 });
    expect(compare("xyz", FINGERPRINT).differs).toBe(1);
  });
});

describe("both languages", () => {
  it("fill in the same blanks", () => {
    const blanks = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort();
    for (const key of Object.keys(id) as (keyof typeof id)[]) expect(blanks(en[key]), key).toEqual(blanks(id[key]));
  });
});
