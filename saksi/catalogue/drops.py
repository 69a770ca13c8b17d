"""Chunks that a full disk took before the store had them: told to the catalogue and to the log in one transaction.

An object that is missing is explained by such an entry and not by a row alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from saksi import clock
from saksi.catalogue import ledger
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Connection, query
from saksi.catalogue.timeline import unite

KIND = "dropped"
_CHUNKS_AN_ENTRY = 500


def tell(connection: Connection, author: Author, run: str, seqs: Sequence[int]) -> list[tuple[int, int]]:
    """A full disk took these chunks before they were in the store; what is known of them stays on record.

    Told twice, or of a chunk that is in the store, it does nothing. Answers the stretches (microseconds UTC, from and
    to) of what was lost and not told before, chunks that follow each other as one.
    """
    author.lock(connection)
    rows = connection.execute(query("drops.drop"), {"run": run, "seqs": list(seqs)}).fetchall()
    _log(connection, author, rows)
    return unite((clock.to_us(row["start_at"]), clock.to_us(row["end_at"])) for row in rows)


def log_owed(connection: Connection, author: Author, limit: int) -> int:
    """Logs what was dropped before the log was told of it; answers how many chunks."""
    author.lock(connection)
    rows = connection.execute(query("drops.owed"), {"limit": limit}).fetchall()
    for _, of_run in groupby(rows, key=lambda row: row["run"]):
        _log(connection, author, list(of_run))
    return len(rows)


def _log(connection: Connection, author: Author, of_run: Sequence[dict[str, Any]]) -> None:
    for first in range(0, len(of_run), _CHUNKS_AN_ENTRY):
        _log_some(connection, author, of_run[first : first + _CHUNKS_AN_ENTRY])


def _log_some(connection: Connection, author: Author, rows: Sequence[dict[str, Any]]) -> None:
    body = {
        "camera": rows[0]["camera"],
        "run": rows[0]["run"],
        "chunks": [[row["seq"], clock.to_us(row["start_at"]), clock.to_us(row["end_at"])] for row in rows],
    }
    added = ledger.append(connection, author.signer, kind=KIND, chain=author.chain, body=body)
    for row in rows:
        connection.execute(query("drops.add_entry"), {**row, "entry_id": added.entry_id})
        connection.execute(query("drops.paid"), row)
