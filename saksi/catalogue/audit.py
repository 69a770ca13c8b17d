"""The audit trail: one row for every log-in, search, view, change and refusal. Append-only by trigger."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg.types.json import Jsonb

from saksi.catalogue.database import Connection, query


def record(
    connection: Connection,
    *,
    person: str,
    role: str,
    address: str,
    action: str,
    object: Mapping[str, object],
    purpose: str = "",
    result: str = "ok",
) -> None:
    """Adds a row. `result` is ok, denied or failed."""
    values = {
        # What was asked for may hold what PostgreSQL's text cannot; the row of a refusal must not fail on it.
        "person": person,
        "role": role,
        "address": address,
        "action": action.replace("\0", "\ufffd"),
        "object": Jsonb(dict(object)),
        "purpose": purpose,
        "result": result,
    }
    connection.execute(query("audit.record"), values)
