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
from saksi.errors import IntegrityError
from saksi.messages import register

register(
    "chain_broken",
    en=(
        "The chunks of run {run} after {sealed_seq} do not lead to its tip at {last_seq}.",
        "A row was changed or removed; nothing of it is sealed until `saksi fsck` and a person have looked.",
    ),
    id_=(
        "Chunk run {run} setelah {sealed_seq} tidak menuju ujung rantainya pada {last_seq}.",
        "Ada baris yang diubah atau dihapus; tidak disegel sampai diperiksa dengan `saksi fsck` dan petugas.",
    ),
)

SETTLING = timedelta(
    minutes=5
)  # an hour is sealed so long after its end: late announcements are mostly in by then


def due_runs(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Numbers of runs with unsealed chunks in hours that are over."""
    values = {"before": _hour(now - SETTLING), "limit": limit}
    return [row["run_no"] for row in connection.execute(query("seals.due"), values)]


def seal_run(connection: Connection, run_no: int, now: datetime) -> int:
    """Seals the run's chunks of every hour that is over; answers how many seals were made. Doing it twice is harmless.

    The run is locked meanwhile, so appends to it wait; they are few and this is short. Raises IntegrityError, and
    seals nothing, when the unsealed rows are not the chain that the run's tip stands for.
    """
    run = connection.execute(query("seals.run"), {"run_no": run_no}).fetchone()
    assert run is not None
    if run["last_end"] is None:
        return 0
    rows = connection.execute(query("seals.chunks"), run).fetchall()
    _hold_to_chain(run, rows)
    over = [row for row in rows if row["start_at"] < _hour(now - SETTLING)]
    chain, made = run["sealed_tip"], 0
    for hour, group in groupby(over, key=lambda row: _hour(row["start_at"])):
        chain = _seal(connection, run, hour, list(group), chain)
        made += 1
    return made


def _hold_to_chain(run: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    chain = run["sealed_tip"]
    for row in rows:
        chain = tip(chain, entry_of(row).leaf())
    whole = [row["seq"] for row in rows] == list(range(run["sealed_seq"] + 1, run["last_seq"] + 1))
    if not whole or chain != run["tip"]:
        raise IntegrityError(
            "chain_broken", run=run["run"], sealed_seq=run["sealed_seq"], last_seq=run["last_seq"]
        )


def _seal(
    connection: Connection, run: dict[str, Any], hour: datetime, rows: list[dict[str, Any]], chain: bytes
) -> bytes:
    entries = [entry_of(row) for row in rows]
    leaves = [entry.leaf() for entry in entries]
    chain_out = chain
    for leaf in leaves:
        chain_out = tip(chain_out, leaf)
    connection.execute(query("seals.one_at_a_time"), run)
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
