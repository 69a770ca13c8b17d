"""Custody and holds against the entries that commit to them: of every case, and of every hold in force."""

from __future__ import annotations

from collections.abc import Iterable

from saksi.catalogue import cases, custody
from saksi.catalogue.database import Database
from saksi.ledger.check.findings import Report

_PAGE = 100


def hold_custody(report: Report, database: Database) -> None:
    """Adds what does not agree; the entries themselves were held to their chains before."""
    before: int | None = None
    while True:
        with database.transaction() as connection:
            page = cases.list_cases(connection, None, limit=_PAGE, before=before)
        for case in page:
            with database.transaction() as connection:
                _add(report, custody.check(connection, case))
            report.count("cases")
        if len(page) < _PAGE:
            break
        before = page[-1].case_id
    with database.transaction() as connection:
        _add(report, custody.check_holds(connection))


def _add(report: Report, found: Iterable[custody.Finding]) -> None:
    for one in found:
        if one.code.startswith(("custody_", "hold_")):
            report.add(one.code, one.where, one.expected, one.found)
