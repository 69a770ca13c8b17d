"""Copies of the log's full tiles and bundles under object lock, where the WORM canary passes.

The canary's result is an entry of the log (chain `sys`, kind `canary`), so that what a report says of the store can be
looked up. Copies are made a few at a time and remembered; a crash in between writes the same ones again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from saksi import clock
from saksi.catalogue import ledger, ledger_tree
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.keys import ledger_key
from saksi.catalogue.ledger_tree import LogKey
from saksi.custody.tiles import WIDTH, tile_path
from saksi.errors import SaksiError, Unavailable
from saksi.ledger.publishing import bundle_bytes, tile_bytes
from saksi.objects import canary
from saksi.objects.conformance import Finding
from saksi.objects.locked import LockedStore
from saksi.objects.store import address_and_keys
from saksi.settings import Settings

SYSTEM_CHAIN = "sys"
_ROUND = 16  # tiles of leaves


@dataclass(frozen=True, kw_only=True)
class Sung:
    """The last canary: when, on which bucket, whether all held, and the codes of what did not."""

    at_us: int
    bucket: str
    passed: bool
    failed: tuple[str, ...]


def locked_store(settings: Settings) -> LockedStore | None:
    """The bucket for copies; None where they are switched off. Raises BadInput for a missing setting."""
    if not settings.ledger_lock_days:
        return None
    return LockedStore(*address_and_keys(settings), settings.locked_bucket)


def sing(database: Database, store: LockedStore, log: LogKey, *, installation: str) -> list[Finding]:
    """Runs the canary, on a bucket that is made when there is none, and adds its result to the log.

    A store that cannot make such a bucket fails the canary. Raises Unavailable when store or database do not answer.
    """
    try:
        store.ensure_bucket(installation)
        findings = canary.sing(store)
    except SaksiError as error:
        if isinstance(error, Unavailable) and error.code == "store_unavailable":
            raise
        findings = [Finding(code="worm_locks", holds=False, seen=str(error))]
    told = [{"code": one.code, "holds": one.holds, "seen": one.seen[:200]} for one in findings]
    body = {"bucket": store.bucket, "passed": all(one.holds for one in findings), "findings": told}
    with database.transaction() as connection:
        ledger.enrol(connection, log.signer, role="log")
        ledger.append(connection, log.signer, kind="canary", chain=SYSTEM_CHAIN, body=body)
    return findings


def last_sung(connection: Connection) -> Sung | None:
    """The newest canary in the log; None when there was none."""
    row = connection.execute(
        query("tree.newest_of_kind"), {"chain": SYSTEM_CHAIN, "kind": "canary"}
    ).fetchone()
    if row is None:
        return None
    body = json.loads(row["bytes"])["body"]
    return Sung(
        at_us=clock.to_us(row["at"]),
        bucket=body["bucket"],
        passed=body["passed"],
        failed=tuple(one["code"] for one in body["findings"] if not one["holds"]),
    )


def copy(database: Database, store: LockedStore, *, days: int) -> int:
    """Copies the full tiles and bundles that are published and not copied yet; answers how many objects.

    None are made while the last canary of this bucket did not pass. Raises Unavailable when the store does not answer.
    """
    copied = 0
    while True:
        with database.transaction() as connection:
            sung = last_sung(connection)
            if sung is None or not sung.passed or sung.bucket != store.bucket:
                return copied
            if not ledger_tree.lock_copying(connection):
                return copied
            state = ledger_tree.published(connection)
            end = min(state.size // WIDTH, state.locked // WIDTH + _ROUND) * WIDTH
            if end <= state.locked:
                return copied
            copied += _copy_round(connection, store, state.locked, end, days)
            connection.execute(query("tree.set_locked"), {"locked": end})


def _copy_round(connection: Connection, store: LockedStore, start: int, end: int, days: int) -> int:
    objects = [(tile_path(None, n), bundle_bytes(connection, n, WIDTH)) for n in _full(start, end)]
    level, first, last = 0, start, end
    while last:
        numbers = _full(first, last)
        objects += [(tile_path(level, n), tile_bytes(connection, level, n, WIDTH)) for n in numbers]
        level, first, last = level + 1, first // WIDTH, last // WIDTH
    until = clock.now() + timedelta(days=days)
    for path, data in objects:
        store.put_locked(ledger_key(path), data, sha256=hashlib.sha256(data).digest(), until=until)
    return len(objects)


def _full(start: int, end: int) -> Sequence[int]:
    """Numbers of the tiles that became full between two counts of hashes."""
    return range(start // WIDTH, end // WIDTH)
