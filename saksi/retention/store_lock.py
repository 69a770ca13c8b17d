"""What the store itself does for held footage: whether its bucket has object lock, whether that holds, how far it is.

Only a canary that passed lets an answer say `on`: a store has been seen to take locks and delete all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import Gauge

from saksi import clock
from saksi.catalogue import ledger
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.holds import Hold
from saksi.catalogue.ledger_tree import LogKey
from saksi.messages import register
from saksi.objects import canary, legal_hold
from saksi.objects.conformance import Finding
from saksi.objects.store import ObjectStore

for _code, _en, _id in (
    (
        "lock_not_looked",
        "the archive has not looked yet whether the bucket has object lock",
        "arsip belum memeriksa apakah bucket memiliki object lock",
    ),
    (
        "lock_not_offered",
        "the bucket of footage was made without object lock",
        "bucket rekaman dibuat tanpa object lock",
    ),
    (
        "lock_not_proven",
        "the store takes legal holds, but the last canary of them did not pass",
        "penyimpanan menerima legal hold, tetapi uji kunci terakhir tidak lulus",
    ),
    (
        "lock_refused",
        "the store refused some objects: {error}",
        "penyimpanan menolak sebagian objek: {error}",
    ),
    ("lock_released", "the hold was released", "penahanan sudah dilepas"),
):
    register(_code, en=(_en, ""), id_=(_id, ""))

SYSTEM_CHAIN = "sys"
_KIND = "hold_canary"
_DAY_US = 24 * 3_600_000_000
_RESTARTED_US = 600_000_000  # a worker that starts again and again does not fill the log
_offered = Gauge(
    "saksi_store_lock",
    "Object lock of the bucket of footage: 1 proven, 0 none, -1 not looked, -2 not proven.",
)
_owed = Gauge("saksi_object_holds_owed", "Objects under hold that the store is still to be told to hold.")
_failed = Gauge("saksi_object_holds_failed", "Objects under hold that the store refused to hold.")
_lifting = Gauge(
    "saksi_object_holds_lifting", "Spans of released holds whose objects are still to be let go."
)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the bucket was found to offer. `passed`: as the last canary left it, None when there was none."""

    bucket: str
    offered: bool
    asked_us: int
    sung_us: int | None
    passed: bool | None
    failed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StoreLock:
    """How the objects under one hold stand: none, owed, on or failed, with counts; `reason` is a code with words."""

    state: str
    on: int = 0
    owed: int = 0
    failed: int = 0
    reason: str = ""
    error: str = ""


def offer(connection: Connection) -> Offer | None:
    """What was found last; None before anybody looked."""
    row = connection.execute(query("locks.offer")).fetchone()
    if row is None:
        return None
    return Offer(
        bucket=row["bucket"],
        offered=row["offered"],
        asked_us=clock.to_us(row["asked_at"]),
        sung_us=None if row["sung_at"] is None else clock.to_us(row["sung_at"]),
        passed=row["passed"],
        failed=tuple(row["failed"]),
    )


def look(database: Database, store: ObjectStore, log: LogKey, *, at_start: bool = False) -> Offer:
    """Asks the bucket, and runs the canary of its legal hold once a day and `at_start`; its result is in the log too.

    Raises Unavailable when store or database do not answer.
    """
    offered = legal_hold.offers_lock(store)
    with database.transaction() as connection:
        values = {"bucket": store.bucket, "offered": offered, "at": clock.now()}
        connection.execute(query("locks.set_offer"), values)
        found = offer(connection)
    assert found is not None
    often = _RESTARTED_US if at_start else _DAY_US
    if not offered or (found.sung_us is not None and clock.now_us() - found.sung_us < often):
        return found
    findings = canary.sing_hold(store)
    with database.transaction() as connection:
        _record(connection, store.bucket, log, findings)
        found = offer(connection)
    assert found is not None
    return found


def of_hold(connection: Connection, hold: Hold) -> StoreLock:
    """How the store's own lock stands for what a hold covers."""
    found = offer(connection)
    if found is None or not found.offered:
        return StoreLock(state="none", reason="lock_not_looked" if found is None else "lock_not_offered")
    values = {"hold_id": hold.hold_id, "now": clock.now()}
    row = connection.execute(query("locks.of_hold"), values).fetchone()
    assert row is not None
    if hold.state == "released":
        state = "owed" if row["lifting"] else "none"
        return StoreLock(state=state, owed=row["lifting"], failed=row["failed"], reason="lock_released")
    counts = {name: row[name] for name in ("on", "owed", "failed")}
    if not found.passed:
        return StoreLock(state="failed", reason="lock_not_proven", **counts)
    if row["failed"]:
        return StoreLock(state="failed", reason="lock_refused", error=row["error"], **counts)
    return StoreLock(state="owed" if row["owed"] or row["unseen"] else "on", **counts)


def show(connection: Connection) -> None:
    """Sets the gauges."""
    found = offer(connection)
    if found is None:
        _offered.set(-1)
    else:
        _offered.set(0 if not found.offered else 1 if found.passed else -2)
    row = connection.execute(query("locks.figures")).fetchone()
    assert row is not None
    _owed.set(row["owed"])
    _failed.set(row["failed"])
    _lifting.set(row["lifting"])


def _record(connection: Connection, bucket: str, log: LogKey, findings: list[Finding]) -> None:
    passed = all(one.holds for one in findings)
    told = [{"code": one.code, "holds": one.holds, "seen": one.seen[:200]} for one in findings]
    ledger.enrol(connection, log.signer, role="log")
    body = {"bucket": bucket, "passed": passed, "findings": told}
    ledger.append(connection, log.signer, kind=_KIND, chain=SYSTEM_CHAIN, body=body)
    values = {"bucket": bucket, "at": clock.now(), "passed": passed}
    failed = [one.code for one in findings if not one.holds]
    connection.execute(query("locks.set_sung"), {**values, "failed": failed})
