"""A list of incidents as spreadsheets save it: heads in Indonesian or English; commas, semicolons or tabs.

Times without a zone are of the archive's. Reading answers lines; bringing them in is `saksi.incidents.bring`.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from saksi import clock, spreadsheet
from saksi.errors import BadInput
from saksi.incidents.records import Facts
from saksi.local_time import HOURS
from saksi.messages import register
from saksi.spreadsheet import Codes, Row

_HEADS = {
    "at": ("at", "time", "from", "waktu", "waktu_kejadian", "tanggal", "date"),
    "clock": ("clock", "jam", "pukul", "hour"),
    "to": ("to", "until", "sampai", "hingga"),
    "lat": ("lat", "latitude", "lintang"),
    "lon": ("lon", "lng", "longitude", "bujur"),
    "accuracy_m": ("accuracy_m", "accuracy", "ketelitian_m", "ketelitian"),
    "kind": ("kind", "jenis", "jenis_kejadian"),
    "case": ("case", "kasus", "nomor_kasus"),
    "reference": ("reference", "number", "nomor", "referensi"),
    "source": ("source", "sumber"),
    "note": ("note", "catatan", "keterangan"),
}
_NEEDED = ("at", "lat", "lon", "kind")
_CODES = Codes(
    text="incident_csv_text",
    heads="incident_csv_heads",
    twice="incident_csv_twice",
    broken="incident_line_broken",
    wide="incident_line_wide",
)
_DEFAULT_ACCURACY_M = 100.0
_TIME = re.compile(
    r"(?:(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)|(?P<d2>\d\d?)[-/.](?P<m2>\d\d?)[-/.](?P<y2>\d{4}))"
    r"[T ]+(?P<hh>\d\d?)[:.](?P<mm>\d\d)(?:[:.](?P<ss>\d\d))?"
)

register(
    "incident_csv_heads",
    en=(
        "The first line lacks the columns {missing}.",
        "Begin with a line of columns, among them: at, lat, lon, kind.",
    ),
    id_=(
        "Baris pertama tidak memuat kolom {missing}.",
        "Awali dengan baris kolom, antara lain: waktu, lintang, bujur, jenis.",
    ),
)
register(
    "incident_csv_twice",
    en=("Two columns say the same: {heads}.", "Keep one of them."),
    id_=("Dua kolom berarti sama: {heads}.", "Sisakan satu."),
)
register(
    "incident_csv_text",
    en=("The list is not text in UTF-8.", "Save it as CSV UTF-8."),
    id_=("Daftar ini bukan teks UTF-8.", "Simpan sebagai CSV UTF-8."),
)
register(
    "incident_line_broken",
    en=("The line cannot be taken apart.", "Look for a quotation mark that is missing or one too many."),
    id_=("Baris tidak dapat diurai.", "Cari tanda kutip yang kurang atau berlebih."),
)
register(
    "incident_line_wide",
    en=(
        "The line has more cells than there are columns.",
        "Put quotation marks around a cell with {mark} in it.",
    ),
    id_=("Sel baris lebih banyak daripada kolomnya.", "Beri tanda kutip pada sel yang memuat {mark}."),
)
register(
    "incident_cell_empty",
    en=("{field} is empty.", "Fill it in, or leave the incident out."),
    id_=("{field} kosong.", "Isi, atau jangan masukkan kejadian itu."),
)
register(
    "incident_cell_number",
    en=("{field} is not a number: {given}.", "Write degrees such as -1.2767, metres such as 50."),
    id_=("{field} bukan angka: {given}.", "Tulis derajat seperti -1.2767, meter seperti 50."),
)
register(
    "incident_cell_time",
    en=(
        "{field} is not a time: {given}.",
        "Write 2026-11-23 21:10, 23-11-2026 21:10 or 2026-11-23T21:10:00+08:00.",
    ),
    id_=(
        "{field} bukan waktu: {given}.",
        "Tulis 2026-11-23 21:10, 23-11-2026 21:10 atau 2026-11-23T21:10:00+08:00.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line by its number in the file: what it tells of, or why it cannot be used."""

    number: int
    facts: Facts | None = None
    fingerprint: bytes | None = None
    refused: BadInput | None = None


@dataclass(frozen=True, kw_only=True)
class IncidentList:
    """A list that can be read; `ignored` are heads that mean nothing here."""

    ignored: tuple[str, ...]
    lines: tuple[Line, ...]


def read(data: bytes, zone: str) -> IncidentList:
    """Takes a list apart; times without a zone are of `zone` (WIB, WITA, WIT).

    Raises BadInput when it is no such list at all; a bad line is told in its place.
    """
    sheet = spreadsheet.read(data, _HEADS, _NEEDED, codes=_CODES)
    return IncidentList(ignored=sheet.ignored, lines=tuple(_line(row, zone) for row in sheet.rows))


def _line(row: Row, zone: str) -> Line:
    try:
        if row.refused is not None:
            raise row.refused
        facts = _facts(row.cells, zone)
    except BadInput as refused:
        return Line(number=row.number, refused=refused)
    return Line(number=row.number, facts=facts, fingerprint=fingerprint(facts))


def fingerprint(facts: Facts) -> bytes:
    """What makes two lines the same: the number in the source's books where there is one, else what it tells."""
    if facts.reference:
        told: list[object] = ["reference", facts.source, facts.reference]
    else:
        told = [facts.kind, facts.from_us, facts.to_us, facts.lat, facts.lon, facts.source, facts.note]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).digest()


def _facts(given: Mapping[str, str], zone: str) -> Facts:
    for name in _NEEDED:
        if not given.get(name):
            raise BadInput("incident_cell_empty", field=name)
    at = given["at"] + (f" {given['clock']}" if given.get("clock") else "")
    to_us = _time("to", given["to"], zone) if given.get("to") else None
    accuracy_m = (
        _number("accuracy_m", given["accuracy_m"]) if given.get("accuracy_m") else _DEFAULT_ACCURACY_M
    )
    return Facts(
        kind=re.sub(r"[\s_]+", "-", given["kind"].lower()),
        from_us=_time("at", at, zone),
        to_us=to_us,
        lat=_number("lat", given["lat"]),
        lon=_number("lon", given["lon"]),
        accuracy_m=accuracy_m,
        case=given.get("case") or None,
        reference=given.get("reference", ""),
        source=given.get("source", ""),
        note=given.get("note", ""),
    )


def _number(field: str, cell: str) -> float:
    try:
        number = spreadsheet.cell_number(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadInput("incident_cell_number", field=field, given=cell[:40])
    return number


def _time(field: str, cell: str, zone: str) -> int:
    found = _TIME.fullmatch(cell)
    if found is None:
        try:
            return clock.parse_rfc3339(cell, field)
        except BadInput as error:
            if error.code == "time_absurd":
                raise
            raise BadInput("incident_cell_time", field=field, given=cell[:40]) from error
    part = {name: int(value) for name, value in found.groupdict().items() if value is not None}
    try:
        local = datetime(
            part.get("y", part.get("y2", 0)),
            part.get("m", part.get("m2", 0)),
            part.get("d", part.get("d2", 0)),
            part["hh"],
            part["mm"],
            part.get("ss", 0),
            tzinfo=UTC,
        )
    except ValueError as error:
        raise BadInput("incident_cell_time", field=field, given=cell[:40]) from error
    return clock.parse_rfc3339(clock.format_us(clock.to_us(local - timedelta(hours=HOURS[zone]))), field)
