"""A list of cameras as spreadsheets save it: heads in Indonesian or English, commas, semicolons or tabs.

Cells may hold passwords, and one that slipped into a neighbour's column too: no message here repeats a cell.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.language import language
from saksi.catalogue import places
from saksi.errors import BadInput
from saksi.messages import register
from saksi.onboarding.rows import CameraRow
from saksi.spreadsheet import cell_number

MOST_BYTES = 20_000_000
_HEADS = {
    "code": ("id", "kode", "id_kamera", "camera", "kamera"),
    "name": ("name", "nama", "nama_kamera"),
    "agency": ("agency", "instansi", "opd"),
    "site": ("site", "lokasi"),
    "site_name": ("site_name", "nama_lokasi"),
    "source": ("source", "url", "address", "alamat", "alamat_kamera", "sumber"),
    "user": ("user", "username", "pengguna", "nama_pengguna"),
    "password": ("password", "kata_sandi", "sandi"),
    "lat": ("lat", "latitude", "lintang"),
    "lon": ("lon", "lng", "longitude", "bujur"),
    "heading_deg": ("heading_deg", "heading", "arah"),
    "fov_deg": ("fov_deg", "fov", "sudut_pandang"),
    "enabled": ("enabled", "aktif"),
}
# What a column is called to whoever has none of it, beside its own name: as in the howto.
_INDONESIAN = {
    "code": "kode",
    "name": "nama",
    "agency": "instansi",
    "site": "lokasi",
    "site_name": "nama_lokasi",
    "source": "alamat",
    "user": "pengguna",
    "password": "kata_sandi",
    "lat": "lintang",
    "lon": "bujur",
    "heading_deg": "arah",
    "fov_deg": "sudut_pandang",
    "enabled": "aktif",
}
_SECRET = ("source", "user", "password")
_COLUMNS = {head: name for name, heads in _HEADS.items() for head in heads}
_NUMBERS = ("lat", "lon", "heading_deg", "fov_deg")
_YES, _NO = ("yes", "ya", "true", "1", "aktif"), ("no", "tidak", "false", "0", "nonaktif")
_KNOWN = "id, name, agency, site, site_name, source, user, password, lat, lon, heading_deg, fov_deg, enabled"

register(
    "csv_unreadable",
    en=("{path} cannot be read: {why}.", "Give a CSV file in UTF-8."),
    id_=("{path} tidak dapat dibaca: {why}.", "Beri berkas CSV dalam UTF-8."),
)
register(
    "csv_no_utf8",
    en=("{path} is not in UTF-8: line {line} holds other bytes.", "Save it as CSV UTF-8."),
    id_=("{path} bukan UTF-8: baris {line} memuat bita lain.", "Simpan sebagai CSV UTF-8."),
)
register(
    "csv_huge",
    en=("{path} is larger than {most} MB.", "Split it."),
    id_=("{path} lebih besar dari {most} MB.", "Pecah berkasnya."),
)
register(
    "csv_headless",
    en=("The first line names neither id nor name.", "Begin with a line of columns, among them: {known}."),
    id_=(
        "Baris pertama tidak memuat id atau name (nama).",
        "Awali dengan baris kolom, antara lain: {known}.",
    ),
)
register(
    "csv_head_twice",
    en=("Two columns say the same: {heads}.", "Keep one of them."),
    id_=("Dua kolom berarti sama: {heads}.", "Sisakan satu."),
)
register(
    "cell_no_number",
    en=("{field} is not a number.", "Give degrees such as -7.2575, or leave it empty."),
    id_=("{field} bukan angka.", "Beri derajat seperti -7.2575, atau kosongkan."),
)
register(
    "cell_no_answer",
    en=("{field} is neither yes nor no.", "Write yes or no, or leave it empty."),
    id_=("{field} bukan ya atau tidak.", "Tulis ya atau tidak, atau kosongkan."),
)
register(
    "cell_unprintable",
    en=("{field} holds characters that cannot be shown.", "Write {field} anew, on one line."),
    id_=("{field} memuat karakter yang tidak dapat ditampilkan.", "Tulis ulang {field} dalam satu baris."),
)
register(
    "line_wide",
    en=(
        "It has more cells ({cells}) than there are columns ({columns}).",
        "Put quotation marks around a cell with {mark} in it.",
    ),
    id_=(
        "Selnya ({cells}) lebih banyak dari kolomnya ({columns}).",
        "Beri tanda kutip pada sel yang memuat {mark}.",
    ),
)
register(
    "line_broken",
    en=("It cannot be taken apart.", "Look for a quotation mark that is missing or one too many."),
    id_=("Baris tidak dapat diurai.", "Cari tanda kutip yang kurang atau berlebih."),
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the list, by its number in the file: its row, or why it has none, and the camera that it means.

    `camera` is '' where that cannot be told.
    """

    number: int
    camera: str
    row: CameraRow | None = None
    refused: BadInput | None = None


@dataclass(frozen=True, kw_only=True)
class CameraList:
    """A list that can be read. `ignored` are the heads that mean nothing here, `heads` what it calls its columns."""

    ignored: tuple[str, ...]
    heads: Mapping[str, str]
    lines: Iterator[Line]


def read(path: Path) -> CameraList:
    """Opens a list. Raises BadInput when it is no list at all; a bad line is told in its place."""
    text = _text(path)
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    try:
        written = next(reader, [])
    except csv.Error as error:
        raise BadInput("csv_unreadable", field="csv", path=path, why=error) from error
    heads = [_plain(head) for head in written]
    columns = [_COLUMNS.get(head) for head in heads]
    named = [(name, head.strip()) for name, head in zip(columns, written, strict=True) if name is not None]
    for name in dict(named):
        if columns.count(name) > 1:
            same = ", ".join(head for one, head in named if one == name)
            raise BadInput("csv_head_twice", field=_field(name), heads=same)
    if not {"code", "name"} & set(columns):
        raise BadInput("csv_headless", field="csv", known=_KNOWN)
    ignored = tuple(head for head, name in zip(heads, columns, strict=True) if name is None and head)
    called = _INDONESIAN if language() == "id" else {name: _field(name) for name in _HEADS}
    spoken = {_field(name): head for name, head in {**called, **dict(named)}.items()}
    return CameraList(ignored=ignored, heads=spoken, lines=_lines(reader, columns, mark))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise BadInput("csv_huge", field="csv", path=path, most=MOST_BYTES // 1_000_000)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise BadInput("csv_unreadable", field="csv", path=path, why=error.strerror or error) from error
    except UnicodeDecodeError as error:  # whose words would repeat the bytes
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput("csv_no_utf8", field="csv", path=path, line=line) from error


def _field(name: str) -> str:
    """A column by the name under which errors know it."""
    return "id" if name == "code" else name


def _plain(head: str) -> str:
    return re.sub(r"[\s\-]+", "_", head.strip().lower())


def _lines(reader: Any, columns: Sequence[str | None], mark: str) -> Iterator[Line]:
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            yield Line(number=number, camera="", refused=BadInput("line_broken", field="csv"))
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _row(cells, columns, mark)
            yield Line(number=number, camera=row.id, row=row)
        except BadInput as refused:
            yield Line(number=number, camera=_meant(cells, columns), refused=refused)


def _meant(cells: Sequence[str], columns: Sequence[str | None]) -> str:
    """The camera of a line that is no row, if that can be told without a risk.

    In a line with too many cells what comes after a comma in a password stands under the next head.
    """
    given: dict[str, Any] = {}
    for name, cell in zip(columns, cells, strict=False):
        if name in _SECRET and len(cells) > len(columns):
            break
        if name in ("code", "name") and cell.isprintable():
            given[name] = cell.strip()
    camera = CameraRow(**given).id
    return camera if places.is_code(camera) else ""


def _row(cells: Sequence[str], columns: Sequence[str | None], mark: str) -> CameraRow:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise BadInput("line_wide", field="csv", cells=len(cells), columns=len(columns), mark=mark)
    # Passwords as they are: a blank at an end may belong to one.
    given = {
        name: cell if name == "password" else cell.strip()
        for name, cell in zip(columns, cells, strict=False)
        if name is not None
    }
    for name, cell in given.items():
        if not cell.isprintable():
            raise BadInput("cell_unprintable", field=_field(name))
    values: dict[str, Any] = {**given}
    for name in _NUMBERS:
        values[name] = _number(name, given.get(name, ""))
    values["enabled"] = _answer(given.get("enabled", ""))
    return CameraRow(**values)


def _number(name: str, cell: str) -> float | None:
    if not cell:
        return None
    try:
        number = cell_number(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadInput("cell_no_number", field=name)
    return number


def _answer(cell: str) -> bool | None:
    word = cell.lower()
    if not word:
        return None
    if word not in _YES + _NO:
        raise BadInput("cell_no_answer", field="enabled")
    return word in _YES
