"""Which frames a clip is made of: runs that overlap, the cut at both ends, the pre-roll a decoder needs.

Overlapping runs (two recorders held one camera for a while): the run in play goes on as long as it has
footage; another takes over with its first sync fragment that begins at or after the end of what is in play.
Nothing of one run is shown inside another.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from saksi.fmp4.samples import FragmentSamples, TrackSamples


class NoFootage(ValueError):
    """No frame begins in the window."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Samples of one track that lie one behind the other in the chunk with this number.

    `first` is the number of the first of them among the chunk's samples of that track in decode order, from 0.
    """

    chunk: int
    samples: TrackSamples
    first: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """The samples of a clip. Shown are the `frames` that begin in `[start, end)`, ticks since 1970."""

    video: list[Part]
    audio: list[Part]
    start: int
    end: int
    frames: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """The fragments of one chunk, its run and its audio ticks a second (0 without sound).

    `codec` and `audio_entry` tell what can stand in one track: the kind of its pictures, the sample entry of its sound.
    """

    run: str
    fragments: Sequence[FragmentSamples]
    audio_rate: int
    codec: bytes = b""
    audio_entry: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Placed:
    """One fragment, in the chunk with this number, behind `before` frames and `heard` sound samples of that chunk."""

    chunk: int
    strip: Strip
    samples: FragmentSamples
    before: int
    heard: int

    @property
    def start(self) -> int:
        return self.samples.video.base_time

    @property
    def end(self) -> int:
        return self.start + self.samples.video.span


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """The samples of a track `first` to `last` (included; decode order, from 0) of the chunk with this number."""

    chunk: int
    first: int
    last: int


def stretches(parts: Sequence[Part]) -> list[Stretch]:
    """The parts of one track in order, those that go on in the same chunk as one."""
    found: list[Stretch] = []
    for part in parts:
        last = part.first + len(part.samples.sizes) - 1
        if found and (found[-1].chunk, found[-1].last + 1) == (part.chunk, part.first):
            found[-1] = Stretch(chunk=part.chunk, first=found[-1].first, last=last)
        else:
            found.append(Stretch(chunk=part.chunk, first=part.first, last=last))
    return found


def select(strips: Sequence[Strip], start: int, end: int, video_rate: int) -> Selection:
    """Selects from chunks in time order the frames that begin in `[start, end)`, with the sound of that span.

    Relies on what the writer keeps: a fragment's decode times are its presentation times, sorted. Raises
    NoFootage.
    """
    placed = list(_in_play(strips))
    live = [i for i, item in enumerate(placed) if item.end > start and item.start < end]
    shown = {i: times for i in live if (times := _edge_times(placed[i], start, end))}
    if not shown:
        raise NoFootage("no frame begins in the window")
    first, position, start = _entry(placed, live, min(shown), min(map(min, shown.values())))
    last = max(shown)
    video = [
        Part(
            chunk=placed[i].chunk,
            samples=_trimmed(placed[i].samples.video, i, (first, position), (last, end)),
            first=placed[i].before + (position if i == first else 0),
        )
        for i in range(first, last + 1)
    ]
    end = min(end, _shown_until(placed[last].samples.video, end))
    frames = sum(_count(placed[i].samples.video, start, end) for i in range(first, last + 1))
    near = range(max(first - 1, 0), min(last + 2, len(placed)))
    sound = [(i, part) for i in near for part in _sound(placed[i], start, end, video_rate)]
    return Selection(
        video=video, audio=_of_the_shown(placed, sound, shown), start=start, end=end, frames=frames
    )


def _in_play(strips: Sequence[Strip]) -> Iterator[_Placed]:
    """The fragments of the run in play at each instant, by the rule this module begins with."""
    everything = [
        _Placed(chunk=number, strip=strip, samples=samples, before=before, heard=heard)
        for number, strip in enumerate(strips)
        for samples, before, heard in zip(strip.fragments, _passed(strip), _heard(strip), strict=False)
        if samples.video.sizes
    ]
    everything.sort(key=lambda item: (item.start, item.chunk))
    run, until = "", -1
    for item in everything:
        takes_over = item.start >= until and item.samples.video.sync[:1] == (0,)
        if takes_over or (item.strip.run == run and until >= 0):
            run, until = item.strip.run, max(until, item.end)
            yield item


def _passed(strip: Strip) -> Iterator[int]:
    """How many frames of the chunk come before each of its fragments."""
    return accumulate((len(samples.video.sizes) for samples in strip.fragments), initial=0)


def _heard(strip: Strip) -> Iterator[int]:
    """The same of sound samples."""
    counts = (len(samples.audio.sizes) if samples.audio else 0 for samples in strip.fragments)
    return accumulate(counts, initial=0)


def _edge_times(item: _Placed, start: int, end: int) -> list[int]:
    """Presentation times in `[start, end)`; of a fragment wholly inside only the earliest, its start."""
    if start <= item.start and item.end <= end:
        return [item.start]
    return [time for time in item.samples.video.presentation() if start <= time < end]


def _entry(placed: Sequence[_Placed], live: Sequence[int], shown: int, start: int) -> tuple[int, int, int]:
    """(fragment, sample, first time shown): the sync sample where a decoder must enter to show `start`, which is in the
    fragment with the number `shown`.

    Where no sync sample of the same codec comes before (leading pictures of an open GOP at the very beginning of
    footage), the clip begins with the first one that can be decoded.
    """
    for i in range(max(live), -1, -1):
        video = placed[i].samples.video
        if video.base_time > start:
            continue
        if placed[i].strip.codec != placed[shown].strip.codec:
            break
        times = video.presentation()
        for position in reversed(video.sync):
            if times[position] <= start:
                return i, position, start
    for i in live:
        video = placed[i].samples.video
        for position in video.sync:
            time = video.presentation()[position]
            if time >= start:
                return i, position, time
    raise NoFootage("no frame of the window can be decoded without footage from before it that is missing")


def _trimmed(video: TrackSamples, i: int, entry: tuple[int, int], exit_: tuple[int, int]) -> TrackSamples:
    """The fragment's samples from the entry up to the last (decode order) that begins before the end."""
    first = entry[1] if i == entry[0] else 0
    last = len(video.sizes)
    if i == exit_[0] and video.base_time + video.span > exit_[1]:
        last = 1 + max(k for k, time in enumerate(video.presentation()) if time < exit_[1])
    return video if (first, last) == (0, len(video.sizes)) else video.slice(first, last)


def _shown_until(video: TrackSamples, end: int) -> int:
    """When the last frame that begins before `end` gives way."""
    times = video.decode()
    last = bisect_left(times, end) - 1
    return times[last] + video.durations[last]


def _count(video: TrackSamples, start: int, end: int) -> int:
    """How many frames begin in `[start, end)`."""
    if start <= video.base_time and video.base_time + video.span <= end:
        return len(video.sizes)
    return sum(start <= time < end for time in video.decode())


def _of_the_shown(
    placed: Sequence[_Placed], sound: Sequence[tuple[int, Part]], shown: Container[int]
) -> list[Part]:
    """Of sound near the window what fits to the sound of the fragments shown.

    Sound is cut elsewhere than pictures, so that the neighbours' reaches into the window. One of another kind, as
    where one file or run follows another, would keep each side from being a clip; its time is before or after.
    """

    def kind(i: int) -> tuple[bytes, int]:
        return placed[i].strip.audio_entry, placed[i].strip.audio_rate

    kinds = {kind(i) for i, _ in sound if i in shown} or {kind(i) for i, _ in sound[:1]}
    return [part for i, part in sound if kind(i) in kinds]


def _sound(item: _Placed, start: int, end: int, video_rate: int) -> Iterator[Part]:
    """Sound that overlaps `[start, end)` (video ticks), and one frame before: AAC needs it to begin clean."""
    audio = item.samples.audio
    if audio is None or not audio.sizes:
        return
    first_tick = start * item.strip.audio_rate // video_rate
    last_tick = -(-end * item.strip.audio_rate // video_rate)
    span = max(audio.durations)
    if audio.base_time + audio.span <= first_tick - span or audio.base_time >= last_tick:
        return
    times = audio.decode()
    first, last = bisect_left(times, first_tick - 2 * span + 1), bisect_left(times, last_tick)
    if first < last:
        whole = (first, last) == (0, len(times))
        samples = audio if whole else audio.slice(first, last)
        yield Part(chunk=item.chunk, samples=samples, first=item.heard + first)
