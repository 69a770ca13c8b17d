"""Findings of scrub against the log: what was found and what it touched, and how each ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.custody.entries import BadEntry, Entry
from saksi.ledger.check.findings import Report

_PAGE = 1024
_TOUCHES = ("holds", "cases", "exhibits")
_MOST = 1000  # of a key, as the entry has it


def hold_entry(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    """The finding that an entry of kind `finding` tells of, or whose end."""
    first = entry.body.get("event") == "found"
    told_by = entry.leaf() if first else _first(entry)
    row = connection.execute(query("rows.finding_of"), {"leaf": told_by}).fetchone()
    report.count("findings told")
    if row is None:
        report.add("finding_row", where, f"a finding of {entry.body.get('key')}", "no such finding")
    elif first:
        _hold_found(report, row, entry, where)
    else:
        _hold_end(report, row, entry, where)


def hold_among(report: Report, connection: Connection) -> None:
    """Findings that no entry tells of, or none of how they ended."""
    after = 0
    while True:
        values = {"finding_id": after, "limit": _PAGE}
        page = connection.execute(query("rows.findings_after"), values).fetchall()
        for row in page:
            where = f"scrub_finding {row['finding_id']}"
            told = _body(row["kind_told"], row["told"])
            if told is None or told.get("event") != "found":
                report.add("finding_row", where, "an entry in the log", "none")
            ended = _body(row["kind_ended"], row["ended"])
            event = None if ended is None else ended.get("event")
            if event != row["resolution"]:
                report.add("finding_row", where, f"the entry of {row['resolution']}", event)
        if len(page) < _PAGE:
            return
        after = page[-1]["finding_id"]


def _hold_found(report: Report, row: Mapping[str, Any], entry: Entry, where: str) -> None:
    body: Mapping[str, Any] = entry.body
    told = [body.get(name) for name in ("kind", "key", "expected", "found")]
    told += [{name: body[name] for name in _TOUCHES if name in body}, entry.at_us]
    told += [body.get(name) for name in ("camera", "run", "seq", "start", "end")]
    found = [row["kind"], row["object_key"][:_MOST], row["expected"], row["found"], row["touches"]]
    found += [clock.to_us(row["found_at"]), row["camera"], row["run"], row["seq"]]
    found += [None if row[name] is None else clock.to_us(row[name]) for name in ("start_at", "end_at")]
    if told != found:
        report.add("finding_row", where, told, found)


def _hold_end(report: Report, row: Mapping[str, Any], entry: Entry, where: str) -> None:
    """What was accepted may end in another way later: then the row tells of that."""
    event = entry.body.get("event")
    if row["end_leaf"] != entry.leaf():
        if event != "accepted" or row["resolution"] in (None, "accepted"):
            report.add("finding_row", where, f"ended as {event}", row["resolution"] or "open")
        return
    at_us = None if row["resolved_at"] is None else clock.to_us(row["resolved_at"])
    told, found = [event, entry.at_us], [row["resolution"], at_us]
    if told != found:
        report.add("finding_row", where, told, found)


def _first(entry: Entry) -> bytes:
    """The leaf of the entry that an end refers to."""
    try:
        return bytes.fromhex(entry.refs[0])
    except (IndexError, ValueError):
        return b""


def _body(kind: str | None, data: Any) -> Mapping[str, Any] | None:
    if kind != "finding":
        return None
    try:
        return Entry.parse(bytes(data)).body
    except BadEntry:
        return None  # named where entries are read
