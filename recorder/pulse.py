"""Tells the log every minute where each run stands.

What cannot be told is missed, never waited for; the next pulse says how many were. An ended run is told once more, with
its last chunk, so that every chunk comes under a pulse.
"""

from __future__ import annotations

import logging
import threading

import psycopg

from recorder import measures
from recorder.badge import Badge
from recorder.tips import Tips
from saksi import clock
from saksi.catalogue import pulses
from saksi.catalogue.database import Database
from saksi.catalogue.pulses import Reading
from saksi.errors import SaksiError

log = logging.getLogger("saksi.recorder.pulse")

_FIRST_S = 3.0  # what an earlier process left is named soon
_STEP_US = 1_000_000


class PulseLoop:
    """The loop, and the state between two pulses."""

    def __init__(self, database: Database, badge: Badge, tips: Tips, *, every_s: float) -> None:
        self._database = database
        self._badge = badge
        self._tips = tips
        self._every_us = round(every_s * 1e6)
        self._guard = threading.Lock()
        self._missed = 0
        self._anchor_us = clock.now_us() - clock.boot_us()
        self._step_us = 0  # told by no pulse yet

    def run(self, stop: threading.Event) -> None:
        """Until `stop`."""
        due_us = clock.monotonic_us() + min(round(_FIRST_S * 1e6), self._every_us)
        while not stop.wait(max(0.0, (due_us - clock.monotonic_us()) / 1e6)):
            self.beat()
            due_us += self._every_us
            due_us = max(due_us, clock.monotonic_us())  # not one after the other to make up for a long wait

    def beat(self) -> None:
        """One pulse, or one more that is missed."""
        with self._guard:
            told = self._tips.standings()
            try:
                with self._database.transaction() as connection:
                    self._badge.enrol(connection)
                    written = pulses.write(
                        connection,
                        self._badge.author,
                        self._badge.name,
                        told,
                        self._reading(),
                        missed=self._missed,
                    )
            except (SaksiError, psycopg.Error) as error:
                self._missed += 1
                measures.pulses_missed.inc()
                log.warning("a pulse is missed, recording goes on: %s", error)
                return
            self._tips.pulsed(told, written.runs)
            self._missed, self._step_us = 0, 0
            measures.pulses.inc()

    def _reading(self) -> Reading:
        reading = Reading.now()
        anchor_us = reading.wall_us - reading.boot_us
        moved_us, self._anchor_us = anchor_us - self._anchor_us, anchor_us
        if abs(moved_us) > _STEP_US:
            self._step_us += moved_us
            log.warning("the clock was set by %+d us", moved_us)
        return Reading.now(step_us=self._step_us) if self._step_us else reading
