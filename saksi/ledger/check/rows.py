"""Rows of the catalogue against the entries that tell of them, and against one another: runs, seals, chunks, keys."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from psycopg.types.multirange import TimestamptzMultirange

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.database import Connection, query
from saksi.catalogue.runs import closing_of, opening_of
from saksi.custody.canonical import tip
from saksi.custody.entries import Entry
from saksi.custody.merkle import root
from saksi.ledger.check import dropped, imports, policies, purges, scrubbed, thinnings
from saksi.ledger.check.findings import Report
from saksi.ledger.check.runs import leaf_of

_SEAL = {
    "camera": "camera",
    "part": "part",
    "last": "last_seq",
    "n": "n",
    "bytes": "bytes",
    "frames": "frames",
}
_SEAL_HASHES = ("chain_in", "chain_out", "root")


def hold(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    """Holds the rows that an entry of one of KINDS tells of to it; other entries tell of no rows here."""
    holder = _HOLDERS.get(entry.kind)
    if holder is not None:
        holder(report, connection, entry, where)


def hold_among(report: Report, connection: Connection) -> None:
    """Rows that the log does not know and that await no entry either; that contradict others; that name what is not
    there."""
    for row in connection.execute(query("tree.unlogged")):
        report.add(f"{row['what']}_row", f"{row['what']} {row['place']}", "an entry in the log", "none")
    policies.hold_among(report, connection)
    thinnings.hold_among(report, connection)
    scrubbed.hold_among(report, connection)
    for row in connection.execute(query("rows.strays")):
        key = keys.chunk_key(
            row["camera"] or str(row["camera_id"]), row["run"] or str(row["run_no"]), row["seq"]
        )
        report.add("chunk_stray", f"{key} ({clock.format_us(clock.to_us(row['start_at']))})")
    for row in connection.execute(query("rows.inits")):
        report.count("init segments")
        if hashlib.sha256(row["body"]).digest() != row["sha256"]:
            found = hashlib.sha256(row["body"]).digest()
            report.add("init_differs", f"init_segment {row['sha256'].hex()}", row["sha256"], found)
    for row in connection.execute(query("rows.states")):
        report.add("chunk_state", f"{row['what']} {row['run'] or row['run_no']} {row['seq']}")
    for row in connection.execute(query("rows.orphans")):
        report.add("row_orphan", f"{row['what']} {row['place']}")
    dropped.hold_rows(report, connection)
    imports.hold_rows(report, connection)
    for row in connection.execute(query("tree.pending_placed")):
        report.add("pending_placed", f"ledger_pending ({row['chain']} {row['seq']})")


def _hold_run(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    body: Mapping[str, Any] = entry.body
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
    stands = row["open_leaf" if opens else "close_leaf"]
    if stands != entry.leaf():
        report.add("run_row", where, entry.leaf(), stands or "no run_entry")


def _hold_seal(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    body: Mapping[str, Any] = entry.body
    report.count("seals")
    values = {"run": body.get("run"), "first_seq": body.get("first")}
    row = None
    if _run(connection, body) is not None and isinstance(body.get("first"), int):
        row = connection.execute(query("tree.seal_of"), values).fetchone()
    if row is None:
        report.add("seal_row", where, f"run {body.get('run')} from {body.get('first')}", "no such seal")
        return
    told = [body.get(name) for name in (*_SEAL, *_SEAL_HASHES, "hour", "spans")]
    found = [row[column] for column in _SEAL.values()] + [bytes(row[name]).hex() for name in _SEAL_HASHES]
    found += [clock.to_us(row["hour"]), _spans(row["spans"])]
    if told != found:
        report.add("seal_row", where, told, found)
    if row["entry_leaf"] != entry.leaf():
        report.add("seal_row", where, entry.leaf(), row["entry_leaf"] or "no seal_entry")
    _hold_chunks(report, connection, row, where)


def _hold_chunks(report: Report, connection: Connection, seal: dict[str, Any], where: str) -> None:
    """The rows of its chunks: all of them, less what tombstones say a purge took.

    Of an hour that was purged in part the root cannot be had from rows; what is left is held to the lines of the seal,
    which are in the store (saksi/ledger/check/made_objects.py).
    """
    rows = connection.execute(query("tree.chunks_of_seal"), seal).fetchall()
    report.count("chunks", len(rows))
    seqs = [row["seq"] for row in rows]
    if seqs != list(range(seal["first_seq"], seal["last_seq"] + 1)):
        missing = set(range(seal["first_seq"], seal["last_seq"] + 1)) - set(seqs)
        unexplained = sorted(missing - purges.taken(connection, seal))
        if unexplained or len(seqs) + len(missing) != seal["n"]:
            report.add("seal_chunks", where, unexplained, f"{len(seqs)} of {seal['n']}")
        report.count("seals purged in part" if rows else "seals purged")
        return
    leaves = [leaf_of(row) for row in rows]
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


def _spans(spans: TimestamptzMultirange) -> list[list[int]]:
    """As the entry of a seal has them; a bound that is open stands for 0."""
    return [[0 if end is None else clock.to_us(end) for end in (one.lower, one.upper)] for one in spans]


_HOLDERS = {
    "run": _hold_run,
    "seal": _hold_seal,
    "policy": policies.hold_policy,
    "dropped": dropped.hold_entry,
    "purge": purges.hold_entry,
    "thinned": thinnings.hold_entry,
    "finding": scrubbed.hold_entry,
    "import": imports.hold_entry,
}
KINDS = frozenset(_HOLDERS)  # entries that tell of rows
