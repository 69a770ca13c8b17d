"""Purges: announced once a day, carried out in short turns, so that other work of the same process gets its own."""

from __future__ import annotations

import logging
from datetime import timedelta

from saksi import clock
from saksi.catalogue import authors, days
from saksi.errors import Conflict
from saksi.retention import purge, schedule
from saksi.settings import settings
from workers.app import app
from workers.context import database, store

log = logging.getLogger("saksi.workers.retention")

_TURN_S = 10.0


@app.task(name="retention.announce")  # type: ignore[untyped-decorator]
def announce() -> int | None:
    """Announces the next nightly purge in the log, unless it is; answers its number."""
    try:
        with database().transaction() as connection:
            office = authors.office(connection, settings().keys_folder)
            number = schedule.announce_next(connection, office.signer, settings())
    except Conflict as error:  # a clock that cannot be right: a person must look
        purge.trouble.labels(error.code).inc()
        log.error("%s", error.diagnostics(settings().lang))
        return None
    if number is not None:
        log.info("purge %d is announced", number)
    return number


@app.task(name="retention.purge_due")  # type: ignore[untyped-decorator]
def purge_due() -> int | None:
    """One turn at the purge that is due; answers its number, None when none is."""
    desk = purge.Desk(database=database(), store=store(), settings=settings())
    try:
        run = purge.run_next(desk, seconds=_TURN_S)
    except Conflict as error:
        purge.trouble.labels(error.code).inc()
        log.error("%s", error.diagnostics(settings().lang))
        return None
    if run is None:
        return None
    if run.state == "running" and not run.last_error:
        app.send_task("retention.purge_due", expires=60)
    return run.purge_id


@app.task(name="retention.drop_days")  # type: ignore[untyped-decorator]
def drop_days() -> int:
    """Drops day partitions in which nothing is left; answers how many."""
    dropped = days.drop_empty(database(), clock.now() - timedelta(days=2))
    if dropped:
        log.info("partitions dropped: %s", ", ".join(day.isoformat() for day in dropped))
    return len(dropped)
