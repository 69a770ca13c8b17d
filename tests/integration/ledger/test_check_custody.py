"""The whole check finds custody and holds that were changed behind the log's back."""

from __future__ import annotations

import pytest

from saksi.catalogue.database import Database
from saksi.custody.policy import Policy
from saksi.ledger import check
from saksi.ledger.check import Report
from tests.integration.catalogue.desks import NUMBER, Desk
from tests.integration.ledger.shaky import recording_key

CHANGES = [
    ("update custody_event set body = body || ' '::bytea where event = 'exhibit.add'", "custody_commitment",
     f"case/{NUMBER}:3"),
    ("delete from custody_event where event = 'exhibit.add'", "custody_missing", f"case/{NUMBER}:3"),
    ("update legal_hold set release_asked_by = 1, release_asked_at = now(), release_reason = 'x', released_by = 2,"
     " released_at = now()", "hold_released", "hold 1"),
    ("delete from legal_hold_span", "hold_spans", "hold 1"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "where"), CHANGES)
def test_custody_changed_behind_the_logs_back_is_found(
    database: Database, change: str, code: str, where: str
) -> None:
    desk = Desk.of(database)
    with database.transaction() as connection:
        desk.exhibit(connection, desk.open_case(connection))
    log = recording_key()

    def found() -> list[tuple[str, str]]:
        report = check.check(
            database, None, origin=log.origin, policy=Policy(witnesses=(), quorum="none"), report=Report()
        )
        return [(one.code, one.where) for one in report.findings]

    assert found() == []
    with database.transaction() as connection:
        for table in ("custody_event", "legal_hold", "legal_hold_span"):
            connection.execute(f"alter table {table} disable trigger user")  # type: ignore[call-overload]
        connection.execute(change)  # type: ignore[call-overload]
    assert (code, where) in found()
