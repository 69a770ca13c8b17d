"""One's own account: password, sessions, tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from archive_api import parameters, proof
from archive_api.context import Here
from archive_api.routes.users import session as described
from archive_api.security import Caller, note_change, require, token_of
from archive_api.validation import Body
from saksi import passwords
from saksi.access import Permission
from saksi.catalogue import accounts, people

router = APIRouter(tags=["session"])
Self = Annotated[Caller, Depends(require(Permission.SELF))]
Number = Annotated[int, Path(ge=1, lt=1 << 62)]


class NewPassword(Body):
    """The present password, and the one from now on."""

    present: str = Field(min_length=1, max_length=passwords.MOST)
    password: str = Field(min_length=1, max_length=passwords.MOST)


class NewToken(Body):
    """What the token is for, how long it lives, and what it may do of what you may (null: all)."""

    label: str = Field(min_length=1, max_length=200)
    days: int = Field(365, ge=1, le=people.MOST_TOKEN_LIFE.days)
    scopes: list[str] | None = Field(None, min_length=1, max_length=100)


@router.post("/me/password", status_code=204)
def change_password(new: NewPassword, request: Request, here: Here, caller: Self) -> None:
    """Changes one's own password; other console sessions end, tokens stay."""
    proof.with_password(here, caller, new.present)
    passwords.check(new.password, about=(caller.name, caller.unit, caller.rank, caller.service_number))
    with proof.hashing.passed():
        fresh = passwords.kept(new.password)
    with here.database.transaction() as connection:
        this = people.token_digest(token_of(request) or "")
        accounts.set_password(connection, caller.person_id, fresh, but=this)
        note_change(connection, caller, "change password", {"name": caller.name})


@router.get("/me/sessions", dependencies=[Depends(parameters.only())])
def sessions(request: Request, here: Here, caller: Self) -> dict[str, Any]:
    """One's own sessions and tokens that are good, the last used first."""
    with here.database.transaction() as connection:
        this = people.token_digest(token_of(request) or "")
        found = accounts.sessions(connection, caller.person_id, this=this)
    return {"items": [described(one) for one in found], "next": None}


@router.delete("/me/sessions/{session}", status_code=204)
def end_session(session: Number, here: Here, caller: Self) -> None:
    """Ends one of them, a token too."""
    proof.by_hand(caller)
    with here.database.transaction() as connection:
        accounts.end_session(connection, caller.person_id, session)
        note_change(connection, caller, "end session", {"name": caller.name, "session": session})


@router.post("/me/tokens", status_code=201)
def add_token(new: NewToken, here: Here, caller: Self) -> dict[str, Any]:
    """A token for programs. It is in this answer and nowhere else."""
    proof.by_hand(caller)
    if caller.pending is not None:
        raise caller.pending
    with here.database.transaction() as connection:
        token = people.add_token(
            connection, name=caller.name, label=new.label, life=timedelta(days=new.days), scopes=new.scopes
        )
        told = {"name": caller.name, "label": new.label, "days": new.days, "scopes": new.scopes}
        note_change(connection, caller, "add token", told)
    return {"token": token, "label": new.label, "days": new.days, "scopes": new.scopes}
