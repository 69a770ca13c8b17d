"""Tells the catalogue what happened, in order, for ever: run openings, sealed chunks, confirmations, outages,
ends.

One thread and one queue, so that the order of a run's facts is the order in which they are written. While the
database is down the queue grows (a few hundred bytes a fact; the chunks themselves are on the spool) and
recording goes on. What the catalogue refuses for good is set aside with an alarm and never blocks what comes
after it.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from itertools import groupby, islice

import psycopg

from recorder import facts, measures
from recorder.backoff import Backoff
from recorder.badge import Badge
from recorder.camera_clocks import CameraClocks
from recorder.facts import ChunkDropped, ChunkSealed, ChunkStored, Fact, RunClosed, RunOpened
from recorder.tips import Tips
from recorder.untold import Untold
from saksi import clock
from saksi.catalogue.database import Database
from saksi.errors import SaksiError, Unavailable

log = logging.getLogger("saksi.recorder.announcer")

_BATCH = 200


class Announcer:
    """The recorder's only writer of footage facts. `tell` from any thread. `tips` is what it was ever given to tell."""

    def __init__(self, database: Database, badge: Badge, untold: Untold | None = None) -> None:
        """`untold` keeps what would be lost by a restart before it is told."""
        self._untold = untold
        self._database = database
        self._badge = badge
        self.tips = Tips()
        self.camera_clocks = CameraClocks()
        self.lag_us: int | None = None  # from the end of a chunk to its row, last time
        self._facts: deque[Fact] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)

    def start(self) -> None:
        """Starts telling."""
        self._thread.start()

    def tell(self, *told: Fact) -> None:
        """Puts facts behind those that wait; never blocks and never fails."""
        self.tips.note(told)
        self.camera_clocks.note(told)
        with self._changed:
            self._facts.extend(told)
            measures.announce_waiting.set(len(self._facts))
            self._changed.notify_all()
        if self._untold is not None:  # after they are among those that wait, or it might be emptied between
            self._untold.note(told)

    def recall(self) -> None:
        """Puts what an earlier process had yet to tell, and nobody else remembers, first. Before `start`."""
        if self._untold is not None:
            with self._changed:
                self._facts.extendleft(reversed(self._untold.found()))

    @property
    def waiting(self) -> int:
        """Facts that are not in the catalogue yet."""
        return len(self._facts)

    def drained(self, timeout_s: float) -> bool:
        """Waits until nothing waits any more; False when that took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._facts, max(timeout_s, 0.1))

    def stop(self) -> None:
        """Ends the thread after its present batch.

        What is not told yet is found on the spool at the next start.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def _run(self) -> None:
        backoff = Backoff(0.2, 10.0)
        while (batch := self._next_batch()) is not None:
            try:
                self._write(batch)
            except Unavailable as error:
                measures.announce_retries.inc()
                wait_s = backoff.wait_s()
                log.warning("%s Trying again in %.1f s; %d facts wait.", error, wait_s, len(self._facts))
                with self._changed:
                    self._changed.wait_for(lambda: self._stopping, wait_s)
                continue
            backoff.reset()
            with self._changed:
                for _ in batch:
                    self._facts.popleft()
                if not self._facts and self._untold is not None:
                    self._untold.told()
                measures.announce_waiting.set(len(self._facts))
                self._changed.notify_all()

    def _next_batch(self) -> list[Fact] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._facts or self._stopping)
            return None if self._stopping else list(islice(self._facts, _BATCH))

    def _write(self, batch: list[Fact]) -> None:
        """One transaction for the batch; when one fact spoils it, each fact gets its own."""
        try:
            self._commit(batch)
        except Unavailable:
            raise
        except (SaksiError, psycopg.Error) as error:
            if len(batch) == 1:
                log.error("the catalogue refuses %s: %s", type(batch[0]).__name__, error)
                if isinstance(batch[0], ChunkSealed):
                    batch[0].refused(type(error).__name__)
                else:
                    measures.announce_refused.labels(why=type(error).__name__).inc()
                return
            for fact in batch:
                self._write([fact])

    def _commit(self, batch: list[Fact]) -> None:
        taken: list[Fact] = []
        with self._database.transaction() as connection:
            if any(isinstance(fact, RunOpened | RunClosed | ChunkDropped) for fact in batch):
                self._badge.enrol(connection)  # a database restored from a backup may not know us
                self._badge.author.lock(connection)  # before any run, see saksi.catalogue.authors
            # Drops come after the entries between them, to be told together.
            ordered = sorted(batch, key=lambda fact: isinstance(fact, ChunkDropped))
            for _, group in groupby(ordered, key=type):
                taken += facts.write(connection, self._badge, list(group))
        self._measure(taken)
        for fact in taken:
            if isinstance(fact, ChunkSealed | ChunkStored | RunClosed):
                try:
                    fact.written()
                except OSError as error:  # the next start finds the spool as it is and tells it again
                    measures.spool_failures.inc()
                    log.error("the spool does not take what became of %s: %s", type(fact).__name__, error)

    def _measure(self, taken: list[Fact]) -> None:
        now_us = clock.now_us()
        for fact in taken:
            if isinstance(fact, ChunkSealed):
                self.lag_us = max(0, now_us - fact.sealed.entry.end_us)
                measures.catalogue_lag.observe(self.lag_us / 1e6)
