"""Log in, log out, who am I."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from archive_api import cookies, entrance
from archive_api.context import Context, Here
from archive_api.own_pages import own_pages
from archive_api.proof import hashing
from archive_api.security import COOKIE, DEVICE, Caller, require, token_of
from archive_api.validation import Body
from saksi import passwords
from saksi.access import Permission
from saksi.catalogue import attempts, audit, identities, people, places, second_factors
from saksi.errors import NotSignedIn
from saksi.messages import register

register(
    "second_factor_required",
    en=("A code is needed too.", "Send it as `code`: what the authenticator shows, or a recovery code."),
    id_=("Kode juga diperlukan.", "Kirim sebagai `code`: dari aplikasi autentikator, atau kode pemulihan."),
)

router = APIRouter(tags=["session"])
Self = Annotated[Caller, Depends(require(Permission.SELF))]


class Credentials(Body):
    """Name and password, and where a second factor is in force a code of it or a recovery code."""

    name: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=1000)
    code: str | None = Field(None, max_length=100)


@router.post("/session", status_code=201, dependencies=[own_pages("log in")])
def log_in(credentials: Credentials, request: Request, response: Response, here: Here) -> dict[str, Any]:
    """Starts a session: a token for programs, the same as an HttpOnly cookie for the console.

    Attempts are counted before the password is looked at; who has to wait is told what everybody is told who fails.
    Whoever has a second factor is asked for its code (401 `second_factor_required`) once the password is right.
    """
    address = entrance.address_of(request)
    with here.database.transaction() as connection:
        attempt = attempts.begin(connection, credentials.name, address, cookies.read(request, DEVICE))
    person = None if attempt is None else _checked(here, credentials)
    if attempt is None or person is None:
        told = {} if attempt is not None else {"held_back": True}
        looked_at = attempt is not None
        entrance.refuse(request, here, credentials.name, told, looked_at=looked_at, cheap=not looked_at)
        raise NotSignedIn("login_failed", field="password")
    attempt, by = _second(request, here, credentials, person, attempt)
    with here.database.transaction() as connection:
        token, expires = entrance.begin(
            here, connection, request, response, person, attempt,
            second_factor=by is not None, told={} if by is None else {"second_factor": by},
        )  # fmt: skip
        left = second_factors.enrolled(connection, person.person_id)
    return {
        "token": token,
        "expires": expires,
        "name": person.name,
        "role": person.role,
        "must_change": person.must_change,
        "must_enrol": by is None and here.settings.needs_second_factor(person.role),
        "recovery_left": None if left is None else left.recovery_left,
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


def _second(
    request: Request,
    here: Context,
    credentials: Credentials,
    person: people.Person,
    attempt: attempts.Attempt,
) -> tuple[attempts.Attempt, str | None]:
    """What was counted, and by what the second factor was proven: code, recovery, None where there is none.

    Raises NotSignedIn for a code that is missing, wrong or has to wait.
    """
    with here.database.transaction() as connection:
        if second_factors.enrolled(connection, person.person_id) is None:
            return attempt, None
        given = attempts.begin_code(connection, attempt, person.name) if credentials.code else None
    if not credentials.code:
        with here.database.transaction() as connection:
            attempts.give_back(connection, attempt)
        entrance.refuse(request, here, person.name, {"second_factor": "asked"})
        raise NotSignedIn("second_factor_required", field="code")
    if given is not None:
        with here.database.transaction() as connection:
            by = second_factors.taken(connection, here.vault, person.person_id, credentials.code)
        if by is not None:
            return given, by
    told = {"second_factor": "wrong"} if given is not None else {"second_factor": "held back"}
    looked_at = given is not None
    entrance.refuse(request, here, person.name, told, looked_at=looked_at, cheap=not looked_at)
    raise NotSignedIn("second_factor_wrong", field="code")


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
    cookies.drop(request, response, COOKIE)


@router.get("/me")
def me(here: Here, caller: Self) -> dict[str, Any]:
    """Who I am and what I may; `agencies` and `areas` null: all cameras. `zone` is that of the archive's papers.

    `pending`: what has to be done first (password_must_change, second_factor_missing), before which nothing else goes.
    `provider`: who logs in through it has no password here.
    """
    codes = areas = None
    pending = None if caller.pending is None else caller.pending.code
    with here.database.transaction() as connection:
        provider = identities.linked(connection, caller.person_id)
        if caller.agency_ids is not None:
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
        "pending": pending,
        "provider": provider,
        "zone": here.settings.zone,
    }
