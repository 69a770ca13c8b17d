"""People: added, changed, disabled; their passwords, sessions and tokens. Who may manage them: an administrator."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from archive_api import parameters
from archive_api.context import Here
from archive_api.describe import instant
from archive_api.proof import hashing
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock, passwords
from saksi.access import Permission
from saksi.catalogue import accounts, attempts, people, second_factors
from saksi.catalogue.accounts import Account, Session
from saksi.identity import linking

router = APIRouter(tags=["people"])
Manager = Annotated[Caller, Depends(require(Permission.USER_WRITE))]
Number = Annotated[int, Path(ge=1, lt=1 << 62)]
Codes = Annotated[list[str], Field(min_length=1, max_length=500)]


class NewUser(Body):
    """A person, limited by `agencies`, `areas`, both or neither. A password is generated where none is given."""

    name: str = Field(min_length=1, max_length=200)
    role: str = Field(max_length=40)
    password: str | None = Field(None, max_length=passwords.MOST)
    agencies: Codes | None = None
    areas: Codes | None = None
    unit: str = Field("", max_length=200)
    rank: str = Field("", max_length=100)
    service_number: str = Field("", max_length=50)


class UserChange(Body):
    """What to change; what is left out stays, and null takes a limit away."""

    role: str | None = Field(None, max_length=40)
    agencies: Codes | None = None
    areas: Codes | None = None
    unit: str | None = Field(None, max_length=200)
    rank: str | None = Field(None, max_length=100)
    service_number: str | None = Field(None, max_length=50)
    disabled: bool | None = None


class NewIdentity(Body):
    """Whom the provider of OpenID Connect knows them as: one of the two."""

    subject: str | None = Field(
        None, min_length=1, max_length=255, description="What it calls them (`sub`), for ever."
    )
    expected: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="What SAKSI_OIDC_PERSON_CLAIM says at their first log-in.",
    )


@router.get("/users", dependencies=[Depends(parameters.only("q", "limit", "cursor"))])
def list_users(
    here: Here,
    caller: Manager,
    q: Annotated[str | None, Query(max_length=100, description="Words in name or unit.")] = None,
    limit: parameters.Limit = 200,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """People by name, those that you manage."""
    after = parameters.read_cursor(cursor, str)
    with here.database.transaction() as connection:
        found = accounts.accounts(connection, caller, q=q, limit=limit, after=after[0] if after else "")
    return {
        "items": [described(one) for one in found],
        "next": parameters.write_cursor((found[-1].name,) if len(found) == limit else None),
    }


@router.post("/users", status_code=201)
def add_user(new: NewUser, here: Here, caller: Manager) -> dict[str, Any]:
    """Adds a person, who must change the password at the first log-in. A generated one is in this answer alone."""
    password = passwords.generated() if new.password is None else new.password
    fields = new.model_dump(exclude={"password"})
    with hashing.passed(), here.database.transaction() as connection:
        accounts.check_limits(connection, caller, new.name, new.agencies, new.areas)
        people.add_person(connection, password=password, must_change=True, **fields)
        made = accounts.find(connection, caller, new.name)
        note_change(connection, caller, "add person", {key: value for key, value in fields.items() if value})
    return {**described(made), "password": password if new.password is None else None}


@router.get("/users/{name}", dependencies=[Depends(parameters.only())])
def one_user(name: str, here: Here, caller: Manager) -> dict[str, Any]:
    """One person."""
    with here.database.transaction() as connection:
        return described(accounts.find(connection, caller, name))


@router.patch("/users/{name}")
def change_user(name: str, change: UserChange, here: Here, caller: Manager) -> dict[str, Any]:
    """Changes a person. With another role or other limits, or disabled, they are logged out everywhere."""
    given = {
        key: value
        for key, value in change.model_dump(exclude_unset=True).items()
        if value is not None or key in ("agencies", "areas")
    }
    with here.database.transaction() as connection:
        changed = accounts.change(connection, caller, name, given)
        note_change(connection, caller, "change person", {"name": changed.name, **given})
    return described(changed)


@router.post("/users/{name}/password")
def reset_password(name: str, here: Here, caller: Manager) -> dict[str, Any]:
    """A generated password, told here alone, to be changed at the next log-in; their sessions and tokens end."""
    with hashing.passed(), here.database.transaction() as connection:
        password = accounts.reset_password(connection, caller, name)
        note_change(connection, caller, "reset password", {"name": name})
    return {"name": name, "password": password}


@router.put("/users/{name}/identity")
def link_user(name: str, new: NewIdentity, here: Here, caller: Manager) -> dict[str, Any]:
    """Has a person log in through the provider; their password, second factor, sessions and tokens end."""
    with hashing.passed(), here.database.transaction() as connection:
        account = linking.link(
            connection, caller, here.settings, name, subject=new.subject, expected=new.expected
        )
        note_change(
            connection, caller, "link person", {"name": account.name, **new.model_dump(exclude_none=True)}
        )
    return described(account)


@router.delete("/users/{name}/identity")
def unlink_user(name: str, here: Here, caller: Manager) -> dict[str, Any]:
    """A generated password in place of the provider, told here alone; sessions and tokens end."""
    with hashing.passed(), here.database.transaction() as connection:
        password = linking.unlink(connection, caller, name)
        note_change(connection, caller, "unlink person", {"name": name})
    return {"name": name, "password": password}


@router.post("/users/{name}/unlock", status_code=204)
def unlock(name: str, here: Here, caller: Manager) -> None:
    """Forgets failed attempts to log in to the account."""
    with here.database.transaction() as connection:
        attempts.unlock(connection, accounts.find(connection, caller, name).name)
        note_change(connection, caller, "unlock person", {"name": name})


@router.delete("/users/{name}/second-factor", status_code=204)
def reset_second_factor(name: str, here: Here, caller: Manager) -> None:
    """Takes away the second factor of who has lost it; their sessions and tokens end."""
    with here.database.transaction() as connection:
        second_factors.reset(connection, caller, name)
        note_change(connection, caller, "reset second factor", {"name": name})


@router.get("/users/{name}/sessions", dependencies=[Depends(parameters.only())])
def sessions_of(name: str, here: Here, caller: Manager) -> dict[str, Any]:
    """Sessions and tokens of a person that are good."""
    with here.database.transaction() as connection:
        found = accounts.sessions(connection, accounts.find(connection, caller, name).person_id)
    return {"items": [session(one) for one in found], "next": None}


@router.delete("/users/{name}/sessions/{session}", status_code=204)
def end_session_of(name: str, session: Number, here: Here, caller: Manager) -> None:
    """Ends one of them."""
    with here.database.transaction() as connection:
        accounts.end_session(connection, accounts.find(connection, caller, name).person_id, session)
        note_change(connection, caller, "end session", {"name": name, "session": session})


def described(one: Account) -> dict[str, Any]:
    """A person."""
    return {
        "name": one.name,
        "role": one.role,
        "unit": one.unit,
        "rank": one.rank,
        "service_number": one.service_number,
        "agencies": None if one.agencies is None else list(one.agencies),
        "areas": None if one.areas is None else list(one.areas),
        "disabled": one.disabled,
        "must_change": one.must_change,
        "second_factor": one.second_factor,
        "identity": one.identity,
        "created": instant(one.created_us),
        "seen": instant(one.seen_us),
    }


def session(one: Session) -> dict[str, Any]:
    """A session or token; what it is itself is kept nowhere."""
    return {
        "id": one.session_id,
        "kind": one.kind,
        "label": one.label or None,
        "scopes": None if one.scopes is None else list(one.scopes),
        "purpose": one.purpose or None,
        "address": one.address or None,
        "user_agent": one.user_agent or None,
        "created": instant(clock.to_us(one.created_at)),
        "seen": instant(clock.to_us(one.seen_at)),
        "expires": instant(clock.to_us(one.expires_at)),
        "this": one.this,
    }
