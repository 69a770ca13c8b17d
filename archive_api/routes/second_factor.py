"""One's own second factor: set up, recovery codes, removed. Each asks for the password, and for the factor in force."""

from __future__ import annotations

import io
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Request
from pydantic import Field

from archive_api import parameters, proof
from archive_api.context import Here
from archive_api.describe import instant
from archive_api.security import Caller, note_change, require, token_of
from archive_api.validation import Body
from saksi import clock, passwords, second_factor
from saksi.access import Permission
from saksi.catalogue import attempts, people, second_factors
from saksi.errors import Conflict, Denied
from saksi.messages import register

register(
    "second_factor_needed",
    en=("Your role needs a second factor.", "To change it, set up a new one: POST /api/v1/me/second-factor."),
    id_=(
        "Peran Anda memerlukan faktor kedua.",
        "Untuk mengganti, pasang baru: POST /api/v1/me/second-factor.",
    ),
)

router = APIRouter(tags=["session"])
Self = Annotated[Caller, Depends(require(Permission.SELF))]


class Proof(Body):
    """The present password, and a code (or recovery code) where a second factor is in force."""

    present: str = Field(min_length=1, max_length=passwords.MOST)
    code: str = Field("", max_length=100)


class FirstCode(Body):
    """What the authenticator shows for the new secret."""

    code: str = Field(min_length=1, max_length=100)


@router.get("/me/second-factor", dependencies=[Depends(parameters.only())])
def second_factor_of(here: Here, caller: Self) -> dict[str, Any]:
    """Whether one is in force, since when, how many recovery codes are left, and whether the role needs one."""
    with here.database.transaction() as connection:
        found = second_factors.enrolled(connection, caller.person_id)
    return {
        "enrolled": found is not None,
        "since": None if found is None else instant(clock.to_us(found.since_at)),
        "recovery_left": 0 if found is None else found.recovery_left,
        "needed": here.settings.needs_second_factor(caller.role),
    }


@router.post("/me/second-factor", status_code=201)
def enrol(given: Proof, here: Here, caller: Self) -> dict[str, Any]:
    """A new secret for an authenticator, as text, address and SVG, here alone. In force by its first code."""
    proof.with_both(here, caller, given.present, given.code)
    with here.database.transaction() as connection:
        secret = second_factors.ask(connection, here.vault, caller.person_id)
        note_change(connection, caller, "enrol second factor", {"name": caller.name})
    address = second_factor.address(secret, person=caller.name, issuer=here.settings.organization)
    picture = io.BytesIO()
    segno.make(address, error="m").save(
        picture, kind="svg", xmldecl=False, scale=5, dark="#000", light="#fff"
    )
    return {"secret": secret, "address": address, "picture": picture.getvalue().decode()}


@router.post("/me/second-factor/confirm")
def confirm(given: FirstCode, request: Request, here: Here, caller: Self) -> dict[str, Any]:
    """Puts the new secret in force by its first code; ten recovery codes, in this answer alone. Other sessions end."""
    proof.by_hand(caller)
    with here.database.transaction() as connection:
        counted = attempts.begin(connection, f"{caller.name}\nsecond factor", caller.address, None)
    if counted is None:
        raise Denied("second_factor_wrong", field="code")
    this = people.token_digest(token_of(request) or "")
    with here.database.transaction() as connection:
        codes = second_factors.confirm(connection, here.vault, caller.person_id, given.code, session=this)
        attempts.passed(connection, counted)
        note_change(connection, caller, "confirm second factor", {"name": caller.name})
    return {"recovery_codes": codes}


@router.post("/me/second-factor/recovery-codes")
def renew_recovery_codes(given: Proof, here: Here, caller: Self) -> dict[str, Any]:
    """Ten new recovery codes, in this answer alone; those of before are worth nothing."""
    with here.database.transaction() as connection:
        if second_factors.enrolled(connection, caller.person_id) is None:
            raise Conflict("second_factor_none")
    proof.with_both(here, caller, given.present, given.code)
    with here.database.transaction() as connection:
        codes = second_factors.renew_recovery(connection, caller.person_id)
        note_change(connection, caller, "renew recovery codes", {"name": caller.name})
    return {"recovery_codes": codes}


@router.post("/me/second-factor/remove", status_code=204)
def remove(given: Proof, here: Here, caller: Self) -> None:
    """Takes it away, where the role does not need one."""
    if here.settings.needs_second_factor(caller.role):
        raise Conflict("second_factor_needed")
    proof.with_both(here, caller, given.present, given.code)
    with here.database.transaction() as connection:
        second_factors.remove(connection, caller.person_id)
        note_change(connection, caller, "remove second factor", {"name": caller.name})
