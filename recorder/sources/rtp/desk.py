"""The bounded hand-off from the thread that reads every camera to the thread that writes one.

A slow disk fills its camera's desk and nothing else. While a desk is full its camera is not read: the kernel's buffer
fills, then the camera waits or drops, as it would behind a slow network.
"""

from __future__ import annotations

import queue
from collections.abc import Sequence

from recorder import measures
from recorder.access_unit import AccessUnit, SourceFailed
from saksi import clock

ROOM_BYTES = 8 << 20  # 16 s of 4 Mbit/s


class Desk:
    """One camera's. One thread puts, another takes."""

    def __init__(self, room_bytes: int = ROOM_BYTES) -> None:
        self._room_bytes = room_bytes
        self._queue: queue.SimpleQueue[tuple[Sequence[AccessUnit], int, int] | SourceFailed | None] = (
            queue.SimpleQueue()
        )
        # Two counters that one thread each writes, so that nothing has to be locked.
        self._put_bytes = 0
        self._taken_bytes = 0

    @property
    def full(self) -> bool:
        """Whether nothing more should be read for it now."""
        return self._put_bytes - self._taken_bytes >= self._room_bytes

    def put(self, units: Sequence[AccessUnit]) -> None:
        """Hands over what one read brought."""
        size = sum([len(unit.data) for unit in units])
        self._put_bytes += size
        self._queue.put((units, size, clock.monotonic_us()))

    def end(self, failure: SourceFailed | None) -> None:
        """Nothing more comes: a failure, or None at the end of the stream or when nobody wants more."""
        self._queue.put(failure)

    def take(self, timeout_s: float) -> Sequence[AccessUnit] | None:
        """The next units, in order; None at the end. Raises SourceFailed, TimeoutError when nothing came."""
        try:
            item = self._queue.get(timeout=timeout_s)
        except queue.Empty as error:
            raise TimeoutError from error
        if item is None:
            return None
        if isinstance(item, SourceFailed):
            raise item
        units, size, put_us = item
        self._taken_bytes += size
        measures.desk_wait.observe((clock.monotonic_us() - put_us) / 1e6)
        return units
