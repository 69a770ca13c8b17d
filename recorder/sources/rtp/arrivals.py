"""When the units of one read arrived.

A camera's socket is read twice a second, so a dozen pictures come out together. Known for certain are two instants: the
read before found nothing more, and the last byte arrived when the kernel says. In between a unit is taken to have come
as much before the last one as its stamp says, at the pace that the stamps had over the last reads. So every unit of a
read shows the same offset between the camera's clock and ours, that of the least delayed one, and the line drawn under
the offsets (recorder/offset_line.py) stays a bound. Where the stamps cannot be true, the units are spread evenly.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

_MOST = 1.5  # stamps that span more than this times the wait jumped, or a backlog came at once
_LEAST = 0.5
_READS = 8  # in a row with stamps that hardly move: they are no clock
_HISTORY = 20  # reads, about ten seconds
_LEAST_HISTORY_US = 1_000_000
_HONEST = 0.02  # a pace nearer to real time than this is jitter


class Arrivals:
    """One track's reads, in order. All times in microseconds on one clock of ours, but `media_us`."""

    def __init__(self) -> None:
        self._slow = 0
        self._ends: deque[tuple[int, int]] = deque(
            maxlen=_HISTORY
        )  # latest media time and last byte of reads

    def spread(self, media_us: Sequence[int], since_us: int, last_us: int) -> list[int]:
        """The arrival of each unit, from the read before (`since_us`) to the last byte (`last_us`), never falling.

        `media_us` are the units' times by the camera's own clock, in the order received.
        """
        count, wait_us = len(media_us), max(last_us - since_us, 0)
        if not count:
            return []
        latest_us = max(media_us)
        span_us = latest_us - min(media_us)
        if count > 1:
            slow = span_us * count < _LEAST * wait_us * (count - 1)
            self._slow = self._slow + 1 if slow else 0
        if count > 1 and (span_us > _MOST * wait_us or self._slow >= _READS):
            return [last_us - wait_us * left // count for left in range(count - 1, -1, -1)]
        pace, before_us = self._pace(latest_us, last_us), min(since_us, last_us)
        if pace == 1.0 and media_us[0] + last_us - latest_us >= before_us and _rising(media_us):
            late_us = last_us - latest_us
            return [at_us + late_us for at_us in media_us]
        arrivals = []
        for at_us in media_us:
            before_us = max(before_us, last_us - round((latest_us - at_us) * pace))
            arrivals.append(before_us)
        return arrivals

    def _pace(self, latest_us: int, last_us: int) -> float:
        """Real time that passes while the stamps say one; 1 for a camera whose stamps are honest."""
        while self._ends and self._ends[-1][0] >= latest_us:
            self._ends.pop()  # the stamps went back
        self._ends.append((latest_us, last_us))
        first_media_us, first_us = self._ends[0]
        moved_us, passed_us = latest_us - first_media_us, last_us - first_us
        if moved_us < _LEAST_HISTORY_US or not moved_us < 2 * passed_us < 4 * moved_us:
            return 1.0
        pace = passed_us / moved_us
        return pace if abs(pace - 1) > _HONEST else 1.0


def _rising(numbers: Sequence[int]) -> bool:
    """Whether none is smaller than the one before."""
    return list(numbers) == sorted(numbers)
