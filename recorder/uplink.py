"""How much of a site's uplink footage may take: one bound by day, another in a window of hours, none at all by default.

Chain entries are small and go at once, whatever is set here: the hash is on record before the footage has travelled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from recorder import measures
from saksi import clock
from saksi.local_time import local
from saksi.settings import Settings

_MBIT = 1_000_000 / 8
_BURST_S = 0.25  # unused budget that may be made up for: a line must not be flooded after a pause


class Stopped(OSError):
    """The recorder is ending; what was on its way is sent again when it starts."""


class Uplink:
    """The bounds, in bytes a second (None: no bound), and what of them is used. Safe to use from any thread."""

    def __init__(
        self,
        by_day: float | None = None,
        window: tuple[int, int] | None = None,
        in_window: float | None = None,
        *,
        zone: str = "UTC",
        now_us: Callable[[], int] = clock.now_us,
    ) -> None:
        """`window` is (from, to) in minutes of the local day; it may reach over midnight."""
        self._by_day, self._window, self._in_window = by_day, window, in_window
        self._zone = zone
        self._now_us = now_us
        self._guard = threading.Lock()
        self._mine = threading.local()
        self._stop = threading.Event()
        self._next_us = 0  # on the steady clock: when the bytes told of so far are through

    @classmethod
    def of(cls, settings: Settings) -> Uplink:
        """As the settings have it."""
        bounds = (settings.uplink_mbit_s, settings.uplink_window_mbit_s)
        by_day, in_window = (None if one is None else one * _MBIT for one in bounds)
        window = settings.uplink_window
        return cls(by_day, None if window is None else _minutes(window), in_window, zone=settings.zone)

    @property
    def bounded(self) -> bool:
        """Whether there is a bound at any hour."""
        return self._by_day is not None or (self._window is not None and self._in_window is not None)

    def rate(self, *, asked: bool = False) -> float | None:
        """The bound right now; 0: nothing goes. What is `asked` for goes also where nothing else does."""
        bound = self._in_window if self._in_hours() else self._by_day
        return self._in_window if asked and bound == 0 else bound

    def asks(self, asked: bool) -> None:
        """Says whether what this thread sends from now on was asked for."""
        self._mine.asked = asked

    def pace(self, count: int) -> None:
        """Returns when `count` more bytes may go. Raises Stopped.

        A window that closes does not break off what is on its way.
        """
        rate = self.rate(asked=getattr(self._mine, "asked", False))
        if rate == 0:
            rate = self._in_window
        if rate is None:
            return
        with self._guard:
            now_us = clock.monotonic_us()
            start_us = max(self._next_us, now_us - round(_BURST_S * 1e6))
            self._next_us = start_us + round(count / rate * 1e6)
            wait_s = (start_us - now_us) / 1e6
        if wait_s > 0:
            measures.uplink_held.inc(wait_s)
            self._stop.wait(wait_s)
        if self._stop.is_set():
            raise Stopped("the recorder is ending")

    def stop(self) -> None:
        """Nothing that is paced goes on."""
        self._stop.set()

    def _in_hours(self) -> bool:
        if self._window is None:
            return False
        shown = local(self._now_us(), self._zone)
        begin, end = self._window
        minute = shown.hour * 60 + shown.minute
        return begin <= minute < end if begin < end else minute >= begin or minute < end


def _minutes(window: str) -> tuple[int, int]:
    begin, end = (int(one[:2]) * 60 + int(one[3:]) for one in window.split("-"))
    return begin, end
