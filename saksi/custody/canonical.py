"""Canonical bytes and hashes: RFC 8785 (JCS) in a restricted profile, RFC 6962 leaf and node, chain tip.

Profile: ASCII keys, NFC strings, integers below 2^53 in magnitude, booleans, arrays, objects; no floats, no nulls.
Within it the standard library's sorted compact JSON gives the same bytes as JCS.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping

ZERO = bytes(32)
_LIMIT = 2**53


def canonical(value: Mapping[str, object]) -> bytes:
    """The one byte string that stands for `value`. Raises ValueError outside the profile."""
    _check(value, "$")
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def leaf(data: bytes) -> bytes:
    """SHA-256(00 || data), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """SHA-256(01 || left || right), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tip(previous: bytes, leaf_hash: bytes) -> bytes:
    """SHA-256(02 || previous || leaf): the next tip of a chain, kept apart from tree hashes by its prefix."""
    return hashlib.sha256(b"\x02" + previous + leaf_hash).digest()


def _check(value: object, where: str) -> None:
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        if not -_LIMIT < value < _LIMIT:
            raise ValueError(f"{where}: {value} is not below 2^53")
    elif isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise ValueError(f"{where}: text is not in NFC")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"{where}: key {key!r} is not ASCII text")
            _check(item, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            _check(item, f"{where}[{position}]")
    else:
        raise ValueError(f"{where}: {type(value).__name__} has no place in canonical bytes")
