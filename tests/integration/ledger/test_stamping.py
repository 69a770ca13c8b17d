"""Time stamps by a real authority: OpenSSL's, asked over HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saksi import clock
from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Database
from saksi.catalogue.ledger_tree import LogKey
from saksi.custody.signing import Signer
from saksi.errors import IntegrityError, Unavailable
from saksi.ledger import sequencer, stamping
from saksi.objects.store import ObjectStore
from tests.integration.ledger.shaky import add
from tests.integration.ledger.tsa import Tsa

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")


@pytest.fixture
def start_tsa(tmp_path: Path) -> Iterator[Callable[..., Tsa]]:
    """Starts authorities."""
    running: list[Tsa] = []

    def start(**options: bool) -> Tsa:
        folder = tmp_path / str(len(running))
        folder.mkdir()
        running.append(Tsa(folder, **options))
        return running[-1]

    yield start
    for tsa in running:
        tsa.close()


def _note(database: Database, size: int) -> bytes:
    with database.transaction() as connection:
        kept = ledger_tree.at(connection, size)
    assert kept is not None
    return kept.note.encode()


def test_the_newest_checkpoint_is_stamped_when_a_stamp_is_due(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, start_tsa: Callable[..., Tsa]
) -> None:
    tsa = start_tsa()
    assert stamping.stamp_due(database, tsa.url, minutes=60) is None, "nothing to stamp yet"
    add(database, office, 3)
    sequencer.checkpoint(database, store, log)
    before_us = clock.now_us()
    stamp = stamping.stamp_due(database, tsa.url, minutes=60)
    assert stamp is not None
    assert stamp.size == 5
    assert abs(stamp.at_us - before_us) < 60_000_000
    note = _note(database, 5)
    assert stamping.verify(stamp.tsr, note, [tsa.root]) == stamp.at_us
    assert tsa.openssl_verifies(stamp.tsr, note)
    assert not tsa.openssl_verifies(stamp.tsr, note + b" ")
    with pytest.raises(IntegrityError):
        stamping.verify(stamp.tsr, note + b" ", [tsa.root])
    add(database, office, 1)
    sequencer.checkpoint(database, store, log)
    assert stamping.stamp_due(database, tsa.url, minutes=60) is None, "the last one is fresh"
    with database.transaction() as connection:
        assert stamping.of(connection, 5) == stamp == stamping.newest(connection)


def test_a_stamp_under_another_root_is_none_of_its(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, start_tsa: Callable[..., Tsa]
) -> None:
    tsa, other = start_tsa(), start_tsa()
    add(database, office, 1)
    sequencer.checkpoint(database, store, log)
    stamp = stamping.stamp_due(database, tsa.url, minutes=60)
    assert stamp is not None
    with pytest.raises(IntegrityError):
        stamping.verify(stamp.tsr, _note(database, stamp.size), [other.root])


def test_a_stamp_that_our_library_cannot_read_is_kept_and_openssl_can(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, start_tsa: Callable[..., Tsa]
) -> None:
    """OpenSSL 3.0 with extra certificates writes a SET that is not in order."""
    tsa = start_tsa(with_chain=True)
    add(database, office, 1)
    sequencer.checkpoint(database, store, log)
    stamp = stamping.stamp_due(database, tsa.url, minutes=60)
    assert stamp is not None
    note = _note(database, stamp.size)
    assert tsa.openssl_verifies(stamp.tsr, note)
    assert stamping.verify(stamp.tsr, note, [tsa.root]) in (None, stamp.at_us)


def test_an_answer_that_is_no_stamp_of_ours_is_refused(
    database: Database, store: ObjectStore, log: LogKey, office: Signer, start_tsa: Callable[..., Tsa]
) -> None:
    tsa = start_tsa()
    add(database, office, 1)
    sequencer.checkpoint(database, store, log)
    stamp = stamping.stamp_due(database, tsa.url, minutes=60)
    assert stamp is not None
    add(database, office, 1)
    sequencer.checkpoint(database, store, log)
    for answer in (
        stamp.tsr,
        b"",
        b"hello",
        bytes.fromhex("30053003020102"),
    ):  # another's, nothing, text, a rejection
        tsa.broken = answer
        with pytest.raises(IntegrityError):
            stamping.stamp_due(database, tsa.url, minutes=0)
    tsa.close()
    with pytest.raises(Unavailable):
        stamping.stamp_due(database, tsa.url, minutes=0)
    with database.transaction() as connection:
        newest = stamping.newest(connection)
    assert newest is not None
    assert newest.size == stamp.size


@given(st.binary(max_size=300))
def test_any_bytes_for_a_stamp_end_in_a_plain_answer(data: bytes) -> None:
    assert stamping.verify(data, b"note", []) is None
