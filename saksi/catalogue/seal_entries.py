"""The log's entry of a seal: what is under it, its gaps and why, between which tips of the run it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from psycopg.types.multirange import TimestamptzMultirange

from saksi import clock
from saksi.catalogue import ledger
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Connection, query
from saksi.catalogue.timeline import JITTER_US, Pair, cause_of


def add(connection: Connection, author: Author, seal: Mapping[str, Any], before_us: int | None) -> None:
    """Logs a seal in the transaction that makes it; `before_us` is the end of the chunk before its first."""
    gaps = _gaps(connection, seal["camera_id"], before_us, _pairs(seal["spans"]))
    added = ledger.append(connection, author.signer, kind="seal", chain=author.chain, body=_body(seal, gaps))
    connection.execute(query("seals.add_entry"), {**seal, "entry_id": added.entry_id})
    connection.execute(query("seals.paid"), {**seal, "what": "entry"})


def log_owed(connection: Connection, author: Author, limit: int) -> int:
    """Logs seals that have no entry; answers how many."""
    author.lock(connection)
    rows = connection.execute(query("seals.unlogged"), {"limit": limit}).fetchall()
    for row in rows:
        add(connection, author, row, None if row["before"] is None else clock.to_us(row["before"]))
    return len(rows)


def holes(before_us: int | None, pairs: Iterable[Pair]) -> list[Pair]:
    """Times without footage between stretches, and between `before_us` and the first; jitter is none."""
    found, end_us = [], before_us
    for start_us, until_us in pairs:
        if end_us is not None and start_us - end_us > JITTER_US:
            found.append((end_us, start_us))
        end_us = until_us if end_us is None else max(end_us, until_us)
    return found


def _body(seal: Mapping[str, Any], gaps: Sequence[Sequence[int | str]]) -> dict[str, object]:
    return {
        "camera": seal["camera"],
        "hour": clock.to_us(seal["hour"]),
        "part": seal["part"],
        "run": seal["run"],
        "first": seal["first_seq"],
        "last": seal["last_seq"],
        "n": seal["n"],
        "bytes": seal["bytes"],
        "frames": seal["frames"],
        "spans": [list(pair) for pair in _pairs(seal["spans"])],
        "gaps": gaps,
        "chain_in": seal["chain_in"].hex(),
        "chain_out": seal["chain_out"].hex(),
        "root": seal["root"].hex(),
    }


def _gaps(
    connection: Connection, camera_id: int, before_us: int | None, pairs: Sequence[Pair]
) -> list[list[int | str]]:
    found = holes(before_us, pairs)
    if not found:
        return []
    window = {
        "cameras": [camera_id],
        "from": clock.from_us(found[0][0]),
        "to": clock.from_us(found[-1][1]),
    }
    outages = [
        (
            clock.to_us(row["start_at"]),
            clock.LATEST_US if row["end_at"] is None else clock.to_us(row["end_at"]),
            row["reason"],
        )
        for row in connection.execute(query("footage.outages"), window)
    ]
    return [[start_us, end_us, cause_of((start_us, end_us), outages)] for start_us, end_us in found]


def _pairs(spans: TimestamptzMultirange) -> list[Pair]:
    found = []
    for span in spans:
        assert span.lower is not None
        assert span.upper is not None
        found.append((clock.to_us(span.lower), clock.to_us(span.upper)))
    return found
