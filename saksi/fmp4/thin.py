"""Makes a chunk of keyframes alone out of a chunk: samples are copied byte for byte, nothing is decoded.

The file has the form of a chunk (init segment, self-description, fragments, sample index) and is none: its description
has a type and a UUID of its own. One fragment a keyframe, shown until the next one that was kept and the last until the
chunk ends, so that wall time stays what it was. Sound is left out. Between keyframes nothing can be shown that was not
decoded from them, so `one_a_second` keeps the first keyframe of each second: it is the smaller one where cameras send
more than one a second, and the same elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from saksi.custody.canonical import canonical
from saksi.fmp4.boxes import Malformed, box
from saksi.fmp4.init import read_init, video_only
from saksi.fmp4.samples import FragmentSamples, sample_index
from saksi.fmp4.spans import FragmentSpan
from saksi.fmp4.timing import microseconds, ticks
from saksi.fmp4.writer import FragmentFacts, Sample, TrackFragment, fragment

THINNED_UUID = bytes.fromhex("7b1f0c5e64d24a0c9f5d3a8e5a6b9d04")
MODES = ("keyframes", "one_a_second")


@dataclass(frozen=True, kw_only=True, slots=True)
class Keyframe:
    """A frame to keep: `size` bytes at `offset` of the chunk, shown from `time` on, ticks since 1970."""

    offset: int
    size: int
    time: int


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The chunk that is thinned; `sha256` in hex is of the whole original, `end_us` where its footage ends."""

    camera: str
    run: str
    seq: int
    start_us: int
    end_us: int
    sha256: str
    init: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Thinned:
    """The finished file, its init segment (its first bytes) and its fragment index."""

    data: bytes = field(repr=False)
    init: bytes = field(repr=False)
    spans: list[FragmentSpan] = field(repr=False)

    @property
    def frames(self) -> int:
        """How many were kept."""
        return len(self.spans)


def choose(fragments: Sequence[FragmentSamples], timescale: int, mode: str) -> list[Keyframe]:
    """The keyframes to keep of a chunk's fragments (offsets within the file), in order of time; maybe none."""
    if mode not in MODES:
        raise ValueError(f"no mode {mode}")
    found = sorted(_keyframes(fragments), key=lambda one: one.time)
    if mode == "keyframes":
        return found
    first = {one.time // timescale: one for one in reversed(found)}
    return [one for one in found if first[one.time // timescale] is one]


def thin(origin: Origin, kept: Sequence[Keyframe], samples: Sequence[bytes], mode: str) -> Thinned:
    """The file of these keyframes, `samples` their bytes. Raises Malformed when they cannot be of that chunk."""
    facts = read_init(origin.init)
    rate = facts.video.timescale
    init = video_only(origin.init) if facts.audio else origin.init
    end = ticks(origin.end_us, rate)
    times = [*(one.time for one in kept), end]
    if not kept or any(later <= earlier for earlier, later in pairwise(times)):
        raise Malformed("keyframes that do not follow one another before the chunk ends")
    exact = {
        ticks(one, rate): one for one in (origin.start_us, origin.end_us)
    }  # a tick is eleven microseconds
    told = {
        "t": "saksi/thinned-file/1", "camera": origin.camera, "run": origin.run, "seq": origin.seq,
        "start": origin.start_us, "original": origin.sha256, "mode": mode,
    }  # fmt: skip
    pieces = [init, box(b"uuid", THINNED_UUID, canonical(told))]
    offset = sum(map(len, pieces))
    spans, tables = [], []
    for number, ((time, until), data) in enumerate(zip(pairwise(times), samples, strict=True), 1):
        start_us, end_us = (exact.get(one, microseconds(one, rate)) for one in (time, until))
        made = fragment(
            number,
            TrackFragment.of(time, [Sample(len(data), until - time, 0, True)], [data]),
            None,
            facts=FragmentFacts(start_us=start_us, duration_us=end_us - start_us, source_timescale=rate),
        )
        spans.append(made.span(offset))
        tables.append(made.samples.at(offset))
        pieces.append(made.data)
        offset += len(made.data)
    return Thinned(data=b"".join([*pieces, sample_index(tables)]), init=init, spans=spans)


def _keyframes(fragments: Sequence[FragmentSamples]) -> Iterator[Keyframe]:
    for part in fragments:
        video = part.video
        times = video.presentation()
        for position in video.sync:
            offset = video.data_offset + sum(video.sizes[:position])
            yield Keyframe(offset=offset, size=video.sizes[position], time=times[position])
