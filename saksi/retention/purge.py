"""Carries a purge out: claim camera-hours, erase their objects, see that they are gone, and tell the log at the end.

May stop after any statement and any request, and be taken up by anybody: what was claimed is erased first, then the
cursor goes on. docs/decisions/0012 has the order and why.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from prometheus_client import Counter, Gauge

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.desk import Desk as Desk
from saksi.desk import Lost
from saksi.errors import SaksiError, Unavailable
from saksi.retention import (
    claim,
    ending,
    imports,
    notices,
    plausible,
    policies,
    runs,
    thinned_end,
    thinned_purge,
    windows,
)
from saksi.retention.claim import Due
from saksi.retention.erase_run import Eraser
from saksi.retention.runs import CLAIM_S, PurgeRun
from saksi.retention.windows import Window

log = logging.getLogger("saksi.retention")

_PAUSE_S = 60.0
# Claimed before their objects are erased: a hold that comes meanwhile waits little and loses little.
_BATCH_CHUNKS = 4000
_MOST_HOURS = 5000

chunks_purged = Counter("saksi_purge_chunks_total", "Chunks whose rows a purge took.")
bytes_purged = Counter("saksi_purge_bytes_total", "Bytes of them.")
objects_erased = Counter("saksi_purge_objects_total", "Objects erased and seen to be gone.")
purges_done = Counter("saksi_purges_done_total", "Purges carried out and told in the log.")
trouble = Counter("saksi_purge_failures_total", "Tries that were put off.", ["cause"])
overdue = Gauge("saksi_purge_overdue_seconds", "How long the oldest purge that is due has been waiting.")

Tell = Callable[[int, int], None]  # chunks gone so far, chunks expected


def run_next(
    desk: Desk, *, seconds: float | None = None, purge_id: int | None = None, tell: Tell | None = None
) -> PurgeRun | None:
    """Works on the oldest purge due (or the one named) for about `seconds`; None when there is none.

    What fails in passing is recorded and tried again later. Raises Conflict, and changes nothing, when the clock cannot
    be right.
    """
    ready = _due(desk, purge_id)
    if ready is None:
        return None
    with desk.database.transaction() as connection:
        plausible.check(connection, clock.now_us(), confirmed=bool(ready.wanted.get("clock_checked")))
        run = runs.claim(connection, claim_s=CLAIM_S, purge_id=ready.purge_id)
    if run is None:
        return None
    try:
        _Work(desk, run, seconds, tell or (lambda _done, _all: None)).go()
    except Lost:
        log.warning("purge %d is another worker's by now", run.purge_id)
    except SaksiError as error:
        trouble.labels(error.code).inc()
        log.warning("purge %d is put off: %s", run.purge_id, error)
        _put_off(desk, run, error)
    with desk.database.transaction() as connection:
        return runs.get(connection, run.purge_id)


def _due(desk: Desk, purge_id: int | None) -> PurgeRun | None:
    """The purge that a claim would take; how long it has been due is a measure."""
    with desk.database.transaction() as connection:
        values = {"now": clock.now(), "purge_id": purge_id}
        row = connection.execute(query("purge.next_due"), values).fetchone()
        found = None if row is None else runs.get(connection, row["purge_id"])
    overdue.set(0 if found is None else max(clock.now_us() - found.due_us, 0) / 1e6)
    return found


def _put_off(desk: Desk, run: PurgeRun, error: SaksiError) -> None:
    try:
        with desk.database.transaction() as connection:
            runs.let_go(connection, run, pause_s=_PAUSE_S, error=error.diagnostics("en"))
    except Unavailable:
        pass  # the claim runs out by itself


class _Work:
    """One turn at one purge."""

    def __init__(self, desk: Desk, run: PurgeRun, seconds: float | None, tell: Tell) -> None:
        self._desk = desk
        self._run = run
        self._until = None if seconds is None else time.monotonic() + seconds
        self._tell = tell
        self._gone = 0
        self._checked: set[tuple[int, datetime]] = set()

    def go(self) -> None:
        targets = self._begin()
        refused = self._erase()
        if self._gone and self._time_is_up():
            self._leave()
            return
        for batch in self._batches(targets):  # at least one a turn, however short it is
            self._claim(batch)
            refused = self._erase() or refused
            if self._time_is_up():
                self._leave()
                return
        desk, run = self._desk, self._run
        pace = desk.settings.purge_objects_per_second
        for why in thinned_end.take(desk.database, desk.store, run, targets, keep=self._keep, a_second=pace):
            refused = why or refused
            if self._time_is_up():
                self._leave()
                return
        if refused is not None:
            raise refused
        ending.finish(self._desk, self._run, targets)
        self._erase_imports()
        purges_done.inc()

    def _erase_imports(self) -> None:
        """The purge is done and told; what cannot go now goes after the next one."""
        try:
            imports.erase_spent(self._desk)
        except SaksiError as error:
            trouble.labels(error.code).inc()
            log.warning("imported files without footage are still there: %s", error)

    def _begin(self) -> list[Window]:
        """The windows; what stood when the purge began is kept for its certificate."""
        run = self._run
        with self._desk.database.transaction() as connection:
            if "policies" not in run.result:
                known = policies.in_force(connection, run.due_us)
                runs.remember(
                    connection,
                    run,
                    {
                        "policies": {"n": known.count, "sha256": known.sha256.hex()},
                        "holds_before": notices.holds_in_force(connection),
                    },
                )
            return targets_of(connection, run)

    def _batches(self, targets: list[Window]) -> Iterator[list[Due]]:
        """Camera-hours behind the cursor, some thousand chunks at a time."""
        by_camera = {one.camera_id: one for one in targets}
        cursor = self._run.result.get("cursor", [0, 0])
        while True:
            values = {
                **windows.columns(targets),
                "after_hour": clock.from_us(cursor[0]),
                "after_camera": cursor[1],
                "limit": _MOST_HOURS,
            }
            with self._desk.database.transaction() as connection:
                rows = connection.execute(query("purge.due_hours"), values).fetchall()
            yield from _in_batches(
                Due(window=by_camera[row["camera_id"]], hour=row["hour"], chunks=row["n"]) for row in rows
            )
            if len(rows) < _MOST_HOURS:
                return
            cursor = [clock.to_us(rows[-1]["hour"]), rows[-1]["camera_id"]]

    def _claim(self, batch: list[Due]) -> None:
        """One transaction: a hold waits for no more than these hours."""
        thinned = self._run.kind == "thinned"
        if thinned:
            self._check_thinned(batch)
        cursor = {"cursor": [clock.to_us(batch[-1].hour), batch[-1].window.camera_id]}
        with self._desk.database.transaction() as connection:
            runs.advance(connection, self._run, CLAIM_S, cursor)
            taken = claim.claim_hours(connection, self._run.purge_id, batch, thinned=thinned)
        chunks_purged.inc(taken.chunks)
        bytes_purged.inc(taken.bytes)

    def _check_thinned(self, batch: list[Due]) -> None:
        """What was kept of originals that are to go is in the store: looked at once a camera-day and turn."""
        for one in batch:
            day = one.hour.replace(hour=0)
            if (one.window.camera_id, day) not in self._checked:
                thinned_purge.check_day(self._desk.database, self._desk.store, one.window, day)
                self._checked.add((one.window.camera_id, day))

    def _erase(self) -> SaksiError | None:
        """Everything that is claimed, or as much as there is time for; answers what the store refused, if anything."""
        pace = self._desk.settings.purge_objects_per_second
        eraser = Eraser(
            self._desk.database, self._desk.store, self._run.purge_id, keep=self._keep, a_second=pace
        )
        while (gone := eraser.step()) is not None:
            objects_erased.inc(gone)
            self._gone += gone
            self._tell(self._gone, int(self._run.expected.get("chunks", 0)))
            if self._time_is_up():
                eraser.confirm()
                break
        return eraser.refused

    def _keep(self, connection: Connection) -> None:
        runs.keep_claim(connection, self._run, CLAIM_S)

    def _time_is_up(self) -> bool:
        return self._until is not None and time.monotonic() > self._until

    def _leave(self) -> None:
        with self._desk.database.transaction() as connection:
            runs.let_go(connection, self._run, pause_s=0)


def _in_batches(due: Iterable[Due]) -> Iterator[list[Due]]:
    batch: list[Due] = []
    chunks = 0
    for one in due:
        batch.append(one)
        chunks += one.chunks
        if chunks >= _BATCH_CHUNKS:
            yield batch
            batch, chunks = [], 0
    if batch:
        yield batch


def targets_of(connection: Any, run: PurgeRun) -> list[Window]:
    """What a purge may take, of each camera."""
    wanted: Mapping[str, Any] = run.wanted
    if run.kind == "pressure":
        return windows.of_pressure(connection, run.due_us, wanted["cutoffs"])
    if run.kind == "manual":
        return windows.of_span(connection, run.due_us, wanted["cameras"], wanted["from"], wanted["to"])
    if run.kind == "thinned":
        return thinned_purge.windows(connection, run.due_us, wanted["after"])
    return windows.of_policy(connection, run.due_us, wanted["keep"])
