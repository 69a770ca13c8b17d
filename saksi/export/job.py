"""One export from the list to the sealed package: freshen, gather, build, tell. `build.py` has the commit order."""

from __future__ import annotations

import logging
import time

from prometheus_client import Counter

from saksi import clock
from saksi.catalogue import authors, cases, custody, exports, seals
from saksi.catalogue.custody import Who
from saksi.catalogue.database import Connection, query
from saksi.catalogue.exports import Export
from saksi.catalogue.pulse_requests import request_pulses
from saksi.custody.package import Differs
from saksi.custody.signing import Signer
from saksi.errors import SaksiError, Unavailable
from saksi.export import derived, gather, record, report, statement, texts
from saksi.export.anchoring import anchor
from saksi.export.build import Builder
from saksi.export.desk import Desk, Lost
from saksi.export.onvif import FileKey
from saksi.export.plan import Plan, keep, kept
from saksi.export.stills import stills
from saksi.fmp4.boxes import Malformed
from saksi.ledger import identity, sequencer

log = logging.getLogger("saksi.export")

CLAIM_S = 60.0
_TELL_US = 1_000_000
_FRESH_S = 12.0
_LOOK_S = 0.2
_MOST_ATTEMPTS = 8
_PAUSE_S = 15.0

sealed = Counter("saksi_exports_sealed_total", "Evidence packages sealed.")
failed = Counter("saksi_exports_failed_total", "Evidence packages that cannot be built.")
retried = Counter("saksi_exports_retries_total", "Tries at a package that ended in a passing failure.")


def run_next(desk: Desk) -> Export | None:
    """Claims the oldest export due and builds it; None when nothing is due. A failure is recorded, not raised."""
    with desk.database.transaction() as connection:
        export = exports.claim(connection, claim_s=CLAIM_S)
    if export is None:
        return None
    try:
        _run(desk, export)
    except Lost:
        log.warning("export %s is another worker's by now", export.export_id)
    except Unavailable as error:
        _again(desk, export, error)
    except (SaksiError, Differs, Malformed) as error:
        _fail(desk, export, str(error))
    return export


def _run(desk: Desk, export: Export) -> None:
    signer = desk.signer("export")
    plan = kept(desk.store, export.plan_key)
    if plan is None:
        plan = _plan(desk, export, signer)
        keep(desk.store, export.plan_key, plan)
    told_us = 0

    def passed(done: int, stage: str) -> None:
        nonlocal told_us
        if clock.monotonic_us() - told_us > _TELL_US:
            told_us = clock.monotonic_us()
            _tell(desk, export, done, plan.estimate, stage)

    def begun(upload_id: str) -> None:
        with desk.database.transaction() as connection:
            exports.remember_upload(connection, export, upload_id)

    builder = Builder(
        database=desk.database,
        store=desk.store,
        signer=signer,
        file_key=FileKey(desk.settings.keys_folder, desk.settings.organization),
        export=export,
        plan=plan,
        finish=lambda files: report.files(plan, files),
    )
    stored = builder.build(begun=begun, passed=passed)
    office = desk.signer("office")
    with desk.database.transaction() as connection:
        if not exports.seal(
            connection, export, size=stored.size, sha256=stored.sha256, files=builder.exported
        ):
            raise Lost
        _record(connection, desk, export, office, stored.sha256.hex(), "ok")
    sealed.inc()
    log.info("export %s sealed: %s, %d bytes", export.export_id, export.package, stored.size)


def _plan(desk: Desk, export: Export, export_key: Signer) -> Plan:
    """Gathers, then waits for a checkpoint that covers all of it, and fixes both."""
    _tell(desk, export, 0, 0, "footage")
    with desk.database.transaction() as connection:
        asked = gather.asked(connection, export)
    for one in asked:
        _freshen(desk, one.camera_id, one.camera, one.from_us, one.to_us)
    _tell(desk, export, 0, 0, "seals")
    with desk.database.transaction() as connection:
        office = authors.office(connection, desk.settings.keys_folder)
        scopes = gather.find(connection, export)
    wanted = [
        (one.asked.camera_id, part.chunks[0].entry.start_us, part.chunks[-1].entry.end_us)
        for one in scopes
        for part in one.runs
        if part.chunks
    ]
    if wanted:
        seals.request_seals(desk.database, office, wanted)
        since_us = min(start_us for _, start_us, _ in wanted)
        request_pulses(desk.database, gather.told_to(scopes), since_us)
    _tell(desk, export, 0, 0, "ledger")
    with desk.database.transaction() as connection:
        gathered = gather.gather(connection, desk.store, export)
    with desk.database.transaction() as connection:
        log_key = identity.log_key(connection, desk.settings)
        policy = identity.policy(connection, desk.settings)
    covering = sequencer.checkpoint_now(desk.database, desk.store, log_key)
    checkpoint = anchor(desk.database, covering, policy, desk.settings.ledger_tsa)
    with desk.database.transaction() as connection:
        rows = record.entries(connection, gathered.entry_ids)
        signing = sorted({row["key_id"] for row in rows} | {export_key.key_id})
        enrolled = record.enrolments(connection, signing)
        rows = record.entries(connection, {*gathered.entry_ids, *enrolled})
        fixed = record.fix(connection, checkpoint, rows)
        made_us = clock.now_us()
        meta = {
            **gather.files(gathered),
            **fixed.files(),
            **record.checkpoints(connection, fixed),
            "meta/keys.json": record.keys_file(connection, [*signing, *(row["key_id"] for row in rows)]),
            "meta/policy.txt": identity.policy(connection, desk.settings).encode(),
            **record.stamp(connection, checkpoint),
        }
        predicate = statement.predicate(gathered, export, fixed, log_key.origin, made_us)
        processed = derived.processed(connection, export)
    told = {
        "office": report.office(desk.settings),
        "case": {name: getattr(gathered.case, name) for name in ("number", "report", "title", "officers")},
        "stills": stills(desk.store, gathered.scopes),
    }
    return Plan(
        package=export.package,
        made_us=made_us,
        organization=desk.settings.organization,
        first=texts.first_files(export.package, gathered.case.number, export_key.public, log_key),
        meta=meta,
        predicate=predicate,
        originals=gather.originals(gathered),
        copies=gather.copies(gathered),
        processed=processed,
        report=told,
    )


def _freshen(desk: Desk, camera_id: int, camera: str, from_us: int, to_us: int) -> None:
    """Footage up to the end of the span is in the store, or enough was waited for it.

    A camera that is being recorded has its open chunk cut; what does not come is told as it is.
    """
    values = {
        "camera_id": camera_id,
        "camera": camera,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
    }
    until_us = clock.monotonic_us() + round(_FRESH_S * 1e6)
    cut = False
    while clock.monotonic_us() < until_us:
        with desk.database.transaction() as connection:
            row = connection.execute(query("export.fresh"), values).fetchone()
            assert row is not None
            lacking = bool(row["recording"]) and not row["announced"]
            if not lacking and not row["pending"]:
                return
            if lacking and not cut:
                connection.execute(query("export.cut"), values)
                cut = True
        time.sleep(_LOOK_S)


def _tell(desk: Desk, export: Export, done: int, total: int, stage: str) -> None:
    with desk.database.transaction() as connection:
        if not exports.progress(connection, export, done=done, total=total, stage=stage, claim_s=CLAIM_S):
            raise Lost


def _again(desk: Desk, export: Export, error: SaksiError) -> None:
    if export.attempts >= _MOST_ATTEMPTS:
        _fail(desk, export, str(error))
        return
    retried.inc()
    log.warning("export %s, try %d: %s", export.export_id, export.attempts, error)
    with desk.database.transaction() as connection:
        exports.try_later(connection, export, str(error), _PAUSE_S)


def _fail(desk: Desk, export: Export, why: str) -> None:
    failed.inc()
    log.error("export %s cannot be built: %s", export.export_id, why)
    if export.upload_id:
        desk.store.resume_upload(export.key, export.upload_id).abort()
    office = desk.signer("office")
    with desk.database.transaction() as connection:
        if exports.fail(connection, export, why):
            _record(connection, desk, export, office, "", why)


def _record(
    connection: Connection, desk: Desk, export: Export, signer: Signer, sha256: str, result: str
) -> None:
    """The archive itself tells what became of it."""
    what = {"export": str(export.export_id), "package": export.package, "sha256": sha256}
    case = cases.find(connection, export.case, None)
    custody.record(connection, signer, case, "export.build", who=Who(name="saksi"), what=what, result=result)
