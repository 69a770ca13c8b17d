"""Chunks that a recorder is asked to send again from its spool, and the reading back of what it sent.

Whoever has the file holds it to the digest of the catalogue before it sends it, under the same key. The finding ends as
repaired only when the object was read back and is right.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.seals import SILENT_S

log = logging.getLogger("saksi.scrub")

CHANNEL = "saksi_send_again"  # the payload is a finding's number
WAIT_S = 900.0  # nobody within: told as not to be had; a recorder that comes back later sends it all the same
_LIMIT = 100


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A chunk to be sent again: under which key, and the digest that it must have."""

    finding_id: int
    key: str
    run: str
    seq: int
    sha256: bytes


def ask(connection: Connection, finding_id: int, *, wait_s: float = WAIT_S) -> bool:
    """Asks the recorders, also once more after a refusal; whether that was something new."""
    values = {"finding_id": finding_id, "wait_s": wait_s}
    asked = connection.execute(query("scrub.request"), values).fetchone() is not None
    if asked:
        connection.execute(query("scrub.notify"), values)
    return asked


def wanted(connection: Connection, runs: Sequence[str]) -> list[Wanted]:
    """What is asked for of these runs, the oldest request first."""
    rows = connection.execute(query("scrub.wanted"), {"runs": list(runs), "limit": _LIMIT})
    return [
        Wanted(
            finding_id=row["finding_id"],
            key=row["object_key"],
            run=row["run"],
            seq=row["seq"],
            sha256=row["sha256"],
        )
        for row in rows
    ]


def answer(connection: Connection, finding_id: int, state: str, recorder: str, detail: str = "") -> None:
    """A recorder says what became of a request: `sent`, or `differs` when its own file is not what was sealed."""
    values = {"finding_id": finding_id, "state": state, "recorder": recorder, "detail": detail[:500]}
    connection.execute(query("scrub.answer"), values)


def states(connection: Connection, finding_ids: Sequence[int]) -> dict[int, str]:
    """Where the requests for these findings stand."""
    rows = connection.execute(query("scrub.requests"), {"findings": list(finding_ids)})
    return {row["finding_id"]: row["state"] for row in rows}


def anybody(connection: Connection) -> bool:
    """Whether any recorder lives."""
    return connection.execute(query("scrub.live"), {"silent_s": SILENT_S}).fetchone() is not None


def sent(connection: Connection) -> list[dict[str, Any]]:
    """What recorders say they sent and nobody has read back yet."""
    return connection.execute(query("scrub.sent"), {"limit": _LIMIT}).fetchall()


def failed(database: Database, row: dict[str, Any], why: str) -> None:
    """What was sent is not what the store gives."""
    with database.transaction() as connection:
        answer(connection, row["finding_id"], "failed", row["recorder"], why)
    log.error("finding %d: %s was sent again by %s, and the store gives %s", row["finding_id"], row["object_key"],
              row["recorder"], why)  # fmt: skip


def give_up(database: Database) -> int:
    """Tells of requests that no recorder answered in time; answers how many."""
    with database.transaction() as connection:
        rows = connection.execute(query("scrub.overdue")).fetchall()
    for row in rows:
        log.error("finding %d: no recorder has %s on its spool; restore it from a copy", row["finding_id"],
                  row["object_key"])  # fmt: skip
    return len(rows)
