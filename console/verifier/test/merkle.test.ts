import { describe, expect, it } from "vitest";

import { leaf, node } from "../src/hash/sha";
import { fromHex, hex } from "../src/read/bytes";
import { consistent, included, root } from "../src/read/merkle";

/** The eight inputs that implementations of RFC 6962 test with. */
const INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const LEAVES = INPUTS.map((input) => leaf(fromHex(input)));

function largestPower(below: number): number {
  let k = 1;
  while (2 * k < below) k *= 2;
  return k;
}

function path(index: number, leaves: Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = largestPower(leaves.length);
  if (index < k) return [...path(index, leaves.slice(0, k)), root(leaves.slice(k))];
  return [...path(index - k, leaves.slice(k)), root(leaves.slice(0, k))];
}

function proof(old: number, leaves: Uint8Array[], whole = true): Uint8Array[] {
  if (old === leaves.length) return whole ? [] : [root(leaves)];
  const k = largestPower(leaves.length);
  if (old <= k) return [...proof(old, leaves.slice(0, k), whole), root(leaves.slice(k))];
  return [...proof(old - k, leaves.slice(k), false), root(leaves.slice(0, k))];
}

describe("the tree of RFC 6962", () => {
  it("has the roots that other implementations have", () => {
    expect(hex(root([]))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(hex(root(LEAVES.slice(0, 1)))).toBe("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    expect(hex(root(LEAVES.slice(0, 2)))).toBe("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
    expect(hex(root(LEAVES))).toBe("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
  });

  it("accepts every inclusion and consistency proof, and none of another place or size", () => {
    for (let size = 1; size <= LEAVES.length; size++) {
      const leaves = LEAVES.slice(0, size);
      for (let i = 0; i < size; i++) {
        const way = path(i, leaves);
        expect(included(leaves[i]!, i, size, way, root(leaves))).toBe(true);
        expect(included(leaves[i]!, i + 1, size, way, root(leaves))).toBe(false);
        expect(included(leaves[i]!, i, size, [...way, leaves[0]!], root(leaves))).toBe(false);
        if (way.length) expect(included(leaves[i]!, i, size, way.slice(1), root(leaves))).toBe(false);
      }
      for (let old = 1; old <= size; old++) {
        const way = proof(old, leaves);
        expect(consistent(old, size, root(leaves.slice(0, old)), root(leaves), way)).toBe(true);
        const other = node(root(leaves), root(leaves));
        expect(consistent(old, size, other, root(leaves), way)).toBe(false);
      }
    }
  });

  it("does not lose places beyond 2^32", () => {
    const size = 2 ** 40;
    const way = Array.from({ length: 40 }, (_, i) => leaf(Uint8Array.of(i)));
    const top = way.reduce((value, sibling) => node(sibling, value), LEAVES[0]!);
    expect(included(LEAVES[0]!, size - 1, size, way, top)).toBe(true);
    expect(included(LEAVES[0]!, size - 2, size, way, top)).toBe(false);
  });
});
