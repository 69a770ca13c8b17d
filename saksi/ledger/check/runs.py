"""Every run of the catalogue from its opening to its end: seals that follow one another, and the chunks after them.

Rows and seals of a run are read as they stood at one moment, so that a run that grows is no false alarm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.footage import entry_of
from saksi.catalogue.runs import closing_of, opening_of
from saksi.custody.canonical import tip
from saksi.ledger.check.findings import Report

_PAGE = 1000


def hold_runs(report: Report, database: Database) -> None:
    """Adds where a run's rows do not lead along its chain to its tip, and runs under an alarm."""
    after = 0
    while True:
        with database.transaction() as connection:
            values = {"run_no": after, "limit": _PAGE}
            page = [row["run_no"] for row in connection.execute(query("rows.runs_after"), values)]
        for run_no in page:
            with database.transaction() as connection:
                connection.execute(query("tree.one_snapshot"))
                row = connection.execute(query("rows.run"), {"run_no": run_no}).fetchone()
                if row is not None:  # else its camera is not there, which is told elsewhere
                    _hold(report, connection, row)
        if not page:
            return
        after = page[-1]


def leaf_of(row: dict[str, Any]) -> bytes:
    """The leaf of a chunk's row; of one with columns that no recorder writes, nothing that has a place in a chain."""
    return _or_nothing(lambda: entry_of(row).leaf())


def _or_nothing(make: Callable[[], bytes]) -> bytes:
    try:
        return make()
    except ValueError:
        return b""


def _hold(report: Report, connection: Connection, run: dict[str, Any]) -> None:
    where = f"run {run['run']}"
    if run["alarmed"]:
        report.add("run_alarm", where)
    seals = connection.execute(query("rows.seals_of_run"), run).fetchall()
    seq, chain = 0, _or_nothing(lambda: opening_of(run).tip())
    for seal in seals:
        if (seal["first_seq"], seal["chain_in"]) != (seq + 1, chain):
            told = f"{seal['first_seq']} {seal['chain_in'].hex()}"
            report.add("run_chain", f"{where} from {seq + 1}", f"{seq + 1} {chain.hex()}", told)
        seq, chain = seal["last_seq"], seal["chain_out"]
    if (seq, chain) != (run["sealed_seq"], run["sealed_tip"]):
        told = f"{run['sealed_seq']} {run['sealed_tip'].hex()}"
        report.add("run_chain", f"{where} at {run['sealed_seq']}", f"{seq} {chain.hex()}", told)
    tail = [] if run["last_end"] is None else connection.execute(query("rows.tail"), run).fetchall()
    _hold_tail(report, run, tail, where)
    _hold_ends(report, connection, run, seals, tail, where)


def _hold_tail(report: Report, run: dict[str, Any], tail: Sequence[dict[str, Any]], where: str) -> None:
    """The chunks that no seal covers yet, to the tip, and the closing after them."""
    chain, seqs = run["sealed_tip"], [row["seq"] for row in tail]
    for row in tail:
        chain = tip(chain, leaf_of(row))
    if seqs != list(range(run["sealed_seq"] + 1, run["last_seq"] + 1)) or chain != run["tip"]:
        expected = f"{run['last_seq']} {run['tip'].hex()}"
        report.add("run_chain", f"{where} after {run['sealed_seq']}", expected, f"{seqs[-3:]} {chain.hex()}")
    if run["closed_at"] is not None:
        end = tip(run["tip"], _or_nothing(lambda: closing_of(run).leaf()))
        if run["closed_tip"] != end:
            report.add("run_chain", f"{where} at its closing", end, run["closed_tip"])


def _hold_ends(
    report: Report,
    connection: Connection,
    run: dict[str, Any],
    seals: Sequence[dict[str, Any]],
    tail: Sequence[dict[str, Any]],
    where: str,
) -> None:
    """Where coverage ends: what a search, and the next seal, go by."""
    ends = [row["end_at"] for row in seals]
    ends += [row["start_at"] + timedelta(microseconds=row["dur_us"]) for row in tail]
    if run["last_end"] != max(ends, default=None):
        report.add("run_chain", f"{where}: last_end", max(ends, default=None), run["last_end"])
    sealed = run["opened_at"]
    if seals:
        values = {**run, "hour": seals[-1]["hour"]}
        row = connection.execute(query("rows.last_sealed"), values).fetchone()
        sealed = run["sealed_end"] if row is None else row["end_at"]
    if run["sealed_end"] != sealed:
        report.add("run_chain", f"{where}: sealed_end", sealed, run["sealed_end"])
