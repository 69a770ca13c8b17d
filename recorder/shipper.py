"""Sends sealed chunks to the object store until it has them, then has the catalogue told.

A chunk's key follows from camera, run and seq and its hash is known, so sending it twice puts the same bytes
in the same place. Threads take turns at the newest chunk and the oldest one: people ask for what just
happened, and a backlog must drain all the same.
"""

from __future__ import annotations

import hashlib
import logging
import threading

from recorder import measures
from recorder.announcer import Announcer
from recorder.backoff import Backoff
from recorder.facts import ChunkStored
from recorder.init_objects import InitObjects
from recorder.sidecar import Sealed
from recorder.spool import Spool
from saksi.catalogue import keys
from saksi.errors import IntegrityError, NotFound, SaksiError
from saksi.objects.store import ObjectStore

log = logging.getLogger("saksi.recorder.shipper")

_THREADS = 4


class Shipper:
    """A few uploading threads over one list of chunks. `ship` from any thread."""

    def __init__(
        self, store: ObjectStore, spool: Spool, announcer: Announcer, *, threads: int = _THREADS
    ) -> None:
        self._store = store
        self._spool = spool
        self._announcer = announcer
        self._waiting: dict[tuple[int, str, int], Sealed] = {}
        self._busy = 0
        self._turn = 0
        self._backoff = Backoff(0.5, 15.0)
        self._changed = threading.Condition()
        self._stopping = False
        self._inits = InitObjects(store)
        self._threads = [
            threading.Thread(target=self._run, name=f"shipper-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        """Starts sending."""
        for thread in self._threads:
            thread.start()

    def ship(self, sealed: Sealed) -> None:
        """Takes a chunk to send; never blocks."""
        with self._changed:
            self._waiting[sealed.entry.start_us, sealed.entry.run, sealed.entry.seq] = sealed
            measures.put_waiting.set(len(self._waiting) + self._busy)
            self._changed.notify()

    def still_stored(self, sealed: Sealed) -> bool:
        """Whether the store has the chunk that it acknowledged; one that it lost is sent again.

        Raises Unavailable while the store cannot be asked.
        """
        entry = sealed.entry
        try:
            facts = self._store.stat(keys.chunk_key(entry.camera, entry.run, entry.seq))
        except NotFound:
            found = "nothing"
        else:
            if facts.size == entry.size and facts.sha256 in (None, bytes.fromhex(entry.sha256)):
                return True
            found = f"{facts.size} other bytes"
        measures.put_again.inc()
        log.error("the store had chunk %d of %s and now has %s", entry.seq, entry.camera, found)
        self.ship(sealed)
        return False

    def drained(self, timeout_s: float) -> bool:
        """Waits until every chunk was sent; False when that took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._busy, timeout_s)

    def stop(self) -> None:
        """Ends the threads after their present upload."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def _run(self) -> None:
        while (sealed := self._next()) is not None:
            sent = self._send(sealed)
            with self._changed:
                self._busy -= 1
                if not sent:
                    self._waiting.setdefault(
                        (sealed.entry.start_us, sealed.entry.run, sealed.entry.seq), sealed
                    )
                measures.put_waiting.set(len(self._waiting) + self._busy)
                self._changed.notify_all()
                if not sent:
                    self._changed.wait_for(lambda: self._stopping, self._backoff.wait_s())

    def _next(self) -> Sealed | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if self._stopping:
                return None
            self._turn += 1
            key = max(self._waiting) if self._turn % 2 else min(self._waiting)
            self._busy += 1
            return self._waiting.pop(key)

    def _send(self, sealed: Sealed) -> bool:
        """Whether the chunk need not be sent again."""
        entry = sealed.entry
        if not sealed.media.exists():
            return True  # dropped from a full spool; that was told as an outage
        try:
            self._inits.send(sealed.init)
            key = keys.chunk_key(entry.camera, entry.run, entry.seq)
            self._store.put(key, sealed.media, sha256=bytes.fromhex(entry.sha256))
        except (SaksiError, OSError) as error:
            if isinstance(error, IntegrityError) and not _whole(sealed):
                measures.put_refused.inc()
                log.error("%s on the spool is not what was sealed; it stays there for people", sealed.media)
                return True
            measures.put_retries.inc()
            log.warning("chunk %d of %s is not in the store yet: %s", entry.seq, entry.camera, error)
            return False
        self._backoff.reset()
        measures.put_bytes.inc(entry.size)
        self._announcer.tell(ChunkStored(sealed=sealed, spool=self._spool))
        return True


def _whole(sealed: Sealed) -> bool:
    with sealed.media.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == sealed.entry.sha256
