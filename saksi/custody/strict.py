"""Strict reading of the text forms of C2SP: one spelling for each value, one error for anything else."""

from __future__ import annotations

import base64
import binascii
import re

HASH = 32
MOST_SIZE = (1 << 63) - 1
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class Malformed(ValueError):
    """Text or bytes that are not what they should be; the message says what was expected where."""


def number(text: str, what: str) -> int:
    """A decimal number of 0 to 2^63 - 1 without leading zeros. Raises Malformed."""
    if _NUMBER.fullmatch(text) is None or int(text) > MOST_SIZE:
        raise Malformed(f"{what} is not a number from 0 to 2^63 - 1 in its shortest form")
    return int(text)


def unbase64(text: str, what: str) -> bytes:
    """The bytes of standard base64 with padding, in its one canonical spelling. Raises Malformed."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise Malformed(f"{what} is not base64") from error
    if base64.b64encode(data).decode() != text:
        raise Malformed(f"{what} is not base64 in its canonical form")
    return data


def unhash(text: str, what: str) -> bytes:
    """The 32 bytes of a hash in base64. Raises Malformed."""
    data = unbase64(text, what)
    if len(data) != HASH:
        raise Malformed(f"{what} has {len(data)} bytes, not {HASH}")
    return data


def tobase64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode()
