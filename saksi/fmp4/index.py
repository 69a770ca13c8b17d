"""Reads chunk files: their self-description, every whole fragment, the sample index, a torn tail.

Media bytes are never read, only box headers and small boxes, so scanning a minute costs a few hundred short
reads.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from saksi.fmp4.boxes import Box, Malformed, child, fields, iterate_stream, parse_header
from saksi.fmp4.init import AUDIO_ID, VIDEO_ID, read_init
from saksi.fmp4.samples import INDEX_UUID, FragmentSamples, TrackSamples, read_sample_index
from saksi.fmp4.spans import FragmentSpan, pack, unpack
from saksi.fmp4.writer import DESCRIPTION_UUID, FACTS_LAYOUT, FACTS_UUID, FACTS_VERSION, FragmentFacts

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

Read = Callable[[int, int], bytes]  # (start, end) within a fragment; shorter where the bytes are not at hand

_PRFT_LENGTH = 32
_HEAD_LENGTH = _PRFT_LENGTH + 24 + struct.calcsize(FACTS_LAYOUT)
_LARGEST_HEAD = 16 * 2**20  # bytes of any one box that is read into memory
_MOST_SAMPLES = 1_000_000  # in one moof
_NOT_SYNC_FLAG = 0x00010000


@dataclass(frozen=True, kw_only=True)
class Description:
    """Whose file it is."""

    camera: str
    run: str
    seq: int
    start_us: int


@dataclass(frozen=True, kw_only=True)
class ScannedFragment:
    """One whole fragment; `samples` with data offsets within the file."""

    span: FragmentSpan
    facts: FragmentFacts
    samples: FragmentSamples = field(repr=False)


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


def read_fragment(data: bytes, offset: int = 0) -> ScannedFragment:
    """Reads the heads of one fragment from the bytes it begins with; its media may be missing or partial.

    `offset` is where `data` lies in the chunk. Sound is reported only when its moof is among the bytes.
    Raises Malformed when the bytes do not reach to the end of the video moof or contradict themselves.
    """
    return _parse(lambda start, end: data[start:end], offset)


def iterate_samples(data: bytes) -> Iterator[bytes]:
    """The video frames of one fragment's bytes, decode order, as far as they are whole. Raises Malformed."""
    video = read_fragment(data).samples.video
    position = video.data_offset
    for size in video.sizes:
        if position + size > len(data):
            return
        yield data[position : position + size]
        position += size


def first_sample(data: bytes) -> bytes:
    """The first frame's bytes (4-byte NAL lengths) from a fragment's first `keyframe_length` bytes.

    Raises Malformed when they hold no whole frame.
    """
    for sample in iterate_samples(data):
        return sample
    raise Malformed(f"{len(data)} bytes hold no whole frame of this fragment")


def _whole_fragments(stream: BinaryIO, position: int, size: int) -> Iterator[ScannedFragment]:
    while position + _HEAD_LENGTH <= size:
        start = position

        def read(first: int, last: int, start: int = start) -> bytes:
            return _load(stream, start + first, min(start + last, size))

        try:
            fragment = _parse(read, position)
        except Malformed:
            return
        if fragment.span.end > size:
            return
        yield fragment
        position = fragment.span.end


def _parse(read: Read, offset: int) -> ScannedFragment:
    facts, length = _facts(read(0, _HEAD_LENGTH))
    video = _track(read, _HEAD_LENGTH, length, VIDEO_ID)
    if video is None or not video.sizes:
        raise Malformed(f"the fragment at {offset} has no whole video moof, or one without frames")
    video_length = video.data_offset + video.length
    audio = _track(read, video_length, length, AUDIO_ID) if video_length < length else None
    # Without the bytes of its moof nothing is known of the sound; with them, it must fill the rest exactly.
    if video_length > length or (audio and audio.data_offset + audio.length != length):
        raise Malformed(f"the fragment at {offset} and its {length} bytes do not add up")
    span = FragmentSpan(
        offset=offset,
        length=length,
        start_us=facts.start_us,
        duration_us=facts.duration_us,
        keyframe_length=video.data_offset + video.sizes[0],
        video_length=video_length,
        sync=bool(video.sync) and video.sync[0] == 0,
        frames=len(video.sizes),
    )
    return ScannedFragment(
        span=span, facts=facts, samples=FragmentSamples(video=video, audio=audio).at(offset)
    )


def _facts(head: bytes) -> tuple[FragmentFacts, int]:
    """The fragment's facts and its whole length."""
    place = _PRFT_LENGTH
    if (
        len(head) < _HEAD_LENGTH
        or head[4:8] != b"prft"
        or head[place + 4 : place + 24] != b"uuid" + FACTS_UUID
    ):
        raise Malformed("not a fragment: it must begin with prft and its facts")
    version, start_us, duration_us, source_start, source_span, timescale, lost, length = struct.unpack_from(
        FACTS_LAYOUT, head, place + 24
    )
    if version != FACTS_VERSION:
        raise Malformed(f"fragment facts of version {version}; this reader knows {FACTS_VERSION}")
    facts = FragmentFacts(
        start_us=start_us,
        duration_us=duration_us,
        source_start=source_start,
        source_span=source_span,
        source_timescale=timescale,
        lost=lost,
    )
    return facts, length


def _track(read: Read, position: int, limit: int, track_id: int) -> TrackSamples | None:
    """The samples of the moof at `position`, checked against its mdat header; None when not at hand."""
    head = parse_header(read(position, position + 16), position)
    if head is None:
        return None
    if head.kind != b"moof" or head.end > limit or head.end - head.offset > _LARGEST_HEAD:
        raise Malformed(f"no moof at {position} of the fragment")
    data = read(position, head.end + 8)
    if len(data) < head.end + 8 - position:
        return None
    moof = Box(kind=b"moof", offset=0, body=head.body - position, end=head.end - position)
    found_id, track = _moof(data, moof, position)
    size, kind = struct.unpack_from(">I4s", data, moof.end)
    if (
        found_id != track_id
        or kind != b"mdat"
        or size != 8 + track.length
        or track.data_offset != head.end + 8
    ):
        raise Malformed(f"the moof at {position} of the fragment does not fit its mdat")
    return track


def _moof(data: bytes, moof: Box, position: int) -> tuple[int, TrackSamples]:
    """Track and samples of a moof of one track and one trun; data offsets move by `position`."""
    traf = child(data, moof, b"traf")
    tfhd, tfdt, trun = (child(data, traf, kind) for kind in (b"tfhd", b"tfdt", b"trun"))
    tfhd_flags, track_id = fields(">II", data, tfhd.body, tfhd)
    if tfhd_flags & 0xFFFFFF != 0x020028:
        raise Malformed(f"tfhd with flags {tfhd_flags:#x}, which Saksi does not write")
    duration, sample_flags = fields(">II", data, tfhd.body + 8, tfhd)
    version, base_time = fields(">B3xQ", data, tfdt.body, tfdt)
    if version != 1:
        raise Malformed("tfdt is not of version 1")
    flags, count, data_offset = fields(">IIi", data, trun.body, trun)
    place = trun.body + 12
    first_flags = sample_flags
    if flags & 0x004:
        (first_flags,) = fields(">I", data, place, trun)
        place += 4
    columns = _trun_columns(data, trun, place, flags, count)
    sample_column = columns.get(0x400) or array("q", (sample_flags,)) * count
    if flags & 0x004 and count:
        sample_column[0] = first_flags
    offsets = columns.get(0x800) or array("q", bytes(8 * count))
    track = TrackSamples(
        base_time=base_time,
        data_offset=position + data_offset,
        sizes=columns.get(0x200) or array("q"),
        durations=columns.get(0x100) or array("q", (duration,)) * count,
        offsets=array("q", [value - 2**32 if value >= 2**31 else value for value in offsets]),
        sync=tuple(i for i, value in enumerate(sample_column) if not value & _NOT_SYNC_FLAG)
        if track_id == VIDEO_ID
        else (),
    )
    return track_id, track


def _trun_columns(data: bytes, trun: Box, place: int, flags: int, count: int) -> dict[int, array[int]]:
    """The per-sample fields of a trun by their flag, ISO/IEC 14496-12 section 8.8.8.2."""
    present = [flag for flag in (0x100, 0x200, 0x400, 0x800) if flags & flag]
    if 0x200 not in present or count > _MOST_SAMPLES:
        raise Malformed(f"trun of {count} samples without sizes, or too many")
    values = fields(f">{count * len(present)}I", data, place, trun)
    return {flag: array("q", values[i :: len(present)]) for i, flag in enumerate(present)}


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


def _is_index(stream: BinaryIO, found: Box, fragments: list[ScannedFragment]) -> bool:
    """Whether the box is the sample index of exactly these fragments."""
    if found.kind != b"uuid" or found.end - found.offset > _LARGEST_HEAD:
        return False
    data = _load(stream, found.offset, found.end)
    try:
        return data[8:24] == INDEX_UUID and read_sample_index(data) == [part.samples for part in fragments]
    except Malformed:
        return False


def _load(stream: BinaryIO, start: int, end: int) -> bytes:
    if end - start > _LARGEST_HEAD + 8:
        raise Malformed(f"a box of {end - start} bytes at {start} where a small one belongs")
    stream.seek(start)
    return stream.read(max(end - start, 0))
