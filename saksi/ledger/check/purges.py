"""What purges took: tombstones against seals, rows and hours that are left; purges against their entries in the log.

A row of a chunk may be missing only under a tombstone, a tombstone only under a purge that the log was told of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, LiteralString

from saksi import clock
from saksi.catalogue.database import Connection, Database, query
from saksi.custody.canonical import leaf
from saksi.custody.entries import Entry, commitment
from saksi.custody.merkle import Frontier
from saksi.ledger.check.findings import Report
from saksi.retention import thinned_end, tombstones

_SUMS = ("hours", "chunks", "bytes")
_EXPECTED = ("cameras", "hours", "chunks", "bytes", "held_hours")


def taken(connection: Connection, seal: Mapping[str, Any]) -> set[int]:
    """Numbers that tombstones say were taken of a seal."""
    rows = connection.execute(query("rows.taken"), seal).fetchall()
    return set(chain.from_iterable(numbers(row) for row in rows))


def numbers(row: Mapping[str, Any]) -> Iterable[int]:
    """The numbers of a tombstone."""
    return chain.from_iterable(range(first, last + 1) for first, last in tombstones.numbers(row["seqs"]))


def pairs(row: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The times of a tombstone, microseconds UTC; a bound that is open stands for 0."""
    return [(_us(one.lower), _us(one.upper)) for one in row["spans"]]


def hold_tombstones(report: Report, database: Database) -> None:
    """Every tombstone and every hour that still has footage, camera by camera; purges that the log does not know."""
    with database.transaction() as connection:
        cameras = connection.execute(query("objects.cameras")).fetchall()
        for row in connection.execute(query("rows.purges_odd")):
            report.add("purge_row", f"purge {row['purge_id']}", "entries in the log")
    for camera in cameras:
        with database.transaction() as connection:
            for row in connection.execute(query("rows.tombstones_odd"), camera):
                where = f"tombstone {_place(camera, row)} of purge {row['purge_id']}"
                report.add("tombstone_row", where, "what a purge took of its seal", row["what"])
            for row in connection.execute(query("rows.thinned_tombstones_odd"), camera):
                where = f"thinned tombstone {_place(camera, row)} of purge {row['purge_id']}"
                report.add("tombstone_row", where, "what a purge took of its seal", row["what"])
            for row in connection.execute(query("rows.kept_odd"), camera):
                expected = f"{row['n'] or 0} chunks, {row['bytes'] or 0} bytes"
                found = f"{row['kept_n'] or 0} chunks, {row['kept_bytes'] or 0} bytes"
                report.add("kept_row", f"kept_hour {_place(camera, row)}", expected, found)


def hold_entry(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    """The purge that a notice or an end tells of, and for an end all its tombstones."""
    body: Mapping[str, Any] = entry.body
    number = body.get("purge")
    row = row_of(connection, query("rows.purge"), purge_id=number)
    report.count("purges told")
    if row is None:
        report.add("purge_row", where, f"purge {number}", "no such purge")
    elif body.get("event") == "notice":
        _hold_notice(report, row, entry, where)
    elif body.get("event") == "cancelled":
        _hold_cancelled(report, row, entry, where)
    else:
        _hold_done(report, connection, row, entry, where)


def row_of(connection: Connection, statement: LiteralString, **number: object) -> dict[str, Any] | None:
    """The row of the number that an entry tells of; None for what can be no number of a row."""
    (told,) = number.values()
    if not isinstance(told, int) or not 0 < told < 1 << 31:
        return None
    return connection.execute(statement, number).fetchone()


def _hold_notice(report: Report, row: Mapping[str, Any], entry: Entry, where: str) -> None:
    body: Mapping[str, Any] = entry.body
    expected = row["expected"]
    told = [body.get("kind"), entry.at_us, body.get("expected")]
    found = [row["kind"], clock.to_us(row["noticed_at"]), {name: expected.get(name) for name in _EXPECTED}]
    if told != found or row["notice_leaf"] != entry.leaf():
        report.add("purge_row", where, told, found)
    due_us = body.get("due")
    if not isinstance(due_us, int) or clock.to_us(row["due_at"]) < due_us:
        report.add("purge_row", where, f"due {due_us}", clock.to_us(row["due_at"]))


def _hold_cancelled(report: Report, row: Mapping[str, Any], entry: Entry, where: str) -> None:
    """The purge was taken back after its notice, and never done."""
    cancelled = row["result"].get("cancelled", {})
    found = [row["state"], cancelled.get("entry"), cancelled.get("at"), [_hex(row["notice_leaf"])]]
    told = ["cancelled", entry.leaf().hex(), entry.at_us, list(entry.refs)]
    if told != found:
        report.add("purge_row", where, told, found)
    bound = entry.body.get("commitment")  # to who took it back, and why; entries of before have none
    if bound is not None and bound != _because(cancelled):
        report.add("purge_row", where, bound, "another name or reason")


def _because(cancelled: Mapping[str, Any]) -> str:
    """The commitment that a row makes; empty when the row cannot make one."""
    try:
        return commitment(
            bytes.fromhex(cancelled.get("nonce", "")),
            {name: cancelled.get(name) for name in ("by", "reason")},
        )
    except (ValueError, TypeError):
        return ""


def _hold_done(
    report: Report, connection: Connection, row: Mapping[str, Any], entry: Entry, where: str
) -> None:
    body: Mapping[str, Any] = entry.body
    frontier, sums = Frontier(), dict.fromkeys(_SUMS, 0)
    for one in tombstones.within(connection, row["purge_id"]):
        frontier.push(leaf(one.line()))
        for name, more in (("hours", 1), ("chunks", one.n), ("bytes", one.size)):
            sums[name] += more
    report.count("tombstones", sums["hours"])
    certificate = b"" if row["certificate"] is None else bytes(row["certificate"])
    told = [body.get(name) for name in ("event", "kind", *_SUMS, "tombstones", "certificate")]
    lines = {"n": frontier.size, "root": frontier.root().hex()}
    found = ["done", row["kind"], *sums.values(), lines, hashlib.sha256(certificate).hexdigest()]
    told += [list(entry.refs), entry.leaf().hex(), body.get("thinned")]
    thinned = thinned_end.totals(connection, row["purge_id"]).get("thinned")
    found += [[_hex(row["notice_leaf"])], _hex(row["done_leaf"]), thinned]
    if told != found:
        report.add("purge_row", where, told, found)


def _us(instant: Any) -> int:
    return 0 if instant is None else clock.to_us(instant)


def _hex(value: Any) -> str:
    return "" if value is None else bytes(value).hex()


def _place(camera: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    return f"{camera['code']} {clock.format_us(clock.to_us(row['hour']))} {row['part']}"
