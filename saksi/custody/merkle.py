"""The Merkle tree hash of RFC 6962 section 2.1, and proofs of inclusion and consistency over it (RFC 9162)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from saksi.custody.canonical import node

EMPTY = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH over leaf hashes (not raw entries); SHA-256 of nothing for an empty tree."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        # Pairing level by level, an odd last node rising unchanged, gives RFC 6962's largest-power-of-two split.
        paired = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """PATH(index, leaves): sibling hashes from the leaf up. Raises IndexError outside the tree."""
    return inclusion_paths(leaves, [index])[index]


def inclusion_paths(leaves: Sequence[bytes], indexes: Iterable[int]) -> dict[int, list[bytes]]:
    """The path of each of these leaves, the tree folded once. Raises IndexError when one is outside the tree."""
    paths: dict[int, list[bytes]] = {index: [] for index in indexes}
    if not all(0 <= index < len(leaves) for index in paths):
        raise IndexError(f"leaves {sorted(paths)} are not all in a tree of {len(leaves)}")
    level, height = list(leaves), 0
    while len(level) > 1:
        for index, path in paths.items():
            sibling = index >> height ^ 1
            if sibling < len(level):
                path.append(level[sibling])
        paired = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level, height = paired, height + 1
    return paths


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes
) -> bool:
    """Whether `path` proves the leaf at `index` in a tree of `size` (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size or any(len(one) != len(EMPTY) for one in (leaf_hash, *path)):
        return False
    position, last, value = index, size - 1, leaf_hash
    for sibling in path:
        if last == 0:
            return False
        if position % 2 or position == last:
            value = node(sibling, value)
            while position % 2 == 0 and position:
                position //= 2
                last //= 2
        else:
            value = node(value, sibling)
        position //= 2
        last //= 2
    return last == 0 and value == expected_root


def consistency_path(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """PROOF(old, leaves) of RFC 9162 section 2.1.4.1: empty for 0 and for the whole tree. Raises IndexError."""
    if not 0 <= old <= len(leaves):
        raise IndexError(f"a tree of {len(leaves)} has no earlier size {old}")
    ranges = consistency_ranges(old, len(leaves))
    return [root(leaves[start:end]) for start, end in ranges]


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Which subtrees [start, end) an inclusion path consists of, from the leaf up."""
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, size: int) -> list[tuple[int, int]]:
    """Which subtrees [start, end) a consistency path consists of, in its order (RFC 9162 section 2.1.4.1)."""
    if old in (0, size):
        return []
    start, end, ranges = 0, size, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # else the old tree itself is a whole subtree, whose root the verifier has
        ranges.append((start, end))
    return ranges[::-1]


def verify_consistency(old: int, size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `size` begins with the tree of `old` (RFC 9162 section 2.1.4.2).

    An empty old tree is the beginning of any tree, and its root is that of nothing.
    """
    if not 0 <= old <= size:
        return False
    if old in (0, size):
        same = EMPTY if old == 0 else new_root
        return not path and old_root == same and (size > 0 or new_root == EMPTY)
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes or any(len(one) != len(EMPTY) for one in hashes):
        return False
    position, last = old - 1, size - 1
    while position % 2:
        position, last = position // 2, last // 2
    before = after = hashes[0]
    for one in hashes[1:]:
        if last == 0:
            return False
        if position % 2 or position == last:
            before, after = node(one, before), node(one, after)
            while position % 2 == 0 and position:
                position, last = position // 2, last // 2
        else:
            after = node(after, one)
        position, last = position // 2, last // 2
    return last == 0 and before == old_root and after == new_root


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


class Frontier:
    """The right edge of a tree that grows leaf by leaf: its root at any size without keeping the leaves."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # roots of the whole subtrees, largest first

    def push(self, leaf_hash: bytes) -> None:
        """Adds a leaf."""
        value, size = leaf_hash, self.size
        while size % 2:
            value, size = node(self._peaks.pop(), value), size // 2
        self._peaks.append(value)
        self.size += 1

    def root(self) -> bytes:
        """The root of what was added so far."""
        if not self._peaks:
            return EMPTY
        value = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            value = node(peak, value)
        return value
