"""Every step of every policy is an entry of the log without names, and rows that say otherwise are found."""

from __future__ import annotations

import json

import psycopg
import pytest

from saksi import clock
from saksi.catalogue.database import Connection, Database
from saksi.custody.entries import Entry
from saksi.ledger import check, sequencer
from saksi.ledger.check import Report, rows
from saksi.objects.store import ObjectStore
from saksi.retention import policies, policy_entries
from tests.integration.ledger.shaky import recording_key
from tests.integration.ledger.test_check import POLICY
from tests.integration.retention.policies_desk import AUTHOR, DAY_US, Desk

SHORT = {"scope": "agency", "subject": "dishub", "days": 10}


@pytest.fixture
def desk(database: Database) -> Desk:
    """Starting values logged; policies 11 (set), 12 (accepted), 13 (withdrawn) and 14 (proposed)."""
    desk = Desk.of(database)
    with database.transaction() as connection:
        assert policy_entries.log_owed(connection, AUTHOR, 4) == 4
        assert policy_entries.log_owed(connection, AUTHOR, 100) == 6
        assert policy_entries.log_owed(connection, AUTHOR, 100) == 0
    desk.put(days=40, reason="Surat edaran")
    desk.accept(desk.propose(**SHORT))
    desk.withdraw(desk.propose(scope="agency", subject="bank", days=9), desk.citra)
    desk.propose(scope="camera", subject="k1", days=8)
    return desk


def entries(connection: Connection) -> list[Entry]:
    found = connection.execute("select bytes from ledger_entry where chain = 'policies' order by seq")
    return [Entry.parse(bytes(row["bytes"])) for row in found]


def looked_at(connection: Connection) -> Report:
    report = Report()
    for entry in entries(connection):
        rows.hold(report, connection, entry, f"policies {entry.seq}")
    rows.hold_among(report, connection)
    return report


def test_each_step_is_told_without_names(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        found = entries(connection)
        assert looked_at(connection).findings == []
        kept = connection.execute("select body from policy_event order by entry_id").fetchall()
    assert [(one.body["policy"], one.body["event"]) for one in found[10:]] == [
        (11, "accept"), (12, "propose"), (12, "accept"), (13, "propose"), (13, "withdraw"), (14, "propose"),
    ]  # fmt: skip
    body = found[12].body
    assert (body["scope"], body["subject"], body["keep"]) == ("agency", "dishub", 10 * DAY_US)
    assert (body["role"], body["state"], body["shortens"]) == ("records_officer", "accepted", True)
    assert "min" in found[0].body
    assert not any(name in one.canonical() for one in found for name in (b"budi", b"citra"))
    assert [json.loads(row["body"]).get("who", {}).get("name") for row in kept[9:15]] == [
        None, "budi", "budi", "citra", "budi", "citra",
    ]  # fmt: skip


# ruff: noqa: E501 - statements are read as one line
CHANGES = {
    "a length": ("update retention_policy set keep_us = keep_us / 2 where policy_id = 11", "policy_row"),
    "a limit of the start": ("update retention_policy set min_us = 1 where policy_id = 1", "policy_row"),
    "its time": ("update retention_policy set effective_at = now() where policy_id = 12", "policy_row"),
    "its basis": ("update retention_policy set basis = 'x' where policy_id = 13", "policy_row"),
    "what was shown": ("update retention_policy set preview = '{}' where policy_id = 12", "policy_row"),
    "accepted by hand": (
        "update retention_policy set state = 'accepted', decided_by = 2, decided_at = now() where policy_id = 14",
        "policy_row",
    ),
    "accepted after all": ("update retention_policy set state = 'accepted' where policy_id = 13", "policy_row"),
    "not accepted": (
        "update retention_policy set state = 'proposed', decided_by = null, decided_at = null,"
        " entry_id = (select entry_id from policy_event where policy_id = 12 and event = 'propose') where policy_id = 12",
        "policy_row",
    ),
    "another first officer": ("update retention_policy set proposed_by = 3 where policy_id = 12", "policy_person"),
    "another second officer": ("update retention_policy set decided_by = 3 where policy_id = 12", "policy_person"),
    "who it was": (
        "update policy_event set body = convert_to(replace(convert_from(body, 'utf8'), 'citra', 'dewii'), 'utf8') where event = 'accept' and policy_id = 12",
        "policy_person",
    ),
    "nobody": ("delete from policy_event where policy_id = 14", "policy_person"),
    "gone": ("with e as (delete from policy_event where policy_id = 11) delete from retention_policy where policy_id = 11", "policy_missing"),
    "never told": (
        "insert into retention_policy (scope, keep_us, basis, effective_at, state, proposed_at, decided_at, shortens)"
        " values ('default', 86400000000, 'x', '-infinity', 'accepted', now(), now(), false)",
        "policy_unlogged",
    ),
    "an entry of another": (
        "update retention_policy set entry_id = (select entry_id from ledger_entry where kind = 'key' limit 1) where policy_id = 11",
        "policy_row",
    ),
}  # fmt: skip


def test_what_was_changed_behind_the_log_is_found(desk: Desk) -> None:
    for name, (statement, code) in CHANGES.items():
        with desk.database.transaction() as connection:
            for table in ("retention_policy", "policy_event"):
                connection.execute(f"alter table {table} disable trigger user")  # type: ignore[call-overload]
            connection.execute("alter table policy_event drop constraint policy_event_policy_id_fkey")
            connection.execute(statement)  # type: ignore[call-overload]
            found = {one.code for one in looked_at(connection).findings}
            assert code in found, name
            assert not found - {code, "policy_person", "policy_row"}, name
            connection.rollback()


def test_a_row_that_was_smuggled_in_is_never_told_as_a_starting_value(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        connection.execute(CHANGES["never told"][0])  # type: ignore[call-overload]
        assert policy_entries.log_owed(connection, AUTHOR, 100) == 0
        assert policies.in_force(connection, clock.now_us()).count == 10


def test_the_whole_check_holds_policies(desk: Desk, store: ObjectStore, database: Database) -> None:
    log = recording_key()
    sequencer.checkpoint_now(database, store, log)
    known = {"origin": log.origin, "policy": POLICY, "log_only": False}
    assert check.check(database, None, report=(honest := Report()), **known).findings == []  # type: ignore[arg-type]
    assert honest.counts["policies"] == 16
    with database.transaction() as connection:
        connection.execute("alter table retention_policy disable trigger user")
        connection.execute(CHANGES["a length"][0])  # type: ignore[call-overload]
    found = check.check(database, None, report=Report(), **known).findings  # type: ignore[arg-type]
    assert [(one.code, one.where) for one in found] == [("policy_row", "entry 11 (policies 11)")]


def test_a_version_is_never_changed_nor_an_event_of_it(desk: Desk) -> None:
    for statement in (
        "update policy_event set event = 'start'",
        "delete from retention_policy where policy_id = 12",
    ):
        with desk.database.transaction() as connection, pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute(statement)  # type: ignore[call-overload]
