"""A witness over HTTP and by file, and the log that asks it."""

from __future__ import annotations

import hashlib
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Database
from saksi.catalogue.keys import ledger_key
from saksi.catalogue.ledger_tree import LogKey
from saksi.custody import notes
from saksi.custody.notes import Checkpoint, Note
from saksi.custody.policy import Group, Log, Policy, Witness
from saksi.custody.signing import Signer
from saksi.errors import BadInput, IntegrityError
from saksi.ledger import cosigning, publishing, sequencer
from saksi.ledger.witness import WitnessDesk
from saksi.ledger.witness_server import WitnessServer
from saksi.objects.store import ObjectStore
from tests.integration.ledger.shaky import add, recording_key

NAME = "kejari.example/w1"
Start = Callable[..., tuple[WitnessServer, WitnessDesk]]


@pytest.fixture
def start_witness(tmp_path: Path, log: LogKey) -> Iterator[Start]:
    """Starts witnesses that know the log."""
    running: list[tuple[WitnessServer, threading.Thread]] = []

    def start(name: str = NAME, folder: str = "w") -> tuple[WitnessServer, WitnessDesk]:
        desk = WitnessDesk(tmp_path / folder, name, Policy(logs=(Log(key=log.verifier),)))
        server = WitnessServer(desk, "127.0.0.1", 0)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        running.append((server, thread))
        return server, desk

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join()


def policy(log: LogKey, *pairs: tuple[str, WitnessDesk]) -> Policy:
    witnesses = tuple(Witness(name=f"w{n}", key=desk.key, url=url) for n, (url, desk) in enumerate(pairs))
    group = Group(name="luar", needed=1, members=tuple(one.name for one in witnesses))
    return Policy(logs=(Log(key=log.verifier),), witnesses=witnesses, groups=(group,), quorum="luar")


def test_each_checkpoint_is_cosigned_and_shown_with_it(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, start_witness: Start
) -> None:
    server, desk = start_witness()
    trust = policy(log, (server.url, desk))
    for count in (3, 300, 1):
        add(database, office, count)
        sequencer.checkpoint(database, store, log)
        assert [one.result for one in cosigning.ask_all(database, trust)] == ["cosigned"]
        with database.transaction() as connection:
            kept = ledger_tree.newest_published(connection)
            assert kept is not None
            assert ledger_tree.newest_cosigned(connection) == kept
            standing = trust.check(Note.parse(ledger_tree.cosigned(connection, kept).whole()))
        assert standing.holds
        assert set(standing.witnessed) == {"w0"}
    assert cosigning.ask_all(database, trust) == [], "it has signed already"
    publishing.publish_cosigned(database, store, log)
    assert trust.check(Note.parse(store.get(ledger_key("checkpoint")))).holds
    origin = hashlib.sha256(log.origin.encode()).hexdigest()
    with urllib.request.urlopen(f"{server.url}/{origin}/checkpoint", timeout=30) as answer:
        assert trust.check(Note.parse(answer.read())).holds


def test_a_witness_that_is_down_stops_nothing_and_catches_up(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, start_witness: Start
) -> None:
    server, desk = start_witness()
    gone, asleep = policy(log, ("http://127.0.0.1:9", desk)), policy(log, (server.url, desk))
    add(database, office, 3)
    sequencer.checkpoint(database, store, log)
    assert [one.result for one in cosigning.ask_all(database, gone)] == ["silent"]
    add(database, office, 3)
    assert sequencer.checkpoint(database, store, log) == 8
    assert [one.result for one in cosigning.ask_all(database, asleep)] == ["cosigned"]


def test_a_cosignature_that_was_lost_on_the_way_is_got_by_asking_again(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, start_witness: Start
) -> None:
    server, desk = start_witness()
    add(database, office, 3)
    sequencer.checkpoint(database, store, log)
    with database.transaction() as connection:
        lost = cosigning.request(connection, policy(log, ("", desk)).witnesses[0])
    assert lost is not None
    assert desk.add_checkpoint(lost.text().encode()).status == 200
    add(database, office, 3)
    sequencer.checkpoint(database, store, log)
    (outcome,) = cosigning.ask_all(database, policy(log, (server.url, desk)))
    assert outcome.result == "cosigned", "after a 409 that told its size"


def test_a_witness_that_knows_a_larger_log_is_an_alarm(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, start_witness: Start, tmp_path: Path
) -> None:
    server, desk = start_witness()
    add(database, office, 3)
    sequencer.checkpoint(database, store, log)
    path = tmp_path / "w" / f"{hashlib.sha256(log.origin.encode()).hexdigest()}.json"
    text = Checkpoint(origin=log.origin, size=99, root=bytes(32)).text()
    note = Note(text=text, lines=(notes.sign(text, log.origin, log.signer),)).whole()
    path.write_text(json.dumps({"origin": log.origin, "note": note}))
    (outcome,) = cosigning.ask_all(database, policy(log, (server.url, desk)))
    assert (outcome.result, outcome.detail) == ("ahead", "it has 99, we have 5")


def test_a_line_that_is_not_the_witnesss_is_not_kept(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, start_witness: Start, tmp_path: Path
) -> None:
    server, _ = start_witness()
    other = WitnessDesk(tmp_path / "other", NAME, Policy())
    add(database, office, 3)
    sequencer.checkpoint(database, store, log)
    (outcome,) = cosigning.ask_all(database, policy(log, (server.url, other)))
    assert outcome.result == "refused"
    with database.transaction() as connection:
        assert ledger_tree.newest_cosigned(connection) is None


def test_a_cosignature_by_file_goes_there_and_back(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, tmp_path: Path
) -> None:
    desk = WitnessDesk(tmp_path / "w", NAME, Policy(logs=(Log(key=log.verifier),)))
    trust = policy(log, ("", desk))
    add(database, office, 3)
    sequencer.checkpoint(database, store, log)
    with database.transaction() as connection:
        request = cosigning.request(connection, trust.witnesses[0])
    assert request is not None
    answer = desk.add_checkpoint(request.text().encode())
    add(database, office, 3)
    sequencer.checkpoint(database, store, log)  # the log went on meanwhile
    with database.transaction() as connection:
        assert cosigning.take(connection, answer.body.encode(), trust) == [(5, NAME)]
        kept = ledger_tree.newest_cosigned(connection)
        assert kept is not None
        assert kept.size == 5
        for nonsense in (b"hello\n", b"", answer.body.replace("A", "B").encode()):
            with pytest.raises(BadInput):
                cosigning.take(connection, nonsense, trust)


def test_a_witness_started_anew_remembers_and_two_on_one_folder_agree(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, tmp_path: Path
) -> None:
    known = Policy(logs=(Log(key=log.verifier),))
    desks = [WitnessDesk(tmp_path / "w", NAME, known) for _ in range(4)]
    assert len({desk.key for desk in desks}) == 1
    bodies = []
    for _ in range(6):
        add(database, office, 3)
        sequencer.checkpoint(database, store, log)
        with database.transaction() as connection:
            request = cosigning.request(connection, policy(log, ("", desks[0])).witnesses[0], old=0)
        assert request is not None
        bodies.append(request.text().encode())
    with ThreadPoolExecutor(4) as many:
        answers = list(many.map(lambda n: desks[n % 4].add_checkpoint(bodies[n % 6]).status, range(24)))
    assert answers.count(200) == 1, "all begin at nothing, so only one of them is first"
    assert set(answers) == {200, 409}


def test_a_witness_whose_memory_was_changed_does_not_sign(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, tmp_path: Path
) -> None:
    desk = WitnessDesk(tmp_path / "w", NAME, Policy(logs=(Log(key=log.verifier),)))
    add(database, office, 3)
    sequencer.checkpoint(database, store, log)
    (tmp_path / "w" / f"{hashlib.sha256(log.origin.encode()).hexdigest()}.json").write_text("{}")
    with database.transaction() as connection:
        request = cosigning.request(connection, policy(log, ("", desk)).witnesses[0])
    assert request is not None
    with pytest.raises(IntegrityError):
        desk.add_checkpoint(request.text().encode())


def test_a_log_that_the_witness_does_not_know_is_not_cosigned(start_witness: Start) -> None:
    _, desk = start_witness()
    assert desk.add_checkpoint(b"nonsense").status == 400
    assert recording_key("lain.example/log").origin != NAME
    assert desk.latest("00" * 32) is None
