"""Thumbnails owed (the outbox) and made. The outbox is the memory: an emptied broker loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue import holds, keys
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.footage import Chunk, chunk
from saksi.objects.erase import erase
from saksi.objects.store import ObjectStore


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A thumbnail in the store, of the frame at `at_us`; `size` in bytes."""

    key: str
    at_us: int
    size: int


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A thumbnail to make. `chunk` is None when its chunk is gone, purged since; `start_us` is when it began."""

    outbox_id: int
    camera_id: int
    camera: str
    start_us: int
    attempts: int
    chunk: Chunk | None

    @property
    def key(self) -> str:
        """Where an earlier try left its picture, of a chunk that begins with a keyframe."""
        return keys.thumbnail_key(self.camera, self.start_us)


def claim(connection: Connection, *, limit: int, claim_s: float) -> list[Owed]:
    """Takes at most `limit` due items for `claim_s` seconds."""
    rows = connection.execute(query("thumbnails.claim"), {"limit": limit, "claim_s": claim_s}).fetchall()
    return [
        Owed(
            outbox_id=row["outbox_id"],
            camera_id=row["camera_id"],
            camera=row["camera"],
            start_us=clock.to_us(row["start_at"]),
            attempts=row["attempts"],
            chunk=chunk(connection, row["camera_id"], clock.to_us(row["start_at"]), row["run_no"]),
        )
        for row in rows
    ]


def pay(database: Database, store: ObjectStore, owed: Owed, make: Callable[[Chunk], Picture | None]) -> None:
    """Has the picture made and records it; of footage that was purged before or meanwhile nothing stays.

    `make` puts it into the store. Raises what `make` does, NotErased, Unavailable: then the item is still owed.
    """
    picture = None if owed.chunk is None else make(owed.chunk)
    if owed.chunk is None:
        erase(store, [owed.key])  # what an earlier try left that did not live to tell
    elif picture is not None:
        with database.transaction() as connection:
            added = add(connection, owed.chunk, owed.camera_id, picture)
        if not added:
            erase(store, [picture.key])
    with database.transaction() as connection:
        connection.execute(query("thumbnails.done"), {"outbox_id": owed.outbox_id})


def fail(connection: Connection, owed: Owed, error: str) -> None:
    """The item could not be made now; it comes back after twice as long a wait as last time."""
    connection.execute(query("thumbnails.fail"), {"outbox_id": owed.outbox_id, "error": error[:500]})


def add(connection: Connection, of: Chunk, camera_id: int, picture: Picture) -> bool:
    """Records a thumbnail, unless a purge took its chunk meanwhile: then its object must go.

    Holds the purges of the camera off until the transaction ends.
    """
    holds.share_camera(connection, camera_id)
    start_us, run_no = of.cursor
    if chunk(connection, camera_id, start_us, run_no) is None:
        return False
    values = {
        "camera_id": camera_id,
        "at": clock.from_us(picture.at_us),
        "object_key": picture.key,
        "size": picture.size,
    }
    connection.execute(query("thumbnails.add"), values)
    return True
