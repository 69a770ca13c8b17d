"""Tends the spool: what an earlier process left in it is told and sent, and it is kept within its bounds."""

from __future__ import annotations

import logging
import threading

from recorder import measures
from recorder.announcer import Announcer
from recorder.facts import ChunkDropped
from recorder.recovery import Recovered
from recorder.retold import facts_of
from recorder.shipper import Shipper
from recorder.spool import Spool

log = logging.getLogger("saksi.recorder.caretaker")

_EVERY_S = 1.0


class Caretaker:
    """One spool's."""

    def __init__(self, spool: Spool, announcer: Announcer, shipper: Shipper) -> None:
        self._spool = spool
        self._announcer = announcer
        self._shipper = shipper

    def begin(self) -> None:
        """Tells what an earlier process recorded and did not get rid of; before anything new is told."""
        self._announcer.recall()
        for run in self._spool.recover():
            self._retell(run)

    def run(self, stop: threading.Event) -> None:
        """Until `stop`. Footage that the disk has no room for is told as an outage of its camera."""
        while not stop.wait(_EVERY_S):
            try:
                self._tend()
            except OSError as error:
                measures.spool_failures.inc()
                log.error("the spool cannot be tended, it is tried again: %s", error)

    def _tend(self) -> None:
        for sealed in self._spool.sweep(self._shipper.still_stored):
            measures.spool_dropped.inc()
            entry = sealed.entry
            log.error(
                "the spool is full: chunk %d of %s was dropped before it was stored", entry.seq, entry.camera
            )
            self._shipper.dropped(sealed)
            self._announcer.tell(ChunkDropped(sealed=sealed))
        for run in self._spool.recover_rest():
            self._retell(run)
        measures.spool_bytes.set(self._spool.usage()[0])
        measures.spool_room.set(self._spool.room_bytes())

    def _retell(self, run: Recovered) -> None:
        self._announcer.tips.found(run)
        self._announcer.tell(*facts_of(run, self._spool, self._shipper.ship))
