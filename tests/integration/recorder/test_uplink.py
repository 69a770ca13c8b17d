"""A site with a thin uplink: entries at once, footage in its hours and within its budget, what is waited for first."""

from __future__ import annotations

import hashlib
import random
import shutil
from pathlib import Path

import pytest

from recorder import measures, parts
from recorder.announcer import Announcer
from recorder.caretaker import Caretaker
from recorder.fetcher import FILE, Fetcher
from recorder.shipper import Shipper
from recorder.spool import Spool
from recorder.uplink import Stopped, Uplink
from saksi import clock
from saksi.catalogue import cameras, fetching, holding, keys, people
from saksi.catalogue.custody import Who
from saksi.catalogue.holds import HoldSpan
from saksi.errors import IntegrityError, NotFound
from tests.integration.catalogue.chains import OFFICE, enrol
from tests.integration.recorder.archive import Archive, wait_until
from tests.integration.recorder.test_shipping import recorded

NOON = clock.parse_rfc3339("2026-11-30T12:00:00+08:00", "noon")
NIGHT = clock.parse_rfc3339("2026-11-30T23:30:00+08:00", "night")
MORNING = clock.parse_rfc3339("2026-11-30T04:59:59+08:00", "morning")


def test_the_hours_reach_over_midnight_and_what_is_asked_for_goes_at_any() -> None:
    for at_us, bound, asked in ((NOON, 0, 250.0), (NIGHT, 250.0, 250.0), (MORNING, 250.0, 250.0)):
        uplink = Uplink(0, (22 * 60, 5 * 60), 250.0, zone="WITA", now_us=lambda at=at_us: at)  # type: ignore[misc]
        assert (uplink.rate(), uplink.rate(asked=True)) == (bound, asked)
    assert Uplink(125.0, (9 * 60, 17 * 60), None, zone="WITA", now_us=lambda: NOON).rate() is None
    assert not Uplink().bounded


def test_a_bound_holds_bytes_back_and_an_ending_recorder_breaks_off() -> None:
    uplink, before = Uplink(1_000_000.0), measures.uplink_held._value.get()
    for _ in range(60):
        uplink.pace(10_000)
    assert measures.uplink_held._value.get() - before > 0.2  # 600 kB, less what a quarter of a second allows
    uplink.stop()
    with pytest.raises(Stopped):
        uplink.pace(10_000)


def test_footage_waits_for_its_hours_and_what_somebody_waits_for_does_not(
    archive: Archive, spool: Spool, announcer: Announcer, tmp_path: Path
) -> None:
    now_us = [NOON]
    uplink = Uplink(0, (22 * 60, 5 * 60), 50e6, zone="WITA", now_us=lambda: now_us[0])
    shipper = Shipper(archive.store, spool, announcer, uplink=uplink)
    fetcher = Fetcher(archive.database, shipper, spool)
    shipper.start()
    sealed = recorded(archive, spool, announcer, shipper.ship)
    assert len(sealed) >= 4
    assert announcer.drained(40)
    rows = archive.chunks("gate-1")
    assert [row["pending"] for row in rows] == [True] * len(sealed), (
        "the entries are there, the footage is not"
    )
    wait_until(lambda: shipper.runs(), 10, "the footage waits")
    assert fetcher.round() == 0

    second, last = sealed[1].entry, sealed[-1].entry
    with archive.database.transaction() as connection:
        camera = cameras.find(connection, "gate-1", None)
        made = fetching.ask(
            connection, camera.camera_id, second.start_us, second.start_us + 1000, person="ani", reason="x"
        )
        assert (made.state, made.chunks, made.bytes, made.recorders) == ("coming", 1, second.size, ("here",))
    copy = Path(shutil.copytree(spool.folder, tmp_path / "copy"))
    assert fetcher.round() == 1
    shutil.copy(spool.folder / FILE, copy)
    wait_until(lambda: len(archive.stored("gate-1")) == 1, 20, "what was asked for is there")
    assert archive.stored("gate-1")[0]["seq"] == second.seq

    with archive.database.transaction() as connection:
        enrol(connection)
        people.add_person(connection, name="ani", password="long enough", role="admin")
        span = HoldSpan(
            camera_id=camera.camera_id, camera="gate-1", from_us=last.end_us - 1000, to_us=last.end_us
        )
        asker = people.named(connection, "ani")
        holding.place(connection, OFFICE.signer, asker, Who(name="ani"), spans=[span], reason="LP/B/1")
    assert fetcher.round() == 1
    wait_until(lambda: len(archive.stored("gate-1")) == 2, 20, "what is held is there")
    assert measures.put_asked._value.get() == 0

    now_us[0] = NIGHT
    shipper.want(frozenset())
    wait_until(lambda: len(archive.stored("gate-1")) == len(sealed), 30, "the rest in its hours")
    for row in archive.stored("gate-1"):
        archive.footage("gate-1", row)
    with archive.database.transaction() as connection:
        (told,) = fetching.list_requests(connection, None, limit=10)
    assert (told.state, told.chunks) == ("arrived", 0)
    shipper.stop()

    # As if the machine had started without the catalogue while all that was still to be sent, on a disk that is full.
    again = Spool(copy, high_water_bytes=1 << 40, reserve_bytes=0, limit_bytes=second.size)
    again.recover()
    Fetcher(archive.database, Shipper(archive.store, again, announcer), again).recall()
    dropped = again.sweep(lambda _: True)
    assert [one.entry.seq for one in dropped] == [
        one.entry.seq for one in sealed if one.entry.seq != second.seq
    ]
    again.release()


def test_a_chunk_goes_on_where_the_line_broke(archive: Archive, tmp_path: Path) -> None:
    data = random.Random(1).randbytes(2 * parts.PART + 12_345)
    media, sha256 = tmp_path / "00000001.mp4", hashlib.sha256(data).hexdigest()
    media.write_bytes(data)
    turns: list[int] = []

    def until(most: int) -> None:
        if len(turns) == most:
            raise parts.Later
        turns.append(most)

    with pytest.raises(parts.Later):
        parts.send(archive.store, "chunks/x", media, sha256, turn=lambda: until(2))
    assert list(archive.store.list("chunks/")) == []
    parts.send(archive.store, "chunks/x", media, sha256, turn=lambda: until(9))
    assert turns == [2, 2, 9], "the first two parts are not sent again"
    assert archive.store.get("chunks/x") == data
    assert list(tmp_path.glob("*.upload")) == []
    media.write_bytes(data[:-1] + b"?")
    with pytest.raises(IntegrityError):
        parts.send(archive.store, "chunks/y", media, sha256, turn=lambda: None)
    assert [key for key, _ in archive.store.list("chunks/")] == ["chunks/x"]


def test_what_a_full_spool_takes_waits_no_more_and_is_taken_back_also_while_nothing_goes(
    archive: Archive, tmp_path: Path, announcer: Announcer
) -> None:
    spool = Spool(tmp_path / "small", high_water_bytes=1 << 40, reserve_bytes=0, limit_bytes=1 << 40)
    shipper = Shipper(archive.store, spool, announcer, uplink=Uplink(0))
    shipper.start()
    sealed = recorded(archive, spool, announcer, shipper.ship)
    wait_until(lambda: measures.put_waiting._value.get() == len(sealed), 20, "all of it waits")
    first, second, *rest = sealed
    upload = archive.store.begin_upload(
        keys.chunk_key("gate-1", first.entry.run, first.entry.seq), content_type="video/mp4"
    )
    upload.put(1, bytes(100))
    note = first.media.with_suffix(".upload")
    note.write_text(upload.upload_id)
    spool._limit_bytes = sum(chunk.entry.size for chunk in rest)
    Caretaker(spool, announcer, shipper)._tend()
    assert spool.waiting() == rest
    wait_until(lambda: not note.exists(), 20, "what was begun of it is taken back")
    with pytest.raises(NotFound):
        upload.parts()
    shipper.ship(second)  # as when the catalogue took its entry only now
    shipper.measure()
    assert measures.put_waiting_bytes._value.get() == sum(chunk.entry.size for chunk in rest)
    wait_until(lambda: measures.put_waiting._value.get() == len(rest), 20, "the rest waits")
    shipper.stop()
    spool.release()


def test_what_was_begun_of_a_chunk_that_a_full_disk_took_is_taken_back(
    archive: Archive, spool: Spool, announcer: Announcer
) -> None:
    sealed = recorded(archive, spool, announcer)
    for chunk in sealed:
        key = keys.chunk_key("gate-1", chunk.entry.run, chunk.entry.seq)
        upload = archive.store.begin_upload(key, content_type="video/mp4")
        upload.put(1, bytes(100))
        chunk.media.with_suffix(".upload").write_text(upload.upload_id)
        chunk.media.unlink()
    arrived, lost = sealed[0], sealed[1:]
    for chunk in lost:
        chunk.sidecar("entry").rename(chunk.sidecar("dropped"))
    key = keys.chunk_key("gate-1", arrived.entry.run, arrived.entry.seq)
    data = bytes(arrived.entry.size)
    archive.store.put(key, data, sha256=hashlib.sha256(data).digest())
    shipper = Shipper(archive.store, spool, announcer)
    shipper.start()
    for chunk in sealed:
        shipper.ship(chunk)
    assert shipper.drained(20)
    assert announcer.drained(20)
    shipper.stop()
    for chunk in lost:
        assert not chunk.media.with_suffix(".upload").exists()
    with pytest.raises(NotFound):
        upload.parts()
    assert [chunk["seq"] for chunk in archive.stored("gate-1")] == [arrived.entry.seq], (
        "sent before the disk took it"
    )
