"""Copies on the spool of footage that a purge took: they go within a minute, as its objects went from the store."""

from __future__ import annotations

import logging
import threading

import psycopg

from recorder import measures
from recorder.spool import Spool
from saksi.catalogue.database import Database
from saksi.errors import SaksiError
from saksi.retention import tombstones

log = logging.getLogger("saksi.recorder.purged")

_FIRST_S = 5.0
_EVERY_S = 30.0


class PurgedCopies:
    """Looks what of the spool's confirmed chunks the catalogue has tombstones of, and removes those files."""

    def __init__(self, database: Database, spool: Spool) -> None:
        self._database = database
        self._spool = spool

    def run(self, stop: threading.Event) -> None:
        """Until `stop`. What fails is tried again in the next round."""
        pause_s = _FIRST_S
        while not stop.wait(pause_s):
            try:
                self.round()
            except (SaksiError, psycopg.Error, OSError) as error:
                log.warning("copies of purged footage wait, recording goes on: %s", error)
            pause_s = _EVERY_S

    def round(self) -> int:
        """Removes what was purged; answers how many files. Raises Unavailable, OSError."""
        kept = self._spool.kept_chunks()
        if not kept:
            return 0
        with self._database.transaction() as connection:
            taken = tombstones.of_runs(
                connection, {run for run, _ in kept}, min(one.entry.start_us for one in kept.values())
            )
        gone = sum(
            self._spool.forget(run, seq)
            for run, seq in kept
            if any(first <= seq <= last for first, last in taken.get(run, ()))
        )
        if gone:
            measures.spool_purged.inc(gone)
            log.info("%d copies of purged chunks are gone from the spool", gone)
        return gone
