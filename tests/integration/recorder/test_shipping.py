"""Chunks on their way from the spool to store and catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from recorder.announcer import Announcer
from recorder.facts import ChunkSealed, OutageClosed, OutageOpened, OutageRecorded, RunClosed, RunOpened
from recorder.retold import facts_of
from recorder.shipper import Shipper
from recorder.sidecar import Sealed
from recorder.spool import Spool
from recorder.untold import Untold
from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.database import Database
from saksi.custody.canonical import tip as chain_tip
from tests.integration.recorder.archive import Archive, wait_until
from tests.unit.recorder.test_spool import no_refusal, record


@pytest.fixture
def shipper(archive: Archive, spool: Spool, announcer: Announcer) -> Iterator[Shipper]:
    shipper = Shipper(archive.store, spool, announcer)
    yield shipper
    shipper.stop()


def nowhere(_sealed: Sealed) -> None:
    """For tests that ship themselves, or not at all."""


def sealed_fact(
    sealed: Sealed, ship: Callable[[Sealed], None], refuse: Callable[[str], None] = no_refusal
) -> ChunkSealed:
    return ChunkSealed(sealed=sealed, recorder="here", ship=ship, refuse=refuse)


def recorded(
    archive: Archive, spool: Spool, announcer: Announcer, ship: Callable[[Sealed], None] = nowhere
) -> list[Sealed]:
    archive.add_camera("gate-1", "rtsp://x")
    run, sealed, _ = record(spool.folder, 1200)
    for chunk in sealed:
        spool.add(chunk)
    announcer.tell(RunOpened(opening=run.opening), *(sealed_fact(chunk, ship) for chunk in sealed))
    announcer.tell(RunClosed(closed=run.close("released"), spool=spool))
    return sealed


def test_chunks_are_sent_once_and_their_sidecars_remember_it(
    archive: Archive, spool: Spool, announcer: Announcer, shipper: Shipper
) -> None:
    sealed = recorded(archive, spool, announcer)
    shipper.start()
    for chunk in [*sealed, *sealed]:
        shipper.ship(chunk)
    assert shipper.drained(40)
    assert announcer.drained(40)
    assert spool.waiting() == []
    assert all(chunk.sidecar("stored").exists() for chunk in sealed)
    for chunk in sealed:
        archive.footage(
            "gate-1",
            {
                "run": chunk.entry.run,
                "seq": chunk.entry.seq,
                "size": chunk.entry.size,
                "sha256": bytes.fromhex(chunk.entry.sha256),
            },
        )
    init = sealed[0].init
    assert archive.store.get(keys.init_key(init.sha256, False)) == init.body
    archive.check_chains()


def test_why_nothing_was_recorded_is_told_after_a_restart_without_the_catalogue(
    archive: Archive, announcer: Announcer, tmp_path: Path
) -> None:
    archive.add_camera("gate-1", "rtsp://x")
    badge = archive.badge("one")
    before = Announcer(
        Database("postgresql://saksi@127.0.0.1:1/x", application="tests"), badge, Untold(tmp_path)
    )
    told = {"camera": "gate-1", "epoch": 0}
    before.tell(OutageOpened(**told, start_us=1_000_000, reason="unreachable", detail="x"))  # type: ignore[arg-type]
    before.tell(OutageClosed(**told, end_us=9_000_000))  # type: ignore[arg-type]
    before.tell(OutageOpened(**told, start_us=20_000_000, reason="recorder_down", detail=""))  # type: ignore[arg-type]
    kept = tmp_path / "outages.jsonl"
    with kept.open("ab") as file:
        file.write(b'{"kind": "OutageCl')  # the power went
    again = kept.read_bytes()
    for _ in range(2):  # told twice is told once
        kept.write_bytes(again)
        after = Announcer(archive.database, badge, Untold(tmp_path))
        after.recall()
        after.start()
        assert after.drained(20)
        wait_until(lambda: kept.read_bytes() == b"", 10, "nothing is left to tell")
        after.stop()
    found = [
        (one["reason"], clock.to_us(one["start_at"]), one["end_at"]) for one in archive.outages("gate-1")
    ]
    assert [(reason, start_us) for reason, start_us, _ in found] == [
        ("unreachable", 1_000_000),
        ("recorder_down", 20_000_000),
    ]
    assert [end is None for _, _, end in found] == [False, True]


def test_a_chunk_that_was_changed_on_the_spool_is_not_stored_and_stops_no_other(
    archive: Archive, spool: Spool, announcer: Announcer, shipper: Shipper
) -> None:
    sealed = recorded(archive, spool, announcer)
    with sealed[1].media.open("r+b") as stream:
        stream.seek(3000)
        stream.write(b"tampered")
    for chunk in sealed:
        shipper.ship(chunk)
    shipper.start()
    assert shipper.drained(40)
    assert announcer.drained(40)
    assert spool.waiting() == [sealed[1]]
    assert sealed[1].media.exists()
    stored = {key for key, _ in archive.store.list("chunks/")}
    assert keys.chunk_key("gate-1", sealed[1].entry.run, sealed[1].entry.seq) not in stored
    assert len(stored) == len(sealed) - 1


def test_what_the_catalogue_refuses_for_good_does_not_hold_up_what_follows(
    archive: Archive, spool: Spool, announcer: Announcer
) -> None:
    nobody = OutageRecorded(camera="nobody", start_us=1, end_us=2, reason="stalled", detail="")
    announcer.tell(nobody)
    sealed = recorded(archive, spool, announcer)
    announcer.tell(nobody)
    assert announcer.drained(40)
    assert len(archive.chunks("gate-1")) == len(sealed)


def test_a_chunk_that_does_not_follow_its_chain_is_refused_and_the_true_one_is_kept(
    archive: Archive, spool: Spool, announcer: Announcer
) -> None:
    sealed = recorded(archive, spool, announcer)
    forged = replace(sealed[-1], entry=replace(sealed[-1].entry, seq=sealed[-1].entry.seq + 1))
    refused: list[str] = []
    announcer.tell(sealed_fact(forged, nowhere, refused.append))
    assert announcer.drained(40)
    wait_until(lambda: len(archive.chunks("gate-1")) == len(sealed), 40, "only what follows")
    assert refused == [forged.entry.run], "or every chunk after it would be refused too"
    archive.check_chains()


def test_what_the_store_lost_is_sent_again_before_the_copy_goes(
    archive: Archive, spool: Spool, announcer: Announcer, shipper: Shipper
) -> None:
    shipper.start()
    sealed = recorded(archive, spool, announcer, shipper.ship)
    wait_until(lambda: spool.waiting() == [], 40, "all sent")
    lost = keys.chunk_key("gate-1", sealed[0].entry.run, sealed[0].entry.seq)
    archive.store.delete([lost])
    assert [shipper.still_stored(chunk) for chunk in sealed] == [False] + [True] * (len(sealed) - 1)
    assert shipper.drained(40)
    assert shipper.still_stored(sealed[0])
    assert archive.store.get(lost) == sealed[0].media.read_bytes()


def test_footage_of_a_recorder_that_was_given_another_name_is_taken(
    archive: Archive, spool: Spool, shipper: Shipper
) -> None:
    archive.add_camera("gate-1", "rtsp://x")
    _, sealed, _ = record(spool.folder, 600)
    renamed = Announcer(archive.database, archive.badge("another-name"))
    renamed.start()
    shipper.start()
    for run in spool.recover():
        renamed.tell(*facts_of(run, spool, shipper.ship))
    assert renamed.drained(40)
    wait_until(lambda: len(archive.stored("gate-1")) == len(sealed), 40, "all of it taken and sent")
    renamed.stop()
    archive.check_chains()


def test_another_chunk_of_the_same_number_never_takes_the_place_of_the_true_one(
    archive: Archive, spool: Spool, announcer: Announcer, shipper: Shipper, tmp_path: Path
) -> None:
    """As when a machine is put back to yesterday's snapshot and finishes the chunk that was open then."""
    shipper.start()
    *earlier, true = recorded(archive, spool, announcer, shipper.ship)
    wait_until(lambda: spool.waiting() == [], 40, "all sent")
    again = tmp_path / "again"
    again.mkdir()
    body = true.media.read_bytes()[:-1] + b"!"
    entry = replace(true.entry, sha256=hashlib.sha256(body).hexdigest())
    forked = replace(true, entry=entry, tip=chain_tip(earlier[-1].tip, entry.leaf()), folder=again)
    forked.media.write_bytes(body)
    announcer.tell(sealed_fact(forked, shipper.ship))
    assert announcer.drained(40)
    assert shipper.drained(40)
    assert forked.media.exists()
    assert [archive.footage("gate-1", chunk) for chunk in archive.chunks("gate-1")][-1] != body
    archive.check_chains()
