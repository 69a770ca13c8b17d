"""Camera-hour seals: the chunks of a run that start in one hour, under one RFC 6962 root. Kept for ever.

Leaves and tips are recomputed from the columns, so a row that was changed behind the recorder's back cannot be sealed
unnoticed: the last recomputed tip must be the one the run carries.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.catalogue.footage import entry_of
from saksi.catalogue.timeline import JITTER_US, unite
from saksi.custody.canonical import tip
from saksi.custody.merkle import root

SETTLING = timedelta(
    minutes=5
)  # an hour is sealed so long after its end: late announcements are mostly in by then


def due_runs(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Numbers of runs with unsealed chunks in hours that are over."""
    values = {"before": _hour(now - SETTLING), "limit": limit}
    return [row["run_no"] for row in connection.execute(query("seals.due"), values)]


def seal_run(connection: Connection, run_no: int, now: datetime) -> int:
    """Seals the run's chunks of every hour that is over; answers how many seals were made. Doing it twice is harmless.

    The run is locked meanwhile, so appends to it wait; they are few and this is short.
    """
    run = connection.execute(query("seals.run"), {"run_no": run_no}).fetchone()
    assert run is not None
    values = {**run, "before": _hour(now - SETTLING)}
    rows = connection.execute(query("seals.chunks"), values).fetchall()
    chain, made = run["sealed_tip"], 0
    for hour, group in groupby(rows, key=lambda row: _hour(row["start_at"])):
        chain = _seal(connection, run, hour, list(group), chain)
        made += 1
    return made


def _seal(
    connection: Connection, run: dict[str, Any], hour: datetime, rows: list[dict[str, Any]], chain: bytes
) -> bytes:
    entries = [entry_of(row) for row in rows]
    leaves = [entry.leaf() for entry in entries]
    chain_out = chain
    for leaf in leaves:
        chain_out = tip(chain_out, leaf)
    parts = connection.execute(query("seals.parts"), {"camera_id": run["camera_id"], "hour": hour}).fetchone()
    assert parts is not None
    seal = {
        "camera_id": run["camera_id"],
        "run_no": run["run_no"],
        "hour": hour,
        "part": parts["parts"] + 1,
        "first_seq": entries[0].seq,
        "last_seq": entries[-1].seq,
        "n": len(entries),
        "bytes": sum(entry.size for entry in entries),
        "frames": sum(entry.frames for entry in entries),
        "spans": _spans((entry.start_us, entry.end_us) for entry in entries),
        "chain_in": chain,
        "chain_out": chain_out,
        "root": root(leaves),
        "end_at": clock.from_us(entries[-1].end_us),
    }
    connection.execute(query("seals.add"), seal)
    connection.execute(query("seals.advance"), seal)
    return chain_out


def _spans(pairs: Iterable[tuple[int, int]]) -> TimestamptzMultirange:
    ranges = (TimestamptzRange(clock.from_us(a), clock.from_us(b)) for a, b in unite(pairs, JITTER_US))
    return TimestamptzMultirange(ranges)


def _hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
