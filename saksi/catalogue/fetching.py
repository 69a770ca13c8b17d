"""Footage on demand: entries arrive at once, footage of a thin uplink later; what somebody waits for goes first.

What a hold covers is waited for too, and so are exhibits, which place holds, and packages, which are made of exhibits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.catalogue.sight import Sight
from saksi.catalogue.windows import check_span
from saksi.errors import BadInput
from saksi.messages import register

CHANNEL = "saksi_fetch"
MOST_DAYS = 31
_IN_FORCE = timedelta(days=14)
_MOST_AT_ONCE = 5000
_CLOCKS_APART_US = 60_000_000  # a recorder's clock may be ahead of this one

register(
    "span_to_come",
    en=("{field} is still to come: {given}.", "Check day and zone; it is {now} now."),
    id_=("{field} masih akan datang: {given}.", "Periksa tanggal dan zonanya; sekarang {now}."),
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A span that was asked for, and what of it is still at `recorders`.

    `chunks` 0: all that is on record is here, which `recorded` says whether it is anything.
    """

    request_id: int
    camera: str
    from_us: int
    to_us: int
    reason: str
    person: str
    asked_us: int
    expires_us: int
    chunks: int
    bytes: int
    recorders: tuple[str, ...]
    recorded: bool

    @property
    def state(self) -> Literal["coming", "arrived", "none"]:
        """coming: some of it is still on a site; arrived: all of it is here; none: no footage of it is on record."""
        if self.chunks:
            return "coming"
        return "arrived" if self.recorded else "none"

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Request:
        """From a row of fetching.list."""
        return cls(
            request_id=row["request_id"],
            camera=row["camera"],
            from_us=clock.to_us(row["from_at"]),
            to_us=clock.to_us(row["to_at"]),
            reason=row["reason"],
            person=row["person"],
            asked_us=clock.to_us(row["asked_at"]),
            expires_us=clock.to_us(row["expires_at"]),
            chunks=row["chunks"],
            bytes=row["bytes"],
            recorders=tuple(sorted(row["recorders"])),
            recorded=row["recorded"],
        )


@dataclass(frozen=True, kw_only=True)
class Coming:
    """Chunks that are on record and on their way from `recorders`."""

    chunks: int
    recorders: tuple[str, ...]


def ask(
    connection: Connection, camera_id: int, from_us: int, to_us: int, *, person: str, reason: str
) -> Request:
    """Asks for the footage of a span; recorders hear of it when the transaction commits. Raises BadInput.

    A span that no footage is on record of may be asked for, as entries may come later; not one that is still to come.
    """
    check_span(from_us, to_us, MOST_DAYS)
    now = clock.now()
    if from_us > clock.to_us(now) + _CLOCKS_APART_US:
        given = clock.format_us(from_us)
        raise BadInput("span_to_come", field="from", given=given, now=clock.format_us(clock.to_us(now)))
    values = {
        "camera_id": camera_id,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
        "reason": reason,
        "person": person,
        "at": now,
        "expires": now + _IN_FORCE,
    }
    row = connection.execute(query("fetching.ask"), values).fetchone()
    assert row is not None
    (made,) = _list(connection, None, request_id=row["request_id"], limit=1)
    return made


def list_requests(
    connection: Connection, sight: Sight, *, camera: str | None = None, limit: int
) -> list[Request]:
    """The newest requests, of cameras that they may know of."""
    return _list(connection, sight, camera=camera, limit=limit)


def coming(connection: Connection, camera_id: int, from_us: int, to_us: int) -> Coming:
    """What of a span has not arrived."""
    values = {"camera_id": camera_id, "from": clock.from_us(from_us), "to": clock.from_us(to_us)}
    row = connection.execute(query("fetching.coming"), values).fetchone()
    assert row is not None
    return Coming(chunks=row["chunks"], recorders=tuple(sorted(row["recorders"])))


def wanted(connection: Connection, runs: Sequence[str]) -> list[tuple[str, int]]:
    """Of these runs, the chunks that somebody waits for: run and number, the oldest first."""
    values = {"runs": list(runs), "now": clock.now(), "limit": _MOST_AT_ONCE}
    return [(row["run"], row["seq"]) for row in connection.execute(query("fetching.wanted"), values)]


def _list(
    connection: Connection,
    sight: Sight,
    *,
    camera: str | None = None,
    request_id: int | None = None,
    limit: int,
) -> list[Request]:
    values = {
        "sight": sight,
        "camera": camera,
        "request_id": request_id,
        "limit": limit,
    }
    return [Request.from_row(row) for row in connection.execute(query("fetching.list"), values)]
