"""The start: a recorder waits for the catalogue; one of a site meanwhile goes on with what it held (decision 0018).

Nothing is told or sent before the catalogue said which installation it is; until then all of it is on the spool.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from recorder import measures
from recorder.backoff import Backoff
from recorder.badge import Badge
from recorder.fleet import Fleet
from recorder.memory import Memory, Recalled
from saksi import clock
from saksi.catalogue import installation
from saksi.catalogue.database import Database
from saksi.errors import Unavailable

log = logging.getLogger("saksi.recorder.joining")

_LOOK_S = 0.1
_PATIENCE_US = 3_000_000  # a catalogue that answers within it gives leases anew, without a run in between


class Joining:
    """`begin` brings the spool into order; it may be called again."""

    def __init__(
        self,
        database: Database,
        badge: Badge,
        fleet: Fleet,
        memory: Memory | None,
        *,
        begin: Callable[[], None],
        bound_s: float,
    ) -> None:
        """Without a `memory` nothing is recorded before the catalogue answers; with one, for `bound_s` since it did."""
        self._database = database
        self._badge = badge
        self._fleet = fleet
        self._memory = memory
        self._begin = begin
        self._bound_us = round(bound_s * 1e6)
        self._since_us = clock.monotonic_us()
        self._until_us: int | None = None  # on the steady clock, while what was held is recorded

    def identity(self, stop: threading.Event) -> str | None:
        """The installation this recorder serves, as soon as the catalogue answers and knows our key.

        None when stopped before.
        """
        found: list[str] = []
        asking = threading.Thread(target=lambda: self._ask(found, stop), name="identity", daemon=True)
        asking.start()
        while asking.is_alive() and not stop.is_set():
            asking.join(_LOOK_S)
            if asking.is_alive():
                self._look()
        measures.catalogue_away.set(0)
        return found[0] if found else None

    def _ask(self, found: list[str], stop: threading.Event) -> None:
        backoff = Backoff()
        while not stop.is_set():
            try:
                with self._database.transaction() as connection:
                    identity = str(installation.identity(connection))
                    self._badge.enrol(connection)
                found.append(identity)
                return
            except Unavailable as error:
                log.warning("waiting for the database: %s", error)
                stop.wait(backoff.wait_s())

    def _look(self) -> None:
        now_us = clock.monotonic_us()
        measures.catalogue_away.set((now_us - self._since_us) / 1e6)
        if self._until_us is not None:
            if now_us >= self._until_us:
                self._give_up()
        elif self._memory is not None and now_us - self._since_us >= _PATIENCE_US:
            recalled, self._memory = self._memory.recall(), None
            if recalled is not None:
                self._go_on(recalled, now_us)

    def _go_on(self, recalled: Recalled, now_us: int) -> None:
        away_us = clock.now_us() - recalled.answered_us
        said = clock.format_us(recalled.answered_us)
        if away_us < 0:
            log.error("the clock is behind the last answer of the catalogue, %s: times may be wrong", said)
        left_us = self._bound_us - max(0, away_us)
        if left_us <= 0:
            log.error("what was held until %s is too old to be recorded: waiting for the database", said)
            return
        self._begin()
        for one in recalled.cameras:
            held, outage = recalled.latest(one)
            self._fleet.take(held, outage)
        self._until_us = now_us + left_us
        log.warning(
            "the database does not answer: recording the %d cameras held until %s, for %.1f h at most",
            len(recalled.cameras),
            said,
            left_us / 3.6e9,
        )

    def _give_up(self) -> None:
        members = self._fleet.members()
        if members:
            log.error("the database did not answer for too long: nothing is recorded until it does")
            self._fleet.drop({member.held.camera_id: "unconfirmed" for member in members})
        for member in members:
            member.camera.recording.ended_by(
                "recorder_down", "the database did not say for too long who records"
            )
