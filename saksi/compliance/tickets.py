"""Tickets: one for each subject and rule that is broken, opened and closed by rule (saksi/compliance/ticket_sync.py).

People add notes, promise a day, or set one aside; the history only grows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from saksi import clock, local_time
from saksi.catalogue.database import Connection, query
from saksi.compliance.subjects import Scope
from saksi.errors import BadInput, Conflict, NotFound
from saksi.messages import register

STATES = ("open", "acknowledged", "set_aside", "closed")
MOST_TEXT = 1000
_MOST_AHEAD_DAYS = 366

register(
    "ticket_unknown",
    en=("There is no ticket {given}.", "List them with GET /api/v1/tickets."),
    id_=("Tidak ada tiket {given}.", "Lihat daftar dengan GET /api/v1/tickets."),
)
register(
    "ticket_closed",
    en=(
        "Ticket {given} is closed.",
        "A note can still be added; it opens again by itself if the fault comes back.",
    ),
    id_=(
        "Tiket {given} sudah ditutup.",
        "Catatan masih bisa ditambah; tiket terbuka lagi bila gangguan kembali.",
    ),
)
register(
    "ticket_day",
    en=("{field} is {given}, which is past or more than a year ahead.", "Give a day from today on."),
    id_=("{field} adalah {given}, sudah lewat atau lebih dari setahun lagi.", "Beri tanggal mulai hari ini."),
)


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What is wrong of one camera, site or agency. `facts`: saksi/compliance/rules.py."""

    ticket_id: int
    rule: str
    state: str
    agency: str
    agency_name: str
    site: str | None
    site_name: str | None
    camera: str | None
    camera_name: str | None
    since_us: int
    opened_us: int
    closed_us: int | None
    promised_day: date | None
    aside_until_us: int | None
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened to a ticket; `person` empty: by rule."""

    at_us: int
    kind: str
    person: str
    text: str
    day: date | None
    until_us: int | None
    facts: dict[str, Any]


def find(
    connection: Connection,
    scope: Scope,
    now_us: int,
    *,
    agency: str | None = None,
    state: str | None = None,
    rule: str | None = None,
    span: tuple[int, int] | None = None,
    limit: int = 200,
    before: int | None = None,
) -> list[Ticket]:
    """Tickets of the agencies in `scope` (None: all), the newest first.

    `state` one of STATES, or standing: all that are not closed. `span`: those open at some time in it.
    """
    values = _asked(scope, now_us) | {
        "agency": agency,
        "state": state,
        "rule": rule,
        "limit": limit,
        "before": before,
    }
    if span is not None:
        values |= {"from": clock.from_us(span[0]), "to": clock.from_us(span[1])}
    return [_ticket(row) for row in connection.execute(query("tickets.list"), values)]


def one(connection: Connection, scope: Scope, now_us: int, ticket_id: int) -> Ticket:
    """The ticket with this number. Raises NotFound for none, or somebody else's."""
    row = connection.execute(
        query("tickets.list"), _asked(scope, now_us) | {"ticket_id": ticket_id}
    ).fetchone()
    if row is None:
        raise NotFound("ticket_unknown", field="ticket", given=ticket_id)
    return _ticket(row)


def history(connection: Connection, ticket_id: int) -> list[Event]:
    """All that happened to it, in order."""
    rows = connection.execute(query("tickets.events"), {"ticket_id": ticket_id})
    return [
        Event(
            at_us=clock.to_us(row["at"]),
            kind=row["kind"],
            person=row["person"],
            text=row["text"],
            day=row["day"],
            until_us=None if row["until_at"] is None else clock.to_us(row["until_at"]),
            facts=row["facts"],
        )
        for row in rows
    ]


def add_note(connection: Connection, of: Ticket, *, person: str, text: str, now_us: int) -> None:
    """Adds a note, to a closed one too."""
    add_event(connection, of.ticket_id, now_us, "note", person=person, text=text)


def acknowledge(
    connection: Connection, of: Ticket, *, person: str, day: date, text: str, now_us: int, today: date
) -> None:
    """Somebody of the agency says by which day it will be right. Raises Conflict for a closed one, BadInput."""
    _check(of, day, today, "day")
    connection.execute(query("tickets.promise"), {"ticket_id": of.ticket_id, "day": day})
    add_event(connection, of.ticket_id, now_us, "acknowledged", person=person, text=text, day=day)


def set_aside(
    connection: Connection, of: Ticket, *, person: str, until: date, reason: str, now_us: int, zone: str
) -> None:
    """It counts for nobody until a day of `zone` is over, for a reason. Raises Conflict for a closed one, BadInput."""
    _check(of, until, local_time.local(now_us, zone).date(), "until")
    end = datetime.combine(until, time(), tzinfo=UTC) + timedelta(days=1, hours=-local_time.HOURS[zone])
    values = {"ticket_id": of.ticket_id, "until": end}
    connection.execute(query("tickets.set_aside"), values)
    add_event(
        connection,
        of.ticket_id,
        now_us,
        "set_aside",
        person=person,
        text=reason,
        day=until,
        until_us=clock.to_us(end),
    )


def _check(of: Ticket, day: date, today: date, field: str) -> None:
    if of.state == "closed":
        raise Conflict("ticket_closed", field="ticket", given=of.ticket_id)
    if not 0 <= (day - today).days <= _MOST_AHEAD_DAYS:
        raise BadInput("ticket_day", field=field, given=day.isoformat())


def add_event(
    connection: Connection,
    ticket_id: int,
    now_us: int,
    kind: str,
    *,
    person: str = "",
    text: str = "",
    day: date | None = None,
    until_us: int | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Adds a line to its history."""
    values = {
        "ticket_id": ticket_id,
        "at": clock.from_us(now_us),
        "kind": kind,
        "person": person,
        "text": text,
        "day": day,
        "until": None if until_us is None else clock.from_us(until_us),
        "facts": Jsonb(facts or {}),
    }
    connection.execute(query("tickets.add_event"), values)


def _asked(scope: Scope, now_us: int) -> dict[str, Any]:
    return {
        "scope": None if scope is None else list(scope),
        "now": clock.from_us(now_us),
        "agency": None,
        "state": None,
        "rule": None,
        "ticket_id": None,
        "before": None,
        "from": None,
        "to": None,
        "limit": 1,
    }


def _ticket(row: dict[str, Any]) -> Ticket:
    names = (
        "ticket_id", "rule", "state", "agency", "agency_name", "site", "site_name", "camera", "camera_name",
        "promised_day", "facts",
    )  # fmt: skip
    closed, aside = row["closed_at"], row["aside_until"]
    return Ticket(
        **{name: row[name] for name in names},
        since_us=clock.to_us(row["since_at"]),
        opened_us=clock.to_us(row["opened_at"]),
        closed_us=None if closed is None else clock.to_us(closed),
        aside_until_us=None if aside is None else clock.to_us(aside),
    )
