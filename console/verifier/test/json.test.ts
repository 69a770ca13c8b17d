import { describe, expect, it } from "vitest";

import { utf8 } from "../src/read/bytes";
import { canonical, parse } from "../src/read/json";

const read = (source: string): unknown => parse(utf8(source));

describe("canonical JSON", () => {
  it("reads what it would write", () => {
    expect(read('{"a":[1,true,"é\\n"],"b":{"c":-5}}')).toEqual({ a: [1, true, "é\n"], b: { c: -5 } });
  });

  it.each([
    ["a blank", '{"a": 1}'],
    ["keys out of order", '{"b":1,"a":2}'],
    ["a key twice", '{"a":1,"a":1}'],
    ["a fraction", '{"a":1.5}'],
    ["a whole number with a point", '{"a":1.0}'],
    ["an exponent", '{"a":1e3}'],
    ["a number beyond 2^53", '{"a":9007199254740993}'],
    ["2^53 itself", '{"a":9007199254740992}'],
    ["minus zero", '{"a":-0}'],
    ["null", '{"a":null}'],
    ["an escape that need not be", '{"a":"\\u0041"}'],
    ["half of a surrogate pair", '{"a":"\\ud800"}'],
    ["text that is not in NFC", '{"a":"e\u0301"}'],
    ["a key beyond ASCII", '{"é":1}'],
    ["a list at the top", "[1]"],
    ["a byte order mark", '\ufeff{"a":1}'],
    ["nesting without end", `{"a":${"[".repeat(500)}${"]".repeat(500)}}`],
    ["a cut end", '{"a":1'],
  ])("refuses %s", (_, source) => {
    expect(() => read(source)).toThrow();
  });

  it("keeps a key that other objects have by birth", () => {
    expect(canonical(read('{"__proto__":1,"constructor":2}'))).toBe('{"__proto__":1,"constructor":2}');
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(() => parse(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toThrow();
  });
});
