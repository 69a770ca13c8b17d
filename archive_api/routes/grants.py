"""Grants: what a person sees for one case and for a while, outside their agencies and areas."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from archive_api import case_context, parameters
from archive_api.context import Here
from archive_api.describe import instant
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import exhibits, grants
from saksi.catalogue.grants import Grant
from saksi.catalogue.windows import check_span
from saksi.errors import BadInput
from saksi.messages import register

register(
    "grant_what",
    en=("It must be said once what is granted.", "Give either exhibit, or cameras with from and to."),
    id_=("Yang diizinkan harus disebut satu kali.", "Beri exhibit, atau cameras dengan from dan to."),
)

router = APIRouter(tags=["cases"])
Reader = Annotated[Caller, Depends(require(Permission.CASE_READ))]
Giver = Annotated[Caller, Depends(require(Permission.GRANT_WRITE))]


class NewGrant(Body):
    """Who may see what, until when, and why: an exhibit of the case, or cameras from when to when."""

    person: str = Field(min_length=1, max_length=200)
    exhibit: int | None = Field(None, ge=1, lt=1 << 31)
    cameras: list[str] | None = Field(None, min_length=1, max_length=500)
    from_: str | None = Field(None, alias="from", max_length=60, description="RFC 3339 with a zone.")
    to: str | None = Field(None, max_length=60)
    expires: str = Field(max_length=60, description="At most 31 days ahead.")
    reason: str = Field(min_length=1, max_length=500)


@router.post("/cases/{case}/grants", status_code=201)
def give(case: str, new: NewGrant, here: Here, caller: Giver) -> dict[str, Any]:
    """Lets a member of the case see footage outside their agencies and areas; nobody gives what they do not see."""
    found, signer = case_context.find(here, caller, case), here.signer()
    expires_us = clock.parse_rfc3339(new.expires, "expires")
    with here.database.transaction() as connection:
        if new.exhibit is not None and new.cameras is None and new.from_ is None and new.to is None:
            exhibit = exhibits.find(connection, found, new.exhibit)
            codes, from_us, to_us = [one.camera for one in exhibit.cameras], exhibit.from_us, exhibit.to_us
        elif new.exhibit is None and new.cameras and new.from_ is not None and new.to is not None:
            codes = new.cameras
            from_us, to_us = clock.parse_rfc3339(new.from_, "from"), clock.parse_rfc3339(new.to, "to")
        else:
            raise BadInput("grant_what", field="cameras")
        check_span(from_us, to_us, grants.MOST_DAYS)
        made = grants.give(
            connection,
            signer,
            found,
            caller,
            caller.who(),
            name=new.person,
            found=exhibits.resolve(connection, caller.sight, (from_us, to_us), codes=codes),
            from_us=from_us,
            to_us=to_us,
            expires_us=expires_us,
            reason=new.reason,
            why=caller.why(),
        )
        note_change(connection, caller, "give grant", _told(made))
    return described(made)


@router.get("/cases/{case}/grants", dependencies=[Depends(parameters.only("limit", "cursor"))])
def of_case(
    case: str, here: Here, caller: Reader, limit: parameters.Limit = 100, cursor: parameters.Cursor = None
) -> dict[str, Any]:
    """What was granted for a case, newest first; members who are limited are told of their own."""
    before = parameters.read_id_cursor(cursor)
    found = case_context.find(here, caller, case)
    with here.database.transaction() as connection:
        listed = grants.of_case(connection, found, caller, limit=limit, before=before)
    return {
        "items": [described(one) for one in listed],
        "next": parameters.write_cursor((listed[-1].grant_id,) if len(listed) == limit else None),
    }


@router.delete("/cases/{case}/grants/{grant}", status_code=204)
def end(case: str, grant: Annotated[int, Path(ge=1, lt=1 << 31)], here: Here, caller: Giver) -> None:
    """Ends a grant from the next request on."""
    found, signer = case_context.find(here, caller, case), here.signer()
    with here.database.transaction() as connection:
        ended = grants.end(connection, signer, found, caller, caller.who(), grant, why=caller.why())
        note_change(connection, caller, "end grant", _told(ended))


@router.get("/me/grants", dependencies=[Depends(parameters.only("limit", "cursor"))])
def mine(
    here: Here,
    caller: Annotated[Caller, Depends(require(Permission.SELF))],
    limit: parameters.Limit = 100,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """What is granted to me now."""
    before = parameters.read_id_cursor(cursor)
    with here.database.transaction() as connection:
        listed = grants.of_person(connection, caller.person_id, limit=limit, before=before)
    return {
        "items": [described(one) for one in listed],
        "next": parameters.write_cursor((listed[-1].grant_id,) if len(listed) == limit else None),
    }


def described(one: Grant) -> dict[str, Any]:
    """A grant."""
    return {
        "id": one.grant_id,
        "case": {"id": one.case_code, "number": one.case_number},
        "person": one.person,
        "cameras": list(one.cameras),
        "from": instant(one.from_us),
        "to": instant(one.to_us),
        "reason": one.reason,
        "given": instant(one.given_us),
        "given_by": one.given_by,
        "expires": instant(one.expires_us),
        "ended": instant(one.ended_us),
        "ended_by": one.ended_by,
        "in_force": one.in_force,
    }


def _told(one: Grant) -> dict[str, object]:
    return {
        "case": one.case_code,
        "grant": one.grant_id,
        "person": one.person,
        "cameras": list(one.cameras),
        "from": instant(one.from_us),
        "to": instant(one.to_us),
        "expires": instant(one.expires_us),
    }
