"""Checkpoints: from pending entries to a published one, and every way in which that can fail on the way."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Database
from saksi.catalogue.keys import ledger_key
from saksi.catalogue.ledger_tree import LogKey
from saksi.custody.notes import Note
from saksi.custody.policy import Log, Policy
from saksi.custody.proofs import Proof, verify
from saksi.custody.signing import Signer
from saksi.embedded.supervise import Endpoints
from saksi.errors import SaksiError, TimedOut
from saksi.ledger import sequencer
from saksi.objects.store import ObjectStore
from tests.integration.ledger.shaky import ShakyDatabase, ShakyStore, Steps, add, fail, hold

ROOT = Path(__file__).resolve().parents[3]


def test_pending_entries_get_places_a_signature_and_a_copy_in_the_store(
    database: Database, store: ObjectStore, log: LogKey, office: Signer
) -> None:
    add(database, office, 3)
    size = sequencer.checkpoint(database, store, log)
    assert size == 5  # the office's key, three notes, the log's key
    assert hold(database, store, log) == (5, 0)
    note = Note.parse(store.get(ledger_key("checkpoint")))
    assert note.signed_by(log.verifier) == 0
    assert sequencer.checkpoint(database, store, log) == 5  # and again, with nothing new
    assert len(log.signer.signed) == 1  # type: ignore[attr-defined]


def test_every_entry_has_a_proof_that_a_stranger_can_check(
    database: Database, store: ObjectStore, log: LogKey, office: Signer
) -> None:
    add(database, office, 300)
    kept = sequencer.checkpoint_now(database, store, log)
    policy = Policy(logs=(Log(key=log.verifier),))
    with database.transaction() as connection:
        rows = connection.execute("select leaf from ledger_entry order by entry_id").fetchall()
        for row in rows:
            index = ledger_tree.place_of(connection, row["leaf"])
            assert index is not None
            text = ledger_tree.proof(connection, index, kept).text()
            assert verify(Proof.parse(text), row["leaf"], policy).holds


def test_partial_tiles_go_when_the_full_one_is_there(
    database: Database, store: ObjectStore, log: LogKey, office: Signer
) -> None:
    for count in (100, 100, 100):
        add(database, office, count)
        sequencer.checkpoint(database, store, log)
    names = {key.removeprefix("ledger/") for key, _ in store.list("ledger/")}
    assert names == {
        "checkpoint", "tile/0/000", "tile/0/001.p/46", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/46",
    }  # fmt: skip


def test_a_backlog_larger_than_a_round_is_published_whole(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "_BATCH", 100)
    monkeypatch.setattr("saksi.ledger.publishing._ROUND", 256)
    add(database, office, 1000)
    assert sequencer.checkpoint(database, store, log) == 1002
    assert hold(database, store, log) == (1002, 0)


def test_a_new_bucket_gets_the_whole_log_again(
    database: Database, store: ObjectStore, log: LogKey, office: Signer
) -> None:
    add(database, office, 300)
    sequencer.checkpoint(database, store, log)
    before = dict(store.list("ledger/"))
    store.delete(list(before))
    add(database, office, 1)
    sequencer.checkpoint(database, store, log)
    assert hold(database, store, log) == (303, 0)


def _fails_at(
    database: ShakyDatabase, store: ShakyStore, log: LogKey, at: tuple[str, int, str] | None
) -> list[tuple[str, int]]:
    steps = Steps(at=at, act=fail)
    database.steps = store.steps = steps
    if at is None:
        sequencer.checkpoint(database, store, log)
    else:
        with pytest.raises(SaksiError):
            sequencer.checkpoint(database, store, log)
    database.steps = store.steps = Steps()
    return steps.seen


def _cases(table: list[tuple[str, int]]) -> list[tuple[str, int, str]]:
    """Each step before it is done; where something outlives the failure, also after."""
    lasting = ("commit", "put", "delete")
    after = [(name, number, "after") for name, number in table if name.startswith(lasting)]
    return [*((name, number, "before") for name, number in table), *after]


def _table(database: ShakyDatabase, store: ShakyStore, log: LogKey, office: Signer) -> list[tuple[str, int]]:
    """The steps of a round in which a tile becomes full, so that partial ones go."""
    add(database, office, 250)
    _fails_at(database, store, log, None)
    add(database, office, 10)
    table = _fails_at(database, store, log, None)
    assert {
        "commit",
        "tree.place",
        "tree.keep_tiles",
        "tree.add_checkpoint",
        "tree.set_published",
        "delete",
    } <= {name for name, _ in table}
    assert {"put ledger/checkpoint", "put ledger/tile/0/N", "put ledger/tile/entries/N"} <= {
        name for name, _ in table
    }
    return table


def test_whichever_step_fails_done_or_not_the_next_round_makes_it_whole(
    database: Database,
    store: ObjectStore,
    shaky_database: ShakyDatabase,
    shaky_store: ShakyStore,
    log: LogKey,
    office: Signer,
) -> None:
    table = _table(shaky_database, shaky_store, log, office)
    total = sum(hold(database, store, log))
    for case in _cases(table):
        count = 256 - total % 256 + 4
        add(database, office, count)
        total += count
        _fails_at(shaky_database, shaky_store, log, case)
        assert sum(hold(database, store, log)) == total, case
        _fails_at(shaky_database, shaky_store, log, None)
        assert hold(database, store, log) == (total, 0), case


def test_whichever_step_a_kill_falls_on_the_next_round_makes_it_whole(
    database_url: str,
    database: Database,
    store: ObjectStore,
    store_server: Endpoints,
    shaky_database: ShakyDatabase,
    shaky_store: ShakyStore,
    log: LogKey,
    office: Signer,
) -> None:
    table = _table(shaky_database, shaky_store, log, office)
    total = sum(hold(database, store, log))
    keys = [store_server.s3_url, store_server.s3_access_key, store_server.s3_secret_key, store.bucket]
    command = [sys.executable, "-m", "tests.integration.ledger.killed", database_url, *keys]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as killed:
        assert killed.stdin is not None
        assert killed.stdout is not None
        for name, number, when in _cases(table):
            count = 256 - total % 256 + 4
            add(database, office, count)
            total += count
            killed.stdin.write(f"{name}\t{number}\t{when}\n")
            killed.stdin.flush()
            assert killed.stdout.readline().strip() == "9", (name, number, when)
            assert sum(hold(database, store, log)) == total, (name, number, when)
            sequencer.checkpoint_now(database, store, log)
            assert hold(database, store, log) == (total, 0), (name, number, when)
        killed.stdin.close()


def test_a_checkpoint_now_covers_what_was_there_and_gives_up_in_time(
    database: Database, store: ObjectStore, log: LogKey, office: Signer
) -> None:
    add(database, office, 2)
    assert sequencer.checkpoint_now(database, store, log).size == 4
    assert sequencer.checkpoint_now(database, store, log, wait_s=0).size == 4
    add(database, office, 1)
    with database.transaction() as connection:
        assert ledger_tree.lock(connection)
        with pytest.raises(TimedOut):
            sequencer.checkpoint_now(database, store, log, wait_s=0.3)
    assert sequencer.checkpoint_now(database, store, log).size == 5


def test_many_at_once_make_one_log(
    database: Database, store: ObjectStore, log: LogKey, office: Signer
) -> None:
    add(database, office, 1)

    def write(number: int) -> None:
        for _ in range(5):
            add(database, office, 7, chain=f"uji/{number}")
            sequencer.checkpoint_now(database, store, log)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hold(database, store, log) == (3 + 4 * 5 * 7, 0)
