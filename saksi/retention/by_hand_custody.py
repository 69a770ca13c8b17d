"""Deletions by hand in the custody of each case with an exhibit of the span: asked for, approved, taken back, done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue import custody
from saksi.catalogue.custody import Who, Why
from saksi.catalogue.custody_names import chain_of
from saksi.catalogue.database import Connection, query
from saksi.custody.signing import Signer
from saksi.retention.notices import CHAIN
from saksi.retention.runs import PurgeRun

_ARCHIVE = Who(name="saksi")


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A case that is touched, with the numbers of the exhibits and the cameras that are."""

    case_id: int
    number: str
    exhibits: list[int]
    cameras: list[str]


def take_chains(connection: Connection, run: PurgeRun) -> None:
    """Locks the ends of the chain of purges and of each case that is touched, in the order that all keep."""
    chains = [chain_of(one.number) for one in _cases(connection, run)]
    custody.take_chains(connection, [*chains, CHAIN])


def tell(
    connection: Connection,
    signer: Signer,
    run: PurgeRun,
    event: str,
    who: Who,
    *,
    reason: str | None = None,
    result: str = "ok",
    refs: Sequence[bytes] = (),
) -> None:
    """The event in each case. `refs` are leaves of the chain of purges; then `take_chains` came before."""
    cases = _cases(connection, run)
    if not refs:
        custody.take_chains(connection, [chain_of(one.number) for one in cases])
    why = Why(reason=run.reason if reason is None else reason, basis=run.wanted["basis"])
    for case in cases:
        what = _what(run, case)
        if event == "purge.approve":
            what["due"] = run.due_us
        custody.record(connection, signer, case, event, who=who, what=what, why=why, result=result, refs=refs)


def tell_executed(connection: Connection, signer: Signer, run: PurgeRun, done: bytes) -> None:
    """That it was carried out, with how much of the case's exhibits went; `done` is the leaf of the log's entry."""
    asked = [Who(name=name, auth="") for name in (run.asked_by_name, run.approved_by_name)]
    why = Why(reason=run.reason, basis=run.wanted["basis"])
    for case in _cases(connection, run):
        values = {"purge_id": run.purge_id, "case_id": case.case_id}
        row = connection.execute(query("deletions.gone_of_case"), values).fetchone()
        hours = 0 if row is None else int(row["hours"])
        custody.record(
            connection,
            signer,
            case,
            "purge.execute",
            who=_ARCHIVE,
            what={**_what(run, case), "hours": hours},
            why=why,
            approved_by=asked,
            result="ok" if hours else "kept",
            refs=[done],
        )


def facts(connection: Connection, run: PurgeRun) -> Mapping[str, Any]:
    """What the certificate tells of a deletion by hand: what was asked for, on which basis, what went too young."""
    row = connection.execute(query("deletions.young"), {"purge_id": run.purge_id}).fetchone()
    asked = {name: run.wanted[name] for name in ("cameras", "from", "to", "basis", "order")}
    return {"by_hand": {**asked, "young_hours": 0 if row is None else int(row["hours"])}}


def _what(run: PurgeRun, case: _Case) -> dict[str, object]:
    spans = [[code, run.wanted["from"], run.wanted["to"]] for code in case.cameras]
    return {"purge": run.purge_id, "exhibits": case.exhibits, "spans": spans}


def _cases(connection: Connection, run: PurgeRun) -> list[_Case]:
    values = {
        "codes": run.wanted["cameras"],
        "from": clock.from_us(run.wanted["from"]),
        "to": clock.from_us(run.wanted["to"]),
    }
    return [_Case(**row) for row in connection.execute(query("deletions.cases"), values)]
