"""A catalogue that was restored from a backup, or rewritten, is found out and signs nothing."""

from __future__ import annotations

import dataclasses
import hashlib

import psycopg
import pytest

from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Database
from saksi.catalogue.keys import ledger_key
from saksi.catalogue.ledger_tree import LogKey
from saksi.custody import notes
from saksi.custody.notes import Checkpoint, Note
from saksi.custody.signing import Signer
from saksi.embedded.supervise import Endpoints
from saksi.errors import Conflict, IntegrityError
from saksi.ledger import sequencer
from saksi.objects.store import ObjectStore
from tests.fixtures.fix_database import copy_template, drop, named
from tests.integration.ledger.shaky import RecordingSigner, add, hold


def _signed(log: LogKey) -> int:
    assert isinstance(log.signer, RecordingSigner)
    return len(log.signer.signed)


def _put(store: ObjectStore, note: Note) -> None:
    data = note.whole().encode()
    store.put(ledger_key("checkpoint"), data, sha256=hashlib.sha256(data).digest())


def test_a_restored_backup_signs_nothing_and_says_what_to_do(
    database_url: str,
    database: Database,
    database_server: Endpoints,
    store: ObjectStore,
    log: LogKey,
    office: Signer,
) -> None:
    add(database, office, 5)
    sequencer.checkpoint(database, store, log)
    name = database_url.rpartition("/")[2]
    database.close()
    copy_template(database_server.database_url, name, f"{name}_backup")
    try:
        restored = Database(named(database_server.database_url, f"{name}_backup"), application="tests")
        later = Database(database_url, application="tests")
        add(later, office, 5)
        sequencer.checkpoint(later, store, log)
        hold(later, store, log)
        later.close()
        before = _signed(log)
        add(restored, office, 9)
        with pytest.raises(IntegrityError) as refused:
            sequencer.checkpoint(restored, store, log)
        assert refused.value.code == "ledger_rolled_back"
        assert "older backup" in refused.value.diagnostics("en")
        assert _signed(log) == before
        restored.close()
    finally:
        drop(database_server.database_url, f"{name}_backup")


def test_another_log_in_the_store_of_the_same_key_is_a_fork(
    database: Database, store: ObjectStore, log: LogKey, office: Signer
) -> None:
    add(database, office, 5)
    sequencer.checkpoint(database, store, log)
    text = Checkpoint(origin=log.origin, size=3, root=bytes(32)).text()
    _put(store, Note(text=text, lines=(notes.sign(text, log.origin, log.signer),)))
    before = _signed(log)
    add(database, office, 1)
    with pytest.raises(IntegrityError) as refused:
        sequencer.checkpoint(database, store, log)
    assert refused.value.code == "ledger_forked"
    assert _signed(log) == before


@pytest.mark.parametrize("what", ["foreign key", "other origin", "nonsense", "no checkpoint"])
def test_a_checkpoint_in_the_store_that_is_not_ours_stops_the_log(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, what: str
) -> None:
    add(database, office, 5)
    signer = Signer.from_seed(bytes(32)) if what == "foreign key" else log.signer
    origin = "lain.example/log" if what == "other origin" else log.origin
    text = "hello\n" if what == "no checkpoint" else Checkpoint(origin=origin, size=1, root=bytes(32)).text()
    _put(store, Note(text="x" if what == "nonsense" else text, lines=(notes.sign(text, origin, signer),)))
    with pytest.raises(IntegrityError) as refused:
        sequencer.checkpoint(database, store, log)
    assert refused.value.code == "ledger_checkpoint_foreign"


def test_a_tile_that_was_changed_in_the_database_is_not_signed_over(
    database: Database, database_url: str, store: ObjectStore, log: LogKey, office: Signer
) -> None:
    add(database, office, 5)
    sequencer.checkpoint(database, store, log)
    with psycopg.connect(database_url) as connection:  # as its owner can, past the triggers
        connection.execute("alter table ledger_tile disable trigger user")
        connection.execute("update ledger_tile set hashes = overlay(hashes placing '\\x00' from 40)")
    before = _signed(log)
    add(database, office, 1)
    with pytest.raises(IntegrityError):
        sequencer.checkpoint(database, store, log)
    assert _signed(log) == before


def test_a_tile_that_was_changed_is_not_signed_over_even_when_the_store_knows_nothing(
    database: Database, database_url: str, log: LogKey, office: Signer
) -> None:
    add(database, office, 5)
    with database.transaction() as connection:
        assert ledger_tree.place(connection, 100) == 6
        assert ledger_tree.sign(connection, log) is not None
    with psycopg.connect(database_url) as connection:
        connection.execute("alter table ledger_tile disable trigger user")
        connection.execute("update ledger_tile set hashes = overlay(hashes placing '\\x00' from 40)")
    before = _signed(log)
    add(database, office, 1)
    with database.transaction() as connection:
        ledger_tree.place(connection, 100)
        with pytest.raises(IntegrityError):
            ledger_tree.sign(connection, log)
    assert _signed(log) == before


def test_a_log_keeps_its_name(database: Database, store: ObjectStore, log: LogKey, office: Signer) -> None:
    add(database, office, 5)
    sequencer.checkpoint(database, store, log)
    with pytest.raises(Conflict) as refused:
        sequencer.checkpoint(database, store, dataclasses.replace(log, origin="lain.example/log"))
    assert refused.value.code == "ledger_origin_changed"
