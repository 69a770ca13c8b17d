"""Chunks that the catalogue calls dropped, or on their way, against the log and what their recorders say: neither may
explain why an object is missing without somebody else's word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.custody.entries import Entry
from saksi.ledger.check.findings import Report


def hold_entry(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    """The rows that an entry of kind `dropped` tells of."""
    body: Mapping[str, Any] = entry.body
    try:
        told = {int(seq): (int(start), int(end)) for seq, start, end in body["chunks"]}
    except (KeyError, TypeError, ValueError):
        report.add("dropped_row", where, "chunks")
        return
    report.count("chunks told as dropped", len(told))
    values = {"run": str(body.get("run")), "seqs": list(told)}
    rows = {row["seq"]: row for row in connection.execute(query("drops.of_entry"), values)}
    for seq, span in told.items():
        row = rows.get(seq)
        found = None if row is None else (clock.to_us(row["start_at"]), clock.to_us(row["end_at"]))
        if row is None or found != span or row["camera"] != body.get("camera") or row["leaf"] != entry.leaf():
            report.add("dropped_row", where, f"{body.get('run')} {seq} {span}", found or "no such row")


def hold_rows(report: Report, connection: Connection) -> None:
    """Rows that no entry tells of, and chunks told as on their way of which their recorder has nothing any more."""
    for row in connection.execute(query("drops.untold")):
        where = f"chunk_dropped {row['run'] or row['run_no']} {row['seq']}"
        report.add("dropped_row", where, "an entry in the log", "none")
    for row in connection.execute(query("rows.stranded")):
        report.add(
            "chunk_state", f"chunk_pending {row['run']} {row['seq']}", "on its recorder's spool", "not there"
        )
