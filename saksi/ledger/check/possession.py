"""Custody, holds, exhibits and the audit trail against the entries that commit to them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from functools import partial
from typing import Any

from saksi import clock
from saksi.catalogue import audit_check, cases, custody, exhibits
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.database import Connection, Database, query
from saksi.ledger.check.findings import Report

_MINUTE_US = 60_000_000  # a row and its entry are told one after the other in one transaction


def hold_custody(report: Report, database: Database) -> None:
    """Adds what does not agree; the entries themselves were held to their chains before."""
    for page in cases.pages(database):
        for case in page:
            with database.transaction() as connection:
                _add(report, custody.check(connection, case))
                _hold_exhibits(report, connection, case)
            report.count("cases")
    with database.transaction() as connection:
        for row in connection.execute(query("rows.case_chains")):
            report.add("custody_case", row["chain"])
        _add(report, custody.check_holds(connection))
        for row in connection.execute(query("rows.holds")).fetchall():
            report.count("holds")
            _hold_hold(report, connection, row)


def hold_audit(report: Report, database: Database) -> None:
    """Adds what of the audit trail does not agree; its entries themselves were held to their chain before."""
    for one in audit_check.check(database, partial(report.count, "audit rows")):
        if one.code.startswith("audit_"):
            report.add(one.code, one.where, one.expected, one.found)


def _add(report: Report, found: Iterable[custody.Finding]) -> None:
    for one in found:
        if one.code.startswith(("custody_", "hold_")):
            report.add(one.code, one.where, one.expected, one.found)


def _hold_hold(report: Report, connection: Connection, row: dict[str, Any]) -> None:
    """A hold as the last event of it tells: why, for which case, when; a body that was changed tells nothing."""
    rows = connection.execute(query("custody.of_holds"), {"holds": [row["hold_id"]]}).fetchall()
    events = [(one["event"], clock.to_us(one["at"]), body) for one in rows if (body := _body(one))]
    if not events:
        report.add("hold_row", f"hold {row['hold_id']}", "its placing", "no event of it")
        return
    event, at_us, body = events[-1]
    what = body.get("what", {})
    told = {name: what.get(name) for name in ("case", "reason", "reference", "review_on")}
    found = {
        "case": row["number"],
        "reason": row["reason"],
        "reference": row["reference"],
        "review_on": row["review_on"].isoformat(),
    }
    if told != {name: unicodedata.normalize("NFC", value) for name, value in found.items()}:
        report.add("hold_row", f"hold {row['hold_id']}", told, found)
    times = [
        ("hold.place", events[0][:2], row["placed_at"]),
        ("hold.release", (event, at_us), row["released_at"]),
    ]
    for kind, (happened, when_us), at in times:
        if happened == kind and at is not None and abs(clock.to_us(at) - when_us) > _MINUTE_US:
            report.add("hold_row", f"hold {row['hold_id']}", clock.format_us(when_us), at)


def _hold_exhibits(report: Report, connection: Connection, case: CaseFile) -> None:
    """The exhibits of a case as its custody tells them."""
    values = {"case_id": case.case_id, "after": 0, "limit": None}
    told: dict[object, object] = {}
    for row in connection.execute(query("custody.list"), values):
        if row["event"] == "exhibit.add":
            what = _body(row).get("what", {})
            told[what.get("exhibit")] = [what.get(name) for name in ("hold", "spans", "places", "note")]
    found: dict[object, object] = {}
    for one in exhibits.list_exhibits(connection, case, after=-1 << 31):
        report.count("exhibits")
        spans = sorted([camera.camera, one.from_us, one.to_us] for camera in one.cameras)
        places = [exhibits.place_told(camera.camera, camera) for camera in one.cameras]
        found[one.number] = [one.hold_id, spans, places, unicodedata.normalize("NFC", one.note)]
    for number in sorted(told.keys() | found.keys(), key=str):
        if told.get(number) != found.get(number):
            where = f"case/{case.number} exhibit {number}"
            report.add("exhibit_row", where, told.get(number, "none"), found.get(number, "none"))


def _body(row: dict[str, Any]) -> dict[str, Any]:
    try:
        body = json.loads(row["body"])
    except ValueError:
        return {}
    return body if isinstance(body, dict) and isinstance(body.get("what", {}), dict) else {}
