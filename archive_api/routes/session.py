"""Log in, log out, who am I."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from archive_api.context import Here
from archive_api.gates import Gate
from archive_api.security import COOKIE, Caller, require, token_of
from archive_api.validation import Body
from saksi import clock
from saksi.access import ROLES, Permission
from saksi.catalogue import audit, people, places
from saksi.errors import NotSignedIn

router = APIRouter(tags=["session"])
Self = Annotated[Caller, Depends(require(Permission.SELF))]
# A hash takes 64 MiB and a core: a crowd of log-ins must not take the memory, the connections or every thread.
_hashing = Gate(3, waiting=13, wait_s=10.0)


class Credentials(Body):
    """Name and password."""

    name: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=1000)


@router.post("/session", status_code=201)
def log_in(credentials: Credentials, request: Request, response: Response, here: Here) -> dict[str, Any]:
    """Starts a session: a token for programs, the same as an HttpOnly cookie for the console."""
    life = timedelta(hours=here.settings.session_hours)
    token = ""
    with here.database.transaction() as connection:
        kept = people.password_hash(connection, credentials.name)
    with _hashing.passed():
        right = people.matches(kept, credentials.password)
    with here.database.transaction() as connection:
        person = people.log_in(connection, credentials.name, kept, right)
        if person is not None:
            token = people.start_session(connection, person.person_id, life)
        audit.record(
            connection,
            person=credentials.name,
            role=person.role if person else "",
            address=request.client.host if request.client else "",
            action="log in",
            object={},
            result="ok" if person else "failed",
        )
    if person is None:
        raise NotSignedIn("login_failed", field="password")
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(life.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return {
        "token": token,
        "expires": clock.format_us(clock.now_us() + int(life.total_seconds()) * 1_000_000),
        "name": person.name,
        "role": person.role,
    }


@router.delete("/session", status_code=204)
def log_out(request: Request, response: Response, here: Here, caller: Self) -> None:
    """Ends the session; its token is worth nothing from now on."""
    with here.database.transaction() as connection:
        people.end_session(connection, token_of(request) or "")
        audit.record(
            connection,
            person=caller.name,
            role=caller.role,
            address=caller.address,
            action="log out",
            object={},
        )
    response.delete_cookie(COOKIE)


@router.get("/me")
def me(here: Here, caller: Self) -> dict[str, Any]:
    """Who I am and what I may; `agencies` and `areas` null: all cameras. `zone` is that of the archive's papers."""
    codes = areas = None
    if caller.agency_ids is not None:
        with here.database.transaction() as connection:
            codes = places.agency_codes(connection, caller.agency_ids)
            areas = places.area_codes(connection, caller.person_id)
    return {
        "name": caller.name,
        "role": caller.role,
        "unit": caller.unit,
        "rank": caller.rank,
        "service_number": caller.service_number,
        "permissions": sorted(permission.value for permission in ROLES[caller.role]),
        "all_agencies": caller.agency_ids is None,
        "agencies": codes,
        "areas": areas,
        "purpose": caller.purpose,
        "zone": here.settings.zone,
    }
