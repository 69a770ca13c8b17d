"""Asks the catalogue which footage on this spool somebody waits for: it goes before everything else."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

import psycopg

from recorder.shipper import Shipper
from recorder.spool import Place, Spool
from saksi.catalogue import fetching
from saksi.catalogue.database import Database
from saksi.errors import SaksiError

log = logging.getLogger("saksi.recorder.fetcher")

_EVERY_S = 30.0


class Fetcher:
    """Two threads' work: `run` for what was asked for while nobody listened, `asked` for what is asked for now."""

    def __init__(self, database: Database, shipper: Shipper, spool: Spool) -> None:
        self._database = database
        self._shipper = shipper
        self._spool = spool
        self._one = threading.Lock()

    def run(self, stop: threading.Event) -> None:
        """Until `stop`."""
        while not stop.wait(_EVERY_S):
            self.asked()

    def round(self) -> int:
        """Has the shipper send first what is wanted, and a full disk take it last; answers how many chunks.

        Raises Unavailable.
        """
        self._shipper.measure()
        runs = self._shipper.runs()
        if not runs:
            self._want([])
            return 0
        with self._database.transaction() as connection:
            wanted = fetching.wanted(connection, runs)
        self._want(wanted)
        return len(wanted)

    def _want(self, wanted: Sequence[Place]) -> None:
        self._shipper.want(wanted)
        self._spool.spare(wanted)

    def asked(self) -> None:
        """Looks at once: something is asked for, or held. What fails is tried again in the next round."""
        with self._one:
            try:
                self.round()
            except (SaksiError, psycopg.Error) as error:
                log.warning("what is asked for waits like the rest, recording goes on: %s", error)
