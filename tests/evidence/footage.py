"""Chunks of real, tiny coded video for any camera, run and time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

from saksi.custody.chain import ChunkEntry, ClockEvidence
from saksi.fmp4.samples import FragmentSamples
from saksi.fmp4.splice import SpliceChunk
from saksi.fmp4.timing import decode_order, microseconds, ticks
from saksi.fmp4.writer import (
    FragmentFacts,
    Sample,
    TrackFragment,
    fragment,
    init_segment,
    sample_index,
    self_description,
)
from tests.unit.saksi.fmp4.media import FRAME, FRAME_US, Video, sound, sound_part, video

GOP_US = 5 * FRAME_US
CLOCK = ClockEvidence(
    source="ntp", offset_us=120, error_us=900, camera_source="none", camera_offset_us=0, residual_us=0
)
NO_CLOCK = ClockEvidence(
    source="free", offset_us=0, error_us=-1, camera_source="none", camera_offset_us=0, residual_us=0
)


@dataclass(frozen=True, kw_only=True)
class Footage:
    """A chunk: its file, its chain entry, its samples."""

    data: bytes
    entry: ChunkEntry
    init: bytes
    samples: tuple[FragmentSamples, ...]

    @property
    def place(self) -> tuple[str, int]:
        return self.entry.run, self.entry.seq

    def splice(self) -> SpliceChunk:
        return SpliceChunk(
            key=f"{self.entry.run}/{self.entry.seq}",
            size=len(self.data),
            run=self.entry.run,
            init=self.init,
            fragments=self.samples,
        )


@cache
def coded(codec: str, tail: bytes = b"", heard: str = "") -> tuple[bytes, list[tuple[bytes, int, bool]]]:
    """Init segment and frames (data, pts, key) of a short stream; `tail` is an SEI to stand in every keyframe."""
    stream = video(codec, frames=60, gop=5, b_frames=2 if codec == "h264" else 0, size=(64, 48))
    frames = [(tail * frame.key + frame.data, frame.pts, frame.key) for frame in stream.frames]
    return init_segment(stream.track, sound(heard).track if heard else None), frames


def footage(
    camera: str,
    run: str,
    seq: int,
    start_us: int,
    gops: int,
    *,
    codec: str = "h264",
    ended: str = "full",
    first_gop: int = 0,
    tail: bytes = b"",
    lost: int = 0,
    reel: Video | None = None,
    heard: str = "",
) -> Footage:
    """A chunk of `gops` groups of five frames (200 ms each) that begins at `start_us`; of a `reel` as they come.

    With sound of codec `heard`.
    """
    if reel is not None:
        init = init_segment(reel.track, sound(heard).track if heard else None)
        whole = _groups([(frame.data, frame.pts, frame.key) for frame in reel.frames])
        part = [frame for group in whole[first_gop : first_gop + gops] for frame in group]
    else:
        init, frames = coded(codec, tail, heard)
        first = first_gop % (12 - gops + 1) * 5
        part = frames[first : first + 5 * gops]
    begin = min(pts for _, pts, _ in part)
    data = init + self_description(camera=camera, run=run, seq=seq, start_us=start_us)
    samples, delay, origin, groups = [], 0, ticks(start_us, 90_000) - begin, _groups(part)
    for number, group in enumerate(groups, 1):
        decode, offsets = decode_order([pts for _, pts, _ in group])
        spans = [b - a for a, b in zip(decode, [*decode[1:], decode[-1] + FRAME], strict=True)]
        rows = [
            Sample(len(d), span, off, key)
            for (d, _, key), span, off in zip(group, spans, offsets, strict=True)
        ]
        facts = FragmentFacts(
            start_us=microseconds(origin + decode[0], 90_000), duration_us=microseconds(sum(spans), 90_000)
        )
        track = TrackFragment.of(origin + decode[0], rows, [d for d, _, _ in group], delay)
        zero_us, span = start_us - microseconds(begin, 90_000), (decode[0], decode[0] + sum(spans))
        beside = sound_part(sound(heard), zero_us, *span) if heard else None
        made = fragment(number, track, beside, facts=facts)
        delay = made.delay
        samples.append(made.samples.at(len(data)))
        data += made.data
    data += sample_index(samples)
    entry = ChunkEntry(
        camera=camera,
        run=run,
        seq=seq,
        start_us=start_us,
        end_us=start_us + gops * GOP_US,
        frames=len(part),
        size=len(data),
        init=hashlib.sha256(init).hexdigest(),
        sha256=hashlib.sha256(data).hexdigest(),
        clock=NO_CLOCK if ended == "recovered" else CLOCK,
        ended=ended,
        lost=lost,
    )
    return Footage(data=data, entry=entry, init=init, samples=tuple(samples))


def _groups(part: list[tuple[bytes, int, bool]]) -> list[list[tuple[bytes, int, bool]]]:
    groups: list[list[tuple[bytes, int, bool]]] = []
    for frame in part:
        if frame[2]:
            groups.append([])
        groups[-1].append(frame)
    return groups
