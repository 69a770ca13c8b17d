"""One export from the list to the sealed package: plan, build, tell. `build.py` has the commit order.

A chunk that the plan took for whole and that is not, when its bytes pass, ends the plan: the next one reads every byte
beforehand and declares what is lost or damaged. A damaged chunk never keeps the rest of an export back.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from prometheus_client import Counter

from saksi import clock
from saksi.catalogue import cases, custody, exports
from saksi.catalogue.custody import Who
from saksi.catalogue.database import Connection
from saksi.catalogue.exports import Export, ExportedFile
from saksi.custody.package import Differs
from saksi.custody.signing import Signer
from saksi.desk import Desk, Lost
from saksi.errors import IntegrityError, NotFound, SaksiError, Unavailable
from saksi.export import planning, renewal, report, upload
from saksi.export.build import Builder
from saksi.export.onvif import FileKey
from saksi.export.plan import Plan, keep, kept
from saksi.export.presence import DAMAGED, LOST
from saksi.export.warnings import QUORUM
from saksi.fmp4.boxes import Malformed
from saksi.ledger import identity

log = logging.getLogger("saksi.export")

CLAIM_S = 60.0
_TELL_US = 1_000_000
_MOST_ATTEMPTS = 8
_PAUSE_S = 15.0
_WAIT_S = 60.0
_MOST_NAMED = 100  # of absent chunks in custody; the package's statement names all

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
        _fail(desk, export, error)
    return export


def _run(desk: Desk, export: Export) -> None:
    signer = desk.signer("export")
    plan = _ready(desk, export, kept(desk.store, export.plan_key) or _planned(desk, export, signer))
    if plan is None:
        return
    try:
        stored, files = _build(desk, export, signer, plan)
    except (Differs, NotFound, IntegrityError) as error:
        log.error("export %s is planned anew, every byte read: %s", export.export_id, error)
        export = _without_upload(desk, export)
        plan = _ready(desk, export, _planned(desk, export, signer, deep=True))
        if plan is None:
            return
        stored, files = _build(desk, export, signer, plan)
    office = desk.signer("office")
    with desk.database.transaction() as connection:
        if not exports.seal(connection, export, size=stored.size, sha256=stored.sha256, files=files):
            raise Lost
        _record(connection, export, office, stored.sha256.hex(), plan=plan)
    sealed.inc()
    log.info("export %s sealed: %s, %d bytes", export.export_id, export.package, stored.size)


def _planned(desk: Desk, export: Export, signer: Signer, *, deep: bool = False) -> Plan:
    # A plan that is found wrong only when the witnesses have come costs another visit of theirs.
    deep = deep or export.wait_for_witnesses
    plan = planning.plan(desk, export, signer, deep=deep, tell=_Teller(desk, export))
    keep(desk.store, export.plan_key, plan)
    return plan


def _ready(desk: Desk, export: Export, plan: Plan) -> Plan | None:
    """The plan to build; None when the export waits for witnesses that have not signed, to be looked at again."""
    if not export.wait_for_witnesses or QUORUM not in {one["code"] for one in plan.warnings}:
        return plan
    with desk.database.transaction() as connection:
        policy = identity.policy(connection, desk.settings)
        exports.warn(connection, export, plan.warnings)
    renewed = renewal.witnessed_plan(desk.database, plan, policy)
    if renewed is not None:
        keep(desk.store, export.plan_key, renewed)
        return renewed
    with desk.database.transaction() as connection:
        exports.wait(connection, export, _WAIT_S)
    log.info("export %s waits for the witnesses of the policy", export.export_id)
    return None


def _build(
    desk: Desk, export: Export, signer: Signer, plan: Plan
) -> tuple[upload.Stored, list[ExportedFile]]:
    teller = _Teller(desk, export, plan.estimate)
    with desk.database.transaction() as connection:
        exports.warn(connection, export, plan.warnings)

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
    stored = builder.build(begun=begun, passed=lambda done, stage: teller(stage, done))
    return stored, builder.exported


class _Teller:
    """Says how far the job is, at most once a second or when other work begins, and so keeps the claim."""

    def __init__(self, desk: Desk, export: Export, total: int = 0) -> None:
        self._desk, self._export, self._total = desk, export, total
        self._told_us = 0
        self._stage = ""

    def __call__(self, stage: str, done: int = 0) -> None:
        planning_on = self._total == 0 and stage != self._stage
        if planning_on or clock.monotonic_us() - self._told_us > _TELL_US:
            self._told_us, self._stage = clock.monotonic_us(), stage
            _tell(self._desk, self._export, done, self._total, stage)


def _tell(desk: Desk, export: Export, done: int, total: int, stage: str) -> None:
    with desk.database.transaction() as connection:
        if not exports.progress(connection, export, done=done, total=total, stage=stage, claim_s=CLAIM_S):
            raise Lost


def _again(desk: Desk, export: Export, error: SaksiError) -> None:
    if export.attempts - export.waits >= _MOST_ATTEMPTS:
        _fail(desk, export, error)
        return
    retried.inc()
    log.warning("export %s, try %d: %s", export.export_id, export.attempts, error)
    with desk.database.transaction() as connection:
        exports.try_later(connection, export, str(error), _PAUSE_S)


def _fail(desk: Desk, export: Export, why: Exception) -> None:
    failed.inc()
    log.error("export %s cannot be built: %s", export.export_id, why)
    try:
        _without_upload(desk, export)
    except Lost:
        return
    except Unavailable as error:
        log.warning("parts of %s stay in the store: %s", export.package, error)
    office = desk.signer("office")
    with desk.database.transaction() as connection:
        if exports.fail(connection, export, str(why)):
            _record(connection, export, office, "", why)


def _without_upload(desk: Desk, export: Export) -> Export:
    """Takes back what was sent of the package. Raises Lost when another worker is at it."""
    with desk.database.transaction() as connection:
        now = exports.find(connection, export.export_id)
        if now.attempts != export.attempts:
            raise Lost
        exports.remember_upload(connection, export, "")
    if now.upload_id:
        desk.store.resume_upload(now.key, now.upload_id).abort()
    return replace(export, upload_id="")


def _missing(plan: Plan) -> list[list[object]]:
    """Camera, run, number and state of chunks that the store did not give, each once."""
    rows = {
        (told["camera"], run, seq, state)
        for told in plan.predicate["cameras"]
        for run, seq, state in told["missing"]
        if state in (LOST, DAMAGED)
    }
    return [list(row) for row in sorted(rows)]


def _record(
    connection: Connection,
    export: Export,
    signer: Signer,
    sha256: str,
    error: Exception | None = None,
    *,
    plan: Plan | None = None,
) -> None:
    """The archive itself tells what became of it, what the store no longer had, and which imported files went along."""
    missing = [] if plan is None else _missing(plan)
    what = {**export.what(), "exhibits": list(export.exhibits), "sha256": sha256}
    if isinstance(error, SaksiError):
        what["failure"] = {language: error.diagnostics(language) for language in ("id", "en")}
    if missing:
        what |= {"absent": len(missing), "chunks": [list(row) for row in missing[:_MOST_NAMED]]}
    if plan is not None and export.imported_files:
        what["imported_files"] = [[one.camera, one.run, one.sha256, one.size] for one in plan.imported]
        what["imported_files_absent"] = plan.predicate.get("imported_files", [])
    case = cases.find(connection, export.case, None)
    result = "ok" if error is None else str(error)
    custody.record(connection, signer, case, "export.build", who=Who(name="saksi"), what=what, result=result)
