"""The rows of an audit export as a table for people: CSV with each cell in quotes, one line a row.

The verifier makes every column but the last two anew from the rows, so the form is fixed (reference/audit-export.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from saksi import clock
from saksi.catalogue.audit_trail import AuditRow
from saksi.catalogue.audit_words import sentence

HEADS = (
    "nomor · number",
    "waktu UTC · time UTC",
    "orang · person",
    "peran · role",
    "alamat · address",
    "tindakan · action",
    "hasil · result",
    "kasus · case",
    "kamera · cameras",
    "rekaman dari · footage from",
    "rekaman sampai · footage to",
    "keperluan · purpose",
    "rincian · details",
    "kalimat",
    "sentence",
)
_FORMULA = ("=", "+", "-", "@")


def head() -> bytes:
    """The first line; spreadsheets know UTF-8 by the mark before it."""
    return b"\xef\xbb\xbf" + _line(HEADS)


def line(row: Mapping[str, Any], zone: str) -> bytes:
    """A row of audit.leaves, whose `object` is text; sentences with times of `zone`."""
    told = AuditRow.from_row({**row, "object": json.loads(row["object"])})
    cells = (
        str(told.audit_id),
        _instant(told.at_us),
        told.person,
        told.role,
        told.address,
        told.action,
        told.result,
        told.case,
        " ".join(told.cameras),
        _instant(told.from_us),
        _instant(told.to_us),
        told.purpose,
        row["object"],
        sentence(told, "id", zone),
        sentence(told, "en", zone),
    )
    return _line(cells)


def _line(cells: tuple[str, ...]) -> bytes:
    return (",".join(map(_cell, cells)) + "\n").encode()


def _cell(text: str) -> str:
    """A cell that is text to every spreadsheet: in quotes, on one line, and no formula."""
    flat = "".join(" " if one < " " else one for one in text).replace('"', '""')
    return f'"{chr(39) if flat.startswith(_FORMULA) else ""}{flat}"'


def _instant(at_us: int | None) -> str:
    return "" if at_us is None else clock.from_us(at_us).strftime("%Y-%m-%dT%H:%M:%SZ")
