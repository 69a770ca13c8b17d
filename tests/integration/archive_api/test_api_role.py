"""The API's own database role reads and adds: what is on record it cannot change, nor take away what refuses that."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from tests.fixtures.fix_database import as_api
from tests.integration.archive_api.conftest import Recorded

# Append-only by design; the list is of the design, not of the catalogue, so that a forgotten trigger is seen.
NEVER = (
    "audit", "audit_leaf", "custody_event", "ledger_entry", "ledger_leaf", "ledger_checkpoint", "ledger_cosignature",
    "ledger_stamp", "signing_key", "signing_key_end", "chunk", "chunk_dropped", "seal", "pulse", "run_entry",
    "seal_entry",
    "case_exhibit", "case_exhibit_camera", "legal_hold_span", "export_file", "footage_request", "sight_grant_camera",
)  # fmt: skip
OWNERS_OWN = (
    "alter table {} disable trigger all",
    "drop table {} cascade",
    "truncate {} cascade",
    "alter table {} owner to saksi_api",
    "grant update on {} to saksi_api",
)


@pytest.fixture
def api(recorded: Recorded):
    with psycopg.connect(as_api(recorded.archive.database_url), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("table", NEVER)
def test_nothing_on_record_can_be_changed(api: psycopg.Connection, table: str) -> None:
    column = api.execute(
        "select column_name from information_schema.columns where table_name = %s and is_generated = 'NEVER'"
        " and is_identity = 'NO' order by ordinal_position desc limit 1", [table],
    ).fetchone()[0]  # fmt: skip
    for statement in (f"update {table} set {column} = {column}", f"delete from {table}"):
        with pytest.raises(errors.InsufficientPrivilege):
            api.execute(statement)
    for statement in OWNERS_OWN:
        if statement.startswith("grant"):  # PostgreSQL warns that nothing was granted
            api.execute(statement.format(table))
            assert api.execute("select has_table_privilege(%s, 'UPDATE')", [table]).fetchone() == (False,)
            continue
        with pytest.raises(errors.InsufficientPrivilege):
            api.execute(statement.format(table))


def test_only_the_workers_say_that_a_row_is_in_the_log(api: psycopg.Connection) -> None:
    for statement in ("delete from audit_pending", "insert into audit_leaf values (1, 1, 0, sha256(''))"):
        with pytest.raises(errors.InsufficientPrivilege):
            api.execute(statement)


def test_days_of_chunks_cannot_be_changed_behind_their_table(api: psycopg.Connection) -> None:
    days = api.execute(
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'chunk'::regclass"
    ).fetchall()
    assert len(days) >= 8
    for (day,) in days:
        for statement in (f"update {day} set size = size + 1", f"delete from {day}"):
            with pytest.raises(errors.InsufficientPrivilege):
                api.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "create table mine (a int)",
        "create role other",
        "alter role saksi_api superuser",
        "set role saksi",
        "set session_replication_role = replica",
        "create function f() returns int language sql security definer as 'select 1'",
        "copy audit to program 'cat'",
    ],
)
def test_it_can_make_nothing_and_be_nobody_else(api: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        api.execute(statement)
