"""From pending entries to a published checkpoint: one function, which is also the recovery from any crash.

Commit order:

1. Read the store's checkpoint: what the world has seen.
2. Give places to pending entries, in a transaction under the lock of the log: `ledger_leaf`, `ledger_tile`, and the
   entries leave `ledger_pending`. A crash before the commit leaves them pending, after it placed and not yet signed.
3. Sign, in a transaction under the same lock, the tree of all places that are committed. A crash before the commit
   loses a signature over a beginning of every later tree (nobody saw it), after it leaves an unpublished checkpoint.
4. Publish (saksi/ledger/publishing.py). Nobody is shown a checkpoint that the store does not have.

Steps 2 and 3 first hold the catalogue to what step 1 saw, and refuse when it does not continue that; what others
publish meanwhile can only be more of the same.
"""

from __future__ import annotations

import threading

from prometheus_client import Counter

from saksi import clock
from saksi.catalogue import ledger, ledger_tree
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.ledger_tree import Kept, LogKey
from saksi.custody.notes import Note
from saksi.errors import IntegrityError, TimedOut
from saksi.ledger import outside, publishing
from saksi.messages import register
from saksi.objects.store import ObjectStore

register(
    "ledger_busy",
    en=(
        "No checkpoint of the log could be made within {seconds} s.",
        "Another process is at it; try again in a moment.",
    ),
    id_=(
        "Titik periksa log belum selesai dalam {seconds} d.",
        "Proses lain sedang mengerjakannya; coba lagi sebentar.",
    ),
)

_BATCH = 5000
_PAUSE_S = 0.1
_refused = Counter("saksi_ledger_refused_total", "Times the log refused to sign, for what the store shows.")


def checkpoint(database: Database, store: ObjectStore, log: LogKey) -> int | None:
    """Places, signs and publishes all that is pending; answers the size published, None while another process does.

    Raises Unavailable when store or database do not answer (what is done stays, the next round goes on from there) and
    IntegrityError when store and catalogue show two different logs.
    """
    try:
        seen = outside.seen(store)
        if not (_place_all(database, log, seen) and _sign(database, log, seen)):
            return None
        return publishing.publish(database, store, log)
    except IntegrityError:
        _refused.inc()
        raise


def checkpoint_now(database: Database, store: ObjectStore, log: LogKey, *, wait_s: float = 30.0) -> Kept:
    """A published checkpoint that covers every entry that was committed before the call.

    Raises TimedOut when another process does not let us within `wait_s`, and what `checkpoint` raises; `wait_s` bounds
    the waiting, not a round that is under way.
    """
    with database.transaction() as connection:
        row = connection.execute(query("tree.last_pending")).fetchone()
        assert row is not None
    size: int | None = None  # that covers them, once they all have places
    until_us, pause = clock.monotonic_us() + int(wait_s * 1e6), threading.Event()
    while True:
        checkpoint(database, store, log)
        with database.transaction() as connection:
            if size is None and not _pending(connection, row["entry_id"]):
                size = ledger_tree.placed(connection)
            kept = ledger_tree.newest_published(connection)
        if size is not None and kept is not None and kept.size >= size:
            return kept
        if clock.monotonic_us() > until_us:
            raise TimedOut("ledger_busy", seconds=wait_s)
        pause.wait(_PAUSE_S)


def _pending(connection: Connection, entry_id: int) -> bool:
    row = connection.execute(query("tree.still_pending"), {"entry_id": entry_id}).fetchone()
    assert row is not None
    pending: bool = row["pending"]
    return pending


def _place_all(database: Database, log: LogKey, seen: Note | None) -> bool:
    while True:
        with database.transaction() as connection:
            if not _held(connection, log, seen):
                return False
            ledger.enrol(connection, log.signer, role="log")
            if ledger_tree.place(connection, _BATCH) < _BATCH:
                return True


def _sign(database: Database, log: LogKey, seen: Note | None) -> bool:
    with database.transaction() as connection:
        if not _held(connection, log, seen):
            return False
        ledger_tree.sign(connection, log)
        return True


def _held(connection: Connection, log: LogKey, seen: Note | None) -> bool:
    """Under the lock: whether we have it, and the catalogue continues what the store showed."""
    if not ledger_tree.lock(connection):
        return False
    outside.hold_to(connection, log, seen)
    return True
