"""Where in a loop the wall clock stands. A minute clip is in phase with UTC: frame k leaves at k * 40 ms.

Loops are counted from 1970-01-01 UTC, so every process plays the same frame at the same moment, and media
time (ticks since 1970) runs on across the seam of the loop.
"""

from __future__ import annotations

import time
from bisect import bisect_left

from simcam.clip import MICRO, Clip, Unit


def wall_us() -> int:
    """Wall-clock time in microseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1000


class Cursor:
    """The next unit of a clip to be sent, and when."""

    def __init__(self, clip: Clip, at_us: int) -> None:
        self.clip = clip
        self._loop_us = 0
        self._index = 0
        self.seek(at_us)

    def seek(self, at_us: int) -> None:
        """Moves to the first unit due at or after this wall-clock time."""
        moment = at_us - self.clip.delay_us
        self._loop_us = moment // self.clip.duration_us * self.clip.duration_us
        self._index = bisect_left(self.clip.units, moment - self._loop_us, key=lambda unit: unit.offset_us)
        self._turn()

    @property
    def unit(self) -> Unit:
        """The unit to send next."""
        return self.clip.units[self._index]

    @property
    def due_us(self) -> int:
        """When it is to be sent."""
        return self._loop_us + self.unit.offset_us + self.clip.delay_us

    @property
    def ticks(self) -> int:
        """Its media time since 1970 in its track's clock."""
        rate = self.clip.tracks[self.unit.track].clock_rate
        return self._loop_us * rate // MICRO + self.unit.ticks

    def advance(self) -> None:
        """Goes on to the following unit, over the seam of the loop where it comes."""
        self._index += 1
        self._turn()

    def next_keyframe_us(self) -> int:
        """When the first keyframe at or after the next unit is due."""
        ahead = Cursor(self.clip, self.due_us)
        while not ahead.unit.keyframe:
            ahead.advance()
        return ahead.due_us

    def _turn(self) -> None:
        if self._index == len(self.clip.units):
            self._index = 0
            self._loop_us += self.clip.duration_us
