"""Day partitions of chunks that are empty for good: detached and dropped, without keeping readers or writers waiting.

A crash in between leaves a table that stands apart; the next round finds it. A chunk of that day that comes late makes
the partition anew, and one that came while it was taken off is put back with it.
"""

from __future__ import annotations

import logging
from datetime import date, datetime

import psycopg
from psycopg import sql

from saksi.catalogue.database import Database, query

log = logging.getLogger("saksi.catalogue.days")

_LOCK_TIMEOUT = sql.SQL("set lock_timeout = '2s'")


def drop_empty(database: Database, before: datetime) -> list[date]:
    """Drops the partitions of UTC days before that of `before` in which nothing is left; answers which.

    One that somebody reads for long is left for the next round. Raises Unavailable.
    """
    dropped = []
    with database.transaction() as connection:
        rows = connection.execute(query("days.empty"), {"before": before}).fetchall()
        apart = connection.execute(query("days.apart")).fetchall()
    for row in rows:
        if _detach(database, row["name"]):
            apart.append(row)
    for row in apart:
        if _drop(database, row["name"], row["day"]):
            dropped.append(row["day"])
    return dropped


def _detach(database: Database, name: str) -> bool:
    with database.outside_transaction() as connection:
        table = sql.Identifier(name)
        if connection.execute(sql.SQL("select 1 from {} limit 1").format(table)).fetchone() is not None:
            return False  # of chunks under no seal
        try:
            connection.execute(_LOCK_TIMEOUT)
            connection.execute(sql.SQL("alter table chunk detach partition {} concurrently").format(table))
        except psycopg.errors.LockNotAvailable:
            log.info("partition %s is in use; it goes another time", name)
            return False
        finally:
            connection.execute("reset lock_timeout")
    return True


def _drop(database: Database, name: str, day: date) -> bool:
    """Whether the table is gone; one that took a late chunk meanwhile is a partition again."""
    with database.transaction() as connection:
        row = connection.execute(query("days.drop_or_attach"), {"day": day}).fetchone()
    assert row is not None
    if not row["dropped"]:
        log.warning("partition %s took a late chunk while it was detached; it is attached again", name)
    return bool(row["dropped"])
