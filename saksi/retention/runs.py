"""Purges as the catalogue knows them: announced, due, running, done or cancelled. Times are microseconds UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.desk import Lost
from saksi.errors import NotFound
from saksi.messages import register

register(
    "purge_unknown",
    en=("There is no purge {purge}.", "List them with GET /api/v1/retention/runs or `saksi purge --list`."),
    id_=(
        "Tidak ada pemusnahan {purge}.",
        "Lihat daftar dengan GET /api/v1/retention/runs atau `saksi purge --list`.",
    ),
)

CLAIM_S = 120.0  # a worker that is silent for so long has lost its purge
KINDS = ("policy", "pressure", "manual", "thinned")
STATES = ("noticed", "running", "done", "cancelled")


@dataclass(frozen=True, kw_only=True)
class PurgeRun:
    """One purge. `attempts` counts claims, and so fences a worker that lost its own.

    `wanted` is what it was announced for, `expected` what the notice said, `result` what is known of its course.
    `gone_hours`, `claimed_hours` and `taken_bytes` tell how far a running one is.
    """

    purge_id: int
    kind: str
    state: str
    reason: str
    asked_by: int | None
    asked_by_name: str
    approved_by: int | None
    approved_by_name: str
    wanted: Mapping[str, Any]
    expected: Mapping[str, Any]
    result: Mapping[str, Any]
    noticed_us: int
    due_us: int
    started_us: int | None
    finished_us: int | None
    attempts: int
    last_error: str
    notice_leaf: bytes | None
    notice_us: int | None
    done_leaf: bytes | None
    done_us: int | None
    certificate: bytes | None
    gone_hours: int
    claimed_hours: int
    taken_bytes: int

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> PurgeRun:
        """From a row of purge.list."""
        same = ("purge_id", "kind", "state", "reason", "asked_by", "approved_by", "wanted", "expected", "result",
                "attempts", "last_error", "notice_leaf", "done_leaf", "certificate", "gone_hours",
                "claimed_hours")  # fmt: skip
        return cls(
            **{name: row[name] for name in same},
            asked_by_name=row["asked_by_name"] or "",
            approved_by_name=row["approved_by_name"] or "",
            taken_bytes=int(row["gone_bytes"]),
            noticed_us=clock.to_us(row["noticed_at"]),
            due_us=clock.to_us(row["due_at"]),
            started_us=_us(row["started_at"]),
            finished_us=_us(row["finished_at"]),
            notice_us=_us(row["notice_at"]),
            done_us=_us(row["done_at"]),
        )


def add(
    connection: Connection,
    *,
    kind: str,
    due_us: int,
    now_us: int,
    wanted: Mapping[str, Any],
    expected: Mapping[str, Any],
    reason: str = "",
    asked_by: int | None = None,
    approved_by: int | None = None,
) -> int:
    """A purge that is announced; answers its number. The notice in the log is `notices.announce`'s."""
    values = {
        "kind": kind,
        "reason": reason,
        "asked_by": asked_by,
        "approved_by": approved_by,
        "wanted": Jsonb(dict(wanted)),
        "expected": Jsonb(dict(expected)),
        "noticed_at": clock.from_us(now_us),
        "due_at": clock.from_us(due_us),
    }
    row = connection.execute(query("purge.add"), values).fetchone()
    assert row is not None
    found: int = row["purge_id"]
    return found


def get(connection: Connection, purge_id: int) -> PurgeRun:
    """One purge. Raises NotFound for an unknown number."""
    found = list_runs(connection, purge_id=purge_id, limit=1)
    if not found:
        raise NotFound("purge_unknown", field="purge", purge=purge_id)
    return found[0]


def list_runs(
    connection: Connection,
    *,
    limit: int,
    purge_id: int | None = None,
    state: str | None = None,
    kind: str | None = None,
    before: int | None = None,
) -> list[PurgeRun]:
    """Purges, newest first."""
    values = {"purge_id": purge_id, "state": state, "kind": kind, "before": before, "limit": limit}
    return [PurgeRun.from_row(row) for row in connection.execute(query("purge.list"), values)]


def claim(connection: Connection, *, claim_s: float, purge_id: int | None = None) -> PurgeRun | None:
    """The oldest one due (or the one named), claimed for `claim_s` seconds; None when there is none to carry out."""
    values = {"now": clock.now(), "claim_s": claim_s, "purge_id": purge_id}
    row = connection.execute(query("purge.claim_run"), values).fetchone()
    return None if row is None else get(connection, row["purge_id"])


def keep_claim(connection: Connection, run: PurgeRun, claim_s: float) -> None:
    """Keeps the claim for `claim_s` seconds more, and others out until the transaction ends. Raises Lost."""
    values = {"purge_id": run.purge_id, "attempts": run.attempts, "claim_s": claim_s}
    if connection.execute(query("purge.keep_claim"), values).fetchone() is None:
        raise Lost


def advance(connection: Connection, run: PurgeRun, claim_s: float, result: Mapping[str, Any]) -> None:
    """Keeps the claim and remembers how far it came. Raises Lost."""
    values = {
        "purge_id": run.purge_id,
        "attempts": run.attempts,
        "claim_s": claim_s,
        "result": Jsonb(dict(result)),
    }
    if connection.execute(query("purge.advance"), values).fetchone() is None:
        raise Lost


def let_go(connection: Connection, run: PurgeRun, *, pause_s: float, error: str = "") -> None:
    """It is taken up again after a pause."""
    values = {"purge_id": run.purge_id, "attempts": run.attempts, "pause_s": pause_s, "error": error[:500]}
    connection.execute(query("purge.let_go"), values)


def remember(connection: Connection, run: PurgeRun, result: Mapping[str, Any]) -> None:
    """What stood when it began; what is known already stays as it is."""
    connection.execute(query("purge.started"), {"purge_id": run.purge_id, "result": Jsonb(dict(result))})


def finish(
    connection: Connection, run: PurgeRun, *, entry_id: int, certificate: bytes, result: Mapping[str, Any]
) -> None:
    """It is done and told. Raises Lost."""
    values = {
        "purge_id": run.purge_id,
        "attempts": run.attempts,
        "now": clock.now(),
        "entry_id": entry_id,
        "certificate": certificate,
        "result": Jsonb(dict(result)),
    }
    if connection.execute(query("purge.finish"), values).fetchone() is None:
        raise Lost


def _us(instant: Any) -> int | None:
    return None if instant is None else clock.to_us(instant)
