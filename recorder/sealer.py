"""Seals the hours of this recorder's runs with its key: those that are over, and on demand what is there now.

The catalogue's chain must lead to a tip that this recorder remembers. Where it does not, nothing of the run is sealed,
by nobody, until people have looked.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import psycopg

from recorder import measures
from recorder.badge import Badge
from recorder.tips import Tips
from saksi import clock
from saksi.catalogue import seals
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Connection, Database, query
from saksi.errors import IntegrityError, SaksiError

log = logging.getLogger("saksi.recorder.sealer")

_EVERY_S = 20.0
_RUNS_A_ROUND = 500

Seal = Callable[[Connection, Author, int], int]


class Sealer:
    """Two threads' work: `run` for what is over, `listen` for what is asked for."""

    def __init__(self, database: Database, badge: Badge, tips: Tips) -> None:
        self._database = database
        self._badge = badge
        self._tips = tips

    def run(self, stop: threading.Event) -> None:
        """Until `stop`: seals hours that are over. What fails is tried again in the next round."""
        while not stop.wait(_EVERY_S):
            try:
                self.round()
            except (SaksiError, psycopg.Error) as error:
                log.warning("seals wait, recording goes on: %s", error)

    def asked(self, payload: str) -> None:
        """Seals at once what somebody waits for, if it is ours."""
        if payload.isdecimal():
            try:
                self.now(int(payload))
            except (SaksiError, psycopg.Error) as error:  # whoever asked goes on without us
                log.warning("run %s was not sealed on demand: %s", payload, error)

    def round(self) -> None:
        """One round over the hours that are over. Raises Unavailable."""
        now = clock.now()
        with self._database.transaction() as connection:
            due = seals.due_runs(connection, self._tips.known(), now, _RUNS_A_ROUND)
        for run_no in due:
            self._seal(run_no, lambda c, a, n: seals.seal_run(c, a, n, now, agrees=self._tips.agrees))
        self._take_note()

    def now(self, run_no: int) -> None:
        """Seals everything announced of a run of ours. Raises Unavailable."""
        with self._database.transaction() as connection:
            if not seals.may_seal(connection, run_no, self._tips.known()):
                return
        self._seal(run_no, lambda c, a, n: seals.seal_early(c, a, n, agrees=self._tips.agrees))

    def _seal(self, run_no: int, seal: Seal) -> None:
        try:
            with self._database.transaction() as connection:
                measures.seals.inc(seal(connection, self._badge.author, run_no))
        except IntegrityError as error:
            measures.seals_refused.inc()
            log.error("%s", error)
            with self._database.transaction() as connection:
                seals.alarm(connection, run_no, self._badge.name)

    def _take_note(self) -> None:
        values = {"run_nos": [], "runs": self._tips.known()}
        with self._database.transaction() as connection:
            rows = connection.execute(query("seals.sealed_to"), values).fetchall()
        self._tips.sealed({str(row["run"]): row["sealed_seq"] for row in rows})
