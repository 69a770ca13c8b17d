"""Small regular duties: camera-hour seals and partitions ahead of need."""

from __future__ import annotations

import logging

from prometheus_client import Counter

from saksi import clock
from saksi.catalogue import seals
from saksi.catalogue.database import query
from saksi.errors import IntegrityError
from workers.app import app
from workers.context import database

log = logging.getLogger("saksi.workers.upkeep")

_RUNS_A_ROUND = 500
_refused = Counter(
    "saksi_workers_seals_refused_total", "Runs that could not be sealed: rows and chain differ."
)


@app.task(name="upkeep.seal_hours")  # type: ignore[untyped-decorator]
def seal_hours() -> int:
    """Seals the hours that are over, one short transaction a run; answers how many seals were made."""
    now = clock.now()
    with database().transaction() as connection:
        due = seals.due_runs(connection, now, _RUNS_A_ROUND)
    made = 0
    for run_no in due:
        try:
            with database().transaction() as connection:
                made += seals.seal_run(connection, run_no, now)
        except IntegrityError as error:  # one broken run keeps no other from its seal
            _refused.inc()
            log.error("%s", error)
    if made:
        log.info("%d camera-hours sealed", made)
    return made


@app.task(name="upkeep.prepare_days")  # type: ignore[untyped-decorator]
def prepare_days() -> None:
    """Chunk partitions of the coming week."""
    with database().transaction() as connection:
        connection.execute(query("upkeep.prepare_days"))
