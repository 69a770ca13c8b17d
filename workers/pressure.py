"""The regular look at the store's space: alarms, admission, figures for monitoring, early purges where allowed."""

from __future__ import annotations

import logging

from saksi import clock
from saksi.catalogue import authors
from saksi.errors import Conflict
from saksi.retention import early_purge
from saksi.retention import watch as watching
from saksi.settings import settings
from workers.app import app
from workers.context import database

log = logging.getLogger("saksi.workers.pressure")


@app.task(name="retention.watch")  # type: ignore[untyped-decorator]
def watch() -> list[str]:
    """Looks how the store stands, and announces an early purge when one is wanted; answers the alarms that stand."""
    with database().transaction() as connection:
        seen = watching.observe(connection, settings(), clock.now_us())
    if settings().early_purge:
        try:
            with database().transaction() as connection:
                office = authors.office(connection, settings().keys_folder)
                number = early_purge.announce(connection, office.signer, settings())
        except Conflict as error:  # a clock that cannot be right: a person must look
            log.error("%s", error.diagnostics(settings().lang))
        else:
            if number is not None:
                log.warning("early purge %d is announced", number)
    return [] if seen is None else sorted({one.kind for one in seen.alarms})
