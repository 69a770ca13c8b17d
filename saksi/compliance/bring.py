"""A list of agencies with their terms brought in, as a city keeps it in a spreadsheet.

A bad line is told with its remedy and stops no other; the same list twice changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from saksi import codes
from saksi.catalogue import places
from saksi.catalogue.database import Connection, query
from saksi.compliance import contacts, subjects, terms
from saksi.compliance.subjects import Scope, Subject
from saksi.compliance.terms import Agreed
from saksi.errors import BadInput, NotFound, SaksiError
from saksi.messages import register
from saksi.spreadsheet import Row, Sheet, cell_number, read

HEADS: Mapping[str, Sequence[str]] = {
    "id": ("id", "kode"),
    "name": ("name", "nama", "nama_instansi", "instansi"),
    "category": ("category", "kategori", "jenis"),
    "obliged": ("obliged", "wajib"),
    "basis": ("basis", "dasar", "dasar_hukum", "peraturan"),
    "from": ("from", "since", "sejak", "mulai", "berlaku_sejak"),
    "cameras": ("cameras", "kamera", "jumlah_kamera", "kamera_wajib"),
    "uptime": ("uptime", "uptime_percent", "uptime_persen", "ketersediaan", "ketersediaan_persen"),
    "retention": ("retention", "retention_days", "retensi", "retensi_hari"),
    "clock": ("clock", "clock_error_ms", "galat_jam", "galat_jam_ms"),
    "contact": ("contact", "narahubung", "pic"),
    "role": ("role", "jabatan"),
    "phone": ("phone", "telepon", "telp", "hp"),
    "email": ("email", "surel"),
    "reason": ("reason", "alasan"),
}
DONE = ("added", "changed", "known", "refused")
_NEEDED = ("name", "category", "obliged")
_YES = frozenset({"yes", "y", "true", "1", "ya", "wajib", "obliged"})
_NO = frozenset({"no", "n", "false", "0", "tidak", "sukarela", "voluntary"})
_DAY = re.compile(r"(\d\d?)[-/.](\d\d?)[-/.](\d{4})")
_MOST_LETTERS = {"name": 200, "basis": 300, "contact": 200, "role": 200, "reason": 500}

register(
    "list_cell_empty",
    en=("{field} is empty.", "Fill it in, or leave the line out."),
    id_=("{field} kosong.", "Isi, atau hapus barisnya."),
)
register(
    "list_cell_number",
    en=("{field} is not a number: {given}.", "Write digits such as 12 or 99.5, and no unit."),
    id_=("{field} bukan angka: {given}.", "Tulis angka seperti 12 atau 99,5, tanpa satuan."),
)
register(
    "list_cell_yes",
    en=("{field} is neither yes nor no: {given}.", "Write yes (obliged) or no (by its own will)."),
    id_=("{field} bukan ya atau tidak: {given}.", "Tulis ya (wajib) atau tidak (sukarela)."),
)
register(
    "list_cell_long",
    en=("{field} is longer than {most} characters.", "Shorten it."),
    id_=("{field} lebih dari {most} karakter.", "Persingkat."),
)
register(
    "list_name_twice",
    en=("Several agencies are named {given}.", "Say in the column {field} which is meant: {ids}."),
    id_=("Beberapa instansi bernama {given}.", "Sebutkan di kolom {field} yang dimaksud: {ids}."),
)
register(
    "list_agency_twice",
    en=("{given} stands in line {line} already.", "Leave one out, or give each an id of its own."),
    id_=("{given} sudah ada di baris {line}.", "Hapus salah satu, atau beri masing-masing id sendiri."),
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What became of one line: added, changed (other terms than before), known, or refused and why."""

    line: int
    agency: str
    done: str
    refused: SaksiError | None = None


def listed(data: bytes) -> Sheet:
    """Takes the list apart. Raises BadInput when it is none."""
    return read(data, HEADS, _NEEDED)


def bring(
    connection: Connection, sheet: Sheet, *, made_by: str, today: date, scope: Scope = None
) -> list[Told]:
    """Enters every line that can be, in the transaction of the caller, who may take it back: a dry run.

    Whoever is limited to the agencies `scope` adds none and changes only theirs.
    """
    seen: dict[str, int] = {}
    told: list[Told] = []
    for row in sheet.rows:
        code = row.cells.get("id") or places.code_from(row.cells.get("name", ""))
        try:
            if row.refused is not None:
                raise row.refused
            code = row.cells.get("id") or _by_name(connection, row.cells.get("name", ""), scope) or code
            if code in seen:
                raise BadInput("list_agency_twice", field="id", given=code, line=seen[code])
            with connection.transaction():
                places.check_scope(connection, code, scope)
                done = _enter(connection, code, row, made_by=made_by, today=today)
        except SaksiError as refused:
            told.append(Told(line=row.number, agency=code, done="refused", refused=refused))
        else:
            seen[code] = row.number
            told.append(Told(line=row.number, agency=code, done=done))
    return told


def counts(told: list[Told]) -> dict[str, int]:
    """How many of each."""
    found = Counter(one.done for one in told)
    return {done: found[done] for done in DONE}


def _by_name(connection: Connection, name: str, scope: Scope) -> str | None:
    """The id of the agency of this name: a list without ids must not make another one of it."""
    values = {"name": name.strip(), "scope": scope}
    found = [row["code"] for row in connection.execute(query("terms.agencies_named"), values)]
    if len(found) > 1:
        raise BadInput("list_name_twice", field="id", given=name.strip()[:80], ids=", ".join(found[:5]))
    return found[0] if found else None


def _enter(connection: Connection, code: str, row: Row, *, made_by: str, today: date) -> str:
    cells = row.cells
    for field in _NEEDED:
        if not cells.get(field):
            raise BadInput("list_cell_empty", field=field)
    for field, most in _MOST_LETTERS.items():
        if len(cells.get(field, "")) > most:
            raise BadInput("list_cell_long", field=field, most=most)
    agreed = Agreed(
        obliged=_yes("obliged", cells["obliged"]),
        basis=cells.get("basis", ""),
        cameras=_whole("cameras", cells),
        uptime_percent=_number("uptime", cells),
        retention_days=_whole("retention", cells),
        clock_error_ms=_whole("clock", cells),
    )
    from_day = _day(cells["from"]) if cells.get("from") else today
    subject, added = _subject(connection, code, cells)
    before = terms.in_force(terms.versions(connection, subject), from_day)
    same = before is not None and all(
        getattr(before, name) == getattr(agreed, name) for name in Agreed.__dataclass_fields__
    )
    if not same:
        terms.put(
            connection,
            subject,
            agreed,
            from_day=from_day,
            reason=cells.get("reason", ""),
            made_by=made_by,
            today=today,
        )
    met = _contact(connection, subject, cells)
    if added:
        return "added"
    return "changed" if met or not same else "known"


def _subject(connection: Connection, code: str, cells: Mapping[str, str]) -> tuple[Subject, bool]:
    try:
        return subjects.agency(connection, code, None), False
    except NotFound:
        category = _category(cells["category"])
        places.add_agency(connection, code=code, name=cells["name"], category=category)
        return subjects.agency(connection, code, None), True


def _contact(connection: Connection, subject: Subject, cells: Mapping[str, str]) -> bool:
    """Adds whom to call, unless somebody of that name is there; whether it did."""
    name = cells.get("contact", "")
    if not name or any(one.name == name for one in contacts.of(connection, subject)):
        return False
    given = {field: cells.get(field, "") for field in ("role", "phone", "email")}
    contacts.add(connection, subject, name=name, **given)
    return True


def _category(cell: str) -> str:
    said = cell.strip().lower()
    return next((one for one in places.CATEGORIES if said in (one, codes.word(one, "id"))), said)


def _yes(field: str, cell: str) -> bool:
    said = cell.strip().lower()
    if said not in _YES | _NO:
        raise BadInput("list_cell_yes", field=field, given=cell[:40])
    return said in _YES


def _number(field: str, cells: Mapping[str, str]) -> float | None:
    cell = cells.get(field, "").rstrip("%").strip()
    if not cell:
        return None
    try:
        return cell_number(cell)
    except ValueError as error:
        raise BadInput("list_cell_number", field=field, given=cell[:40]) from error


def _whole(field: str, cells: Mapping[str, str]) -> int | None:
    cell = cells.get(field, "")
    if not cell:
        return None
    if not re.fullmatch(r"\d{1,9}", cell):
        raise BadInput("list_cell_number", field=field, given=cell[:40])
    return int(cell)


def _day(cell: str) -> date:
    found = _DAY.fullmatch(cell)
    if found is not None:
        cell = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
    return terms.day(cell, "from")
