"""Openings and closings of runs as entries of the log, in the transaction in which the catalogue learns of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from saksi import clock
from saksi.catalogue import ledger
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Connection, query
from saksi.custody.chain import RunClosing, RunOpening


def opened(connection: Connection, author: Author, opening: RunOpening) -> None:
    """Logs that a run in the catalogue began; once, however often it is told."""
    body = {"event": "open", "opening": opening.as_object()}
    _log(connection, author, opening.run, "open", body)


def closed(connection: Connection, author: Author, closing: RunClosing, tip: bytes) -> None:
    """Logs that a run in the catalogue ended with this tip; once, however often it is told."""
    body = {"event": "close", "closing": closing.as_object(), "tip": tip.hex()}
    _log(connection, author, closing.run, "close", body)


def log_owed(connection: Connection, author: Author, limit: int) -> int:
    """Logs openings and closings that the recorder itself did not; answers how many."""
    author.lock(connection)
    rows = connection.execute(query("runs.owed"), {"limit": limit}).fetchall()
    for row in rows:
        if row["event"] == "open":
            opened(connection, author, opening_of(row))
        else:
            closed(connection, author, closing_of(row), row["closed_tip"])
    return len(rows)


def _log(connection: Connection, author: Author, run: str, event: str, body: Mapping[str, object]) -> None:
    author.lock(connection)
    row = connection.execute(query("runs.lock"), {"run": run}).fetchone()
    assert row is not None, "the catalogue is told first"
    values = {"run_no": row["run_no"], "event": event}
    if connection.execute(query("runs.known"), values).fetchone() is None:
        added = ledger.append(connection, author.signer, kind="run", chain=author.chain, body=body)
        connection.execute(query("runs.add_entry"), {**values, "entry_id": added.entry_id})
    connection.execute(query("runs.paid"), values)


def opening_of(row: Mapping[str, Any]) -> RunOpening:
    """The opening that a row of `run`, with its camera's code, tells of."""
    return RunOpening(
        camera=row["camera"],
        run=str(row["run"]),
        epoch=row["epoch"],
        recorder=row["recorder"],
        reason=row["reason"],
        parent=row["parent"].hex(),
        at_us=clock.to_us(row["opened_at"]),
        origin=row["origin"],
        file=(row["file_sha256"] or b"").hex(),
    )


def closing_of(row: Mapping[str, Any]) -> RunClosing:
    """The closing likewise, of a run that is closed."""
    return RunClosing(
        camera=row["camera"],
        run=str(row["run"]),
        last_seq=row["last_seq"],
        reason=row["close_reason"],
        at_us=clock.to_us(row["closed_at"]),
    )
