"""Sample tables of a plain MP4 (ISO/IEC 14496-12 section 8) from parts of chunks, built in bulk.

An hour of one camera is 90 000 frames and twice as many of sound: nothing here loops over them in Python
except where runs of equal values are counted.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from saksi.fmp4.boxes import Malformed, box, full_box
from saksi.fmp4.selection import Part

_LARGEST = 2**32 - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """The parts laid one behind the other, from decode tick `origin` to `end`.

    A hole between two parts lengthens the sample before it, so wall time stays true: `holes` are (from, to).
    Parts that overlap by more than a sample are pushed back in decode time and keep their presentation times.
    """

    durations: array[int]
    offsets: array[int]
    origin: int
    end: int
    holes: list[tuple[int, int]]

    @property
    def delay(self) -> int:
        """Ticks added to every composition offset so that none is negative, which readers agree on more."""
        return -min(self.offsets, default=0)


def lay(parts: Sequence[Part]) -> Timeline:
    """Joins the parts' decode times. Raises Malformed when a hole is longer than 32 bits of ticks (13 h)."""
    durations, offsets = array("q"), array("q")
    holes: list[tuple[int, int]] = []
    origin = end = parts[0].samples.base_time
    for part in parts:
        samples = part.samples
        base = samples.base_time
        if durations:
            if base > end:
                holes.append((end, base))
            last = end - durations[-1]
            base = max(base, last + 1)
            durations[-1] = base - last
            if durations[-1] > _LARGEST:
                raise Malformed("a hole in the footage is longer than one sample can last")
        late = base - samples.base_time
        durations.extend(samples.durations)
        offsets.extend(array("q", [value - late for value in samples.offsets]) if late else samples.offsets)
        end = base + samples.span
    return Timeline(durations=durations, offsets=offsets, origin=origin, end=end, holes=holes)


def sample_tables(
    parts: Sequence[Part],
    timeline: Timeline,
    entries: Sequence[bytes],
    entry_of: Sequence[int],
    places: Sequence[int],
    *,
    video: bool,
) -> bytes:
    """The stbl box; `entry_of[i]` is part i's sample entry, from 1, `places[i]` its file offset."""
    sizes = array("I")
    for part in parts:
        sizes.extend(part.samples.sizes.tolist())
    boxes = [
        full_box(b"stsd", 0, 0, struct.pack(">I", len(entries)), *entries),
        full_box(b"stts", 0, 0, _runs(timeline.durations)),
        full_box(b"stsc", 0, 0, _samples_to_chunks([len(part.samples.sizes) for part in parts], entry_of)),
        full_box(b"stsz", 0, 0, struct.pack(">II", 0, len(sizes)), _big_endian(sizes)),
        full_box(b"co64", 0, 0, struct.pack(">I", len(places)), _big_endian(array("Q", places))),
    ]
    if video:
        boxes.insert(2, full_box(b"stss", 0, 0, _sync_samples(parts)))
        if any(timeline.offsets):
            boxes.insert(
                2, full_box(b"ctts", 0, 0, _runs(value + timeline.delay for value in timeline.offsets))
            )
    return box(b"stbl", *boxes)


def _runs(values: Iterable[int]) -> bytes:
    """Counted runs of equal values, as stts and ctts hold them."""
    counted = array("I")
    for value, group in groupby(values):
        counted.extend((len(list(group)), value))
    return struct.pack(">I", len(counted) // 2) + _big_endian(counted)


def _samples_to_chunks(counts: Sequence[int], entry_of: Sequence[int]) -> bytes:
    rows = array("I")
    before = None
    for number, row in enumerate(zip(counts, entry_of, strict=True), 1):
        if row != before:
            rows.extend((number, *row))
            before = row
    return struct.pack(">I", len(rows) // 3) + _big_endian(rows)


def _sync_samples(parts: Sequence[Part]) -> bytes:
    numbers = array("I")
    passed = 1
    for part in parts:
        numbers.extend([passed + position for position in part.samples.sync])
        passed += len(part.samples.sizes)
    return struct.pack(">I", len(numbers)) + _big_endian(numbers)


def _big_endian(values: array[int]) -> bytes:
    if sys.byteorder == "little":
        values = values[:]
        values.byteswap()
    return values.tobytes()
