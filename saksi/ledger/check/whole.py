"""The whole check, streaming: memory does not grow with the log, and the log may grow meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Database, query
from saksi.custody.policy import Policy
from saksi.ledger.check import rows
from saksi.ledger.check.entries import EntryCheck
from saksi.ledger.check.findings import Report
from saksi.ledger.check.made_objects import MadeCheck
from saksi.ledger.check.objects import ObjectCheck
from saksi.ledger.check.possession import hold_custody
from saksi.ledger.check.tree import TreeCheck, hold_store_checkpoint
from saksi.objects.store import ObjectStore

_PAGE = 1024
Progress = Callable[[str, int, int], None]


def check(
    database: Database,
    store: ObjectStore | None,
    *,
    origin: str,
    policy: Policy,
    report: Report,
    log_only: bool = False,
    deep: bool = False,
    progress: Progress = lambda _what, _done, _all: None,
) -> Report:
    """Checks everything that the log says and is; findings go into `report` as they come.

    Without a `store` its copies and objects are not looked at, and with `log_only` the runs, seals, pulses and footage
    are not, which are much more than the log. Objects are listed, and read whole with `deep`. `policy` names the
    witnesses whose lines are checked; `progress` is told what is being counted ("entries", "objects", "bytes"), how
    many are done, and of how many (0: not known). Raises Unavailable when database or store do not answer.
    """
    with database.transaction() as connection:
        published = ledger_tree.published(connection).size
        keys = ledger_tree.log_keys(connection, origin)
        total = ledger_tree.placed(connection)
        if store is not None:
            hold_store_checkpoint(report, connection, store, keys, published)
    entries = EntryCheck(report)
    tree = TreeCheck(report, database, store, published=published, keys=keys, policy=policy)
    expected = 0

    def take(row: dict[str, Any]) -> None:
        nonlocal expected
        where = f"entry {row['idx']} ({row['chain']} {row['seq']})"
        if row["idx"] != expected:
            report.add("place_missing", f"entry {expected}", expected, row["idx"])
        expected = row["idx"] + 1
        hashed, entry = entries.take(row, where)
        tree.take(hashed, bytes(row["bytes"]))
        if entry is not None and entry.kind in rows.KINDS and not log_only:
            with database.transaction() as connection:
                rows.hold(report, connection, entry, where)
        if expected % _PAGE == 0:
            progress("entries", expected, max(total, expected))

    for row in _placed(database):
        take(row)
    rest = _rest(database, expected)
    for row in rest.placed:
        take(row)
    tree.finish()
    for row in rest.unplaced:
        where = f"entry without a place ({row['chain']} {row['seq']})"
        if not row["pending"]:
            report.add("entry_unplaced", where)
        entries.take(row, where)
    entries.finish(rest.keys, rest.chains)
    if not log_only:
        with database.transaction() as connection:
            rows.hold_unlogged(report, connection)
        hold_custody(report, database)
    progress("entries", expected, expected)
    if store is not None and not log_only:
        _hold_objects(report, database, store, deep, progress)
    return report


def _hold_objects(
    report: Report, database: Database, store: ObjectStore, deep: bool, progress: Progress
) -> None:
    def told(objects: int, read: int) -> None:
        progress("bytes" if deep else "objects", read if deep else objects, 0)

    made = MadeCheck(report=report, database=database, store=store, deep=deep)
    made.packages()
    made.lines()
    ObjectCheck(report=report, database=database, store=store, deep=deep, progress=told).chunks()


@dataclass(frozen=True, kw_only=True)
class _Rest:
    """What is beyond the pages, as it stood at one moment."""

    placed: list[dict[str, Any]]
    unplaced: list[dict[str, Any]]
    keys: list[dict[str, Any]]
    chains: list[dict[str, Any]]


def _rest(database: Database, start: int) -> _Rest:
    with database.transaction() as connection:
        connection.execute(query("tree.one_snapshot"))
        values = {"start": start, "limit": None}
        return _Rest(
            placed=connection.execute(query("tree.placed_from"), values).fetchall(),
            unplaced=connection.execute(query("tree.without_place")).fetchall(),
            keys=connection.execute(query("tree.keys")).fetchall(),
            chains=connection.execute(query("tree.chains")).fetchall(),
        )


def _placed(database: Database) -> Iterator[dict[str, Any]]:
    """Entries in the order of their places, a page a transaction."""
    start = 0
    while True:
        with database.transaction() as connection:
            values = {"start": start, "limit": _PAGE}
            found = connection.execute(query("tree.placed_from"), values).fetchall()
        if not found:
            return
        yield from found
        start = found[-1]["idx"] + 1
