"""One thread that reads many cameras, each about twice a second, in turn.

Between two visits the kernel keeps what comes. A visit never waits: not for the camera, which is read without blocking,
and not for the disk, which is another thread's (see `desk`). What goes wrong with one camera ends at its own spoke.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import os
import select
import threading

from recorder import measures
from recorder.access_unit import AccessUnit, SourceFailed
from recorder.sources.patience import Patience, stalled
from recorder.sources.rtp.desk import Desk
from recorder.sources.rtp.link import READ_BYTES, Link
from recorder.sources.rtp.stream import Read, Stream
from saksi import clock

log = logging.getLogger("saksi.recorder.rtp")

TICK_US = 500_000
HAND_OVER_US = 2_000_000
_LEAST_TICK_US = 50_000
_EAGER_US = 3_000_000  # a new connection is read often, so that its clock is known well from the start
_MOST_READS = 4  # of one camera in one visit; the others wait meanwhile
_GRID_US = 50_000
_BEHIND_KEY_US = 40_000
_IDLE_US = 60_000_000


class Spoke:
    """One connection on the wheel."""

    def __init__(self, link: Link, stream: Stream, desk: Desk, patience: Patience, *, stall_s: float) -> None:
        self.link = link
        self.desk = desk
        self.gone = False  # set by whoever does not want more
        self.ripe = False  # what came should be handed over
        self._stream = stream
        self._patience = patience
        self._stall_s = stall_s
        self._begun_us = self._looked_us = self._heard_us = self._handed_us = clock.monotonic_us()
        self._held: list[AccessUnit] = []
        self._tick_us = _LEAST_TICK_US
        self._told: dict[str, int] = {}  # faults that the metric has
        self._key_us = self._gop_us = 0  # when the last keyframe came, and how long after the one before

    def begin(self, early: bytes) -> None:
        """Takes what came with the answer to PLAY. Raises SourceFailed."""
        if early:
            self._feed(early, clock.now_us())

    def visit(self, now_us: int) -> int:
        """Reads what is there; answers when to come again (steady clock). Raises SourceFailed."""
        waited_us, full = now_us - self._looked_us, self.desk.full
        came = 0 if full else self._read()
        self._looked_us = now_us
        self.link.send(
            self._stream.outgoing(now_us)
        )  # also while the writer is behind, or the session runs out
        if full:
            measures.desk_full.inc()
            self._patience.waited(waited_us)
            self._heard_us += waited_us
            return now_us + self._tick_us
        if came:
            self._heard_us = now_us
        elif now_us - self._heard_us > self._stall_s * 1e6:
            raise stalled(self._stall_s)
        return now_us + self._next_tick_us(came, now_us)

    def part(self) -> None:
        """Reads what came until now and says goodbye. Raises SourceFailed."""
        self._read()
        self.link.send(self._stream.teardown())

    def end(self, failure: SourceFailed | None) -> None:
        """Closes, and hands over what was read: nothing comes behind it."""
        self.link.close()
        self._tell_faults()
        self.hand_over()
        self.desk.end(failure)

    def _read(self) -> int:
        came = 0
        for _ in range(_MOST_READS):
            got = self.link.receive()
            if got is None:
                break
            data, arrival_us = got
            if not data:
                raise SourceFailed("unreachable", "it closed the connection")
            came += len(data)
            self._feed(data, arrival_us)
            if len(data) < READ_BYTES // 2:
                break
        return came

    def _feed(self, data: bytes, arrival_us: int) -> None:
        now_us, wall_us = clock.monotonic_us(), clock.now_us()
        # The kernel stamps by the wall clock. What lies between then and now moves on the steady one, too.
        age_us = min(max(wall_us - arrival_us, 0), max(now_us - self._looked_us, 0))
        read = Read(since_us=self._looked_us, last_us=now_us - age_us, last_wall_us=wall_us - age_us)
        units = self._stream.feed(data, read)
        self._held += units
        # A keyframe completes the fragment before it. To wake the writer for less is work for nothing.
        keys = [unit.monotonic_us for unit in units if unit.keyframe]
        if keys:
            self._gop_us = keys[-1] - (keys[-2] if len(keys) > 1 else self._key_us or keys[-1])
            self._key_us = keys[-1]
        if keys or now_us - self._handed_us > HAND_OVER_US:
            self._handed_us, self.ripe = now_us, True
            self._tell_faults()

    def _tell_faults(self) -> None:
        faults = self._stream.faults()
        if faults != self._told:
            for kind, count in faults.items():
                measures.rtp_faults.labels(kind=kind).inc(count - self._told.get(kind, 0))
            self._told = faults

    def hand_over(self) -> None:
        """Gives the writer what came."""
        self.ripe = False
        if self._held:
            held, self._held = self._held, []
            self.desk.put(held)

    def _next_tick_us(self, came: int, now_us: int) -> int:
        """A camera that fills more than a read's worth in a tick is read more often, a new one too.

        And each just behind its next keyframe: what that completes is not safe before it is read.
        """
        if now_us - self._begun_us < _EAGER_US:
            return _LEAST_TICK_US
        if came > READ_BYTES:
            self._tick_us = max(_LEAST_TICK_US, self._tick_us * READ_BYTES // came)
        elif 4 * came < 3 * READ_BYTES:
            self._tick_us = min(TICK_US, self._tick_us * 5 // 4)
        due_us = self._key_us + self._gop_us + _BEHIND_KEY_US - now_us
        return due_us if 0 < due_us < self._tick_us * 3 // 2 else self._tick_us


class Wheel:
    """The thread, begun with the first spoke."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._arrived: list[Spoke] = []
        self._leaving: list[Spoke] = []
        self._thread: threading.Thread | None = None

    def let_go(self, spoke: Spoke) -> None:
        """Reads it once more, hands over what came, and ends it; at once."""
        with self._guard:
            spoke.gone = True
            self._leaving.append(spoke)
        os.eventfd_write(self._bell, 1)

    def add(self, spoke: Spoke) -> None:
        """From now on the wheel reads it, until it ends or is let go."""
        with self._guard:
            self._arrived.append(spoke)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="rtp-wheel", daemon=True)
                self._thread.start()
        os.eventfd_write(self._bell, 1)

    def _run(self) -> None:
        due: list[tuple[int, int, Spoke]] = []
        numbers = itertools.count()
        while True:
            with self._guard:
                arrived, self._arrived = self._arrived, []
                leaving, self._leaving = self._leaving, []
            for spoke in arrived:
                heapq.heappush(due, (clock.monotonic_us(), next(numbers), spoke))
            if leaving:
                due = [(0 if spoke in leaving else at_us, number, spoke) for at_us, number, spoke in due]
                heapq.heapify(due)
            self._round(due, numbers)
            measures.wheel_cameras.set(len(due))
            wait_us = due[0][0] - clock.monotonic_us() if due else _IDLE_US
            if wait_us > 0 and select.select([self._bell], [], [], wait_us / 1e6)[0]:
                os.eventfd_read(self._bell)

    def _round(self, due: list[tuple[int, int, Spoke]], numbers: itertools.count[int]) -> None:
        """Visits all whose time has come."""
        now_us = clock.monotonic_us()
        if due and due[0][0] <= now_us:
            measures.wheel_late.set((now_us - due[0][0]) / 1e6)
        visited = []
        while due and due[0][0] <= now_us:
            _, _, spoke = heapq.heappop(due)
            again_us = _visit(spoke)
            if again_us is not None:
                # On a grid, so that several are visited in one go, with what that needs still in the caches.
                heapq.heappush(due, (-(-again_us // _GRID_US) * _GRID_US, next(numbers), spoke))
                visited.append(spoke)
        for spoke in visited:  # only now: writers that are woken earlier want the interpreter while we do
            if spoke.ripe:
                spoke.hand_over()


def _visit(spoke: Spoke) -> int | None:
    """When to come again; None when the spoke is over."""
    failure: SourceFailed | None = None
    try:
        if not spoke.gone:
            return spoke.visit(clock.monotonic_us())
        spoke.part()
    except SourceFailed as failed:
        failure = None if spoke.gone else failed
    except Exception:
        log.exception("a stream could not be read")
        failure = SourceFailed("unsupported_codec", "its stream could not be read, the log says why")
    spoke.end(failure)
    return None
