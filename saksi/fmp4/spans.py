"""The fragment index of a chunk as the catalogue keeps it: where and when each fragment is.

Packed: version byte 1 · varint count · per fragment zigzag offset minus the previous end · varint length ·
zigzag start minus the previous end (the chunk's start for the first) · varint duration · varint keyframe
length · varint length minus video length · varint of frames x 2 + sync. About 14 bytes a fragment.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.columns import varint, varints, zigzag

_VERSION = 1
_LIMIT = 2**62
_NUMBERS = 7  # of a fragment


class FragmentSpan(NamedTuple):
    """One fragment: bytes `[offset, offset + length)`, time `[start_us, start_us + duration_us)`.

    The first `keyframe_length` bytes reach to the end of the first frame, the first `video_length` to the end
    of the video (the rest is sound). `sync`: the first frame can be decoded without anything before it.

    A tuple, since a page of an hour's chunks is thousands of them.
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
    if data[:1] != bytes((_VERSION,)):
        raise Malformed(f"fragment index of version {data[:1].hex() or 'none'}; this reader knows {_VERSION}")
    numbers = varints(bytes(data[1:]))
    if not numbers or len(numbers) != 1 + _NUMBERS * numbers[0]:
        raise Malformed(f"fragment index with {len(numbers)} numbers, which is not as many as it says")
    spans: list[FragmentSpan] = []
    position, time_us = 0, chunk_start_us
    every = iter(numbers[1:])
    for moved, length, later, duration_us, keyframe_length, sound, frames in zip(
        *[every] * _NUMBERS, strict=True
    ):
        offset, start_us = position + _signed(moved), time_us + _signed(later)
        if (
            offset < 0
            or keyframe_length > length
            or sound > length
            or max(offset, length, abs(start_us), duration_us) > _LIMIT
        ):
            raise Malformed(f"fragment index with an impossible fragment at {offset}")
        spans.append(
            FragmentSpan(
                offset,
                length,
                start_us,
                duration_us,
                keyframe_length,
                length - sound,
                bool(frames & 1),
                frames >> 1,
            )
        )
        position, time_us = offset + length, start_us + duration_us
    return spans


def _signed(value: int) -> int:
    """What `zigzag` wrote."""
    return -(value + 1 >> 1) if value & 1 else value >> 1
