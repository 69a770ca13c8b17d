/** The Merkle tree of RFC 6962: roots, inclusion and consistency (RFC 9162 sections 2.1.3.2 and 2.1.4.2). */

import { node, sha256 } from "../hash/sha";
import { equal } from "./bytes";

export function root(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array());
  let level = leaves;
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) next.push(node(level[i]!, level[i + 1]!));
    if (level.length % 2) next.push(level[level.length - 1]!);
    level = next;
  }
  return level[0]!;
}

// Indexes are halved by division: a log's size may pass 2^32, where bit operators would cut it short.
const half = (value: number): number => Math.floor(value / 2);

/** Whether `path` proves the leaf at `index` in a tree of `size` leaves. */
export function included(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: Uint8Array[],
  expected: Uint8Array,
): boolean {
  if (!(index >= 0 && index < size)) return false;
  let position = index;
  let last = size - 1;
  let value = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (position % 2 || position === last) {
      value = node(sibling, value);
      while (position % 2 === 0 && position) {
        position = half(position);
        last = half(last);
      }
    } else value = node(value, sibling);
    position = half(position);
    last = half(last);
  }
  return last === 0 && equal(value, expected);
}

/** Whether `path` proves that the tree of `older` leaves is the beginning of the tree of `newer` leaves. */
export function consistent(
  older: number,
  newer: number,
  olderRoot: Uint8Array,
  newerRoot: Uint8Array,
  path: Uint8Array[],
): boolean {
  if (older === newer) return path.length === 0 && equal(olderRoot, newerRoot);
  if (older === 0) return path.length === 0 && equal(olderRoot, sha256(new Uint8Array()));
  if (older > newer || path.length === 0) return false;
  const hashes = Number.isInteger(Math.log2(older)) ? [olderRoot, ...path] : path;
  let position = older - 1;
  let last = newer - 1;
  while (position % 2) {
    position = half(position);
    last = half(last);
  }
  let first = hashes[0]!;
  let second = first;
  for (const one of hashes.slice(1)) {
    if (last === 0) return false;
    if (position % 2 || position === last) {
      first = node(one, first);
      second = node(one, second);
      while (position % 2 === 0 && position) {
        position = half(position);
        last = half(last);
      }
    } else second = node(second, one);
    position = half(position);
    last = half(last);
  }
  return last === 0 && equal(first, olderRoot) && equal(second, newerRoot);
}
