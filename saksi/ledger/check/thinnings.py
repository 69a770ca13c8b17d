"""Thinning against the log: policies in force, and the rows of thinned chunks against what was told of them.

Where only some rows of a camera-day are left, its root cannot be had from them: they are held to its lines, which are
in the store (thinned_lines.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.custody.canonical import leaf
from saksi.custody.entries import Entry
from saksi.custody.merkle import root
from saksi.ledger.check.findings import Report
from saksi.ledger.check.purges import row_of
from saksi.retention import thinned_log

_STEPS = {"propose": "proposed", "policy": "accepted", "withdraw": "withdrawn"}


def hold_entry(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    """The step of a policy or the batch of thinned chunks that an entry of kind `thinned` tells of."""
    if entry.body.get("event") in _STEPS:
        _hold_policy(report, connection, entry, where)
    else:
        _hold_batch(report, connection, entry, where)


def hold_among(report: Report, connection: Connection) -> None:
    """Rows that no entry tells of, or that name what is not there."""
    for row in connection.execute(query("rows.thinning_odd")):
        code = "thinning_row" if row["what"] == "thinning_policy" else "thinned_row"
        report.add(code, f"{row['what']} {row['place']}", "what it names, told in the log", "none")


def leaf_of(row: Mapping[str, Any]) -> bytes:
    """The leaf of a row's line; of one with columns that nobody writes, nothing that is under a root."""
    try:
        return leaf(thinned_log.line(dict(row)))
    except ValueError:
        return b""


def _hold_policy(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    body: Mapping[str, Any] = entry.body
    number = body.get("thinning")
    row = row_of(connection, query("rows.thinning_policy"), thinning_id=number)
    report.count("thinning policies")
    if row is None:
        report.add("thinning_row", where, f"thinning policy {number}", "no such policy")
        return
    told = [body.get(name) for name in ("scope", "subject", "mode", "after", "basis")]
    found = [row["scope"], row["subject"], row["mode"] or "", row["after_us"] or 0, row["basis"]]
    event = str(body["event"])
    state, at, leaf_ = row["state"], row["decided_at"], row["leaf"]
    if event == "propose":
        state, at, leaf_ = "proposed", row["proposed_at"], row["proposal_leaf"]
    told += [_STEPS[event], entry.at_us, entry.leaf().hex()]
    found += [state, None if at is None else clock.to_us(at), "" if leaf_ is None else bytes(leaf_).hex()]
    if told != found:
        report.add("thinning_row", where, told, found)


def _hold_batch(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    body: Mapping[str, Any] = entry.body
    row = connection.execute(query("rows.thinning_batch"), {"leaf": entry.leaf()}).fetchone()
    report.count("thinnings")
    if row is None:
        report.add("thinned_row", where, f"thinned chunks of {body.get('camera')}", "no such batch")
        return
    told = [body.get(name) for name in ("camera", "day", "n", "root")] + [entry.at_us]
    found = [
        row["camera"],
        clock.to_us(row["day"]),
        row["n"],
        bytes(row["root"]).hex(),
        clock.to_us(row["made_at"]),
    ]
    if told != found:
        report.add("thinned_row", where, told, found)
    rows = connection.execute(query("rows.thinned_of_day"), row).fetchall()
    report.count("thinned chunks", len(rows))
    if len(rows) >= row["n"]:
        top = root([leaf_of(one) for one in rows])
        if top != row["root"]:
            report.add("thinned_row", where, row["root"], top)
