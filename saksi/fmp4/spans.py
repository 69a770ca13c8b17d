"""The fragment index of a chunk as the catalogue keeps it: where and when each fragment is.

Packed: version byte 1 · varint count · per fragment zigzag offset minus the previous end · varint length ·
zigzag start minus the previous end (the chunk's start for the first) · varint duration · varint keyframe
length · varint length minus video length · varint of frames x 2 + sync. About 14 bytes a fragment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.columns import Reader, varint, zigzag

_VERSION = 1
_LIMIT = 2**62


@dataclass(frozen=True, kw_only=True, slots=True)
class FragmentSpan:
    """One fragment: bytes `[offset, offset + length)`, time `[start_us, start_us + duration_us)`.

    The first `keyframe_length` bytes reach to the end of the first frame, the first `video_length` to the end
    of the video (the rest is sound). `sync`: the first frame can be decoded without anything before it.
    """

    offset: int
    length: int
    start_us: int
    duration_us: int
    keyframe_length: int
    video_length: int
    sync: bool
    frames: int

    @property
    def end(self) -> int:
        """One past the fragment's last byte."""
        return self.offset + self.length

    @property
    def end_us(self) -> int:
        """One past the fragment's last microsecond."""
        return self.start_us + self.duration_us


def pack(spans: Iterable[FragmentSpan], chunk_start_us: int) -> bytes:
    """The compact form; `chunk_start_us` must be given again to read it."""
    listed = list(spans)
    out = [bytes((_VERSION,)), varint(len(listed))]
    position, time_us = 0, chunk_start_us
    for span in listed:
        out.append(zigzag(span.offset - position))
        out.append(varint(span.length))
        out.append(zigzag(span.start_us - time_us))
        out.append(varint(span.duration_us))
        out.append(varint(span.keyframe_length))
        out.append(varint(span.length - span.video_length))
        out.append(varint(span.frames << 1 | span.sync))
        position, time_us = span.end, span.end_us
    return b"".join(out)


def unpack(data: bytes, chunk_start_us: int) -> list[FragmentSpan]:
    """What `pack` wrote. Raises Malformed for anything else."""
    reader = Reader(bytes(data))
    if reader.bytes(1) != bytes((_VERSION,)):
        raise Malformed(f"fragment index of version {data[0]}; this reader knows {_VERSION}")
    spans: list[FragmentSpan] = []
    position, time_us = 0, chunk_start_us
    for _ in range(reader.count(least_bytes=7)):
        span = _read(reader, position, time_us)
        spans.append(span)
        position, time_us = span.end, span.end_us
    if reader.left:
        raise Malformed(f"fragment index with {reader.left} bytes too many")
    return spans


def _read(reader: Reader, position: int, time_us: int) -> FragmentSpan:
    offset = position + reader.zigzag()
    length = reader.varint()
    start_us = time_us + reader.zigzag()
    duration_us, keyframe_length, sound = reader.varint(), reader.varint(), reader.varint()
    frames = reader.varint()
    if (
        offset < 0
        or keyframe_length > length
        or sound > length
        or max(offset, length, abs(start_us), duration_us) > _LIMIT
    ):
        raise Malformed(f"fragment index with an impossible fragment at {offset}")
    return FragmentSpan(
        offset=offset,
        length=length,
        start_us=start_us,
        duration_us=duration_us,
        keyframe_length=keyframe_length,
        video_length=length - sound,
        sync=bool(frames & 1),
        frames=frames >> 1,
    )
