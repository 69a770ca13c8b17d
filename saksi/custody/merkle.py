"""The Merkle tree hash of RFC 6962 section 2.1, and inclusion proofs over it."""

from __future__ import annotations

from collections.abc import Sequence

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
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} is not in a tree of {len(leaves)}")
    path: list[bytes] = []
    level = list(leaves)
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        paired = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
        index //= 2
    return path


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes
) -> bool:
    """Whether `path` proves the leaf at `index` in a tree of `size` (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
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
