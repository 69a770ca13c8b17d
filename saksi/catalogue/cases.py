"""Cases: an investigation under its report number, who has access, and every edit as a custody event.

Members see a case; so do records officers and administrators whose sight is not limited to agencies. For everyone else
it does not exist. The number names the custody chain and therefore never changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.access import Permission, allowed
from saksi.catalogue import custody, people
from saksi.catalogue.askers import Asker, sees_everything
from saksi.catalogue.custody import Who, Why
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.places import checked_name, code_from
from saksi.custody.signing import Signer
from saksi.errors import BadInput, Conflict, NotFound
from saksi.messages import register

register(
    "case_number_malformed",
    en=(
        "{given} is not a case number.",
        "Write it as LP/B/123/XI/2026/SPKT: letters, digits, spaces and / . _ ( ) -",
    ),
    id_=(
        "{given} bukan nomor kasus.",
        "Tulis seperti LP/B/123/XI/2026/SPKT: huruf, angka, spasi dan / . _ ( ) -",
    ),
)
register(
    "case_exists",
    en=("There is already a case {number}.", "Ask a records officer for access to it, or check the number."),
    id_=("Sudah ada kasus {number}.", "Minta akses kepada petugas arsip, atau periksa nomornya."),
)
register(
    "case_unknown",
    en=("There is no case {case}.", "List yours with GET /api/v1/cases or `saksi case list`."),
    id_=("Tidak ada kasus {case}.", "Lihat milik Anda dengan GET /api/v1/cases atau `saksi case list`."),
)
register(
    "case_closed",
    en=("Case {number} is closed.", "Open it again first, with PATCH and state open."),
    id_=("Kasus {number} sudah ditutup.", "Buka kembali dahulu, dengan PATCH dan state open."),
)
register(
    "member_unfit",
    en=("{name} cannot work on cases as {role}.", "Give them another role, or name someone else."),
    id_=("{name} tidak dapat menangani kasus sebagai {role}.", "Beri peran lain, atau sebut orang lain."),
)
register(
    "member_unknown",
    en=("{name} is not among the people of this case.", "List them with GET /api/v1/cases/{case}/members."),
    id_=(
        "{name} tidak termasuk orang kasus ini.",
        "Lihat daftarnya dengan GET /api/v1/cases/{case}/members.",
    ),
)

_PAGE = 100
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 /._()-]{0,79}")
FIELDS = ("title", "report", "officers", "notes", "state")


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """A case. `code` is everyone's id, `number` the report number that names its chain."""

    case_id: int
    code: str
    number: str
    title: str
    report: str
    officers: tuple[str, ...]
    notes: str
    state: str
    opened_by: str
    opened_us: int
    closed_us: int | None
    exhibits: int

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> CaseFile:
        """From a row of cases.list."""
        return cls(
            officers=tuple(row["officers"]),
            opened_by=row["opened_by_name"],
            opened_us=clock.to_us(row["opened_at"]),
            closed_us=None if row["closed_at"] is None else clock.to_us(row["closed_at"]),
            **{
                name: row[name]
                for name in ("case_id", "code", "number", "title", "report", "notes", "state", "exhibits")
            },
        )


def checked_number(number: str) -> str:
    """The number with its spaces in order. Raises BadInput when it is none."""
    plain = re.sub(r"\s*/\s*", "/", " ".join(number.split()))
    if _NUMBER.fullmatch(plain) is None or not code_from(plain):
        raise BadInput("case_number_malformed", field="number", given=number[:100])
    return plain


def add(
    connection: Connection,
    signer: Signer,
    asker: Asker,
    who: Who,
    *,
    number: str,
    title: str,
    report: str = "",
    officers: Sequence[str] = (),
    notes: str = "",
    why: Why | None = None,
) -> CaseFile:
    """Opens a case; who opens it is its first member. Raises BadInput for a bad number, Conflict for a taken one."""
    values = {
        "number": checked_number(number),
        "code": code_from(checked_number(number)),
        "title": checked_name(title, "title"),
        "report": report,
        "officers": [checked_name(one, "officers") for one in officers],
        "notes": notes,
        "person_id": asker.person_id,
        "at": clock.now(),
    }
    row = connection.execute(query("cases.add"), values).fetchone()
    if row is None:
        raise Conflict("case_exists", field="number", number=values["number"])
    connection.execute(query("cases.add_member"), {**values, **row, "member": asker.person_id})
    case = find(connection, str(values["code"]), asker)
    what = {name: _plain(getattr(case, name)) for name in ("number", *FIELDS)}
    custody.record(connection, signer, case, "case.open", who=who, what=what, why=why)
    return case


def find(connection: Connection, code: str, asker: Asker | None) -> CaseFile:
    """The case with this code or number; `asker` None sees all. Raises NotFound when there is none for them."""
    everything = asker is None or sees_everything(asker)
    found = [] if "\0" in code else _list(connection, everything, asker, code=code, limit=1)
    if not found:
        raise NotFound("case_unknown", field="case", case=code[:100])
    return found[0]


def find_for_custody(connection: Connection, code: str, asker: Asker) -> CaseFile:
    """The same for its custody, which auditors may see too."""
    if asker.role == "auditor" and asker.agency_ids is None:
        return find(connection, code, None)
    return find(connection, code, asker)


def list_cases(
    connection: Connection,
    asker: Asker | None,
    *,
    state: str | None = None,
    q: str | None = None,
    limit: int,
    before: int | None = None,
) -> list[CaseFile]:
    """Cases that `asker` (None: the machine's own operator) sees, newest first; `before` is the last one's case_id."""
    everything = asker is None or sees_everything(asker)
    return _list(connection, everything, asker, state=state, q=q, limit=limit, before=before)


def pages(database: Database) -> Iterator[list[CaseFile]]:
    """Every case for the machine's own operator, newest first, a page a transaction."""
    before: int | None = None
    while True:
        with database.transaction() as connection:
            page = list_cases(connection, None, limit=_PAGE, before=before)
        yield page
        if len(page) < _PAGE:
            return
        before = page[-1].case_id


def change(
    connection: Connection,
    signer: Signer,
    case: CaseFile,
    asker: Asker,
    who: Who,
    changes: Mapping[str, Any],
    *,
    why: Why | None = None,
) -> CaseFile:
    """Changes fields of FIELDS; custody keeps what stood before. Raises Conflict for a closed case."""
    locked = connection.execute(query("cases.lock"), {"case_id": case.case_id}).fetchone()
    assert locked is not None
    if locked["state"] == "closed" and changes.get("state") != "open":
        raise Conflict("case_closed", field="state", number=case.number)
    if "title" in changes:
        checked_name(changes["title"], "title")
    for officer in changes.get("officers", ()):
        checked_name(officer, "officers")
    before = find(connection, case.code, asker)
    told = {name: _plain(getattr(before, name)) for name in FIELDS}
    new = {**told, **{name: _plain(changes[name]) for name in FIELDS if name in changes}}
    edits = {name: {"before": told[name], "after": new[name]} for name in FIELDS if told[name] != new[name]}
    if not edits:
        return before
    connection.execute(query("cases.change"), {**new, "case_id": case.case_id, "at": clock.now()})
    custody.record(connection, signer, case, "case.edit", who=who, what=edits, why=why)
    return find(connection, case.code, asker)


def lock_open(connection: Connection, case: CaseFile) -> None:
    """Holds the case until the transaction ends. Raises Conflict when it is closed."""
    row = connection.execute(query("cases.lock"), {"case_id": case.case_id}).fetchone()
    if row is None or row["state"] == "closed":
        raise Conflict("case_closed", field="case", number=case.number)


def members(connection: Connection, case: CaseFile) -> list[dict[str, Any]]:
    """People with access, by name: name, role, unit, rank, added_by, added_at."""
    return connection.execute(query("cases.members"), {"case_id": case.case_id}).fetchall()


def add_member(
    connection: Connection,
    signer: Signer,
    case: CaseFile,
    asker: Asker,
    who: Who,
    name: str,
    *,
    why: Why | None = None,
) -> None:
    """Gives a person access; again does nothing. Raises NotFound for nobody, BadInput for a role without cases."""
    lock_open(connection, case)
    person = people.named(connection, name)
    if not allowed(person.role, Permission.CASE_READ):
        raise BadInput("member_unfit", field="name", name=name, role=person.role)
    values = {
        "case_id": case.case_id,
        "member": person.person_id,
        "person_id": asker.person_id,
        "at": clock.now(),
    }
    if connection.execute(query("cases.add_member"), values).fetchone() is not None:
        what = {"name": person.name, "role": person.role}
        custody.record(connection, signer, case, "member.add", who=who, what=what, why=why)


def drop_member(
    connection: Connection, signer: Signer, case: CaseFile, who: Who, name: str, *, why: Why | None = None
) -> None:
    """Takes a person's access away. Raises NotFound when they have none."""
    lock_open(connection, case)
    try:
        person = people.named(connection, name)
    except NotFound as error:
        raise NotFound("member_unknown", field="name", name=name[:200], case=case.code) from error
    values = {"case_id": case.case_id, "member": person.person_id}
    if connection.execute(query("cases.drop_member"), values).fetchone() is None:
        raise NotFound("member_unknown", field="name", name=name[:200], case=case.code)
    custody.record(connection, signer, case, "member.remove", who=who, what={"name": person.name}, why=why)


def _list(
    connection: Connection,
    everything: bool,
    asker: Asker | None,
    *,
    code: str | None = None,
    state: str | None = None,
    q: str | None = None,
    limit: int,
    before: int | None = None,
) -> list[CaseFile]:
    literal = None if q is None else re.sub(r"([\\%_])", r"\\\1", q)
    values = {
        "everything": everything,
        "person_id": 0 if asker is None else asker.person_id,
        "code": code,
        "state": state,
        "q": None if literal is None else f"%{literal}%",
        "before": before,
        "limit": limit,
    }
    return [CaseFile.from_row(row) for row in connection.execute(query("cases.list"), values)]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
