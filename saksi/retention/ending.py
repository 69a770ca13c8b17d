"""The end of a purge: its certificate, the lines of its tombstones in the store, and what the log is told."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from saksi import clock
from saksi.catalogue.database import query
from saksi.catalogue.keys import purge_key
from saksi.desk import Desk
from saksi.ledger.identity import origin_of
from saksi.objects.store import ObjectStore
from saksi.retention import (
    by_hand_custody,
    certificate,
    notices,
    runs,
    thinned_end,
    thinning_policies,
    windows,
)
from saksi.retention.runs import PurgeRun
from saksi.retention.windows import Window

log = logging.getLogger("saksi.retention")


def finish(desk: Desk, run: PurgeRun, targets: list[Window]) -> None:
    """Everything is gone: makes the certificate, puts it beside the tombstone lines, and tells the log. Raises Lost."""
    mine = run
    signer = desk.signer("office")
    totals = certificate.total(desk.database, run.purge_id)
    finished_us = clock.now_us()
    with desk.database.transaction() as connection:
        runs.keep_claim(connection, run, runs.CLAIM_S)
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
        if run.kind == "thinned":
            facts["thinning"] = thinning_policies.asking(connection, run.purge_id)
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
        runs.finish(connection, mine, entry_id=entry.entry_id, certificate=signed, result=result)
    log.info("purge %d done: %s", run.purge_id, totals.sums)


def _course(run: PurgeRun) -> dict[str, Any]:
    """What was remembered of its beginning, for the certificate and the log."""
    return {name: run.result[name] for name in ("policies", "holds_before")}


def _put(store: ObjectStore, key: str, body: bytes) -> None:
    store.put(key, body, sha256=hashlib.sha256(body).digest(), content_type="application/json")
