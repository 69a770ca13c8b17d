"""Cases and the people who have access to them. Whoever has none is told that there is no such case."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from archive_api import case_context, describe_cases, parameters
from archive_api.context import Here
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cases, grants

router = APIRouter(tags=["cases"])
Reader = Annotated[Caller, Depends(require(Permission.CASE_READ))]
Writer = Annotated[Caller, Depends(require(Permission.CASE_WRITE))]
Officer = Annotated[str, Field(min_length=1, max_length=200)]


class NewCase(Body):
    """A case to open. `number` names its custody chain and never changes; the id is made from it."""

    number: str = Field(min_length=1, max_length=80)
    title: str = Field(min_length=1, max_length=200)
    report: str = Field("", max_length=100, description="Number of the police report, where it is another.")
    officers: list[Officer] = Field(default_factory=list, max_length=50)
    notes: str = Field("", max_length=20_000)


class CaseChange(Body):
    """What to change; what is left out stays."""

    title: str | None = Field(None, min_length=1, max_length=200)
    report: str | None = Field(None, max_length=100)
    officers: list[Officer] | None = Field(None, max_length=50)
    notes: str | None = Field(None, max_length=20_000)
    state: Literal["open", "closed"] | None = None


class NewMember(Body):
    """A person to give access."""

    name: str = Field(min_length=1, max_length=200)


@router.post("/cases", status_code=201)
def open_case(new: NewCase, here: Here, caller: Writer) -> dict[str, Any]:
    """Opens a case; who opens it has access to it."""
    signer = here.signer()
    with here.database.transaction() as connection:
        made = cases.add(connection, signer, caller, caller.who(), why=caller.why(), **new.model_dump())
        note_change(connection, caller, "open case", {"case": made.code, "number": made.number})
    return describe_cases.case(made)


@router.get("/cases", dependencies=[Depends(parameters.only("state", "q", "limit", "cursor"))])
def list_cases(
    here: Here,
    caller: Reader,
    state: Literal["open", "closed"] | None = None,
    q: Annotated[str | None, Query(max_length=100, description="Words in number, title or report.")] = None,
    limit: parameters.Limit = 100,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Cases that you have access to, newest first."""
    before = parameters.read_id_cursor(cursor)
    with here.database.transaction() as connection:
        found = cases.list_cases(connection, caller, state=state, q=q, limit=limit, before=before)
    return {
        "items": [describe_cases.case(one) for one in found],
        "next": parameters.write_cursor((found[-1].case_id,) if len(found) == limit else None),
    }


@router.get("/cases/{case}", dependencies=[Depends(parameters.only())])
def one_case(case: str, here: Here, caller: Reader) -> dict[str, Any]:
    """One case."""
    return describe_cases.case(case_context.find(here, caller, case))


@router.patch("/cases/{case}")
def change_case(case: str, change: CaseChange, here: Here, caller: Writer) -> dict[str, Any]:
    """Changes a case; what stood before stays in its custody. A closed case can only be opened again."""
    given = {
        name: value for name, value in change.model_dump(exclude_unset=True).items() if value is not None
    }
    found, signer = case_context.find(here, caller, case), here.signer()
    with here.database.transaction() as connection:
        changed = cases.change(connection, signer, found, caller, caller.who(), given, why=caller.why())
        note_change(connection, caller, "change case", {"case": found.code, "fields": sorted(given)})
    return describe_cases.case(changed)


@router.get("/cases/{case}/members", dependencies=[Depends(parameters.only())])
def list_members(case: str, here: Here, caller: Reader) -> dict[str, Any]:
    """People with access, by name."""
    found = case_context.find(here, caller, case)
    with here.database.transaction() as connection:
        return _members(cases.members(connection, found))


@router.post("/cases/{case}/members", status_code=201)
def add_member(case: str, new: NewMember, here: Here, caller: Writer) -> dict[str, Any]:
    """Gives a person access; answers all who have it."""
    found, signer = case_context.find(here, caller, case), here.signer()
    with here.database.transaction() as connection:
        cases.add_member(connection, signer, found, caller, caller.who(), new.name, why=caller.why())
        note_change(connection, caller, "add member", {"case": found.code, "name": new.name})
        return _members(cases.members(connection, found))


@router.delete("/cases/{case}/members/{name:path}", status_code=204)
def drop_member(case: str, name: str, here: Here, caller: Writer) -> None:
    """Takes a person's access away; what they were granted for the case ends with it."""
    found, signer = case_context.find(here, caller, case), here.signer()
    with here.database.transaction() as connection:
        cases.drop_member(connection, signer, found, caller.who(), name, why=caller.why())
        ended = grants.end_of(connection, signer, found, caller, caller.who(), name, why=caller.why())
        note_change(connection, caller, "remove member", {"case": found.code, "name": name})
        for one in ended:
            told = {"case": found.code, "grant": one.grant_id, "person": name, "cameras": list(one.cameras)}
            note_change(connection, caller, "end grant", told)


def _members(rows: list[dict[str, Any]]) -> dict[str, Any]:
    items = [{**row, "added_at": clock.format_us(clock.to_us(row["added_at"]))} for row in rows]
    return {"items": items, "next": None}
