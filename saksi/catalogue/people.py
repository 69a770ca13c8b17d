"""People, their sessions and API tokens. A token is kept only as its SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from saksi import clock, passwords
from saksi.access import ROLES, Permission
from saksi.catalogue.database import Connection, query
from saksi.catalogue.places import agency_ids, area_ids, checked_name
from saksi.catalogue.sight import Sight
from saksi.errors import BadInput, Conflict, NotFound, NotSignedIn
from saksi.messages import register

register(
    "login_failed",
    en=("Name or password is wrong.", "Try again; after several failures the account waits a little."),
    id_=("Nama atau kata sandi salah.", "Coba lagi; setelah beberapa kali gagal akun menunggu sebentar."),
)
register(
    "person_exists",
    en=("There is already a person named {name}.", "Choose another name."),
    id_=("Sudah ada pengguna bernama {name}.", "Pilih nama lain."),
)
register(
    "person_unknown",
    en=("There is no person named {name}.", "Add them with `saksi user add`."),
    id_=("Tidak ada pengguna bernama {name}.", "Tambahkan dengan `saksi user add`."),
)
register(
    "role_unknown",
    en=("{given} is not a role.", "Use one of: {roles}."),
    id_=("{given} bukan peran.", "Gunakan salah satu: {roles}."),
)
register(
    "agency_missing",
    en=("An agency operator belongs to an agency.", "Name it with --agency."),
    id_=("Operator instansi harus punya instansi.", "Sebutkan dengan --agency."),
)

register(
    "token_life",
    en=("A token lives at least a day and at most {most} days.", "Give other days."),
    id_=("Token berlaku sedikitnya satu hari dan paling lama {most} hari.", "Beri jumlah hari lain."),
)
register(
    "token_scope",
    en=("{given} is not a permission of {role}.", "GET /api/v1/me lists those that there are."),
    id_=("{given} bukan izin milik {role}.", "GET /api/v1/me menyebut yang ada."),
)
register(
    "operator_areas",
    en=(
        "An agency operator sees the cameras of their agency alone.",
        "Leave out the areas, or give another role.",
    ),
    id_=("Operator instansi hanya melihat kamera instansinya.", "Hilangkan wilayah, atau beri peran lain."),
)

TOKEN_LIFE = timedelta(days=365)
MOST_TOKEN_LIFE = timedelta(days=5 * 365)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is asking. `agency_ids` None: not limited; else by agencies, areas or both, for which `sight` stands.

    `auth`: session or token, '' when not by either.
    """

    person_id: int
    name: str
    role: str
    agency_ids: list[int] | None
    purpose: str = ""
    unit: str = ""
    rank: str = ""
    service_number: str = ""
    auth: str = ""
    scopes: tuple[str, ...] | None = None  # of the token; None: all of the role
    session_id: int = 0  # of the session or token that asks; 0 where none does
    must_change: bool = False
    second_factor: bool = False  # that this session began with one; a token's maker had to have it

    @property
    def permissions(self) -> frozenset[Permission]:
        """What they may do by this session or token."""
        whole = ROLES.get(self.role, frozenset())
        if self.scopes is None:
            return whole
        return frozenset(one for one in whole if one is Permission.SELF or one.value in self.scopes)

    @property
    def sight(self) -> Sight:
        """Whose limits statements about cameras and footage read; None: not limited."""
        return None if self.agency_ids is None else self.person_id

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Person:
        """From a row of people.of_token or people.by_name."""
        return cls(
            person_id=row["person_id"],
            name=row["name"],
            role=row["role"],
            # Whoever is limited to areas has no agency's affairs to deal with.
            agency_ids=row["agency_ids"] if row["area_ids"] is None else row["agency_ids"] or [],
            purpose=row.get("purpose", ""),
            unit=row["unit"],
            rank=row["rank"],
            service_number=row["service_number"],
            auth=row.get("kind", ""),
            scopes=None if row.get("scopes") is None else tuple(row["scopes"]),
            session_id=row.get("session_id", 0),
            must_change=row["must_change"],
            second_factor=row.get("second_factor", False) or row.get("kind") == "token",
        )


def any_person(connection: Connection) -> bool:
    """Whether anyone can log in yet."""
    row = connection.execute(query("people.any")).fetchone()
    return bool(row and row["known"])


def check_role(role: str) -> None:
    """Raises BadInput for what is no role."""
    if role not in ROLES:
        raise BadInput("role_unknown", field="role", given=role, roles=", ".join(ROLES))


def add_person(
    connection: Connection,
    *,
    name: str,
    password: str | None,
    role: str,
    agencies: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    unit: str = "",
    rank: str = "",
    service_number: str = "",
    must_change: bool = False,
) -> int:
    """Adds a person, who sees the cameras of `agencies` and those in `areas` (codes); all without either.

    `password` None: they log in through a provider and have none. `must_change`: at their next log-in.
    Answers their id.
    """
    checked_name(name)
    for field, text in (("unit", unit), ("rank", rank), ("id", service_number)):
        if text:
            checked_name(text, field)
    check_role(role)
    if role == "agency_operator" and not agencies:
        raise BadInput("agency_missing", field="agency")  # without one they would see every agency's cameras
    if role == "agency_operator" and areas:
        raise BadInput("operator_areas", field="area")
    if password is not None:
        passwords.check(password, about=(name, unit, rank, service_number))
    values = {
        "name": name,
        "password_hash": passwords.nobody() if password is None else passwords.kept(password),
        "role": role,
        "agency_ids": None if agencies is None else agency_ids(connection, agencies),
        "area_ids": None if areas is None else area_ids(connection, areas),
        "unit": unit,
        "rank": rank,
        "service_number": service_number,
        "must_change": must_change,
    }
    row = connection.execute(query("people.add"), values).fetchone()
    if row is None:
        raise Conflict("person_exists", field="name", name=name)
    person_id: int = row["person_id"]
    return person_id


def password_hash(connection: Connection, name: str) -> str:
    """What a password must match to be this person's; for an unknown name a hash that nothing matches."""
    row = connection.execute(query("people.by_name"), {"name": name}).fetchone()
    return passwords.nobody() if row is None else str(row["password_hash"])


def log_in(connection: Connection, name: str, kept: str) -> Person | None:
    """The person whose hash `kept` was matched; None when it is not theirs any more, or nobody's."""
    row = connection.execute(query("people.by_name"), {"name": name}).fetchone()
    if row is None or row["password_hash"] != kept:
        return None
    return Person.from_row(row)


def keep_anew(connection: Connection, person_id: int, old: str, new: str) -> None:
    """Puts the same password's hash of today's parameters in place of `old`, unless it was changed meanwhile."""
    connection.execute(query("people.keep_anew"), {"person_id": person_id, "old": old, "new": new})


def start_session(
    connection: Connection,
    person_id: int,
    life: timedelta,
    *,
    address: str = "",
    user_agent: str = "",
    second_factor: bool = False,
) -> str:
    """A new console session; answers its token. `second_factor`: whether it begins with one."""
    return _add_session(
        connection, person_id, "session", "", life,
        address=address, user_agent=user_agent[:200], second_factor=second_factor,
    )  # fmt: skip


def add_token(
    connection: Connection,
    *,
    name: str,
    label: str,
    life: timedelta = TOKEN_LIFE,
    scopes: Sequence[str] | None = None,
) -> str:
    """A new API token of a person, which may do `scopes` (permissions; None: all that their role may).

    Raises NotFound for an unknown name, BadInput for a life or permission that there is not, or not theirs to give.
    """
    row = connection.execute(query("people.by_name"), {"name": name}).fetchone()
    if row is None:
        raise NotFound("person_unknown", field="user", name=name)
    if not timedelta(0) < life <= MOST_TOKEN_LIFE:
        raise BadInput("token_life", field="days", most=MOST_TOKEN_LIFE.days)
    for scope in scopes or ():
        if scope not in {one.value for one in ROLES[row["role"]]}:
            raise BadInput("token_scope", field="scopes", given=scope[:40], role=row["role"])
    return _add_session(
        connection, row["person_id"], "token", label, life,
        scopes=None if scopes is None else sorted(set(scopes)),
    )  # fmt: skip


def named(connection: Connection, name: str) -> Person:
    """The person of this name. Raises NotFound for an unknown one."""
    row = connection.execute(query("people.by_name"), {"name": name}).fetchone()
    if row is None:
        raise NotFound("person_unknown", field="name", name=name[:200])
    return Person.from_row(row)


def person_of_token(connection: Connection, token: str, *, idle: timedelta | None = None) -> Person:
    """Whose token this is. Raises NotSignedIn when it is unknown, expired or revoked, or a session idle for `idle`."""
    values = {"token_sha256": token_digest(token), "idle": idle or timedelta(days=36500)}
    row = connection.execute(query("people.of_token"), values).fetchone()
    if row is None:
        raise NotSignedIn("not_signed_in")
    if row["stale"]:
        connection.execute(query("people.touch"), values)
    return Person.from_row(row)


def person_of_session(connection: Connection, session_id: int, *, idle: timedelta) -> Person:
    """Whose session or token of this number is in force; counts as its use. Raises NotSignedIn when none is."""
    values = {"session_id": session_id, "idle": idle}
    row = connection.execute(query("people.of_session"), values).fetchone()
    if row is None:
        raise NotSignedIn("not_signed_in")
    connection.execute(query("people.touch_session"), values)
    return Person.from_row(row)


def state_purpose(connection: Connection, token: str, purpose: str) -> None:
    """Keeps why this session looks at footage."""
    connection.execute(
        query("people.state_purpose"), {"token_sha256": token_digest(token), "purpose": purpose[:500]}
    )


def end_session(connection: Connection, token: str) -> None:
    """The token is worth nothing from now on."""
    connection.execute(query("people.revoke"), {"token_sha256": token_digest(token)})


register(
    "not_signed_in",
    en=("You are not logged in.", "Log in with POST /api/v1/session or send Authorization: Bearer TOKEN."),
    id_=("Anda belum masuk.", "Masuk dengan POST /api/v1/session atau kirim Authorization: Bearer TOKEN."),
)


def _add_session(
    connection: Connection,
    person_id: int,
    kind: str,
    label: str,
    life: timedelta,
    *,
    scopes: Sequence[str] | None = None,
    address: str = "",
    user_agent: str = "",
    second_factor: bool = False,
) -> str:
    token = secrets.token_urlsafe(32)
    values = {
        "token_sha256": token_digest(token),
        "person_id": person_id,
        "kind": kind,
        "label": label,
        "expires_at": clock.now() + life,
        "scopes": None if scopes is None else list(scopes),
        "address": address,
        "user_agent": user_agent,
        "second_factor": second_factor,
    }
    connection.execute(query("people.add_session"), values)
    return token


def token_digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()
