"""Grants: for one case and for a while, a person sees the footage of a span that is outside their agencies and areas.

An officer gives it to a member of the case, of what they may see themselves; it ends by itself, by hand, or with the
case. Both are told in the case's custody. sight.footage_seen_v1 reads it with every query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.access import ROLES, Permission
from saksi.catalogue import cases, custody, people
from saksi.catalogue.askers import Asker
from saksi.catalogue.cameras import Camera
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.custody import Who, Why
from saksi.catalogue.database import Connection, query
from saksi.catalogue.places import checked_name
from saksi.catalogue.windows import check_span
from saksi.custody.signing import Signer
from saksi.errors import BadInput, Conflict, NotFound
from saksi.messages import register

register(
    "grant_life",
    en=("The grant must end after now and within {days} days.", "Give an earlier or later expires."),
    id_=("Izin harus berakhir setelah sekarang dan dalam {days} hari.", "Beri expires yang lain."),
)
register(
    "grant_needless",
    en=("{name} sees every camera already.", "Nothing needs to be granted."),
    id_=("{name} sudah dapat melihat semua kamera.", "Tidak perlu izin."),
)
register(
    "grant_role",
    en=("{name} ({role}) may not look at footage.", "Grant it to a person whose role may."),
    id_=("{name} ({role}) tidak boleh melihat rekaman.", "Beri izin kepada orang yang perannya boleh."),
)
register(
    "grant_member",
    en=("{name} has no access to case {case}.", "Add them first: POST /api/v1/cases/{case}/members."),
    id_=("{name} tidak punya akses ke kasus {case}.", "Tambahkan dulu: POST /api/v1/cases/{case}/members."),
)
register(
    "grant_unknown",
    en=("Case {case} has no grant {grant} in force.", "List them with GET /api/v1/cases/{case}/grants."),
    id_=("Kasus {case} tidak punya izin {grant} yang berlaku.", "Lihat GET /api/v1/cases/{case}/grants."),
)

MOST_DAYS = 31  # that one may live, and that its span may last
_DAY_US = 86_400_000_000


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Footage of `cameras` in [from_us, to_us) for `person`, until `expires_us` or `ended_us`."""

    grant_id: int
    case_code: str
    case_number: str
    person: str
    cameras: tuple[str, ...]
    from_us: int
    to_us: int
    reason: str
    given_by: str
    given_us: int
    expires_us: int
    ended_by: str | None
    ended_us: int | None
    in_force: bool

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Grant:
        """From a row of sight.grants."""
        names = (
            "grant_id",
            "case_code",
            "case_number",
            "person",
            "reason",
            "given_by",
            "ended_by",
            "in_force",
        )
        return cls(
            cameras=tuple(row["cameras"]),
            from_us=clock.to_us(row["from_at"]),
            to_us=clock.to_us(row["to_at"]),
            given_us=clock.to_us(row["given_at"]),
            expires_us=clock.to_us(row["expires_at"]),
            ended_us=None if row["ended_at"] is None else clock.to_us(row["ended_at"]),
            **{name: row[name] for name in names},
        )


def give(
    connection: Connection,
    signer: Signer,
    case: CaseFile,
    asker: Asker,
    who: Who,
    *,
    name: str,
    found: Sequence[Camera],
    from_us: int,
    to_us: int,
    expires_us: int,
    reason: str,
    why: Why | None = None,
) -> Grant:
    """Gives a member of an open case sight of what `asker` may see (exhibits.resolve has found it).

    Raises NotFound for an unknown person, Conflict for one who sees everything, may not look at footage or has no
    access to the case, and BadInput for a life or span that is too long.
    """
    check_span(from_us, to_us, MOST_DAYS)
    now_us = clock.now_us()
    if not now_us < expires_us <= now_us + MOST_DAYS * _DAY_US:
        raise BadInput("grant_life", field="expires", days=MOST_DAYS)
    cases.lock_open(connection, case)
    person = people.named(connection, name)
    if Permission.FOOTAGE_VIEW not in ROLES[person.role]:
        raise Conflict("grant_role", field="person", name=name, role=person.role)
    if person.sight is None:
        raise Conflict("grant_needless", field="person", name=name)
    if name not in {row["name"] for row in cases.members(connection, case)}:
        raise Conflict("grant_member", field="person", name=name, case=case.code)
    values = {
        "case_id": case.case_id,
        "grantee": person.person_id,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
        "reason": checked_name(reason, "reason"),
        "person_id": asker.person_id,
        "at": clock.from_us(now_us),
        "expires": clock.from_us(expires_us),
    }
    row = connection.execute(query("sight.grant"), values).fetchone()
    assert row is not None
    connection.execute(query("sight.grant_cameras"), {**row, "cameras": [one.camera_id for one in found]})
    (made,) = _list(connection, grant_id=row["grant_id"])
    _tell(connection, signer, case, "grant.give", made, who, why)
    return made


def end(
    connection: Connection,
    signer: Signer,
    case: CaseFile,
    asker: Asker,
    who: Who,
    grant_id: int,
    *,
    why: Why | None = None,
) -> Grant:
    """Ends a grant of the case from now on. Raises NotFound when it has none of this number in force."""
    found = _list(connection, case_id=case.case_id, grant_id=grant_id)
    values = {"grant_id": grant_id, "person_id": asker.person_id, "at": clock.now()}
    if not found or connection.execute(query("sight.end_grant"), values).fetchone() is None:
        raise NotFound("grant_unknown", field="grant", case=case.code, grant=grant_id)
    (ended,) = _list(connection, grant_id=grant_id)
    _tell(connection, signer, case, "grant.end", ended, who, why)
    return ended


def end_of(
    connection: Connection,
    signer: Signer,
    case: CaseFile,
    asker: Asker,
    who: Who,
    name: str,
    *,
    why: Why | None = None,
) -> list[Grant]:
    """Ends all that a person was granted for the case: access to it is what they rest on."""
    person = people.named(connection, name)
    values = {
        "case_id": case.case_id,
        "grantee": person.person_id,
        "person_id": asker.person_id,
        "at": clock.now(),
    }
    ended = []
    for row in connection.execute(query("sight.end_grants_of"), values).fetchall():
        (one,) = _list(connection, grant_id=row["grant_id"])
        _tell(connection, signer, case, "grant.end", one, who, why)
        ended.append(one)
    return ended


def of_case(
    connection: Connection, case: CaseFile, asker: Asker, *, limit: int, before: int | None = None
) -> list[Grant]:
    """What was given for a case, the newest first; whoever is limited themselves is told of their own."""
    return _list(connection, case_id=case.case_id, grantee=asker.sight, limit=limit, before=before)


def of_person(
    connection: Connection, person_id: int, *, limit: int, before: int | None = None
) -> list[Grant]:
    """What is granted to a person now, the newest first."""
    return _list(connection, grantee=person_id, in_force=True, limit=limit, before=before)


def _list(
    connection: Connection, *, limit: int = 1, in_force: bool = False, **wanted: int | None
) -> list[Grant]:
    values = {
        **dict.fromkeys(("case_id", "grantee", "grant_id", "before")),
        **wanted,
        "in_force": in_force,
        "limit": limit,
    }
    return [Grant.from_row(row) for row in connection.execute(query("sight.grants"), values)]


def _tell(
    connection: Connection,
    signer: Signer,
    case: CaseFile,
    event: str,
    grant: Grant,
    who: Who,
    why: Why | None,
) -> None:
    what = {
        "grant": grant.grant_id,
        "name": grant.person,
        "spans": [[camera, grant.from_us, grant.to_us] for camera in grant.cameras],
        "expires": grant.expires_us,
        "reason": grant.reason,
    }
    custody.record(connection, signer, case, event, who=who, what=what, why=why)
