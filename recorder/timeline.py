"""The map from a camera's media time to wall-clock time, for one connection.

Wall time comes from our clock by the least delayed arrivals (`offset_line`), never from the camera's. It only
runs forward, without overlaps or phantom gaps: an honest camera is slewed by at most 500 ppm, a camera whose
stamps run fast or slow is followed, a jump of the stamps becomes a new base under the same wall clock.
MediaMTX #5550 and open-nvr #229 show what cutting at drift or trusting stamps does to recordings.
"""

from __future__ import annotations

from dataclasses import dataclass

from recorder.offset_line import OffsetLine

HONEST_SLEW = 0.0005
_SETTLED_US = 30_000  # an error below it is left to the honest slew
_HURRY = 0.25  # a larger one goes within four times its size
_FOLLOW = 0.5  # with a known rate the line itself is followed; only its redrawing must be smoothed
_JUMP_US, _JUMP_FRAMES = 120_000, 3  # stamps so far ahead of our clock are not network delay
_BACK_US, _BACK_FRAMES = 500_000, 8  # no codec reorders over more pictures than this in practice
_CUT_US = 1_000_000  # libav moves stamps a little at sender reports; that is no news to anyone
_PACE_US = 4_000_000
_LEAST_STEP_US, _MOST_STEP_US = 1_000, 5_000_000
_PAUSE_US, _PAUSE_FRAMES = 1_000_000, 4


@dataclass(slots=True)
class Observed:
    """Where a unit stands: `media_us` on the connection's unbroken media time.

    `jumped`: the camera's stamps broke off by more than a second and were put on a new base. `hole_us`: for
    so long nothing was sent.
    """

    media_us: int
    jumped: bool = False
    hole_us: int = 0


class _Pace:
    """Whether stamps are a clock at all.

    Twice in a row less than half or more than double real time is none.
    """

    def __init__(self) -> None:
        self._since: tuple[int, int] | None = None
        self._bad = 0  # windows in a row, negative when the stamps were slow, positive when fast
        self.until_us = 0  # an arrival before this one ends no window

    def hopeless(self, media_us: int, arrival_us: int) -> bool:
        """Takes a unit; answers True once the stamps must not be used any more."""
        if self._since is None:
            self._begin(media_us, arrival_us)
        assert self._since is not None
        moved_us, waited_us = media_us - self._since[0], arrival_us - self._since[1]
        if waited_us >= _PACE_US:
            if 2 * moved_us < waited_us:
                self._bad = min(self._bad, 0) - 1
            elif moved_us > 2 * waited_us:
                self._bad = max(self._bad, 0) + 1
            else:
                self._bad = 0
            self._begin(media_us, arrival_us)
        return abs(self._bad) > 1

    def _begin(self, media_us: int, arrival_us: int) -> None:
        self._since, self.until_us = (media_us, arrival_us), arrival_us + _PACE_US


class Timeline:
    """One track of one connection.

    Call `observe` for every unit (or `next` where that answers), `start` once, then `advance` fragment by fragment.
    """

    def __init__(self) -> None:
        self._line = OffsetLine()
        self._shift_us: int | None = None
        self._media_us = 0  # latest unit
        self._ahead_us = 0  # furthest unit; differs from the latest one where pictures are reordered
        self._arrival_us = 0
        self._step_us = 0.0  # usual distance of units; 0 until two have come
        self._pace = _Pace()
        self._by_arrival = False
        self._added = (0, False)  # to the line last: how late, and whether it was waited for
        self._at_media_us = 0
        self._at_wall_us = 0

    @property
    def step_us(self) -> int:
        """About how far apart units are."""
        return round(self._step_us) or 40_000

    def next(self, pts: int, timescale: int, arrival_us: int) -> int | None:
        """The place of a unit that just follows the one before, as nearly all do; None: ask `observe` instead.

        Neither jump nor pause nor picture shown before others, and no news for the line: units that were read together
        are equally late.
        """
        if self._shift_us is None or arrival_us >= self._pace.until_us or not self._step_us:
            return None
        media_us = pts * 1_000_000 // timescale + self._shift_us
        before_us = self._media_us
        moved_us = media_us - before_us
        if not 0 < moved_us <= _JUMP_US or before_us != self._ahead_us or self._by_arrival:
            return None
        self._step_us += (moved_us - self._step_us) / 8
        late_us, waited = arrival_us - media_us, 2 * (arrival_us - self._arrival_us) >= moved_us
        if (late_us, waited) != self._added or media_us >= self._line.until_us:
            self._line.add(media_us, arrival_us, waited=waited)
            self._added = late_us, waited
        self._media_us = self._ahead_us = media_us
        self._arrival_us = arrival_us
        return media_us

    def observe(self, pts: int, timescale: int, arrival_us: int, *, reorders: bool = False) -> Observed:
        """Takes a unit in order of arrival and answers where it stands.

        `reorders`: the unit may be shown before units that came earlier (B-frames).
        """
        plain_us = self.next(pts, timescale, arrival_us)
        if plain_us is not None:
            return Observed(plain_us)
        stamp_us = pts * 1_000_000 // timescale
        if self._shift_us is None:
            self._shift_us = -stamp_us
            seen, waited = Observed(0), False
        else:
            seen = self._place(stamp_us + self._shift_us, arrival_us, reorders)
            if self._by_arrival or self._pace.hopeless(seen.media_us, arrival_us):
                seen = self._place_by_arrival(arrival_us)
            self._shift_us = seen.media_us - stamp_us
            waited = 2 * (arrival_us - self._arrival_us) >= seen.media_us - self._media_us
        self._line.add(seen.media_us, arrival_us, waited=waited)
        self._added = arrival_us - seen.media_us, waited
        self._media_us, self._arrival_us = seen.media_us, arrival_us
        if seen.media_us > self._ahead_us:
            self._ahead_us = seen.media_us
        return seen

    def behind(self, pts: int, timescale: int) -> bool:
        """Whether these stamps lie before the furthest unit observed."""
        return self._shift_us is not None and pts * 1_000_000 // timescale + self._shift_us < self._ahead_us

    def estimate(self, media_us: int) -> int:
        """The best present guess of the wall-clock time of a media instant."""
        return self._line.line().wall(media_us)

    def start(self, media_us: int, earliest_us: int) -> int:
        """Sets the wall time of the first instant (or the first after a hole), not before `earliest_us`."""
        self._at_media_us = media_us
        self._at_wall_us = max(self.estimate(media_us), earliest_us)
        return self._at_wall_us

    def advance(self, media_us: int) -> int:
        """The wall time at which the footage up to `media_us` ends, steered a little towards the estimate."""
        span_us = media_us - self._at_media_us
        line = self._line.line()
        forecast_us = self._at_wall_us + span_us * (1 + line.slope)
        error_us = line.wall(media_us) - forecast_us
        if line.slope:
            limit_us = span_us * _FOLLOW
        elif abs(error_us) <= _SETTLED_US:
            limit_us = span_us * HONEST_SLEW
        else:
            limit_us = span_us * _HURRY
        self._at_wall_us = round(forecast_us + max(-limit_us, min(limit_us, error_us)))
        self._at_media_us = media_us
        return self._at_wall_us

    def _place(self, media_us: int, arrival_us: int, reorders: bool) -> Observed:
        """Tells a jump of the stamps from network delay, from a pause and from the order of pictures."""
        moved_us, waited_us = media_us - self._media_us, arrival_us - self._arrival_us
        if not self._step_us:
            self._step_us = float(min(max(abs(moved_us), _LEAST_STEP_US), _MOST_STEP_US))
        step_us = self._step_us
        pause_us = max(_PAUSE_US, _PAUSE_FRAMES * step_us)
        if self._broken(media_us, arrival_us, reorders):
            base_us = self._ahead_us + (waited_us if waited_us > pause_us else round(step_us))
            jumped = abs(media_us - base_us) > _CUT_US
            return Observed(base_us, jumped=jumped, hole_us=waited_us if waited_us > pause_us else 0)
        # Learnt from pauses too: from 25 pictures a second to one in five there is only one pause.
        self._step_us += (min(abs(moved_us), _MOST_STEP_US) - step_us) / 8
        return Observed(media_us, hole_us=moved_us if moved_us > pause_us else 0)

    def _place_by_arrival(self, arrival_us: int) -> Observed:
        """Nothing can be learnt from such stamps: a unit is as far from the last one as it arrived after it.

        What was placed wrongly before is left behind as a hole.
        """
        media_us = self._ahead_us + max(arrival_us - self._arrival_us, _LEAST_STEP_US)
        if self._by_arrival:
            return Observed(media_us)
        self._by_arrival, self._line = True, OffsetLine()
        return Observed(media_us, jumped=True, hole_us=_LEAST_STEP_US)

    def _broken(self, media_us: int, arrival_us: int, reorders: bool) -> bool:
        """Whether the stamps lead where no delay can: back in time, or ahead of our clock."""
        back_us = max(_BACK_US, _BACK_FRAMES * self._step_us) if reorders else 0
        if media_us < self._ahead_us - back_us:
            return True
        ahead_us = max(_JUMP_US, _JUMP_FRAMES * self._step_us)
        moved_us = media_us - self._media_us
        return moved_us > ahead_us and self.estimate(media_us) - arrival_us > ahead_us
