"""Where a camera's clock stands against ours: the line under all arrivals.

A frame cannot arrive before it was taken, so arrival minus media time is the true offset plus a delay that is
never negative; the least delayed frames show the offset (Moon, Skelly and Towsley, INFOCOM 1999; Moonfire
NVR's design/time.md). An honest clock has a level line. A camera whose stamps run fast or slow has a sloped
one.
"""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass

WINDOW_US = 30_000_000  # long enough to meet undelayed frames, short enough to follow an honest drift
SHORT_WINDOW_US = 10_000_000  # a camera that changes its rate is followed after so long
HONEST_SLOPE = 0.001  # beyond it the stamps are not a clock (crystals stay within 0.0001)
_STEEPEST = 0.5  # beyond it arrivals are a backlog being drained, not a rate
_LEAST_SPAN_US = 1_000_000
_LEAST_POINTS = 8
_LEAST_RISE_US = 40_000  # an offset that moved less may as well be jitter
_FINE_BUCKET_US = 100_000
_BUCKET_US = 500_000
_FINE_UNTIL_US = 6_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """Wall time = media time + `level_us` + `slope` x (media time - `at_us`).

    Slope 0 for an honest camera.
    """

    at_us: int
    level_us: float
    slope: float

    def wall(self, media_us: int) -> int:
        """Wall-clock microseconds of a media instant."""
        return round(media_us + self.level_us + self.slope * (media_us - self.at_us))


@dataclass(slots=True)
class _Bucket:
    media_us: int
    offset_us: int
    waited: bool  # the unit was waited for, so its arrival time is its own and not that of a drained backlog
    least_us: int  # least offset of any unit, waited for or not: a bound that holds in any case


class OffsetLine:
    """Keeps the lowest point of each half second for half a minute and draws the line under them."""

    def __init__(self) -> None:
        self._buckets: deque[_Bucket] = deque()
        self._first_us: int | None = None
        self._line: Line | None = None
        self.until_us = (
            0  # where the present half second ends; within it, what was added before is no news again
        )

    def add(self, media_us: int, arrival_us: int, *, waited: bool) -> None:
        """Takes one unit's media time, wall-clock arrival, and whether its arrival was waited for."""
        if self._first_us is None:
            self._first_us = media_us
        offset_us = arrival_us - media_us
        width_us = _FINE_BUCKET_US if media_us - self._first_us < _FINE_UNTIL_US else _BUCKET_US
        last = self._buckets[-1] if self._buckets else None
        if last is None or media_us // width_us > last.media_us // width_us:
            self._buckets.append(_Bucket(media_us, offset_us, waited, offset_us))
            self.until_us = (media_us // width_us + 1) * width_us
            while self._buckets[0].media_us < media_us - WINDOW_US:
                self._buckets.popleft()
            self._line = None
            return
        if offset_us < last.least_us:
            last.least_us = offset_us
            self._line = None
        # A picture shown before its neighbours (B-frame) may belong to the bucket before; its bound counts.
        here = media_us // width_us == last.media_us // width_us
        if here and (waited, -offset_us) > (last.waited, -last.offset_us):
            last.media_us, last.offset_us, last.waited = media_us, offset_us, waited
            self._line = None

    def line(self) -> Line:
        """The present best line. Raises ValueError before the first unit."""
        if self._line is None:
            self._line = self._draw()
        return self._line

    def _draw(self) -> Line:
        if not self._buckets:
            raise ValueError("no unit has arrived")
        newest_us = self._buckets[-1].media_us
        for window_us in (WINDOW_US, SHORT_WINDOW_US):
            sloped = _sloped([b for b in self._buckets if b.waited and b.media_us >= newest_us - window_us])
            if sloped is not None:
                return sloped
        return Line(newest_us, min(bucket.least_us for bucket in self._buckets), 0.0)


def _sloped(points: list[_Bucket]) -> Line | None:
    """The line under `points` when it is clearly sloped and explains them far better than a level one."""
    if len(points) < _LEAST_POINTS or points[-1].media_us - points[0].media_us < _LEAST_SPAN_US:
        return None
    offsets = [point.offset_us for point in points]
    if max(offsets) - min(offsets) < _LEAST_RISE_US:
        return None  # an honest camera on a quiet network: most of them, most of the time
    slope, line = _supporting_line(points)
    rise_us = abs(slope) * (points[-1].media_us - points[0].media_us)
    if not HONEST_SLOPE < abs(slope) < _STEEPEST or rise_us < _LEAST_RISE_US:
        return None
    left_level = sum(offsets) - len(offsets) * min(offsets)
    left_sloped = sum(point.media_us + point.offset_us - line.wall(point.media_us) for point in points)
    return line if left_sloped < 0.35 * left_level else None


def _supporting_line(points: list[_Bucket]) -> tuple[float, Line]:
    """The edge of the lower convex hull under the mean.

    Least total distance of all lines below every point.
    """
    hull: list[_Bucket] = []
    for point in points:
        while len(hull) > 1 and _turns_up(hull[-2], hull[-1], point) <= 0:
            hull.pop()
        hull.append(point)
    mean_us = sum(point.media_us for point in points) / len(points)
    left, right = next((a, b) for a, b in itertools.pairwise(hull) if b.media_us >= mean_us)
    slope = (right.offset_us - left.offset_us) / (right.media_us - left.media_us)
    return slope, Line(left.media_us, left.offset_us, slope)


def _turns_up(a: _Bucket, b: _Bucket, c: _Bucket) -> int:
    return (b.media_us - a.media_us) * (c.offset_us - a.offset_us) - (b.offset_us - a.offset_us) * (
        c.media_us - a.media_us
    )
