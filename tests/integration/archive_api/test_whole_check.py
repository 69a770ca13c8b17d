"""The whole check of an archive at work: real recorders, and whatever cases and packages other tests made of it."""

from __future__ import annotations

from saksi.custody.policy import Policy
from saksi.ledger import check, identity, sequencer
from saksi.ledger.check import Report
from tests.evidence import purging
from tests.integration.archive_api.conftest import Recorded, settings_of


def test_an_archive_at_work_has_no_findings(recorded: Recorded) -> None:
    archive = recorded.archive
    with archive.database.transaction() as connection:
        log = identity.log_key(connection, settings_of(archive))
    sequencer.checkpoint_now(archive.database, archive.store, log)
    report = check.check(
        archive.database, archive.store, origin=log.origin, policy=Policy(), deep=True, report=Report()
    )
    undone = tuple(f"(purge {number})" for number in purging.undone)  # by other tests of this archive
    assert [one for one in report.findings if not one.where.endswith(undone)] == []
    assert {"runs", "pulses", "chunks stored", "chunks read", "init segments"} <= report.counts.keys()
