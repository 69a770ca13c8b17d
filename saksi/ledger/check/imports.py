"""Imports against the log: rows say what their entries say, hold what those commit to, and have their runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.catalogue.imports import KIND
from saksi.custody.entries import Entry, commitment
from saksi.ledger.check.findings import Report


def hold_entry(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    """The row that an entry of kind `import` tells of: a file that was brought, or one that was erased."""
    report.count("imports")
    row = connection.execute(query("imports.of_entry"), {"leaf": entry.leaf()}).fetchone()
    if row is None:
        report.add("import_row", where, entry.body.get("file"), "no such import")
        return
    made = {
        "camera": row["camera"],
        "run": row["run"] or "",
        "file": row["sha256"].hex(),
        **(_brought(row) if entry.body.get("event") == KIND else {"event": "erased"}),
    }
    told = {name: value for name, value in entry.body.items() if name != "role"}
    stands = row["entry_leaf" if entry.body.get("event") == KIND else "gone_leaf"]
    if made != told or stands != entry.leaf():
        report.add("import_row", where, told, made)


def hold_rows(report: Report, connection: Connection) -> None:
    """Runs that say they were imported, and imports, of which the other does not tell."""
    for row in connection.execute(query("imports.strays")):
        report.add("import_row", f"import {row['place']}", "a run and an import of one file", "not both")


def _brought(row: Mapping[str, Any]) -> dict[str, Any]:
    try:
        body = json.loads(bytes(row["body"]))
        committed = commitment(bytes(row["nonce"]), body)
    except ValueError:
        committed = ""
    offset = row["clock_offset_us"]
    return {
        "event": KIND,
        "size": row["size"],
        "container": row["container"],
        "start": clock.to_us(row["start_at"]),
        **({} if offset is None else {"clock_offset": offset}),
        "commitment": committed,
    }
