"""Reads chunk files: their self-description, every whole fragment, the sample index, a torn tail.

Media bytes are never read, only box headers and small boxes, so scanning a minute costs a few hundred short
reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from saksi.fmp4.boxes import Box, Malformed, iterate_stream
from saksi.fmp4.heads import (
    HEAD_LENGTH,
    LARGEST_BOX,
    ScannedFragment,
    first_sample,
    iterate_samples,
    parse,
    read_fragment,
)
from saksi.fmp4.init import read_init
from saksi.fmp4.samples import INDEX_UUID, read_sample_index
from saksi.fmp4.spans import FragmentSpan, pack, unpack
from saksi.fmp4.writer import DESCRIPTION_UUID

__all__ = [
    "Description",
    "FragmentSpan",
    "ScannedChunk",
    "ScannedFragment",
    "first_sample",
    "iterate_samples",
    "pack",
    "read_fragment",
    "read_sample_index",
    "scan",
    "unpack",
]


@dataclass(frozen=True, kw_only=True)
class Description:
    """Whose file it is."""

    camera: str
    run: str
    seq: int
    start_us: int


@dataclass(frozen=True, kw_only=True)
class ScannedChunk:
    """A chunk file as far as it is whole: everything after `valid_length` is a torn tail.

    `index_offset` is where the trailing sample index begins, None when the file was never finished.
    """

    init: bytes = field(repr=False)
    description: Description
    fragments: list[ScannedFragment] = field(repr=False)
    index_offset: int | None
    valid_length: int

    @property
    def spans(self) -> list[FragmentSpan]:
        """The fragment index."""
        return [fragment.span for fragment in self.fragments]

    @property
    def end_us(self) -> int:
        """One past the last frame; the start when there is no fragment."""
        return max((span.end_us for span in self.spans), default=self.description.start_us)

    @property
    def frames(self) -> int:
        """Video frames in whole fragments."""
        return sum(span.frames for span in self.spans)

    @property
    def lost(self) -> int:
        """Sum of the losses the fragments report."""
        return sum(fragment.facts.lost for fragment in self.fragments)


def scan(stream: BinaryIO) -> ScannedChunk:
    """Reads a chunk file from a seekable binary stream.

    Whatever a crash left at the end (a half-written fragment, zeros, an index without its end) only shortens
    `valid_length`. Raises Malformed when the file does not begin with a whole init segment and
    self-description: then it is not a chunk, or was torn before anything was recorded.
    """
    size = stream.seek(0, 2)
    head = [found for _, found in zip(range(3), iterate_stream(stream, 0, size), strict=False)]
    if [found.kind for found in head] != [b"ftyp", b"moov", b"uuid"]:
        raise Malformed("not a chunk: it must begin with ftyp, moov and a self-description")
    init = _load(stream, 0, head[1].end)
    read_init(init)
    description = _description(_load(stream, head[2].offset, head[2].end))
    fragments: list[ScannedFragment] = []
    position = head[2].end
    for fragment in _whole_fragments(stream, position, size):
        fragments.append(fragment)
        position = fragment.span.end
    index_offset = None
    index = next(iterate_stream(stream, position, size), None)
    if index is not None and _is_index(stream, index, fragments):
        index_offset, position = position, index.end
    return ScannedChunk(
        init=init,
        description=description,
        fragments=fragments,
        index_offset=index_offset,
        valid_length=position,
    )


def _whole_fragments(stream: BinaryIO, position: int, size: int) -> Iterator[ScannedFragment]:
    while position + HEAD_LENGTH <= size:
        start = position

        def read(first: int, last: int, start: int = start) -> bytes:
            return _load(stream, start + first, min(start + last, size))

        try:
            fragment = parse(read, position)
        except Malformed:
            return
        span = fragment.span
        if span.end > size or (fragment.samples.audio is None and span.video_length < span.length):
            return
        yield fragment
        position = fragment.span.end


def _description(data: bytes) -> Description:
    if data[8:24] != DESCRIPTION_UUID:
        raise Malformed("not a chunk: the box after moov is not Saksi's self-description")
    try:
        told = json.loads(data[24:])
        camera, run, seq, start_us = (told[name] for name in ("camera", "run", "seq", "start"))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Malformed("the self-description cannot be read") from error
    if not (isinstance(camera, str) and isinstance(run, str) and type(seq) is int and type(start_us) is int):
        raise Malformed("the self-description has fields of the wrong kind")
    return Description(camera=camera, run=run, seq=seq, start_us=start_us)


def describe(stream: BinaryIO) -> Description:
    """What a chunk file says of itself, whole or torn. Raises Malformed for any other file."""
    size = stream.seek(0, 2)
    head = [found for _, found in zip(range(3), iterate_stream(stream, 0, size), strict=False)]
    if [found.kind for found in head] != [b"ftyp", b"moov", b"uuid"]:
        raise Malformed("not a chunk: it must begin with ftyp, moov and a self-description")
    return _description(_load(stream, head[2].offset, head[2].end))


def _is_index(stream: BinaryIO, found: Box, fragments: list[ScannedFragment]) -> bool:
    """Whether the box is the sample index of exactly these fragments."""
    if found.kind != b"uuid" or found.end - found.offset > LARGEST_BOX:
        return False
    data = _load(stream, found.offset, found.end)
    try:
        return data[8:24] == INDEX_UUID and read_sample_index(data) == [part.samples for part in fragments]
    except Malformed:
        return False


def _load(stream: BinaryIO, start: int, end: int) -> bytes:
    if end - start > LARGEST_BOX + 8:
        raise Malformed(f"a box of {end - start} bytes at {start} where a small one belongs")
    stream.seek(start)
    return stream.read(max(end - start, 0))
