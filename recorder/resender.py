"""Sends stored chunks again that scrub found missing or damaged, while their files are still on the spool.

A file is held to the digest that the catalogue has of the chunk first: what rotted here too is told and stays.
"""

from __future__ import annotations

import hashlib
import logging
import threading

import psycopg

from recorder import measures
from recorder.sidecar import Sealed
from recorder.spool import Spool
from saksi.catalogue.database import Database
from saksi.errors import IntegrityError, SaksiError
from saksi.objects.store import ObjectStore
from saksi.scrub import repair
from saksi.scrub.repair import Wanted

log = logging.getLogger("saksi.recorder.resender")

_FIRST_S = 3.0
_EVERY_S = 30.0


class Resender:
    """Two threads' work: `run` for what was asked for while nobody listened, `asked` for what is asked for now."""

    def __init__(self, database: Database, store: ObjectStore, spool: Spool, name: str) -> None:
        self._database = database
        self._store = store
        self._spool = spool
        self._name = name
        self._one = threading.Lock()

    def run(self, stop: threading.Event) -> None:
        """Until `stop`."""
        pause_s = _FIRST_S
        while not stop.wait(pause_s):
            self.asked()
            pause_s = _EVERY_S

    def round(self) -> int:
        """Sends what is asked for and is here; answers how many. Raises Unavailable."""
        runs = self._spool.kept_runs()
        if not runs:
            return 0
        with self._database.transaction() as connection:
            wanted = repair.wanted(connection, runs)
        sent = 0
        for one in wanted:
            kept = self._spool.kept(one.run, one.seq)
            if kept is not None:
                sent += self._send(one, kept)
        return sent

    def asked(self) -> None:
        """Looks at once: something is asked for. What fails is tried again in the next round."""
        with self._one:
            try:
                self.round()
            except (SaksiError, psycopg.Error) as error:
                log.warning("what is asked for again waits, recording goes on: %s", error)

    def _send(self, one: Wanted, kept: Sealed) -> bool:
        try:
            with kept.media.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").digest()
            if found == one.sha256:
                self._store.put(one.key, kept.media, sha256=one.sha256)
                return self._answer(one, "sent", "")
        except FileNotFoundError:
            return False  # it had to make room meanwhile
        except (OSError, IntegrityError) as error:
            return self._answer(one, "differs", f"{kept.media.name}: {error}")
        return self._answer(one, "differs", found.hex())

    def _answer(self, one: Wanted, state: str, detail: str) -> bool:
        with self._database.transaction() as connection:
            repair.answer(connection, one.finding_id, state, self._name, detail)
        measures.sent_again.labels(state).inc()
        if state == "sent":
            log.warning("%s was sent again for finding %d", one.key, one.finding_id)
        else:
            log.error("%s cannot be sent again: the file here is not what was sealed (%s)", one.key, detail)
        return state == "sent"
