"""What only somebody outside can tell: a log that was set back, or rewritten whole, with every copy of it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator

import pytest

from saksi.catalogue.database import Database
from saksi.catalogue.keys import ledger_key
from saksi.catalogue.ledger_tree import Kept, LogKey
from saksi.custody.notes import Note
from saksi.custody.policy import Log, Policy
from saksi.custody.signing import Signer
from saksi.embedded.supervise import Endpoints
from saksi.ledger import check, sequencer
from saksi.ledger.check import Report
from saksi.objects.store import ObjectStore
from tests.fixtures.fix_database import copy_template, drop, named
from tests.integration.ledger.shaky import add


@dataclasses.dataclass(frozen=True, kw_only=True)
class SetBack:
    """An older database whose store was set back with it; `later` is the checkpoint that somebody had seen."""

    database: Database
    store: ObjectStore
    log: LogKey
    later: Kept
    newer: bytes

    def found(self, *seen: Kept, trust: Policy | None = None) -> list[str]:
        """The codes of what a check finds."""
        report = check.check(
            self.database, self.store, origin=self.log.origin, policy=trust or Policy(), trusted=trust is not None,
            seen=[Note.parse(one.note) for one in seen], report=Report(),
        )  # fmt: skip
        return [one.code for one in report.findings]

    def put_checkpoint(self, note: bytes) -> None:
        """What the store says is the newest."""
        self.store.put(ledger_key("checkpoint"), note, sha256=hashlib.sha256(note).digest())


@pytest.fixture
def set_back(
    database_url: str,
    database_server: Endpoints,
    database: Database,
    store: ObjectStore,
    log: LogKey,
    office: Signer,
) -> Iterator[SetBack]:
    """Five entries and a checkpoint; then a backup; then five more and another."""
    add(database, office, 5)
    before = sequencer.checkpoint_now(database, store, log)
    name = database_url.rpartition("/")[2]
    database.close()
    copy_template(database_server.database_url, name, f"{name}_backup")
    live = Database(database_url, application="tests", max_size=2)
    add(live, office, 5)
    later = sequencer.checkpoint_now(live, store, log)
    live.close()
    restored = Database(
        named(database_server.database_url, f"{name}_backup"), application="tests", max_size=2
    )
    newer = store.get(ledger_key("checkpoint"))
    one = SetBack(database=restored, store=store, log=log, later=later, newer=newer)
    one.put_checkpoint(before.note.encode())
    yield one
    restored.close()
    drop(database_server.database_url, f"{name}_backup")


def test_a_log_set_back_with_its_store_is_told_by_a_checkpoint_that_was_kept(set_back: SetBack) -> None:
    assert set_back.found() == [], "nothing inside can tell"
    assert set_back.found(set_back.later) == ["seen_beyond"]
    set_back.put_checkpoint(set_back.newer)
    assert set_back.found() == ["store_checkpoint"], "a store that was not set back tells it too"


def test_a_log_that_went_another_way_is_told_by_a_checkpoint_that_was_kept(
    set_back: SetBack, office: Signer
) -> None:
    old = f".p/{set_back.later.size}"
    set_back.store.delete([key for key, _ in set_back.store.list("ledger/") if key.endswith(old)])
    add(set_back.database, office, 9)
    sequencer.checkpoint_now(set_back.database, set_back.store, set_back.log)
    assert set_back.found() == []
    assert set_back.found(set_back.later) == ["seen_differs"]


def test_a_log_rewritten_whole_under_another_key_is_told_by_a_policy_that_was_kept(
    set_back: SetBack, database_url: str, office: Signer
) -> None:
    """What the attacker has is whole in itself, whoever asks it for its key."""
    real = Policy(logs=(Log(key=set_back.log.verifier),))
    other = dataclasses.replace(set_back.log, signer=Signer.from_seed(bytes([66]) * 32))
    store = set_back.store
    store.delete([key for key, _ in store.list("ledger/")])
    fresh = Database(set_back.database._pool.conninfo, application="tests", max_size=2)
    with fresh.transaction() as connection:
        for table in (
            "ledger_checkpoint",
            "ledger_tile",
            "ledger_leaf",
            "ledger_pending",
            "ledger_entry",
            "signing_key",
        ):
            connection.execute(f"alter table {table} disable trigger user")  # type: ignore[call-overload]
            connection.execute(f"delete from {table}")  # type: ignore[call-overload]
        connection.execute("delete from ledger_chain")
        connection.execute("update ledger_published set size = 0, uploaded = 0, locked = 0")
    add(fresh, office, 15)
    sequencer.checkpoint_now(fresh, store, other)
    fresh.close()
    assert set_back.found() == []
    assert set(set_back.found(trust=real)) == {"store_checkpoint", "checkpoint_signature"}
    assert set(set_back.found(set_back.later)) == {"seen_differs", "checkpoint_signature"}
