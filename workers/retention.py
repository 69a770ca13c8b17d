"""Purges: announced once a day, carried out in short turns, so that other work of the same process gets its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from saksi import clock
from saksi.catalogue import authors, days
from saksi.catalogue.database import Connection
from saksi.custody.signing import Signer
from saksi.embedded.vacuum import vacuum_own
from saksi.errors import BadInput, Conflict, SaksiError
from saksi.retention import purge, schedule, upcoming_mail
from saksi.settings import Settings, settings
from workers.app import app
from workers.context import database, store

log = logging.getLogger("saksi.workers.retention")

_TURN_S = 10.0
_GIVE_BACK_S = 90.0


@app.task(name="retention.announce")  # type: ignore[untyped-decorator]
def announce() -> int | None:
    """Announces the next nightly purge in the log, unless it is; answers its number."""
    return announce_by(schedule.announce_next, "purge %d is announced")


def announce_by(announce_next: Callable[[Connection, Signer, Settings], int | None], said: str) -> int | None:
    """Has a purge announced, and logs `said` with its number; None when there is none to announce."""
    try:
        with database().transaction() as connection:
            office = authors.office(connection, settings().keys_folder)
            number = announce_next(connection, office.signer, settings())
    except Conflict as error:  # a clock that cannot be right: a person must look
        purge.trouble.labels(error.code).inc()
        log.error("%s", error.diagnostics(settings().lang))
        return None
    if number is not None:
        log.info(said, number)
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
    elif run.state == "done" and run.result.get("bytes"):
        app.send_task("retention.give_back", expires=3600)
    return run.purge_id


@app.task(name="retention.give_back")  # type: ignore[untyped-decorator]
def give_back() -> None:
    """Has the embedded store give the space of what was purged back at once; another store does so by itself."""
    try:
        freed = vacuum_own(settings(), seconds=_GIVE_BACK_S)
    except SaksiError as error:  # it goes on by itself
        log.info("%s", error.diagnostics(settings().lang))
        return
    if freed is not None:
        log.info("the store took %d bytes of its disk and takes %d now", freed.before, freed.after)


@app.task(name="retention.mail_digest")  # type: ignore[untyped-decorator]
def mail_digest() -> int:
    """Mails agencies what the coming days delete, where a mail server is set; answers how many went out."""
    try:
        return upcoming_mail.send_due(database(), settings())
    except BadInput as error:
        upcoming_mail.mails.labels("failed").inc()
        log.error("%s", error.diagnostics(settings().lang))
        return 0


@app.task(name="retention.drop_days")  # type: ignore[untyped-decorator]
def drop_days() -> int:
    """Drops day partitions in which nothing is left; answers how many."""
    dropped = days.drop_empty(database(), clock.now() - timedelta(days=2))
    if dropped:
        log.info("partitions dropped: %s", ", ".join(day.isoformat() for day in dropped))
    return len(dropped)
