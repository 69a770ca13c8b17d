"""Whether this process itself stood still (stopped, starved, hung) while its cameras went on sending.

A camera that was not read looks like one that sent nothing. So a thread ticks; where ticks are missing nothing was
read, and what is missing of the footage is not put down to the camera.
"""

from __future__ import annotations

import threading
from collections import deque

from recorder.access_unit import Reason
from saksi import clock

_TICK_S = 0.5
_STILL_US = 2_000_000  # a machine under load is late by less
_KEPT = 100
# What is said of a camera because nothing came from it, or because it gave up sending to us.
_BLAMES_SILENCE = frozenset(("stalled", "unreachable"))


class Awake:
    """Remembers the latest stretches without a tick, in microseconds UTC."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._ticked = (clock.now_us(), clock.monotonic_us())
        self._still: deque[tuple[int, int]] = deque(maxlen=_KEPT)

    def run(self, stop: threading.Event) -> None:
        """Ticks until `stop`."""
        while not stop.wait(_TICK_S):
            self.tick()

    def tick(self) -> None:
        """The process runs."""
        now_us, steady_us = clock.now_us(), clock.monotonic_us()
        with self._guard:
            # By the steady clock: that somebody set the other one is no standstill.
            missed_us = steady_us - self._ticked[1]
            if missed_us >= _STILL_US:
                self._still.append((now_us - missed_us, now_us))
            self._ticked = now_us, steady_us

    def cause(self, reason: Reason, detail: str, from_us: int, to_us: int) -> tuple[Reason, str]:
        """Why there is nothing in [from_us, to_us): as given, unless we stood still for half of it or more."""
        if reason not in _BLAMES_SILENCE:
            return reason, detail
        self.tick()  # whoever asks may be the first to run again
        with self._guard:
            still_us = sum(max(0, min(end, to_us) - max(start, from_us)) for start, end in self._still)
        if still_us < _STILL_US or 2 * still_us < to_us - from_us:
            return reason, detail
        return "recorder_down", f"the recorder stood still for {still_us / 1e6:.1f} s"
