"""Asks the catalogue which footage on this spool somebody waits for: it goes before everything else.

The last answer is kept on the spool: a start without the catalogue must not let a full disk take what a hold covers.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence

import psycopg

from recorder import measures
from recorder.shipper import Shipper
from recorder.spool import Place, Spool
from saksi import durable
from saksi.catalogue import fetching
from saksi.catalogue.database import Database
from saksi.errors import SaksiError

log = logging.getLogger("saksi.recorder.fetcher")

FILE = "wanted.json"
_EVERY_S = 30.0


class Fetcher:
    """Two threads' work: `run` for what was asked for while nobody listened, `asked` for what is asked for now."""

    def __init__(self, database: Database, shipper: Shipper, spool: Spool) -> None:
        self._database = database
        self._shipper = shipper
        self._spool = spool
        self._path = spool.folder / FILE
        self._known: list[Place] = []
        self._one = threading.Lock()

    def recall(self) -> None:
        """Goes on with the catalogue's last answer to an earlier process."""
        try:
            known = [(str(run), int(seq)) for run, seq in json.loads(self._path.read_bytes())]
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError) as error:
            log.error("%s cannot be used, what is asked for waits like the rest: %s", self._path, error)
            return
        self._known = known
        self._want(known)

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
            return 0
        with self._database.transaction() as connection:
            wanted = fetching.wanted(connection, runs)
        self._want(wanted)
        self._keep(sorted(wanted))
        return len(wanted)

    def _want(self, wanted: Sequence[Place]) -> None:
        self._shipper.want(wanted)
        self._spool.spare(wanted)

    def _keep(self, wanted: list[Place]) -> None:
        if wanted == self._known:
            return
        try:
            durable.write(self._path, json.dumps(wanted).encode())
        except OSError as error:
            measures.spool_failures.inc()
            log.error("what is asked for is not remembered for a start without the catalogue: %s", error)
            return
        self._known = wanted

    def asked(self) -> None:
        """Looks at once: something is asked for, or held. What fails is tried again in the next round."""
        with self._one:
            try:
                self.round()
            except (SaksiError, psycopg.Error) as error:
                log.warning("what is asked for waits like the rest, recording goes on: %s", error)
