"""Tickets of what breaks terms, opened and closed by rule."""

from __future__ import annotations

import logging

from saksi import clock
from saksi.compliance import ticket_sync
from saksi.settings import settings
from workers.app import app
from workers.context import database

log = logging.getLogger("saksi.workers.compliance")


@app.task(name="compliance.tickets")  # type: ignore[untyped-decorator]
def tickets() -> int:
    """Looks at what is wrong now; answers how many tickets were opened, reopened and closed."""
    chosen = settings()
    with database().transaction() as connection:
        done = ticket_sync.sync(
            connection, clock.now_us(), zone=chosen.zone, down_minutes=chosen.ticket_down_minutes
        )
    if any(done.values()):
        log.info("tickets: %d opened, %d reopened, %d closed", *done.values())
    return sum(done.values())
