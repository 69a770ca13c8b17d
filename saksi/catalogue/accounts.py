"""Managing people: who they are and may, their passwords and sessions. Nobody makes anybody who sees more than they do.

An administrator who is limited to agencies manages people limited to those, and nobody else exists for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from saksi import clock, passwords
from saksi.catalogue import identities, people
from saksi.catalogue.askers import Asker
from saksi.catalogue.database import Connection, query
from saksi.catalogue.places import agency_ids, area_ids, checked_name
from saksi.errors import BadInput, Conflict, Denied, NotFound
from saksi.messages import register

register(
    "account_unknown",
    en=("There is no person named {name}.", "List them with GET /api/v1/users or `saksi user list`."),
    id_=(
        "Tidak ada pengguna bernama {name}.",
        "Lihat daftarnya dengan GET /api/v1/users atau `saksi user list`.",
    ),
)
register(
    "account_last",
    en=("{name} is the last administrator.", "Make another one first: `saksi user add NAME --role admin`."),
    id_=("{name} administrator terakhir.", "Buat yang lain dulu: `saksi user add NAMA --role admin`."),
)
register(
    "account_beyond",
    en=("That would let {name} see more than you do.", "Name agencies of your own."),
    id_=("{name} akan melihat lebih dari Anda.", "Sebut instansi Anda sendiri."),
)
register(
    "account_agency",
    en=("An agency operator belongs to an agency and to no area.", "Give agencies, and no areas."),
    id_=("Operator instansi punya instansi, tanpa wilayah.", "Beri instansi, tanpa wilayah."),
)
register(
    "session_unknown",
    en=("There is no session {session} in force.", "List them with GET /api/v1/me/sessions."),
    id_=("Tidak ada sesi {session} yang berlaku.", "Lihat daftarnya dengan GET /api/v1/me/sessions."),
)


@dataclass(frozen=True, kw_only=True)
class Account:
    """A person as who manages people sees them; `agencies` and `areas` None: not limited by these."""

    person_id: int
    name: str
    role: str
    unit: str
    rank: str
    service_number: str
    agencies: tuple[str, ...] | None
    areas: tuple[str, ...] | None
    disabled: bool
    must_change: bool
    second_factor: bool
    identity: (
        Mapping[str, str | None] | None
    )  # issuer, and subject or what is expected; None: they have a password
    created_us: int
    seen_us: int | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Account:
        """From a row of people.list."""
        names = (
            "person_id",
            "name",
            "role",
            "unit",
            "rank",
            "service_number",
            "must_change",
            "second_factor",
            "identity",
        )
        return cls(
            agencies=None if row["agencies"] is None else tuple(row["agencies"]),
            areas=None if row["areas"] is None else tuple(row["areas"]),
            disabled=row["disabled_at"] is not None,
            created_us=clock.to_us(row["created_at"]),
            seen_us=None if row["seen_at"] is None else clock.to_us(row["seen_at"]),
            **{name: row[name] for name in names},
        )


@dataclass(frozen=True, kw_only=True)
class Session:
    """A console session or API token that is good. `this`: the one that asks."""

    session_id: int
    kind: str
    label: str
    scopes: tuple[str, ...] | None
    purpose: str
    address: str
    user_agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    this: bool


def accounts(
    connection: Connection, asker: Asker | None, *, q: str | None = None, limit: int, after: str = ""
) -> list[Account]:
    """People that `asker` (None: the machine's own operator) manages, by name."""
    return _list(connection, asker, q=None if q is None else f"%{q}%", limit=limit, after=after)


def find(connection: Connection, asker: Asker | None, name: str) -> Account:
    """One of them, disabled or not. Raises NotFound."""
    for one in [] if "\0" in name else _list(connection, asker, name=name, limit=1):
        return one
    raise NotFound("account_unknown", field="name", name=name[:200])


def check_limits(connection: Connection, asker: Asker | None, name: str, agencies: Sequence[str] | None,
                 areas: Sequence[str] | None) -> None:  # fmt: skip
    """Raises Denied where whoever is limited would make somebody who sees more than they do."""
    if asker is None or asker.agency_ids is None:
        return
    if (
        agencies is None
        or areas is not None
        or not set(agency_ids(connection, agencies)) <= set(asker.agency_ids)
    ):
        raise Denied("account_beyond", field="agencies", name=name)


def change(connection: Connection, asker: Asker | None, name: str, changes: Mapping[str, Any]) -> Account:
    """Changes role, agencies, areas, unit, rank, service_number, disabled, as given; answers the account after it.

    Disabled, or with another role or limits, they are logged out everywhere. Raises NotFound, BadInput, Denied, and
    Conflict for the last administrator who sees everything.
    """
    administrators = {row["person_id"] for row in connection.execute(query("people.lock_administrators"))}
    before = find(connection, asker, name)
    wanted = {**before.__dict__, **changes}
    people.check_role(wanted["role"])
    if wanted["role"] == "agency_operator" and (not wanted["agencies"] or wanted["areas"] is not None):
        raise BadInput("account_agency", field="agencies")
    check_limits(connection, asker, name, wanted["agencies"], wanted["areas"])
    stays = (
        wanted["role"] == "admin" and not wanted["disabled"] and wanted["agencies"] is wanted["areas"] is None
    )
    if not stays and administrators == {before.person_id}:
        raise Conflict("account_last", field="name", name=name)
    for field in ("unit", "rank", "service_number"):
        if wanted[field]:
            checked_name(wanted[field], field)
    values = {
        **wanted,
        "agency_ids": None if wanted["agencies"] is None else agency_ids(connection, wanted["agencies"]),
        "area_ids": None if wanted["areas"] is None else area_ids(connection, wanted["areas"]),
    }
    connection.execute(query("people.change"), values)
    if changes.keys() & {"role", "agencies", "areas", "disabled"}:
        _end(connection, before.person_id)
    return find(connection, None, name)


def reset_password(connection: Connection, asker: Asker | None, name: str) -> str:
    """A generated password, which must be changed at the next log-in; every session and token of theirs ends.

    Raises Conflict for who logs in through a provider.
    """
    account = find(connection, asker, name)
    identities.check_password_here(connection, account.person_id, account.name)
    password = passwords.generated()
    _set(connection, account.person_id, passwords.kept(password), must_change=True)
    _end(connection, account.person_id)
    return password


def set_password(connection: Connection, person_id: int, hashed: str, *, but: bytes = b"") -> None:
    """A person's own new password, as it is kept; their console sessions but the one with this digest end."""
    _set(connection, person_id, hashed, must_change=False)
    end_sessions(connection, person_id, but=but)


def end_sessions(connection: Connection, person_id: int, *, but: bytes = b"", tokens: bool = False) -> None:
    """Ends a person's console sessions but the one with the digest `but`; their `tokens` too where it says so."""
    _end(connection, person_id, kind=None if tokens else "session", but=but)


def sessions(connection: Connection, person_id: int, *, this: bytes = b"") -> list[Session]:
    """Sessions and tokens of a person that are good, the last used first."""
    values = {"person_id": person_id, "token_sha256": this, "limit": 500}
    found = connection.execute(query("people.sessions"), values).fetchall()
    return [
        Session(**{**row, "scopes": None if row["scopes"] is None else tuple(row["scopes"])}) for row in found
    ]


def end_session(connection: Connection, person_id: int, session_id: int) -> None:
    """Ends one of a person's sessions or tokens. Raises NotFound when they have none of this number in force."""
    if not _end(connection, person_id, session_id=session_id):
        raise NotFound("session_unknown", field="session", session=session_id)


def _list(
    connection: Connection, asker: Asker | None, *, limit: int, after: str = "", **wanted: str | None
) -> list[Account]:
    within = None if asker is None else asker.agency_ids
    values = {"q": None, "name": None, **wanted, "within": within, "limit": limit, "after": after}
    return [Account.from_row(row) for row in connection.execute(query("people.list"), values)]


def _set(connection: Connection, person_id: int, hashed: str, *, must_change: bool) -> None:
    values = {"person_id": person_id, "password_hash": hashed, "must_change": must_change}
    connection.execute(query("people.set_password"), values)


def _end(
    connection: Connection,
    person_id: int,
    *,
    session_id: int | None = None,
    kind: str | None = None,
    but: bytes = b"",
) -> int:
    values = {"person_id": person_id, "session_id": session_id, "kind": kind, "but": but}
    return len(connection.execute(query("people.end_sessions"), values).fetchall())
