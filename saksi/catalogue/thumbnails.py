"""Thumbnails owed (the outbox) and made. The outbox is the memory: an emptied broker loses nothing."""

from __future__ import annotations

from dataclasses import dataclass

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.catalogue.footage import Chunk, chunk


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A thumbnail to make. `chunk` is None when its chunk is gone."""

    outbox_id: int
    camera_id: int
    attempts: int
    chunk: Chunk | None


def claim(connection: Connection, *, limit: int, claim_s: float) -> list[Owed]:
    """Takes at most `limit` due items for `claim_s` seconds."""
    rows = connection.execute(query("thumbnails.claim"), {"limit": limit, "claim_s": claim_s}).fetchall()
    return [
        Owed(
            outbox_id=row["outbox_id"],
            camera_id=row["camera_id"],
            attempts=row["attempts"],
            chunk=chunk(connection, row["camera_id"], clock.to_us(row["start_at"]), row["run_no"]),
        )
        for row in rows
    ]


def done(connection: Connection, owed: Owed) -> None:
    """The item is paid."""
    connection.execute(query("thumbnails.done"), {"outbox_id": owed.outbox_id})


def fail(connection: Connection, owed: Owed, error: str) -> None:
    """The item could not be made now; it comes back after twice as long a wait as last time."""
    connection.execute(query("thumbnails.fail"), {"outbox_id": owed.outbox_id, "error": error[:500]})


def add(connection: Connection, camera_id: int, at_us: int, object_key: str, size: int) -> None:
    """Records a thumbnail of the frame at `at_us`."""
    values = {"camera_id": camera_id, "at": clock.from_us(at_us), "object_key": object_key, "size": size}
    connection.execute(query("thumbnails.add"), values)
