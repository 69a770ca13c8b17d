"""ISO base media boxes (ISO/IEC 14496-12 section 4.2): made from bytes and read with every bound checked."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_LARGEST_UINT32 = 0xFFFFFFFF


class Malformed(ValueError):
    """Bytes that are not what the format says; the text names the box or set and the offset."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """Where one box lies: `offset` of its header, `body` after the header, `end` one past its last byte."""

    kind: bytes
    offset: int
    body: int
    end: int


def box(kind: bytes, *parts: bytes) -> bytes:
    """One box; a 64-bit size is used only when it must be."""
    size = 8 + sum(map(len, parts))
    if size > _LARGEST_UINT32:
        return b"".join((struct.pack(">I4sQ", 1, kind, size + 8), *parts))
    return b"".join((struct.pack(">I4s", size, kind), *parts))


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """One box with the version and flags of a FullBox."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def iterate(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes that fill `data[start:end]`. Raises Malformed when one does not fit."""
    limit = len(data) if end is None else end
    position = start
    while position < limit:
        found = parse_header(data[position : min(position + 16, limit)], position)
        if found is None or found.end > limit:
            raise Malformed(f"the box at offset {position} does not fit in its parent, which ends at {limit}")
        yield found
        position = found.end


def iterate_stream(stream: BinaryIO, start: int, size: int) -> Iterator[Box]:
    """The boxes of a seekable file of `size` bytes, bodies unread; ends quietly at a torn tail."""
    position = start
    while position < size:
        stream.seek(position)
        try:
            found = parse_header(stream.read(16), position)
        except Malformed:
            return
        if found is None or found.end > size:
            return
        yield found
        position = found.end


def parse_header(head: bytes, offset: int) -> Box | None:
    """The box whose first (up to 16) bytes are `head`; None when they are too few.

    Raises Malformed for a size smaller than the header, or the open-ended size 0, which a chunk never has.
    """
    if len(head) < 8:
        return None
    size, kind = struct.unpack_from(">I4s", head)
    header = 8
    if size == 1:
        if len(head) < 16:
            return None
        size, header = int.from_bytes(head[8:16], "big"), 16
    if size < header:
        raise Malformed(f"box {kind!r} at offset {offset} claims {size} bytes, less than its header")
    return Box(kind=kind, offset=offset, body=offset + header, end=offset + size)


def child(data: bytes, parent: Box, kind: bytes) -> Box:
    """The first box of `kind` directly inside `parent`. Raises Malformed when there is none."""
    for found in iterate(data, parent.body, parent.end):
        if found.kind == kind:
            return found
    raise Malformed(f"box {parent.kind!r} at offset {parent.offset} has no {kind!r}")


def fields(layout: str, data: bytes, offset: int, parent: Box) -> tuple[int, ...]:
    """`struct.unpack_from` that stays inside `parent` and raises Malformed instead of struct.error."""
    if offset + struct.calcsize(layout) > parent.end:
        raise Malformed(f"box {parent.kind!r} at offset {parent.offset} is too short")
    return struct.unpack_from(layout, data, offset)
