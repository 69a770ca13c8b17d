"""Sends sealed chunks to the object store until it has them, then has the catalogue told.

A chunk's key follows from camera, run and seq and its hash is known, so sending it twice puts the same bytes
in the same place. Where the uplink is bounded one thread sends, in parts that are taken up where the line broke, and
another waits for what somebody asks for: that goes first, also while nothing else may go.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterable
from typing import Literal

from recorder import measures, parts
from recorder.announcer import Announcer
from recorder.backoff import Backoff
from recorder.facts import ChunkStored
from recorder.init_objects import InitObjects
from recorder.sidecar import Sealed
from recorder.spool import Place, Spool
from recorder.uplink import Uplink
from recorder.waiting import Waiting
from saksi import clock
from saksi.catalogue import keys
from saksi.errors import IntegrityError, NotFound, SaksiError
from saksi.objects.store import ObjectStore

log = logging.getLogger("saksi.recorder.shipper")

_THREADS = 4
_LOOK_S = 5.0  # a window opens by the clock, and nobody says so

Sent = Literal["sent", "again", "later"]


class Shipper:
    """A few uploading threads over one list of chunks. `ship` from any thread."""

    def __init__(
        self,
        store: ObjectStore,
        spool: Spool,
        announcer: Announcer,
        *,
        uplink: Uplink | None = None,
        threads: int = _THREADS,
    ) -> None:
        self._store = store
        self._spool = spool
        self._announcer = announcer
        self._uplink = uplink or Uplink()
        if self._uplink.bounded:
            store.paced(self._uplink.pace)
            threads = 1
        self._waiting = Waiting()
        self._busy = 0
        self._asked_busy = 0
        self._backoff = Backoff(0.5, 15.0)
        self._changed = threading.Condition()
        self._stopping = False
        self._inits = InitObjects(store)
        asked_alone = [False] * threads + [True] * self._uplink.bounded
        self._threads = [
            threading.Thread(target=self._run, args=(alone,), name=f"shipper-{number}", daemon=True)
            for number, alone in enumerate(asked_alone)
        ]

    def start(self) -> None:
        """Starts sending."""
        for thread in self._threads:
            thread.start()

    def ship(self, sealed: Sealed) -> None:
        """Takes a chunk to send; never blocks."""
        with self._changed:
            self._waiting.add(sealed)
            self._tell_waiting()

    def dropped(self, sealed: Sealed) -> None:
        """A full spool took this chunk: what was begun of it in the store is taken back, at any hour."""
        with self._changed:
            self._waiting.drop(sealed)
            self._tell_waiting()

    def want(self, wanted: Iterable[Place]) -> None:
        """Somebody waits for these (run, number), and for no others: they go first."""
        with self._changed:
            self._waiting.want(wanted)
            self._changed.notify_all()

    def runs(self) -> list[str]:
        """The runs of which chunks wait."""
        with self._changed:
            return list(self._waiting.runs())

    def measure(self) -> None:
        """Sets what is told of the queue and the uplink."""
        with self._changed:
            oldest_us = self._waiting.oldest_us()
            measures.put_waiting_bytes.set(self._waiting.bytes)
            measures.put_asked.set(self._waiting.asked())
        age_us = 0 if oldest_us is None else max(0, clock.now_us() - oldest_us)
        measures.put_oldest.set(age_us / 1e6)
        rate = self._uplink.rate()
        measures.uplink_bound.set(-1 if rate is None else rate)

    def still_stored(self, sealed: Sealed) -> bool:
        """Whether the store has the chunk that it acknowledged; one that it lost is sent again.

        Raises Unavailable while the store cannot be asked.
        """
        entry = sealed.entry
        try:
            facts = self._store.stat(_key(sealed))
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
            return self._changed.wait_for(
                lambda: not self._waiting and not self._waiting.gone and not self._busy, timeout_s
            )

    def stop(self) -> None:
        """Ends the threads after their present upload; one on a bounded uplink at once, to be taken up later."""
        self._uplink.stop()
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def _run(self, asked_alone: bool) -> None:
        while (taken := self._next(asked_alone)) is not None:
            sealed, asked = taken
            sent = self._send(sealed, asked)
            with self._changed:
                self._busy -= 1
                self._asked_busy -= asked
                if sent != "sent":
                    self._waiting.add(sealed)
                self._tell_waiting()
                if sent == "again":
                    self._changed.wait_for(lambda: self._stopping, self._backoff.wait_s())

    def _next(self, asked_alone: bool) -> tuple[Sealed, bool] | None:
        with self._changed:
            while not self._stopping:
                closed = self._asked_busy > 0 or self._uplink.rate() == 0
                sealed = self._waiting.take(
                    asked_alone=asked_alone or (self._uplink.bounded and closed), settles=not asked_alone
                )
                if sealed is not None:
                    asked = (sealed.entry.run, sealed.entry.seq) in self._waiting.wanted
                    self._busy += 1
                    self._asked_busy += asked
                    return sealed, asked
                self._changed.wait(_LOOK_S if self._uplink.bounded else None)
            return None

    def _tell_waiting(self) -> None:
        measures.put_waiting.set(len(self._waiting) + self._busy)
        self._changed.notify_all()

    def _turn(self) -> None:
        """Before another part of what nobody asked for. Raises Later."""
        with self._changed:
            if self._asked_busy or self._waiting.asked() or self._uplink.rate() == 0:
                raise parts.Later

    def _send(self, sealed: Sealed, asked: bool) -> Sent:
        """Whether the chunk need not be sent again."""
        entry = sealed.entry
        self._uplink.asks(asked)
        try:
            with self._spool.sending(sealed) as there:
                if there:
                    self._inits.send(sealed.init)
                    self._put(sealed, asked)
                    self._spool.arrived(sealed)
                elif not self._arrived_before(
                    sealed
                ):  # dropped from a full spool; that was told as an outage
                    parts.abandon(self._store, _key(sealed), sealed.media)
                    return "sent"
        except parts.Later:
            return "later"
        except (SaksiError, OSError) as error:
            if isinstance(error, IntegrityError) and not _whole(sealed):
                measures.put_refused.inc()
                log.error("%s on the spool is not what was sealed; it stays there for people", sealed.media)
                return "sent"
            measures.put_retries.inc()
            log.warning("chunk %d of %s is not in the store yet: %s", entry.seq, entry.camera, error)
            return "again"
        self._backoff.reset()
        measures.put_bytes.inc(entry.size)
        self._announcer.tell(ChunkStored(sealed=sealed, spool=self._spool))
        return "sent"

    def _arrived_before(self, sealed: Sealed) -> bool:
        """Whether a file that is gone had been sent, and a full disk took it before the catalogue was told."""
        if sealed.sidecar("dropped").exists():
            return False
        try:
            return self._store.stat(_key(sealed)).size == sealed.entry.size
        except NotFound:
            return False

    def _put(self, sealed: Sealed, asked: bool) -> None:
        entry, key = sealed.entry, _key(sealed)
        if self._uplink.bounded and entry.size > parts.PART:
            turn = _at_once if asked else self._turn
            parts.send(self._store, key, sealed.media, entry.sha256, turn=turn)
        else:
            self._store.put(key, sealed.media, sha256=bytes.fromhex(entry.sha256))


def _key(sealed: Sealed) -> str:
    return keys.chunk_key(sealed.entry.camera, sealed.entry.run, sealed.entry.seq)


def _at_once() -> None:
    """Nothing goes before what is asked for."""


def _whole(sealed: Sealed) -> bool:
    with sealed.media.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == sealed.entry.sha256
