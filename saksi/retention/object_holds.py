"""What is held in the archive is held in the store too, where the footage's bucket was made with object lock.

Nothing waits for the store: placing and releasing write what they always wrote, and what is owed follows from it. In
order, each step a transaction of its own under one lock: objects are noted as owed; the store takes their legal hold,
and that is noted. A crash leaves owed what the store may have already, and doing it again changes nothing. What is
lifted stays noted until the store has let it go.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import Counter

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.database import Connection, Database, query
from saksi.errors import SaksiError
from saksi.objects import legal_hold
from saksi.objects.store import ObjectStore

_WINDOW = timedelta(days=2)  # of a span, gone through in one statement
_SPANS = 50
_OBJECTS = 200  # asked of the store in one transaction: about a second
_RECENT = timedelta(days=1)  # for so long after its end a span is looked at each minute, and then each day
_MINUTE = timedelta(minutes=1)
_put = Counter("saksi_object_holds_put_total", "Objects that the store was made to hold.")
_lifted = Counter("saksi_object_holds_lifted_total", "Objects that the store was made to let go.")
_failed = Counter("saksi_object_holds_failures_total", "Tries that the store refused; each is tried again.")


@dataclass(kw_only=True)
class Done:
    """What one call did; `more` when its time was up before all was done."""

    put: int = 0
    lifted: int = 0
    failed: int = 0
    more: bool = False
    silent: bool = False  # the store did not answer for one: the others would wait as long


def work(database: Database, store: ObjectStore, *, seconds: float) -> Done:
    """Does what is due, in small batches, for about so long; nothing where another worker is at it.

    Call it only where the bucket offers a lock. Raises Unavailable when the database does not answer.
    """
    done, until = Done(), time.monotonic() + seconds
    for step in (_look, _hold, _lift):
        while step(database, store, done) and not done.silent:
            if time.monotonic() > until:
                done.more = True
                return done
    return done


def _look(database: Database, store: ObjectStore, done: Done) -> bool:
    """Notes objects of a few spans as owed; whether there may be more."""
    now = clock.now()
    with database.transaction() as connection:
        if not _turn(connection):
            return False
        due = connection.execute(query("locks.due_spans"), {"now": now, "limit": _SPANS}).fetchall()
        for span in due:
            goal = min(span["to_at"], now)
            end = min(span["reached"] + _WINDOW, goal)
            window = {"camera_id": span["camera_id"], "from": span["reached"], "to": end}
            connection.execute(query("locks.owe"), window)
            connection.execute(query("locks.looked"), {**span, **_next(span, end, goal, now)})
    return bool(due)


def _next(span: dict[str, Any], end: datetime, goal: datetime, now: datetime) -> dict[str, Any]:
    """Where and when a span is gone through further: also old footage may come late, from a recorder that was away."""
    if end < goal:
        return {"reached": end, "look_at": now}
    whole_at = now if span["whole"] else span["whole_at"]
    recent = bool(span["to_at"] > now - _RECENT)
    whole = not recent or whole_at is None or now - whole_at >= _RECENT
    return {
        "reached": span["from_at"] if whole else max(span["from_at"], now - _RECENT),
        "whole": whole,
        "whole_at": whole_at,
        "look_at": now + (_MINUTE if recent else _RECENT),
    }


def _hold(database: Database, store: ObjectStore, done: Done) -> bool:
    with database.transaction() as connection:
        if not _turn(connection):
            return False
        values = {"now": clock.now(), "limit": _OBJECTS}
        owed = connection.execute(query("locks.to_put"), values).fetchall()
        paid = _each(connection, owed, lambda key: legal_hold.hold(store, key), done)
        connection.execute(query("locks.put"), {"now": clock.now(), **_columns(paid)})
    done.put += len(paid)
    _put.inc(len(paid))
    return len(owed) == _OBJECTS


def _lift(database: Database, store: ObjectStore, done: Done) -> bool:
    now, more = clock.now(), False
    with database.transaction() as connection:
        if not _turn(connection):
            return False
        spans = connection.execute(query("locks.released_spans"), {"limit": _SPANS}).fetchall()
        for span in spans:
            values = {**span, "now": now, "limit": _OBJECTS}
            free = connection.execute(query("locks.to_lift"), values).fetchall()
            gone = _each(connection, free, lambda key: legal_hold.lift(store, key), done)
            connection.execute(query("locks.lifted"), _columns(gone))
            connection.execute(query("locks.span_done"), values)
            done.lifted += len(gone)
            _lifted.inc(len(gone))
            if free:
                more = bool(gone)
                break  # a batch a transaction
    return more or (len(spans) == _SPANS and not free)


def _each(
    connection: Connection, rows: list[dict[str, Any]], call: Callable[[str], None], done: Done
) -> list[dict[str, Any]]:
    """Asks the store for each object; those it did. What it refused is noted with why, and tried again later."""
    did = []
    for row in rows:
        try:
            call(_key(row))
        except SaksiError as error:
            values = {**row, "now": clock.now(), "error": error.diagnostics("en")[:300]}
            connection.execute(query("locks.failed"), values)
            done.failed += 1
            _failed.inc()
            if error.code == "store_unavailable":
                done.silent = True
                break
        else:
            did.append(row)
    return did


def _turn(connection: Connection) -> bool:
    row = connection.execute(query("locks.take_turn")).fetchone()
    assert row is not None
    return bool(row["held"])


def _key(row: dict[str, Any]) -> str:
    if row["kind"] == "thumbnail":
        return keys.thumbnail_key(row["camera"], clock.to_us(row["at"]))
    if row["kind"] == "import":
        return keys.import_key(row["file"])
    make = keys.thinned_key if row["kind"] == "thinned" else keys.chunk_key
    return make(row["camera"], row["run"], row["seq"])


def _columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "cameras": [row["camera_id"] for row in rows],
        "ats": [row["at"] for row in rows],
        "kinds": [row["kind"] for row in rows],
        "runs": [row["run_no"] for row in rows],
    }
