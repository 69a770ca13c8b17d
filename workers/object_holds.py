"""The store's own lock on held footage: looked for when a worker starts and each hour, put and lifted all the time."""

from __future__ import annotations

import logging
from typing import Any

from celery.signals import worker_ready

from saksi import clock
from saksi.errors import SaksiError
from saksi.ledger import identity
from saksi.retention import object_holds, store_lock
from saksi.settings import settings
from workers.app import app
from workers.context import database, store

log = logging.getLogger("saksi.workers.object_holds")

_HOUR_US = 3_600_000_000
_SECONDS = 40.0


@worker_ready.connect  # type: ignore[untyped-decorator]
def started(**_: Any) -> None:
    """Both canaries sing before anybody relies on a lock."""
    app.send_task("ledger.canary", kwargs={"at_start": True}, expires=600)
    app.send_task("object_holds.look", kwargs={"at_start": True}, expires=600)


@app.task(name="object_holds.look")  # type: ignore[untyped-decorator]
def look(at_start: bool = False) -> None:
    """Asks what the bucket offers, tries it, and says so."""
    chosen = settings()
    try:
        with database().transaction() as connection:
            before = store_lock.offer(connection)
            key = identity.log_key(connection, chosen)
        found = store_lock.look(database(), store(), key, at_start=at_start)
    except SaksiError as error:
        log.warning("%s", error.diagnostics(chosen.lang))
        return
    if not found.offered:
        if at_start or before is None or before.offered:
            asked_for = (
                " although SAKSI_OBJECT_LOCK is set: only a new bucket gets it" if chosen.object_lock else ""
            )
            log.info(
                "bucket %s has no object lock%s; holds stand in the archive alone", store().bucket, asked_for
            )
    elif not found.passed:
        log.error("bucket %s takes legal holds that do not hold: %s", store().bucket, ", ".join(found.failed))
    elif at_start or before is None or not before.passed:
        log.info("bucket %s has object lock, and its legal hold holds", store().bucket)


@app.task(name="object_holds.work")  # type: ignore[untyped-decorator]
def work() -> int:
    """Puts and lifts what is due; answers how many objects."""
    with database().transaction() as connection:
        found = store_lock.offer(connection)
    if found is None or clock.now_us() - found.asked_us > _HOUR_US:
        app.send_task("object_holds.look", expires=60)
    if found is None or not found.offered or found.bucket != store().bucket:
        return 0
    try:
        done = object_holds.work(database(), store(), seconds=_SECONDS)
    except SaksiError as error:
        log.warning("%s", error.diagnostics(settings().lang))
        return 0
    if done.put or done.lifted or done.failed:
        log.info(
            "legal hold put on %d objects, lifted from %d, %d refused", done.put, done.lifted, done.failed
        )
    if done.more:
        app.send_task("object_holds.work", expires=10)
    return done.put + done.lifted
