"""Compact integers: LEB128 varints, zigzag, and columns as wide as the spread of their values.

A column is `zigzag varint least` · `byte width` (0 to 4) · count x width bytes, little-endian, of value -
least. So a constant costs two bytes in all, a day's sizes three bytes each, and reading is one bulk copy, not
a loop.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence

from saksi.fmp4.boxes import Malformed

_LONGEST_VARINT = 10  # bytes that hold 64 bits


def varint(value: int) -> bytes:
    """Unsigned LEB128."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value: int) -> bytes:
    """A signed integer as a varint: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return varint(2 * value if value >= 0 else -2 * value - 1)


def column(values: Sequence[int]) -> bytes:
    """One column; the count is the caller's to store. Raises Malformed when the spread exceeds 32 bits."""
    least = min(values, default=0)
    spread = max(values, default=0) - least
    width = (spread.bit_length() + 7) // 8
    if width > 4:
        raise Malformed(f"values from {least} to {least + spread} do not fit in one column")
    head = zigzag(least) + bytes((width,))
    if not width:
        return head
    wide = array("I", (value - least for value in values))
    if sys.byteorder == "big":
        wide.byteswap()
    raw = wide.tobytes()
    packed = bytearray(width * len(values))
    for plane in range(width):
        packed[plane::width] = raw[plane::4]
    return head + bytes(packed)


def varints(data: bytes) -> list[int]:
    """Every unsigned LEB128 of at most 64 bits in `data`, which holds nothing else. Raises Malformed.

    In one loop: indexes of hundreds of chunks are read for a page, and a call for each number takes five times as long.
    """
    found: list[int] = []
    value = shift = 0
    for byte in data:
        if byte < 0x80:
            value |= byte << shift
            if value >> 64:
                raise Malformed("index: a number of more than 64 bits")
            found.append(value)
            value = shift = 0
        else:
            value |= (byte & 0x7F) << shift
            shift += 7
            if shift >= 7 * _LONGEST_VARINT:
                raise Malformed("index: no whole number")
    if shift:
        raise Malformed("index: its last number is cut off")
    return found


class Reader:
    """Reads what this module writes; every read past the end raises Malformed."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self._data = data
        self.position = position

    @property
    def left(self) -> int:
        """Bytes not yet read."""
        return len(self._data) - self.position

    def bytes(self, count: int) -> bytes:
        """The next `count` bytes."""
        if not 0 <= count <= self.left:
            raise Malformed(f"index: {count} bytes wanted at {self.position}, {self.left} left")
        self.position += count
        return self._data[self.position - count : self.position]

    def varint(self) -> int:
        """Unsigned LEB128 of at most 64 bits."""
        value = 0
        for place, byte in enumerate(self._data[self.position : self.position + _LONGEST_VARINT]):
            value |= (byte & 0x7F) << 7 * place
            if byte < 0x80:
                self.position += place + 1
                if value >> 64:
                    break
                return value
        raise Malformed(f"index: no whole number at {self.position}")

    def zigzag(self) -> int:
        """The signed integer `zigzag` wrote."""
        value = self.varint()
        return -(value + 1 >> 1) if value & 1 else value >> 1

    def count(self, least_bytes: int = 0, limit: int = 1_000_000) -> int:
        """A number of things that each take at least `least_bytes`, so that a lie cannot ask for memory."""
        value = self.varint()
        if value > limit or value * least_bytes > self.left:
            raise Malformed(f"index: {value} entries cannot follow at {self.position}")
        return value

    def column(self, count: int) -> array[int]:
        """A column of `count` signed 64-bit integers."""
        least = self.zigzag()
        (width,) = self.bytes(1)
        if width > 4 or not -(2**40) < least < 2**40:
            raise Malformed(f"index: a column of width {width} from {least} at {self.position}")
        if not width:
            return array("q", (least,)) * count
        packed = self.bytes(width * count)
        raw = bytearray(8 * count)
        for plane in range(width):
            raw[plane::8] = packed[plane::width]
        values = array("q")
        values.frombytes(bytes(raw))
        if sys.byteorder == "big":
            values.byteswap()
        return array("q", [value + least for value in values]) if least else values
