"""Sound beside the picture: frames as received, on their own clock, mapped to wall time the same way.

The sound of a fragment is what was taken before the fragment's end; late frames go into the next one, so
nothing is lost and the track's times run on without overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

from recorder.access_unit import AudioUnit
from recorder.timeline import Timeline
from saksi.fmp4.timing import ticks
from saksi.fmp4.tracks import AudioTrack
from saksi.fmp4.writer import Sample, TrackFragment

_MOST_WAITING = 2_000  # units; more than ten seconds of sound without a picture are not worth the memory


@dataclass(slots=True)
class _Heard:
    unit: AudioUnit
    media_us: int
    anew: bool  # a hole lies before it


class Sound:
    """The sound of one connection."""

    def __init__(self, track: AudioTrack, earliest_us: int) -> None:
        self._rate = track.rate
        self._codec = track.codec
        self._timeline = Timeline()
        self._waiting: list[_Heard] = []
        self._start: tuple[int, int] | None = None
        self._end_us = earliest_us

    @property
    def started(self) -> bool:
        """Whether any sound was placed yet."""
        return self._start is not None

    def take(self, unit: AudioUnit) -> None:
        """Takes the next unit in order of arrival."""
        seen = self._timeline.observe(unit.pts, unit.timescale, unit.arrival_us)
        if self._waiting and seen.media_us <= self._waiting[-1].media_us:
            return  # a repeated packet; sound has no reordering
        self._waiting.append(_Heard(unit, seen.media_us, seen.hole_us > 0))
        if len(self._waiting) > _MOST_WAITING:
            del self._waiting[: _MOST_WAITING // 2]

    def drop_before(self, start_us: int) -> None:
        """Forgets what was heard before the first picture."""
        self._waiting = [h for h in self._waiting if self._timeline.estimate(h.media_us) >= start_us]

    def until(self, end_us: int) -> TrackFragment | None:
        """The sound taken before `end_us` that was not handed out yet; None when there is none."""
        count = 0
        for unit in self._waiting:
            if self._timeline.estimate(unit.media_us) >= end_us or (count and unit.anew):
                break
            count += 1
        if not count:
            return None
        heard, self._waiting = self._waiting[:count], self._waiting[count:]
        follows = self._waiting[0] if self._waiting and not self._waiting[0].anew else None
        if self._start is None or heard[0].anew:
            self._start = (heard[0].media_us, self._timeline.start(heard[0].media_us, self._end_us))
        end_media_us = follows.media_us if follows else heard[-1].media_us + self._length_us(heard[-1].unit)
        start, end = (
            self._start,
            (end_media_us, max(self._timeline.advance(end_media_us), self._start[1] + count * 200)),
        )
        self._start, self._end_us = end, end[1]
        return self._track(heard, start, end)

    def _length_us(self, unit: AudioUnit) -> int:
        frames = 1024 if self._codec == "aac" else len(unit.data)
        return frames * 1_000_000 // self._rate

    def _track(self, heard: list[_Heard], start: tuple[int, int], end: tuple[int, int]) -> TrackFragment:
        first, last = ticks(start[1], self._rate), ticks(end[1], self._rate)
        span_us = max(end[0] - start[0], 1)
        times = [first + max(h.media_us - start[0], 0) * (last - first) // span_us for h in heard]
        times[0] = first
        data = [h.unit.data for h in heard]
        samples = [
            Sample(len(piece), max(later - at, 0), 0, True)
            for piece, at, later in zip(data, times, [*times[1:], last], strict=True)
        ]
        return TrackFragment.of(first, samples, data)
