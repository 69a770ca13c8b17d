"""Tickets: what breaks terms, since when, what to do; notes, promises, and those set aside."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field

from archive_api import describe_tickets, parameters
from archive_api.context import Here
from archive_api.problems import language_of
from archive_api.routes.compliance import Agency
from archive_api.routes.terms import Reader, Writer
from archive_api.security import Caller, note, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.compliance import subjects, terms, tickets

router = APIRouter(tags=["compliance"])
Answerer = Annotated[Caller, Depends(require(Permission.TICKET_WRITE))]
Number = Annotated[int, Path(ge=1, lt=1 << 31)]
Rule = Literal["down", "uptime", "clock", "retention", "cameras"]
State = Literal["standing", "open", "acknowledged", "set_aside", "closed"]


class NewNote(Body):
    """What is said of it."""

    text: str = Field(min_length=1, max_length=tickets.MOST_TEXT)


class Promise(Body):
    """By which day it will be right, such as 2026-12-01."""

    day: str = Field(max_length=10)
    text: str = Field("", max_length=tickets.MOST_TEXT)


class Aside(Body):
    """Until the end of which day it counts for nobody, and why."""

    until: str = Field(max_length=10)
    reason: str = Field(min_length=1, max_length=tickets.MOST_TEXT)


@router.get("/tickets", dependencies=[Depends(parameters.only("agency", "state", "rule", "limit", "cursor"))])
def list_tickets(
    request: Request,
    here: Here,
    caller: Reader,
    agency: Agency = None,
    state: Annotated[State | None, Query(description="standing: all that are not closed.")] = None,
    rule: Rule | None = None,
    limit: parameters.Limit = 200,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Tickets, the newest first."""
    before = parameters.read_id_cursor(cursor)
    with here.database.transaction() as connection:
        if agency is not None:
            subjects.agency(connection, agency, caller.agency_ids)
        found = tickets.find(
            connection,
            caller.agency_ids,
            clock.now_us(),
            agency=agency,
            state=state,
            rule=rule,
            limit=limit,
            before=before,
        )
    note(request, caller, "tickets", {"agency": agency, "state": state, "rule": rule})
    return {
        "items": [describe_tickets.ticket(one, language_of(request)) for one in found],
        "next": parameters.write_cursor((found[-1].ticket_id,) if len(found) == limit else None),
    }


@router.get("/tickets/{ticket}", dependencies=[Depends(parameters.only())])
def one_ticket(ticket: Number, request: Request, here: Here, caller: Reader) -> dict[str, Any]:
    """A ticket and all that happened to it."""
    with here.database.transaction() as connection:
        found = tickets.one(connection, caller.agency_ids, clock.now_us(), ticket)
        history = tickets.history(connection, ticket)
    note(request, caller, "ticket read", {"ticket": ticket})
    return describe_tickets.whole(found, history, language_of(request))


@router.post("/tickets/{ticket}/notes", status_code=201)
def add_note(ticket: Number, new: NewNote, request: Request, here: Here, caller: Answerer) -> dict[str, Any]:
    """Adds a note."""
    now_us = clock.now_us()
    with here.database.transaction() as connection:
        found = tickets.one(connection, caller.agency_ids, now_us, ticket)
        tickets.add_note(connection, found, person=caller.name, text=new.text, now_us=now_us)
        note_change(connection, caller, "ticket note", {"ticket": ticket})
        history = tickets.history(connection, ticket)
    return describe_tickets.whole(found, history, language_of(request))


@router.post("/tickets/{ticket}/acknowledge")
def acknowledge(
    ticket: Number, promise: Promise, request: Request, here: Here, caller: Answerer
) -> dict[str, Any]:
    """Says by which day it will be right; the last word counts."""
    now_us, day = clock.now_us(), terms.day(promise.day, "day")
    today = terms.today(here.settings.zone, now_us)
    with here.database.transaction() as connection:
        found = tickets.one(connection, caller.agency_ids, now_us, ticket)
        tickets.acknowledge(
            connection, found, person=caller.name, day=day, text=promise.text, now_us=now_us, today=today
        )
        note_change(connection, caller, "acknowledge ticket", {"ticket": ticket, "day": promise.day})
        found = tickets.one(connection, caller.agency_ids, now_us, ticket)
        history = tickets.history(connection, ticket)
    return describe_tickets.whole(found, history, language_of(request))


@router.post("/tickets/{ticket}/set-aside")
def set_aside(ticket: Number, aside: Aside, request: Request, here: Here, caller: Writer) -> dict[str, Any]:
    """Lets it count for nobody until the end of a day."""
    now_us, until = clock.now_us(), terms.day(aside.until, "until")
    zone = here.settings.zone
    with here.database.transaction() as connection:
        found = tickets.one(connection, caller.agency_ids, now_us, ticket)
        tickets.set_aside(
            connection, found, person=caller.name, until=until, reason=aside.reason, now_us=now_us, zone=zone
        )
        note_change(connection, caller, "set ticket aside", {"ticket": ticket, "until": aside.until})
        found = tickets.one(connection, caller.agency_ids, now_us, ticket)
        history = tickets.history(connection, ticket)
    return describe_tickets.whole(found, history, language_of(request))
