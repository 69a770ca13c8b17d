"""Rows of the catalogue against the entries that tell of them: runs and camera-hour seals, down to the chunk rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from saksi.catalogue import pulses
from saksi.catalogue.database import Connection, query
from saksi.catalogue.footage import entry_of
from saksi.catalogue.runs import closing_of, opening_of
from saksi.custody.canonical import tip
from saksi.custody.entries import Entry
from saksi.custody.merkle import root
from saksi.ledger.check.findings import Report

_SEAL = {"last": "last_seq", "n": "n", "bytes": "bytes", "frames": "frames"}
_SEAL_HASHES = ("chain_in", "chain_out", "root")

KINDS = frozenset({"run", "seal", "pulse"})  # entries that tell of rows


def hold(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    """Holds the rows that a run, seal or pulse entry tells of to it; other entries tell of no rows."""
    if entry.kind == "run":
        _hold_run(report, connection, entry.body, where)
    elif entry.kind == "seal":
        _hold_seal(report, connection, entry.body, where)
    elif entry.kind == "pulse":
        _hold_pulse(report, connection, entry, where)


def hold_unlogged(report: Report, connection: Connection) -> None:
    """Runs and seals of the catalogue that the log does not know, and that await no entry either."""
    for row in connection.execute(query("tree.unlogged")):
        report.add(f"{row['what']}_row", f"{row['what']} {row['place']}", "an entry in the log", "none")


def _hold_run(report: Report, connection: Connection, body: Mapping[str, Any], where: str) -> None:
    opens = body.get("event") == "open"
    told = body.get("opening" if opens else "closing")
    if not isinstance(told, dict):
        report.add("run_row", where, "an opening or a closing")
        return
    row = _run(connection, told)
    report.count("runs")
    if row is None:
        report.add("run_row", where, f"run {told.get('run')}", "no such run")
        return
    made = _made(row, opens)
    tip_told = opens or (row["closed_tip"] is not None and body.get("tip") == bytes(row["closed_tip"]).hex())
    if made is None or made != told or not tip_told:
        report.add("run_row", where, told, made)


def _hold_seal(report: Report, connection: Connection, body: Mapping[str, Any], where: str) -> None:
    report.count("seals")
    values = {"run": body.get("run"), "first_seq": body.get("first")}
    row = None
    if _run(connection, body) is not None and isinstance(body.get("first"), int):
        row = connection.execute(query("tree.seal_of"), values).fetchone()
    if row is None:
        report.add("seal_row", where, f"run {body.get('run')} from {body.get('first')}", "no such seal")
        return
    told = [body.get(name) for name in (*_SEAL, *_SEAL_HASHES)]
    found = [row[column] for column in _SEAL.values()] + [bytes(row[name]).hex() for name in _SEAL_HASHES]
    if told != found:
        report.add("seal_row", where, told, found)
    _hold_chunks(report, connection, row, where)


def _hold_pulse(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    report.count("pulses")
    row = connection.execute(query("tree.pulse_of"), {"leaf": entry.leaf()}).fetchone()
    if row is None:
        report.add("pulse_row", where)
        return
    found = pulses.root_of(connection, bytes(row["lines"]))
    if found is None or found.hex() != entry.body.get("root"):
        report.add("pulse_lines", where, entry.body.get("root"), found or "")


def _hold_chunks(report: Report, connection: Connection, seal: dict[str, Any], where: str) -> None:
    """The rows of its chunks, as far as they are still there: after a purge there are none."""
    rows = connection.execute(query("tree.chunks_of_seal"), seal).fetchall()
    if not rows:
        report.count("seals without chunks")
        return
    leaves = [entry_of(row).leaf() for row in rows]
    report.count("chunks", len(rows))
    seqs = [row["seq"] for row in rows]
    if seqs != list(range(seal["first_seq"], seal["last_seq"] + 1)):
        expected = set(range(seal["first_seq"], seal["last_seq"] + 1))
        report.add("seal_chunks", where, sorted(expected - set(seqs)), f"{len(seqs)} of {seal['n']}")
        return
    if root(leaves) != seal["root"]:
        report.add("seal_root", where, seal["root"], root(leaves))
    chain = bytes(seal["chain_in"])
    for leaf in leaves:
        chain = tip(chain, leaf)
    if chain != seal["chain_out"]:
        report.add("seal_chain", where, seal["chain_out"], chain)


def _run(connection: Connection, told: Mapping[str, Any]) -> dict[str, Any] | None:
    return connection.execute(query("tree.run_of"), {"run": str(told.get("run"))}).fetchone()


def _made(row: dict[str, Any], opens: bool) -> dict[str, Any] | None:
    """What the row of a run says of its opening or its end; None for an end that there is not."""
    if opens:
        return opening_of(row).as_object()
    return None if row["closed_at"] is None else closing_of(row).as_object()
