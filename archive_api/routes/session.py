"""Log in, log out, who am I."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from archive_api.context import Context, Here
from archive_api.gates import Gate
from archive_api.security import COOKIE, DEVICE, Caller, require, token_of
from archive_api.validation import Body
from saksi import clock, passwords
from saksi.access import Permission
from saksi.catalogue import attempts, audit, people, places
from saksi.errors import NotSignedIn

router = APIRouter(tags=["session"])
Self = Annotated[Caller, Depends(require(Permission.SELF))]
# A hash takes 64 MiB and a core: a crowd of log-ins must not take the memory, the connections or every thread.
hashing = Gate(3, waiting=13, wait_s=10.0)
_DEVICE_S = 180 * 86_400


class Credentials(Body):
    """Name and password."""

    name: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=1000)


@router.post("/session", status_code=201)
def log_in(credentials: Credentials, request: Request, response: Response, here: Here) -> dict[str, Any]:
    """Starts a session: a token for programs, the same as an HttpOnly cookie for the console.

    Attempts are counted before the password is looked at; who has to wait is told what everybody is told who fails.
    """
    address = request.client.host if request.client else ""
    device = request.cookies.get(DEVICE)
    with here.database.transaction() as connection:
        attempt = attempts.begin(connection, credentials.name, address, device)
    person = None
    if attempt is not None:
        person = _checked(here, credentials)
    if attempt is None or person is None:
        if attempt is not None:
            attempts.failed()
        with here.database.transaction() as connection:
            told = {} if attempt is not None else {"held_back": True}
            audit.record(
                connection, person=credentials.name, role="", address=address, action="log in", object=told,
                result="failed",
            )  # fmt: skip
        raise NotSignedIn("login_failed", field="password")
    life = timedelta(hours=here.settings.session_hours)
    agent = request.headers.get("user-agent", "")
    with here.database.transaction() as connection:
        device = attempts.succeeded(connection, attempt, person.person_id, device)
        token = people.start_session(connection, person.person_id, life, address=address, user_agent=agent)
        audit.record(
            connection, person=person.name, role=person.role, address=address, action="log in", object={}
        )
    secure = request.url.scheme == "https"
    for name, value, seconds in ((COOKIE, token, int(life.total_seconds())), (DEVICE, device, _DEVICE_S)):
        response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="strict", secure=secure)
    return {
        "token": token,
        "expires": clock.format_us(clock.now_us() + int(life.total_seconds()) * 1_000_000),
        "name": person.name,
        "role": person.role,
        "must_change": person.must_change,
    }


def _checked(here: Context, credentials: Credentials) -> people.Person | None:
    """Whose name and password these are. One that was kept with parameters of before is kept anew."""
    with here.database.transaction() as connection:
        hashed = people.password_hash(connection, credentials.name)
    with hashing.passed():
        right = passwords.matches(hashed, credentials.password)
        fresh = passwords.kept(credentials.password) if right and passwords.outdated(hashed) else None
    if not right:
        return None
    with here.database.transaction() as connection:
        person = people.log_in(connection, credentials.name, hashed)
        if person is not None and fresh is not None:
            people.keep_anew(connection, person.person_id, hashed, fresh)
    return person


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
        "permissions": sorted(permission.value for permission in caller.permissions),
        "all_agencies": caller.agency_ids is None,
        "agencies": codes,
        "areas": areas,
        "purpose": caller.purpose,
        "zone": here.settings.zone,
    }
