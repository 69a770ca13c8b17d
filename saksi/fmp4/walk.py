"""Where each video sample of an MP4 file lies, in decode order: plain files by their sample tables, fragmented
ones by their moofs (ISO/IEC 14496-12 sections 8.7 and 8.8). Media bytes are not read.

Files may come from anywhere: tables are read a block at a time, and all samples together may not be larger
than the file, so that neither memory nor work grows with what a file merely claims.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from typing import BinaryIO

from saksi.fmp4.boxes import Box, Malformed, fields, iterate, parse_header
from saksi.fmp4.truns import Defaults, fragment_samples

_LARGEST_MOOF = 16 * 2**20  # read into memory whole
_LARGEST_ENTRIES = 2**20  # bytes of stsd
_MOST_BOXES = 100_000  # at the top of a file, or in one box
_BLOCK = 16_384  # rows of a table read at a time
_VISUAL_ENTRY_LENGTH = 86


@dataclass(frozen=True, slots=True)
class Extent:
    """One sample: `size` bytes at `offset`, described by the sample entry with number `entry`, from 0."""

    offset: int
    size: int
    entry: int


@dataclass(frozen=True, kw_only=True)
class VideoFile:
    """The one video track of a file. `length_sizes[i]` is how many bytes a NAL length has under entry i."""

    stream: BinaryIO = field(repr=False)
    codec: str
    length_sizes: Sequence[int]
    size: int
    moofs: Sequence[Box] = field(repr=False)
    tables: dict[bytes, Box] = field(repr=False)
    defaults: Defaults = field(repr=False)

    def samples(self) -> Iterator[Extent]:
        """Every sample in decode order. Raises Malformed, possibly after some samples were given."""
        left = self.size
        for sample in chain(self._tabled(), self._fragmented()):
            left -= sample.size
            if sample.offset + sample.size > self.size or left < 0:
                raise Malformed(f"the sample at {sample.offset} lies outside the file, or twice in it")
            if not 0 <= sample.entry < len(self.length_sizes):
                raise Malformed(f"the sample at {sample.offset} has no sample entry")
            yield sample

    def _fragmented(self) -> Iterator[Extent]:
        for moof in self.moofs:
            data = load(self.stream, moof, _LARGEST_MOOF)
            for offset, size, entry in fragment_samples(data, moof.offset, self.defaults, self.size):
                yield Extent(offset, size, entry)

    def _tabled(self) -> Iterator[Extent]:
        """The samples of moov's own tables: sizes from stsz, joined to the chunks' places by stsc."""
        stsz = self._table(b"stsz")
        constant, count = self._head(stsz, ">II", 4)
        if not count:
            return
        sizes = repeat(constant, count) if constant else self._column(stsz, 12, ">I", count)
        offsets = self._offsets()
        for samples, entry in self._chunks():
            offset = next(offsets, None)
            if (offset is None and count) or (offset is not None and samples > count):
                raise Malformed("the sample tables do not agree on the number of samples")
            if offset is None:
                return
            for size in islice(sizes, samples):
                yield Extent(offset, size, entry - 1)
                offset += size
            count -= samples

    def _chunks(self) -> Iterator[tuple[int, int]]:
        """(samples, sample entry from 1) of each chunk, the last row without end."""
        stsc = self._table(b"stsc")
        (count,) = self._head(stsc, ">I", 4)
        rows = self._rows(stsc, 8, ">III", count)
        row = next(rows, None)
        if row is None or row[0] != 1:
            raise Malformed("stsc does not begin with the first chunk")
        for following in rows:
            if following[0] <= row[0] or not row[1]:
                raise Malformed("stsc whose chunks do not rise, or a chunk without samples")
            yield from repeat((row[1], row[2]), following[0] - row[0])
            row = following
        if not row[1]:
            raise Malformed("stsc with a chunk without samples")
        yield from repeat((row[1], row[2]))

    def _offsets(self) -> Iterator[int]:
        wide = b"co64" in self.tables
        table = self._table(b"co64" if wide else b"stco")
        (count,) = self._head(table, ">I", 4)
        return self._column(table, 8, ">Q" if wide else ">I", count)

    def _table(self, kind: bytes) -> Box:
        if kind not in self.tables:
            raise Malformed(f"the video track has no {kind!r}")
        return self.tables[kind]

    def _head(self, table: Box, layout: str, skip: int) -> tuple[int, ...]:
        end = table.body + skip + struct.calcsize(layout)
        if end > table.end:
            raise Malformed(f"box {table.kind!r} at offset {table.offset} is too short")
        return struct.unpack(layout, read_exactly(self.stream, table.body + skip, struct.calcsize(layout)))

    def _column(self, table: Box, skip: int, layout: str, count: int) -> Iterator[int]:
        return (row[0] for row in self._rows(table, skip, layout, count))

    def _rows(self, table: Box, skip: int, layout: str, count: int) -> Iterator[tuple[int, ...]]:
        width = struct.calcsize(layout)
        start = table.body + skip
        if start + width * count > table.end:
            raise Malformed(f"box {table.kind!r} at offset {table.offset} is too short for {count} rows")
        for first in range(0, count, _BLOCK):
            rows = min(_BLOCK, count - first)
            yield from struct.iter_unpack(
                layout, read_exactly(self.stream, start + width * first, width * rows)
            )


def open_video(source: BinaryIO | bytes) -> VideoFile:
    """Reads the heads of a seekable MP4 file, or of its bytes: its one H.264 or H.265 track. Raises Malformed."""
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    size = stream.seek(0, 2)
    top = list(_boxes(stream, 0, size))
    moovs = [found for found in top if found.kind == b"moov"]
    if len(moovs) != 1:
        raise Malformed(f"a file with {len(moovs)} moov boxes")
    inside = list(_boxes(stream, moovs[0].body, moovs[0].end))
    videos = [found for found in inside if found.kind == b"trak" and _handler(stream, found) == b"vide"]
    if len(videos) != 1:
        # A second picture would be shown by players and told by nobody.
        raise Malformed(f"a file with {len(videos)} video tracks")
    mdia = _child(stream, videos[0], b"mdia")
    stbl = _child(stream, _child(stream, mdia, b"minf"), b"stbl")
    tables = {found.kind: found for found in _boxes(stream, stbl.body, stbl.end)}
    if b"stsd" not in tables:
        raise Malformed("the video track has no stsd")
    codec, length_sizes = _entries(load(stream, tables[b"stsd"], _LARGEST_ENTRIES))
    track_id = _track_id(load(stream, _child(stream, videos[0], b"tkhd"), _LARGEST_ENTRIES))
    return VideoFile(
        stream=stream,
        codec=codec,
        length_sizes=length_sizes,
        size=size,
        moofs=[found for found in top if found.kind == b"moof"],
        tables=tables,
        defaults=_defaults(stream, inside, track_id),
    )


def read_exactly(stream: BinaryIO, offset: int, size: int) -> bytes:
    """`size` bytes at `offset`. Raises Malformed when the file ends before."""
    stream.seek(offset)
    data = stream.read(size)
    if len(data) != size:
        raise Malformed(f"the file ends within the {size} bytes at {offset}")
    return data


def load(stream: BinaryIO, found: Box, limit: int) -> bytes:
    """A whole box with its header. Raises Malformed when it is larger than `limit`."""
    if found.end - found.offset > limit:
        raise Malformed(f"box {found.kind!r} at offset {found.offset} of {found.end - found.offset} bytes")
    return read_exactly(stream, found.offset, found.end - found.offset)


def _boxes(stream: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes that fill `[start, end)` of a file, bodies unread."""
    position = start
    for _ in range(_MOST_BOXES):
        if position == end:
            return
        found = parse_header(read_exactly(stream, position, min(16, end - position)), position)
        if found is None or found.end > end:
            raise Malformed(f"the box at offset {position} does not fit before {end}")
        yield found
        position = found.end
    raise Malformed(f"more than {_MOST_BOXES} boxes")


def _child(stream: BinaryIO, parent: Box, kind: bytes) -> Box:
    for found in _boxes(stream, parent.body, parent.end):
        if found.kind == kind:
            return found
    raise Malformed(f"box {parent.kind!r} at offset {parent.offset} has no {kind!r}")


def _handler(stream: BinaryIO, trak: Box) -> bytes:
    hdlr = _child(stream, _child(stream, trak, b"mdia"), b"hdlr")
    if hdlr.end - hdlr.body < 12:
        raise Malformed(f"box b'hdlr' at offset {hdlr.offset} is too short")
    return read_exactly(stream, hdlr.body + 8, 4)


def _track_id(tkhd: bytes) -> int:
    found = next(iterate(tkhd))
    (version,) = fields(">B", tkhd, found.body, found)
    return fields(">I", tkhd, found.body + (20 if version else 12), found)[0]


def _entries(stsd: bytes) -> tuple[str, list[int]]:
    """Codec and NAL length size of each sample entry, ISO/IEC 14496-15 sections 5.3.3.1 and 8.3.3.1."""
    found = next(iterate(stsd))
    codecs, sizes = set(), []
    for entry in iterate(stsd, found.body + 8, found.end):
        # The places of lengthSizeMinusOne in the two decoder configuration records.
        for kind, codec, place in ((b"avcC", "h264", 4), (b"hvcC", "h265", 21)):
            if entry.offset + _VISUAL_ENTRY_LENGTH > entry.end:
                raise Malformed(f"sample entry {entry.kind!r} is too short")
            inner = list(iterate(stsd, entry.offset + _VISUAL_ENTRY_LENGTH, entry.end))
            for record in (part for part in inner if part.kind == kind):
                (packed,) = fields(">B", stsd, record.body + place, record)
                codecs.add(codec)
                sizes.append((packed & 3) + 1)
    if len(codecs) != 1 or 3 in sizes or len(sizes) != _count(stsd, found):
        raise Malformed("the video track is not of H.264 or H.265 throughout")
    return codecs.pop(), sizes


def _count(stsd: bytes, found: Box) -> int:
    return fields(">I", stsd, found.body + 4, found)[0]


def _defaults(stream: BinaryIO, inside: Sequence[Box], track_id: int) -> Defaults:
    """What trex says of the track, ISO/IEC 14496-12 section 8.8.3."""
    for mvex in (found for found in inside if found.kind == b"mvex"):
        data = load(stream, mvex, _LARGEST_ENTRIES)
        outer = next(iterate(data))
        for trex in (found for found in iterate(data, outer.body, outer.end) if found.kind == b"trex"):
            found_id, entry, _, size = fields(">4I", data, trex.body + 4, trex)
            if found_id == track_id:
                return Defaults(track_id=track_id, entry=entry, size=size)
    return Defaults(track_id=track_id, entry=1, size=0)
