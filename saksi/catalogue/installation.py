"""Who this catalogue is; the bucket carries the same identity, and a process that finds them different refuses."""

from __future__ import annotations

from uuid import UUID

from saksi.catalogue.database import Connection, query


def identity(connection: Connection) -> UUID:
    """The installation's id, made at first asking."""
    row = connection.execute(query("installation.identity")).fetchone()
    if row is None:
        connection.execute(query("installation.create"))
        row = connection.execute(query("installation.identity")).fetchone()
    assert row is not None
    found: UUID = row["id"]
    return found
