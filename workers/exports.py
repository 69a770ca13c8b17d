"""Evidence packages, one at a time a process; what is due stands in the catalogue."""

from __future__ import annotations

from saksi.desk import Desk
from saksi.export.job import run_next
from saksi.settings import settings
from workers.app import app
from workers.context import database, store

# A package of many gigabytes takes its time; a worker that dies loses its claim, not the package.
_MOST_SECONDS = 24 * 3600


# Acknowledged at once: a message that came back while the work still runs would only find the claim taken.
@app.task(name="exports.build_due", acks_late=False, time_limit=_MOST_SECONDS, soft_time_limit=None)  # type: ignore[untyped-decorator]
def build_due() -> int:
    """Builds what is due; answers how many were tried."""
    desk = Desk(database=database(), store=store(), settings=settings())
    tried = 0
    while run_next(desk) is not None:
        tried += 1
    return tried
