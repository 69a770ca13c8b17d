"""Hashes and canonical JSON: RFC 6962 trees and proofs, the tips of a chain, the one spelling of every JSON line."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any, Dict, List, Sequence

ZERO = bytes(32)
EMPTY_ROOT = hashlib.sha256(b"").digest()
MOST_DEPTH = 16
MOST_NUMBER = 2**53


class Malformed(ValueError):
    """Bytes that do not have the form that the format asks for."""


def sha256(data: bytes) -> bytes:
    """SHA-256 (FIPS 180-4)."""
    return hashlib.sha256(data).digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of an entry: SHA-256(00 || entry), RFC 6962 section 2.1."""
    return sha256(b"\x00" + data)


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees: SHA-256(01 || left || right), RFC 6962 section 2.1."""
    return sha256(b"\x01" + left + right)


def tip_hash(before: bytes, leaf: bytes) -> bytes:
    """The next tip of a run's chain: SHA-256(02 || tip before || leaf), package format, "Hashes"."""
    return sha256(b"\x02" + before + leaf)


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, RFC 6962 section 2.1: level by level, an odd last hash rises unchanged."""
    level = list(leaves)
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0] if level else EMPTY_ROOT


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from the leaf at `index` to the root of a tree of `size`, RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size or any(len(one) != 32 for one in path):
        return False
    place, last, value = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if place % 2 or place == last:
            value = node_hash(other, value)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            value = node_hash(value, other)
        place, last = place // 2, last // 2
    return last == 0 and value == root


def consistent(old: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` shows that the tree of `size` begins with the tree of `old`, RFC 9162 section 2.1.4.2."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not path and old_root == root
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes or any(len(one) != 32 for one in hashes):
        return False
    place, last = old - 1, size - 1
    while place % 2:
        place, last = place // 2, last // 2
    before = after = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            before, after = node_hash(other, before), node_hash(other, after)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            after = node_hash(after, other)
        place, last = place // 2, last // 2
    return last == 0 and before == old_root and after == root


def canonical_json(value: Any) -> bytes:
    """The one byte string of a JSON value: RFC 8785 in the profile of the package format, "Canonical JSON"."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise Malformed("text that is not Unicode, or nesting without end") from error


def parse_canonical(data: bytes) -> Dict[str, Any]:
    """Reads one canonical JSON object. Raises Malformed for any other spelling, for null, fractions and huge numbers.

    That the bytes equal their own canonical form also refuses repeated keys, blanks and unsorted keys.
    """
    try:
        value = json.loads(data.decode(), parse_int=_whole, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    _check_profile(value, 0)
    if canonical_json(value) != data:
        raise Malformed("JSON that is not in its canonical form")
    return value


def _whole(text: str) -> int:
    if len(text) > 17:  # 2^53 has 16 digits; longer ones are not worth converting
        raise Malformed("a number beyond 2^53")
    return int(text)


def _refuse(text: str) -> Any:
    raise Malformed("a number that is not whole: " + text[:20])


def _check_profile(value: Any, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise Malformed("JSON nested more than %d deep" % MOST_DEPTH)
    if isinstance(value, dict):
        for key, item in value.items():
            if not key.isascii():
                raise Malformed("a key beyond ASCII")
            _check_profile(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_profile(item, depth + 1)
    elif isinstance(value, str):
        if not value.isascii() and unicodedata.normalize("NFC", value) != value:
            raise Malformed("text that is not in NFC")
    elif isinstance(value, bool):
        pass
    elif not isinstance(value, int) or not -MOST_NUMBER < value < MOST_NUMBER:
        raise Malformed("null, or a number beyond 2^53")


def unhex(text: Any, length: int) -> bytes:
    """The bytes of lower-case hex of an exact length. Raises Malformed."""
    if not isinstance(text, str) or len(text) != 2 * length or set(text) - set("0123456789abcdef"):
        raise Malformed("not %d bytes in lower-case hex" % length)
    return bytes.fromhex(text)


def need(value: Any, shape: Dict[str, type]) -> None:
    """That an object has these keys with values of these types (bool is no int). Raises Malformed."""
    if not isinstance(value, dict):
        raise Malformed("an object is missing")
    for key, kind in shape.items():
        found = value.get(key)
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise Malformed("%s is missing or of another kind" % key)


def need_rows(value: Any, kinds: Sequence[type]) -> List[List[Any]]:
    """That a list holds rows of exactly these types. Raises Malformed."""
    if not isinstance(value, list):
        raise Malformed("a list is missing")
    for row in value:
        if not isinstance(row, list) or len(row) != len(kinds):
            raise Malformed("a row of another length")
        for item, kind in zip(row, kinds):
            if not isinstance(item, kind) or (kind is int and isinstance(item, bool)):
                raise Malformed("a row with a value of another kind")
    return value
