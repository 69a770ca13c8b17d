"""Entries enter the log chained and signed, in the transaction of what they tell of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from saksi.catalogue import ledger
from saksi.catalogue.database import Database
from saksi.custody.entries import Entry, signed_by
from saksi.custody.signing import Signer
from saksi.errors import BadInput, Conflict

OFFICE = Signer.from_seed(bytes([7]) * 32)


def rows(database: Database, statement: str) -> list[dict[str, object]]:
    with database.transaction() as connection:
        return connection.execute(statement).fetchall()  # type: ignore[call-overload, no-any-return]


@pytest.fixture(autouse=True)
def enrolled(database: Database) -> None:
    with database.transaction() as connection:
        ledger.enrol(connection, OFFICE, role="office")
        ledger.enrol(connection, OFFICE, role="office")


def test_entries_of_a_chain_follow_one_another_whoever_writes_them(database: Database) -> None:
    def write(number: int) -> None:
        with database.transaction() as connection:
            ledger.append(connection, OFFICE, kind="note", chain="case/1", body={"number": number})

    with ThreadPoolExecutor(6) as many:
        list(many.map(write, range(30)))
    found = rows(database, "select * from ledger_entry where chain = 'case/1' order by seq")
    entries = [Entry.parse(bytes(row["bytes"])) for row in found]  # type: ignore[arg-type]
    assert [entry.seq for entry in entries] == list(range(1, 31))
    assert entries[0].prev == "00" * 32
    assert [entry.prev for entry in entries[1:]] == [entry.leaf().hex() for entry in entries[:-1]]
    assert all(signed_by(OFFICE.public, row["signature"], bytes(row["bytes"])) for row in found)  # type: ignore[arg-type]
    assert len(rows(database, "select * from ledger_pending")) == 31, "each awaits its place, the key's too"


def test_an_entry_of_a_change_that_fails_is_not_there_either(database: Database) -> None:
    def write_and_fail() -> None:
        with database.transaction() as connection:
            ledger.append(connection, OFFICE, kind="note", chain="case/1", body={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert rows(database, "select * from ledger_entry where chain = 'case/1'") == []


def test_enrolling_is_told_once_and_by_the_key_itself(database: Database) -> None:
    (row,) = rows(database, "select * from ledger_entry where chain = 'keys'")
    entry = Entry.parse(bytes(row["bytes"]))  # type: ignore[arg-type]
    assert entry.by == OFFICE.key_id
    assert entry.body["public"] == OFFICE.public.hex()


def test_a_new_key_is_signed_by_the_old_one_and_a_revoked_one_never_comes_back(database: Database) -> None:
    new = Signer.from_seed(bytes([8]) * 32)
    with database.transaction() as connection:
        ledger.enrol(connection, new, role="office", old=OFFICE)
        ledger.revoke(connection, new, OFFICE.key_id, "its disk was replaced")
    bodies = [
        Entry.parse(bytes(row["bytes"])).body  # type: ignore[arg-type]
        for row in rows(database, "select bytes from ledger_entry where chain = 'keys' order by seq")
    ]
    assert [body["action"] for body in bodies] == ["enrol", "enrol", "revoke"]
    assert bodies[1]["old_signature"] == OFFICE.sign(b"saksi/key/1\n" + new.public).hex()
    with pytest.raises(Conflict), database.transaction() as connection:
        ledger.enrol(connection, OFFICE, role="office")


def test_an_entry_that_no_bundle_can_hold_is_refused(database: Database) -> None:
    with pytest.raises(BadInput, match="65535"), database.transaction() as connection:
        ledger.append(connection, OFFICE, kind="note", chain="case/1", body={"text": "x" * 70_000})


@pytest.mark.parametrize("statement", ["update ledger_entry set kind = 'x'", "delete from ledger_entry"])
def test_entries_are_never_changed(database_url: str, statement: str) -> None:
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.Error, match="append-only"):
        connection.execute(statement)  # type: ignore[call-overload]
