"""Small regular duties: camera-hour seals, their lines in the store, and partitions ahead of need."""

from __future__ import annotations

import logging

from prometheus_client import Counter

from saksi import clock
from saksi.catalogue import attempts, authors, drops, runs, seal_entries, seals
from saksi.catalogue.database import query
from saksi.errors import IntegrityError
from saksi.retention import policy_entries
from saksi.settings import settings
from workers.app import app
from workers.context import database, store

log = logging.getLogger("saksi.workers.upkeep")

_RUNS_A_ROUND = 500
_ENTRIES_A_ROUND = 500
_refused = Counter(
    "saksi_workers_seals_refused_total", "Runs that could not be sealed: rows and chain differ."
)


@app.task(name="upkeep.seal_hours")  # type: ignore[untyped-decorator]
def seal_hours() -> int:
    """Seals what no living recorder will: hours of recorders that are gone.

    Logs runs, seals and starting policies that have no entry yet. One short transaction a run; answers how many
    seals were made.
    """
    with database().transaction() as connection:
        office = authors.office(connection, settings().keys_folder)
        due = seals.orphaned_runs(connection, clock.now(), _RUNS_A_ROUND)
    made = 0
    for run_no in due:
        try:
            with database().transaction() as connection:
                made += seals.seal_run(connection, office, run_no, clock.now())
        except IntegrityError as error:  # one broken run keeps no other from its seal
            _refused.inc()
            log.error("%s", error)
    with database().transaction() as connection:
        logged = runs.log_owed(connection, office, _ENTRIES_A_ROUND)
    with database().transaction() as connection:
        logged += seal_entries.log_owed(connection, office, _ENTRIES_A_ROUND)
    with database().transaction() as connection:
        logged += policy_entries.log_owed(connection, office, _ENTRIES_A_ROUND)
    with database().transaction() as connection:
        logged += drops.log_owed(connection, office, _ENTRIES_A_ROUND)
    if made or logged:
        log.info("%d camera-hours sealed, %d entries made up for", made, logged)
    return made


@app.task(name="upkeep.write_seal_lines")  # type: ignore[untyped-decorator]
def write_seal_lines() -> int:
    """Writes the chain entries under seals to the store; answers of how many seals."""
    return seals.write_owed(database(), store())


@app.task(name="upkeep.prepare_days")  # type: ignore[untyped-decorator]
def prepare_days() -> None:
    """Chunk partitions of the coming week; attempts to log in that count no more."""
    with database().transaction() as connection:
        connection.execute(query("upkeep.prepare_days"))
        attempts.forget(connection)
