"""The whole check, streaming: memory does not grow with the log, and the log may grow meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Database, query
from saksi.custody.notes import Note
from saksi.custody.policy import Policy
from saksi.custody.tiles import tile_path
from saksi.ledger.check import rows
from saksi.ledger.check.anchors import AnchorCheck, hold_store_checkpoint
from saksi.ledger.check.entries import EntryCheck
from saksi.ledger.check.findings import Report
from saksi.ledger.check.made_objects import MadeCheck
from saksi.ledger.check.objects import ObjectCheck
from saksi.ledger.check.possession import hold_audit, hold_custody
from saksi.ledger.check.pulses import PulseCheck
from saksi.ledger.check.purges import hold_tombstones
from saksi.ledger.check.runs import hold_runs
from saksi.ledger.check.thinned_lines import ThinnedLines
from saksi.ledger.check.tree import TreeCheck
from saksi.objects.store import ObjectStore

_PAGE = 1024
_OF_ROWS = rows.KINDS | {"pulse"}
Progress = Callable[[str, int, int], None]


def check(
    database: Database,
    store: ObjectStore | None,
    *,
    origin: str,
    policy: Policy,
    trusted: bool = False,
    seen: Sequence[Note] = (),
    report: Report,
    log_only: bool = False,
    deep: bool = False,
    progress: Progress = lambda _what, _done, _all: None,
) -> Report:
    """Checks everything that the log says and is; findings go into `report` as they come.

    Without a `store` its copies and objects are not looked at, and with `log_only` the runs, seals, pulses and footage
    are not, which are much more than the log. Objects are listed, and read whole with `deep`. `policy` names the
    witnesses whose lines are checked and, when it is `trusted` (it comes from outside), the log's only keys; `seen` are
    checkpoints that others kept. `progress` is told what is being counted ("entries", "objects", "bytes"), how
    many are done, and of how many (0: not known). Raises Unavailable when database or store do not answer.
    """
    walk = _begin(database, store, origin, policy, trusted, seen, report)
    walk.rows = not log_only
    with database.transaction() as connection:
        total = ledger_tree.placed(connection)
    for row in _placed(database):
        walk.take(row)
        if walk.size % _PAGE == 0:
            progress("entries", walk.size, max(total, walk.size))
    walk.finish(_rest(database, walk.size))
    progress("entries", walk.size, walk.size)
    if not log_only:
        with database.transaction() as connection:
            rows.hold_among(report, connection)
        hold_runs(report, database)
        hold_tombstones(report, database)
        hold_custody(report, database)
        hold_audit(report, database)
        if store is not None:
            _hold_objects(report, database, store, deep, progress)
    return report


@dataclass(kw_only=True)
class _Walk:
    """From entry to entry in the order of their places. `rows`: whether the rows that they tell of are held to them."""

    report: Report
    database: Database
    entries: EntryCheck
    pulses: PulseCheck
    tree: TreeCheck
    rows: bool = True
    size: int = 0

    def take(self, row: dict[str, Any]) -> None:
        """The next entry that has a place."""
        where = f"entry {row['idx']} ({row['chain']} {row['seq']})"
        if row["idx"] != self.size:
            self.report.add("place_missing", f"entry {self.size}", self.size, row["idx"])
        self.size = row["idx"] + 1
        hashed, entry = self.entries.take(row, where)
        self.tree.take(hashed, bytes(row["bytes"]))
        if entry is None or not self.rows or entry.kind not in _OF_ROWS:
            return
        with self.database.transaction() as connection:
            if entry.kind == "pulse":
                self.pulses.hold(connection, entry, where)
            else:
                rows.hold(self.report, connection, entry, where)

    def finish(self, rest: _Rest) -> None:
        """What came meanwhile, what has no place yet, and what the tables say of it all."""
        for row in rest.placed:
            self.take(row)
        self.tree.finish()
        for row in rest.tiles:
            self.report.add("tile_odd", f"ledger_tile {tile_path(row['level'], row['tile'])}")
        for row in rest.unplaced:
            where = f"entry without a place ({row['chain']} {row['seq']})"
            if not row["pending"]:
                self.report.add("entry_unplaced", where)
            self.entries.take(row, where)
        self.entries.finish(rest.keys, rest.chains)


def _begin(
    database: Database,
    store: ObjectStore | None,
    origin: str,
    policy: Policy,
    trusted: bool,
    seen: Sequence[Note],
    report: Report,
) -> _Walk:
    with database.transaction() as connection:
        row = connection.execute(query("rows.published")).fetchone()
        if row is None:
            report.add("published_row", "ledger_published")
        published = 0 if row is None else row["size"]
        keys = [log.key for log in policy.logs] if trusted else ledger_tree.log_keys(connection, origin)
        if store is not None:
            published = hold_store_checkpoint(report, connection, store, keys, published)
    anchors = AnchorCheck(report, database, keys=keys, policy=policy, seen=seen)
    return _Walk(
        report=report,
        database=database,
        entries=EntryCheck(report),
        pulses=PulseCheck(report),
        tree=TreeCheck(report, database, store, published=published, anchors=anchors),
    )


def _hold_objects(
    report: Report, database: Database, store: ObjectStore, deep: bool, progress: Progress
) -> None:
    def told(objects: int, read: int) -> None:
        progress("bytes" if deep else "objects", read if deep else objects, 0)

    made = MadeCheck(report=report, database=database, store=store, deep=deep)
    made.packages()
    made.lines()
    made.imports()
    ThinnedLines(report=report, database=database, store=store, deep=deep).all()
    ObjectCheck(report=report, database=database, store=store, deep=deep, progress=told).chunks()


@dataclass(frozen=True, kw_only=True)
class _Rest:
    """What is beyond the pages, as it stood at one moment."""

    placed: list[dict[str, Any]]
    unplaced: list[dict[str, Any]]
    keys: list[dict[str, Any]]
    chains: list[dict[str, Any]]
    tiles: list[dict[str, Any]]


def _rest(database: Database, start: int) -> _Rest:
    with database.transaction() as connection:
        connection.execute(query("tree.one_snapshot"))
        values = {"start": start, "limit": None}
        return _Rest(
            placed=connection.execute(query("tree.placed_from"), values).fetchall(),
            unplaced=connection.execute(query("tree.without_place")).fetchall(),
            keys=connection.execute(query("tree.keys")).fetchall(),
            chains=connection.execute(query("tree.chains")).fetchall(),
            tiles=connection.execute(query("tree.tiles_odd")).fetchall(),
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
