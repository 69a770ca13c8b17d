"""HLS playlists over byte ranges of chunk objects (RFC 8216 and its second edition draft). Pure text making.

Media time in a chunk is wall time, so segments of one camera share one time line: a discontinuity stands only where the
parameters change, and a hole is a hole, told by EXT-X-GAP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue.footage import Chunk
from saksi.catalogue.timeline import JITTER_US
from saksi.fmp4.spans import FragmentSpan

SEGMENT_US = 3_500_000  # a segment ends at the first keyframe after so much: two of the usual 2 s GOPs
GAP_US = 10_000_000  # a long gap is told in pieces of this, so that the target duration stays honest
UNPLAYABLE = ("pcmu", "pcma")  # sound that browsers refuse


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A byte range of a chunk that plays on its own."""

    chunk: Chunk
    offset: int
    length: int
    start_us: int
    end_us: int


def segments(chunks: Iterable[Chunk], from_us: int, to_us: int, *, sound: bool) -> Iterator[Segment]:
    """Segments that cover [from_us, to_us), the first from the keyframe before it.

    Where runs overlap the earlier one goes on until it ends. Without `sound`, the sound that browsers cannot play is
    left out: such a segment is the video part of one fragment.
    """
    covered_us = 0
    for chunk in chunks:
        silent = not sound and chunk.init.audio in UNPLAYABLE
        group: list[FragmentSpan] = []
        for span in _wanted(chunk.fragments, from_us, to_us, covered_us):
            full = group and (silent or span.start_us - group[0].start_us >= SEGMENT_US)
            if full and (span.sync or silent):
                yield _segment(chunk, group, silent)
                group = []
            group.append(span)
            covered_us = max(covered_us, span.end_us)
        if group:
            yield _segment(chunk, group, silent)


def media_playlist(
    listed: Iterable[Segment], *, media: Callable[[Chunk], str], silent_init: Callable[[Chunk], str] | None
) -> str:
    """The playlist. `media` gives a chunk's address, `silent_init` that of its init segment without sound."""
    listed = list(listed)
    lines = list(_thinned(listed))
    init, end_us, longest_us = "", 0, 1_000_000
    for one in listed:
        if end_us and one.start_us - end_us > JITTER_US:
            for start_us, until_us in _pieces(end_us, one.start_us):
                longest_us = max(longest_us, until_us - start_us)
                lines += [f"#EXT-X-PROGRAM-DATE-TIME:{clock.format_us(start_us)}", "#EXT-X-GAP"]
                lines += [f"#EXTINF:{(until_us - start_us) / 1e6:.6f},", "gap.mp4"]
        if one.chunk.init.sha256 != init:
            if init:
                lines.append("#EXT-X-DISCONTINUITY")
            init = one.chunk.init.sha256
            lines.append(_map(one.chunk, media, silent_init))
        longest_us = max(longest_us, one.end_us - one.start_us)
        lines += [
            f"#EXT-X-PROGRAM-DATE-TIME:{clock.format_us(one.start_us)}",
            f"#EXTINF:{(one.end_us - one.start_us) / 1e6:.6f},",
            f"#EXT-X-BYTERANGE:{one.length}@{one.offset}",
            media(one.chunk),
        ]
        end_us = one.end_us
    head = [
        "#EXTM3U",
        "#EXT-X-VERSION:8",
        f"#EXT-X-TARGETDURATION:{-(-longest_us // 1_000_000)}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        "#EXT-X-MEDIA-SEQUENCE:0",
    ]
    return "\n".join([*head, *lines, "#EXT-X-ENDLIST", ""])


def _wanted(spans: list[FragmentSpan], from_us: int, to_us: int, covered_us: int) -> Iterator[FragmentSpan]:
    """Fragments that touch the window and go on after `covered_us`, from a keyframe on."""
    begin = max(from_us, covered_us - JITTER_US)
    first = None
    for position, span in enumerate(spans):
        if (
            span.sync
            and (span.start_us <= begin or first is None)
            and span.start_us >= covered_us - JITTER_US
        ):
            first = position
    if first is None:
        return
    for span in spans[first:]:
        if span.start_us < to_us:
            yield span


def _segment(chunk: Chunk, group: list[FragmentSpan], silent: bool) -> Segment:
    end = group[-1].offset + (group[-1].video_length if silent else group[-1].length)
    return Segment(
        chunk=chunk,
        offset=group[0].offset,
        length=end - group[0].offset,
        start_us=group[0].start_us,
        end_us=group[-1].end_us,
    )


def _map(chunk: Chunk, media: Callable[[Chunk], str], silent_init: Callable[[Chunk], str] | None) -> str:
    if silent_init is not None and chunk.init.audio in UNPLAYABLE:
        return f'#EXT-X-MAP:URI="{silent_init(chunk)}"'
    return f'#EXT-X-MAP:URI="{media(chunk)}",BYTERANGE="{chunk.init.length}@0"'


def _thinned(listed: Sequence[Segment]) -> Iterator[str]:
    """A date range over every stretch of which only keyframes are left."""
    spans: list[tuple[int, int, str]] = []
    for one in listed:
        if one.chunk.thinned is None:
            continue
        mode = one.chunk.thinned.mode
        if spans and spans[-1][2] == mode and one.start_us - spans[-1][1] <= JITTER_US:
            spans[-1] = (spans[-1][0], one.end_us, mode)
        else:
            spans.append((one.start_us, one.end_us, mode))
    for number, (start_us, end_us, mode) in enumerate(spans, 1):
        yield (
            f'#EXT-X-DATERANGE:ID="thinned-{number}",CLASS="saksi.thinned",START-DATE="{clock.format_us(start_us)}",'
            f'DURATION={(end_us - start_us) / 1e6:.6f},X-SAKSI-MODE="{mode}"'
        )


def _pieces(start_us: int, end_us: int) -> Iterator[tuple[int, int]]:
    while start_us < end_us:
        until_us = min(start_us + GAP_US, end_us)
        yield start_us, until_us
        start_us = until_us
