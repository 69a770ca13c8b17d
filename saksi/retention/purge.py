"""Carries a purge out: claim a camera-day, erase its objects, look that they are gone, and at the end tell the log.

May stop after any statement and any request, and be taken up by anybody: what was claimed is erased first, then the
cursor goes on. docs/decisions/0012 has the order and why.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prometheus_client import Counter, Gauge

from saksi import clock, keys
from saksi.catalogue import ledger
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.keys import purge_key
from saksi.custody.signing import Signer
from saksi.errors import SaksiError, Unavailable
from saksi.ledger.identity import origin_of
from saksi.objects.store import ObjectStore
from saksi.retention import (
    by_hand_custody,
    certificate,
    claim,
    notices,
    plausible,
    policies,
    runs,
    thinned_end,
    thinned_purge,
    windows,
)
from saksi.retention.erase_run import Eraser
from saksi.retention.runs import Lost, PurgeRun
from saksi.retention.windows import Window
from saksi.settings import Settings

log = logging.getLogger("saksi.retention")

CLAIM_S = 120.0
_PAUSE_S = 60.0
_BATCH_CHUNKS = 2000  # claimed before their objects are erased: what a crash leaves to be taken up is small

chunks_purged = Counter("saksi_purge_chunks_total", "Chunks whose rows a purge took.")
bytes_purged = Counter("saksi_purge_bytes_total", "Bytes of them.")
objects_erased = Counter("saksi_purge_objects_total", "Objects erased and seen to be gone.")
purges_done = Counter("saksi_purges_done_total", "Purges carried out and told in the log.")
trouble = Counter("saksi_purge_failures_total", "Tries that were put off.", ["cause"])
overdue = Gauge("saksi_purge_overdue_seconds", "How long the oldest purge that is due has been waiting.")

Tell = Callable[[int, int], None]  # chunks gone so far, chunks expected


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where purges are carried out."""

    database: Database
    store: ObjectStore
    settings: Settings

    def signer(self) -> Signer:
        """The office's key, known to the log."""
        signer = keys.signer(self.settings.keys_folder, "office")
        with self.database.transaction() as connection:
            ledger.enrol(connection, signer, role="office")
        return signer


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
        self._finish(targets)

    def _begin(self) -> list[Window]:
        """The windows; what stood when the purge began is kept for its certificate."""
        run = self._run
        with self._desk.database.transaction() as connection:
            targets = targets_of(connection, run)
            known = policies.in_force(connection, run.due_us)
            runs.remember(
                connection,
                run,
                {
                    "policies": {"n": known.count, "sha256": known.sha256.hex()},
                    "holds_before": notices.holds_in_force(connection),
                },
            )
        return targets

    def _batches(self, targets: list[Window]) -> Iterator[list[tuple[Window, Any]]]:
        """Camera-days behind the cursor, some thousand chunks at a time."""
        by_camera = {one.camera_id: one for one in targets}
        cursor = self._run.result.get("cursor", [0, 0])
        values = {
            **windows.columns(targets),
            "after_day": clock.from_us(cursor[0]),
            "after_camera": cursor[1],
        }
        with self._desk.database.transaction() as connection:
            rows = connection.execute(query("purge.due_days"), values).fetchall()
        batch: list[tuple[Window, Any]] = []
        chunks = 0
        for row in rows:
            batch.append((by_camera[row["camera_id"]], row["day"]))
            chunks += row["n"]
            if chunks >= _BATCH_CHUNKS:
                yield batch
                batch, chunks = [], 0
        if batch:
            yield batch

    def _claim(self, batch: list[tuple[Window, Any]]) -> None:
        """A transaction a camera-day: a hold never waits for more than one."""
        thinned = self._run.kind == "thinned"
        for window, day in batch:
            if thinned:
                thinned_purge.check_day(self._desk.database, self._desk.store, window, day)
            with self._desk.database.transaction() as connection:
                cursor = {"cursor": [clock.to_us(day), window.camera_id]}
                runs.advance(connection, self._run, CLAIM_S, cursor)
                taken = claim.claim_day(connection, self._run.purge_id, window, day, thinned=thinned)
            chunks_purged.inc(taken.chunks)
            bytes_purged.inc(taken.bytes)

    def _erase(self) -> SaksiError | None:
        """Everything that is claimed, or as much as there is time for; answers what the store refused, if anything."""
        pace = self._desk.settings.purge_objects_per_second
        eraser = Eraser(self._desk.database, self._desk.store, self._run.purge_id, a_second=pace)
        while (gone := eraser.step()) is not None:
            objects_erased.inc(gone)
            self._gone += gone
            self._tell(self._gone, int(self._run.expected.get("chunks", 0)))
            with self._desk.database.transaction() as connection:
                runs.keep_claim(connection, self._run, CLAIM_S)
            if self._time_is_up():
                break
        return eraser.refused

    def _keep(self, connection: Connection) -> None:
        runs.keep_claim(connection, self._run, CLAIM_S)

    def _time_is_up(self) -> bool:
        return self._until is not None and time.monotonic() > self._until

    def _leave(self) -> None:
        with self._desk.database.transaction() as connection:
            runs.let_go(connection, self._run, pause_s=0)

    def _finish(self, targets: list[Window]) -> None:
        desk, run = self._desk, self._run
        signer = desk.signer()
        totals = certificate.total(desk.database, run.purge_id)
        finished_us = clock.now_us()
        with desk.database.transaction() as connection:
            runs.keep_claim(connection, run, CLAIM_S)
            run = runs.get(connection, run.purge_id)
            facts = {**_course(run), "holds": notices.holds_in_force(connection), "finished": finished_us}
            values = windows.columns(targets)
            kept = [
                {"why": row["why"], "hours": row["hours"], "chunks": int(row["chunks"]), "bytes": int(row["bytes"])}
                for row in connection.execute(query("purge.kept"), values)
            ]  # fmt: skip
            unsealed = connection.execute(query("purge.unsealed"), values).fetchone()
            archive = origin_of(connection, desk.settings)
            asked = by_hand_custody.facts(connection, run) if run.kind == "manual" else {}
            facts |= thinned_end.totals(connection, run.purge_id)
        assert unsealed is not None
        facts |= {"kept": kept, "unsealed_runs": unsealed["runs"]}
        signed = certificate.make(signer, run, totals, archive=archive, facts={**facts, **asked})
        _put(desk.store, purge_key(run.purge_id, "tombstones.jsonl"), totals.lines)
        _put(desk.store, purge_key(run.purge_id, "certificate.json"), signed)
        body = {
            "purge": run.purge_id,
            "kind": run.kind,
            "due": run.due_us,
            **facts,
            **totals.sums,
            "tombstones": {"n": totals.n, "root": totals.root.hex()},
            "certificate": hashlib.sha256(signed).hexdigest(),
        }
        assert run.notice_leaf is not None
        with desk.database.transaction() as connection:
            if run.kind == "manual":
                by_hand_custody.take_chains(connection, run)
            entry = notices.tell_done(
                connection, signer, notice_leaf=run.notice_leaf, body=body, at_us=finished_us
            )
            result = {"kept": kept, **totals.sums, "agencies": totals.agencies}
            if run.kind == "manual":
                by_hand_custody.tell_executed(connection, signer, run, entry.leaf)
            runs.finish(connection, self._run, entry_id=entry.entry_id, certificate=signed, result=result)
        purges_done.inc()
        log.info("purge %d done: %s", run.purge_id, totals.sums)


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


def _course(run: PurgeRun) -> dict[str, Any]:
    """What was remembered of its beginning, for the certificate and the log."""
    return {name: run.result[name] for name in ("policies", "holds_before")}


def _put(store: ObjectStore, key: str, body: bytes) -> None:
    store.put(key, body, sha256=hashlib.sha256(body).digest(), content_type="application/json")
