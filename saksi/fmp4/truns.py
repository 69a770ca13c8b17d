"""Where the samples of one track lie in a movie fragment of any writer (ISO/IEC 14496-12 section 8.8)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from saksi.fmp4.boxes import Box, Malformed, child, fields, iterate

_BASE_DATA_OFFSET, _SAMPLE_ENTRY, _DURATION, _SIZE = 0x1, 0x2, 0x8, 0x10
_DEFAULT_BASE_IS_MOOF = 0x020000


@dataclass(frozen=True, kw_only=True, slots=True)
class Defaults:
    """What holds for a track's samples unless a fragment says otherwise; `entry` counts from 1."""

    track_id: int
    entry: int
    size: int


def fragment_samples(
    data: bytes, offset: int, defaults: Defaults, most: int
) -> Iterator[tuple[int, int, int]]:
    """(place in the file, size, sample entry from 0) of each sample of the track in a moof that lies at `offset`.

    Stops with Malformed after `most` samples' worth of claims that no table in the moof backs.
    """
    moof = next(iterate(data))
    for number, traf in enumerate(_children(data, moof, b"traf")):
        tfhd = child(data, traf, b"tfhd")
        flags, track_id = fields(">II", data, tfhd.body, tfhd)
        if track_id == defaults.track_id:
            yield from _traf(data, offset, traf, tfhd, flags, defaults, first=number == 0, most=most)


def _traf(
    data: bytes,
    offset: int,
    traf: Box,
    tfhd: Box,
    flags: int,
    defaults: Defaults,
    *,
    first: bool,
    most: int,
) -> Iterator[tuple[int, int, int]]:
    place = tfhd.body + 8
    base, entry, size = offset, defaults.entry, defaults.size
    if flags & _BASE_DATA_OFFSET:
        (base,) = fields(">Q", data, place, tfhd)
        place += 8
    elif not (flags & _DEFAULT_BASE_IS_MOOF or first):
        raise Malformed(f"a traf of the moof at {offset} counts from the data of another track")
    if flags & _SAMPLE_ENTRY:
        (entry,) = fields(">I", data, place, tfhd)
        place += 4
    if flags & _DURATION:
        place += 4
    if flags & _SIZE:
        (size,) = fields(">I", data, place, tfhd)
    position = base
    for trun in _children(data, traf, b"trun"):
        count, moved, sizes = _trun(data, trun, size, most)
        position = base + moved if moved is not None else position
        if position < 0:
            raise Malformed(f"a trun of the moof at {offset} begins before the file")
        for _ in range(count):
            length = next(sizes) if sizes else size
            yield position, length, entry - 1
            position += length


def _trun(data: bytes, trun: Box, size: int, most: int) -> tuple[int, int | None, Iterator[int] | None]:
    """(samples, data offset if there is one, their sizes unless all have the default)."""
    flags, count = fields(">II", data, trun.body, trun)
    place = trun.body + 8
    moved = None
    if flags & 0x1:
        (moved,) = fields(">i", data, place, trun)
        place += 4
    if flags & 0x4:
        place += 4
    present = [flag for flag in (0x100, 0x200, 0x400, 0x800) if flags & flag]
    if place + 4 * len(present) * count > trun.end:
        raise Malformed(f"trun at {trun.offset} is too short for {count} samples")
    if 0x200 not in present:
        if count and not 0 < size * count <= most:
            raise Malformed(f"trun at {trun.offset} of {count} samples without sizes")
        return count, moved, None
    rows = struct.iter_unpack(f">{len(present)}I", data[place : place + 4 * len(present) * count])
    column = present.index(0x200)
    return count, moved, (row[column] for row in rows)


def _children(data: bytes, parent: Box, kind: bytes) -> Iterator[Box]:
    return (found for found in iterate(data, parent.body, parent.end) if found.kind == kind)
