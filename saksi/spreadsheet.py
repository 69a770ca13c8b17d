"""Lists as spreadsheets save them: CSV with commas, semicolons or tabs, heads in Indonesian or English."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from saksi.errors import BadInput
from saksi.messages import register

register(
    "list_text",
    en=("The list is not text in UTF-8.", "Save it as CSV UTF-8."),
    id_=("Daftar ini bukan teks UTF-8.", "Simpan sebagai CSV UTF-8."),
)
register(
    "list_heads",
    en=("The first line lacks the columns {missing}.", "Begin with a line of columns; known are: {known}."),
    id_=("Baris pertama tidak memuat kolom {missing}.", "Awali dengan baris kolom; yang dikenal: {known}."),
)
register(
    "list_twice",
    en=("Two columns say the same: {heads}.", "Keep one of them."),
    id_=("Dua kolom berarti sama: {heads}.", "Sisakan satu."),
)
register(
    "list_line_broken",
    en=("The line cannot be taken apart.", "Look for a quotation mark that is missing or one too many."),
    id_=("Baris tidak dapat diurai.", "Cari tanda kutip yang kurang atau berlebih."),
)
register(
    "list_line_wide",
    en=("The line has more cells than there are columns.", "Put quotation marks around a cell with {mark}."),
    id_=("Sel baris lebih banyak daripada kolomnya.", "Beri tanda kutip pada sel yang memuat {mark}."),
)

_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)  # also as wide signs


@dataclass(frozen=True, kw_only=True)
class Codes:
    """What is wrong with a list, by the codes of its kind: incidents have words of their own."""

    text: str = "list_text"
    heads: str = "list_heads"
    twice: str = "list_twice"
    broken: str = "list_line_broken"
    wide: str = "list_line_wide"


_LIST = Codes()


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line by its number in the file: cells by column, or why it cannot be used."""

    number: int
    cells: Mapping[str, str]
    refused: BadInput | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A list that can be read; `ignored` are heads that mean nothing here."""

    ignored: tuple[str, ...]
    rows: tuple[Row, ...]


def read(
    data: bytes, heads: Mapping[str, Sequence[str]], needed: Sequence[str], *, codes: Codes = _LIST
) -> Sheet:
    """Takes a list apart by its heads: column → how it may be written. Raises BadInput when it is no such list."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(codes.text, field="csv") from error
    if "\0" in text:
        raise BadInput(codes.text, field="csv")
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    try:
        given = [re.sub(r"[\s\-]+", "_", head.strip().lower()) for head in next(reader, [])]
    except csv.Error as error:
        raise BadInput(codes.broken, field="csv") from error
    of = {head: column for column, names in heads.items() for head in names}
    columns = [of.get(head) for head in given]
    missing = [column for column in needed if column not in columns]
    if missing:
        known = ", ".join(names[0] for names in heads.values())
        raise BadInput(codes.heads, field="csv", missing=", ".join(missing), known=known)
    for column in filter(None, columns):
        if columns.count(column) > 1:
            same = ", ".join(head for head, one in zip(given, columns, strict=True) if one == column)
            raise BadInput(codes.twice, field="csv", heads=same)
    rows: list[Row] = []
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            rows.append(Row(number=number, cells={}, refused=BadInput(codes.broken, field="csv")))
            continue
        if cells is None:
            break
        if any(cell.strip() for cell in cells):
            rows.append(_row(number, cells, columns, mark, codes.wide))
    ignored = tuple(head for head, column in zip(given, columns, strict=True) if column is None and head)
    return Sheet(ignored=ignored, rows=tuple(rows))


def _row(number: int, cells: Sequence[str], columns: Sequence[str | None], mark: str, wide: str) -> Row:
    if any(cell.strip() for cell in cells[len(columns) :]):
        return Row(number=number, cells={}, refused=BadInput(wide, field="csv", mark=mark))
    pairs = zip(columns, cells, strict=False)
    return Row(number=number, cells={column: _text(given) for column, given in pairs if column is not None})


def cell_number(cell: str) -> float:
    """The number in a cell; Indonesian spreadsheets write -1,2767. Raises ValueError for what is none."""
    return float(cell.replace(",", ".") if "." not in cell else cell)


def cell(value: object) -> object:
    """A value for a list that is given out: a text that begins like a formula must not be one where it is opened.

    As OWASP's CSV Injection has it; numbers that are no texts stay as they are.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _text(given: str) -> str:
    """What a cell says; the mark that `cell` puts before a formula is no part of it."""
    text = given.strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text
