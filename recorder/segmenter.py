"""Turns one connection's access units into fragments and fragments into chunks.

A fragment is a GOP, or two seconds of a long one. A chunk ends at the first keyframe at or past the camera's
boundary, or when asked, or when its parameters change or its time line breaks. Every unit from the first
keyframe on goes into exactly one fragment.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterable, Sequence
from typing import Protocol

from recorder import nal
from recorder.access_unit import AccessUnit, AudioUnit, VideoUnit
from recorder.boundaries import Boundaries
from recorder.sound import Sound
from recorder.timeline import Observed, Timeline
from saksi import clock
from saksi.custody.chain import ClockEvidence
from saksi.fmp4.samples import TrackSamples
from saksi.fmp4.timing import decode_order, may_cut, ticks
from saksi.fmp4.tracks import VIDEO_TIMESCALE, AudioTrack, VideoTrack
from saksi.fmp4.writer import FragmentBytes, FragmentFacts, TrackFragment, fragment

FRAGMENT_US = 2_000_000
_MOST_BYTES = 1 << 30  # a chunk must fit an object, a row and a reader's patience, whatever the camera's rate
_MOST_RESIDUAL_US = (1 << 31) - 1  # of stamps that are no clock; "as far off as can be said" is enough
_LEAST_FRAME_US = 100  # stamps that stand still or run back still give every frame a place of its own


class Sink(Protocol):
    """Where chunks go; the spool in production."""

    def begin(self, *, video: VideoTrack, audio: AudioTrack | None, start_us: int) -> None:
        """Starts a chunk."""

    def append(self, piece: FragmentBytes) -> None:
        """Adds a finished fragment."""

    def seal(self, *, ended: str, clock_evidence: ClockEvidence, lost: int) -> None:
        """Ends the chunk; nothing is added to it any more."""


class Segmenter:
    """One connection. `earliest_us` is where the run's footage ended before; nothing is placed earlier."""

    def __init__(
        self, boundaries: Boundaries, sink: Sink, *, audio: AudioTrack | None, earliest_us: int
    ) -> None:
        self._boundaries = boundaries
        self._sink = sink
        self._audio = audio
        self._sound = Sound(audio, earliest_us) if audio else None
        self._timeline = Timeline()
        self._units: list[VideoUnit] = []  # of the open fragment, and the media time of each
        self._media_us: list[int] = []
        self._start: tuple[int, int] | None = None  # media and wall time at which the open fragment starts
        self._reorders = False
        self._numbers = 0  # fragments in the open chunk; 0: none is open
        self._chunk_start_us = 0
        self._chunk_bytes = 0
        self._delay = 0  # of the fragment before, see fmp4.writer.TrackFragment
        self._residual_us = 0  # media span minus wall span of the open chunk
        self._camera: tuple[str, int] = ("none", 0)
        self._host = clock.host_clock()
        self._lost = 0
        self._cut_because: str | None = None
        self._seal_from_us: int | None = None
        self.end_us = earliest_us
        self.frames = 0
        self.skipped = 0
        self.holes: list[
            tuple[int, int]
        ] = []  # wall spans inside the connection when nothing was sent; taken by the owner

    @property
    def waiting(self) -> bool:
        """Whether the first keyframe has not come yet."""
        return not self._units and self._start is None

    def take(self, units: Iterable[AccessUnit]) -> None:
        """Takes the next units in order of arrival. Raises OSError when the sink cannot write."""
        following = self._timeline.next
        for unit in units:
            if isinstance(unit, AudioUnit):
                if self._sound is not None:
                    self._sound.take(unit)
                continue
            media_us = following(unit.pts, unit.timescale, unit.arrival_us)
            kept = self._media_us
            if media_us is None or unit.keyframe or not kept or media_us - kept[0] >= FRAGMENT_US:
                self._look(unit, media_us)
            else:  # nearly every picture: it begins nothing and ends nothing
                self._lost += unit.lost
                self._units.append(unit)
                kept.append(media_us)
                self.frames += 1

    def _look(self, unit: VideoUnit, media_us: int | None) -> None:
        """A picture that may end the fragment before it."""
        seen = self._observed(unit) if media_us is None else Observed(media_us)
        self._lost += unit.lost
        if self.waiting and not unit.keyframe:
            self.skipped += 1
            self._lost += 1
            return
        if self._units:
            self._maybe_close(unit, seen.media_us, seen.hole_us)
        if seen.jumped or seen.hole_us:
            self._cut_because = "discontinuity"
        if unit.keyframe and self._numbers and not self._units:
            ended = self._why_cut(unit)
            if ended:
                self._seal(ended)
        self._units.append(unit)
        self._media_us.append(seen.media_us)
        self.frames += 1

    def _observed(self, unit: VideoUnit) -> Observed:
        behind = self._timeline.behind(unit.pts, unit.timescale)
        reorders = behind and nal.may_reorder(unit.data, unit.parameters)
        return self._timeline.observe(unit.pts, unit.timescale, unit.arrival_us, reorders=reorders)

    def seal_from(self, instant_us: int) -> None:
        """Asks for a cut at the first keyframe at or after `instant_us`.

        Whoever waits asks again and again: only the earliest instant counts until its cut is made, or the
        wanted keyframe would move on with every call and, where keyframes are rare, never come.
        """
        if self._seal_from_us is None or instant_us < self._seal_from_us:
            self._seal_from_us = instant_us

    def finish(self, ended: str) -> None:
        """Closes what is open; the connection is over."""
        if self._units:
            self._close(self._last_end())
        if self._numbers:
            self._seal(ended)

    def _maybe_close(self, unit: VideoUnit, media_us: int, hole_us: int) -> None:
        self._reorders = self._reorders or media_us < self._media_us[-1]
        if hole_us:
            self._close(self._last_end())
            ended_us = self.end_us
            self._start = (media_us, self._timeline.start(media_us, self.end_us))
            self.end_us = self._start[1]
            self.holes.append((ended_us, self.end_us))
        elif unit.keyframe or self._ripe(media_us):
            self._close(self._last_end() if self._reorders else media_us)

    def _ripe(self, media_us: int) -> bool:
        if media_us - self._media_us[0] < FRAGMENT_US:
            return False
        if not self._reorders:
            return True
        return may_cut(self._media_us, media_us, self._frame_us())

    def _frame_us(self) -> int:
        """The usual distance of the open fragment's pictures: the median one."""
        shown = sorted(self._media_us)
        gaps = sorted(later - earlier for earlier, later in itertools.pairwise(shown))
        return gaps[len(gaps) // 2] if gaps else self._timeline.step_us

    def _last_end(self) -> int:
        """When the last picture ends, where the next one's time does not say."""
        return max(self._media_us) + self._frame_us()

    def _why_cut(self, unit: VideoUnit) -> str | None:
        if unit.parameters != self._video:
            return "parameters"
        if self._cut_because:
            return self._cut_because
        if self._seal_is_due():
            return "seal"
        full = self._chunk_bytes > _MOST_BYTES or self._boundaries.crossed(self._chunk_start_us, self.end_us)
        return "boundary" if full else None

    def _seal_is_due(self) -> bool:
        return self._seal_from_us is not None and self.end_us >= self._seal_from_us

    def _seal(self, ended: str) -> None:
        source, offset_us = self._camera
        evidence = ClockEvidence(
            source=self._host.source,
            offset_us=self._host.offset_us,
            error_us=self._host.error_us,
            camera_source=source,
            camera_offset_us=offset_us,
            residual_us=max(-_MOST_RESIDUAL_US, min(self._residual_us, _MOST_RESIDUAL_US)),
        )
        lost, self._lost, self._numbers = self._lost, 0, 0
        self._cut_because = None
        if self._seal_is_due():
            self._seal_from_us = None
        self._sink.seal(ended=ended, clock_evidence=evidence, lost=lost)

    def _close(self, end_media_us: int) -> None:
        """Writes the open fragment; it ends, and the next one starts, at `end_media_us`."""
        units, self._units = self._units, []
        media_us, self._media_us = self._media_us, []
        if self._start is None:
            first_us = min(media_us)
            self._start = (first_us, self._timeline.start(first_us, self.end_us))
        start_media_us, start_us = self._start
        end_media_us = max(end_media_us, start_media_us + len(units) * _LEAST_FRAME_US)
        end_us = max(self._timeline.advance(end_media_us), start_us + len(units) * _LEAST_FRAME_US)
        if not self._numbers:
            self._begin(units[0], start_us)
        self._numbers += 1
        self._note_camera_time(units, media_us, start_us - start_media_us)
        track = _track(units, media_us, self._start, (end_media_us, end_us), self._delay)
        first, last = units[0], units[-1]
        facts = FragmentFacts(
            start_us=start_us,
            duration_us=end_us - start_us,
            source_start=first.pts,
            source_span=max(0, last.pts - first.pts),
            source_timescale=first.timescale,
            lost=sum([unit.lost for unit in units]),
        )
        sound = self._sound.until(end_us) if self._sound else None
        self._residual_us += end_media_us - start_media_us - (end_us - start_us)
        self._start = (end_media_us, end_us)
        self.end_us = end_us
        piece = fragment(self._numbers, track, sound, facts=facts)
        self._delay = piece.delay
        self._chunk_bytes += piece.length
        self._sink.append(piece)

    def _begin(self, first: VideoUnit, start_us: int) -> None:
        self._video = first.parameters
        self._chunk_start_us, self._chunk_bytes, self._residual_us, self._delay = start_us, 0, 0, 0
        self._camera, self._host = ("none", 0), clock.host_clock()
        if self._sound is not None and not self._sound.started:
            self._sound.drop_before(start_us)
        self._sink.begin(video=self._video, audio=self._audio, start_us=start_us)

    def _note_camera_time(self, units: list[VideoUnit], media_us: list[int], ahead_us: int) -> None:
        """Keeps the camera's own clock as evidence.

        The first claim in the chunk, against our time of that frame: `ahead_us` before its media time.
        """
        if self._camera[0] != "none":
            return
        for unit, at_us in zip(units, media_us, strict=True):
            if unit.camera_time_us is not None:
                self._camera = ("rtcp", unit.camera_time_us - (at_us + ahead_us))
                return


def _track(
    units: Sequence[VideoUnit],
    media_us: Sequence[int],
    start: tuple[int, int],
    end: tuple[int, int],
    delay: int,
) -> TrackFragment:
    """The pictures between two instants, each (media, wall) in microseconds.

    Media time is stretched evenly to fit.
    """
    first, last = ticks(start[1], VIDEO_TIMESCALE), ticks(end[1], VIDEO_TIMESCALE)
    origin_us, span_us, span = start[0], end[0] - start[0], last - first
    shown = [first + (at_us - origin_us) * span // span_us for at_us in media_us]
    shown[shown.index(min(shown))] = first
    decoded = shown
    durations = list(map(int.__sub__, [*decoded[1:], last], decoded))
    if min(durations) <= 0:
        decoded, shown = _in_order(shown, last)
        durations = list(map(int.__sub__, [*decoded[1:], last], decoded))
    data = [unit.data for unit in units]
    samples = TrackSamples(
        base_time=first,
        data_offset=0,
        sizes=array("q", map(len, data)),
        durations=array("q", durations),
        offsets=array("q", map(int.__sub__, shown, decoded)),
        sync=tuple([position for position, unit in enumerate(units) if unit.keyframe]),
    )
    return TrackFragment(samples, data, delay)


def _in_order(shown: list[int], last: int) -> tuple[list[int], list[int]]:
    """Decode times that rise and end before `last`, and when each picture is shown, for pictures that are reordered."""
    decoded, _ = decode_order(shown)
    for position in range(1, len(decoded)):
        latest = last - (len(decoded) - position)
        decoded[position] = min(max(decoded[position], decoded[position - 1] + 1), latest)
    order = sorted(range(len(shown)), key=shown.__getitem__)
    for place, position in enumerate(order):
        shown[position] = decoded[place]
    return decoded, shown
