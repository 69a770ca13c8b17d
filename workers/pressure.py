"""The regular look at the store's space: alarms, admission, figures for monitoring."""

from __future__ import annotations

import logging

from saksi import clock
from saksi.retention import watch as watching
from saksi.settings import settings
from workers.app import app
from workers.context import database

log = logging.getLogger("saksi.workers.pressure")


@app.task(name="retention.watch")  # type: ignore[untyped-decorator]
def watch() -> list[str]:
    """Looks how the store stands; answers the kinds of alarm that stand. Deletes nothing."""
    with database().transaction() as connection:
        seen = watching.observe(connection, settings(), clock.now_us())
    return [] if seen is None else sorted({one.kind for one in seen.alarms})
