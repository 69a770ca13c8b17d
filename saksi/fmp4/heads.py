"""Reads one fragment's heads: its facts and both tracks' samples, checked against the bytes they claim."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from saksi.fmp4.boxes import Box, Malformed, child, fields, parse_header
from saksi.fmp4.init import AUDIO_ID, VIDEO_ID
from saksi.fmp4.samples import FragmentSamples, TrackSamples
from saksi.fmp4.spans import FragmentSpan
from saksi.fmp4.writer import FACTS_LAYOUT, FACTS_UUID, FACTS_VERSION, FragmentFacts

Read = Callable[[int, int], bytes]  # (start, end) within a fragment; shorter where the bytes are not at hand

_PRFT_LENGTH = 32
HEAD_LENGTH = _PRFT_LENGTH + 24 + struct.calcsize(FACTS_LAYOUT)
LARGEST_BOX = 16 * 2**20  # bytes of any one box that is read into memory
_MOST_SAMPLES = 1_000_000  # in one moof
_NOT_SYNC_FLAG = 0x00010000


@dataclass(frozen=True, kw_only=True)
class ScannedFragment:
    """One whole fragment; `samples` with data offsets within the file."""

    span: FragmentSpan
    facts: FragmentFacts
    samples: FragmentSamples = field(repr=False)


def read_fragment(data: bytes, offset: int = 0) -> ScannedFragment:
    """Reads the heads of one fragment from the bytes it begins with; its media may be missing or partial.

    `offset` is where `data` lies in the chunk. Sound is reported only when its moof is among the bytes.
    Raises Malformed when the bytes do not reach to the end of the video moof or contradict themselves.
    """
    return parse(lambda start, end: data[start:end], offset)


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


def parse(read: Read, offset: int) -> ScannedFragment:
    """The fragment at `offset` of a file through `read`; as `read_fragment` says. Raises Malformed."""
    facts, length = _facts(read(0, HEAD_LENGTH))
    video = _track(read, HEAD_LENGTH, length, VIDEO_ID)
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
        len(head) < HEAD_LENGTH
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
    if head.kind != b"moof" or head.end > limit or head.end - head.offset > LARGEST_BOX:
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
    return track_id, track.settled()


def _trun_columns(data: bytes, trun: Box, place: int, flags: int, count: int) -> dict[int, array[int]]:
    """The per-sample fields of a trun by their flag, ISO/IEC 14496-12 section 8.8.8.2."""
    present = [flag for flag in (0x100, 0x200, 0x400, 0x800) if flags & flag]
    if 0x200 not in present or count > _MOST_SAMPLES:
        raise Malformed(f"trun of {count} samples without sizes, or too many")
    values = fields(f">{count * len(present)}I", data, place, trun)
    return {flag: array("q", values[i :: len(present)]) for i, flag in enumerate(present)}
