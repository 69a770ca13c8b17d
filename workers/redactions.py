"""Redacted copies, one at a time a process; what is due stands in the catalogue."""

from __future__ import annotations

from saksi.desk import Desk
from saksi.export.redaction import run_next
from saksi.settings import settings
from workers.app import app
from workers.context import database, store

# A long clip takes its time; a worker that dies loses its claim, and the next one begins anew.
_MOST_SECONDS = 24 * 3600


# Acknowledged at once: a message that came back while the work still runs would only find the claim taken.
@app.task(name="redactions.make_due", acks_late=False, time_limit=_MOST_SECONDS, soft_time_limit=None)  # type: ignore[untyped-decorator]
def make_due() -> int:
    """Makes what is due; answers how many were tried."""
    desk = Desk(database=database(), store=store(), settings=settings())
    tried = 0
    while run_next(desk) is not None:
        tried += 1
    return tried
