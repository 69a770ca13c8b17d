"""What a recorder tells the log: its key, its runs, where they stand each minute, and the hours that it seals."""

from __future__ import annotations

import errno
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from recorder.announcer import Announcer
from recorder.badge import Badge
from recorder.boundaries import Boundaries
from recorder.facts import ChunkSealed, RunClosed, RunOpened
from recorder.notices import Notices
from recorder.pulse import PulseLoop
from recorder.retold import facts_of
from recorder.run import Run
from recorder.sealer import Sealer
from recorder.segmenter import Segmenter
from recorder.sidecar import Sealed
from recorder.spool import Spool
from recorder.tips import Tips
from saksi import clock
from saksi.catalogue import authors, ledger, seals
from saksi.catalogue.authors import Author
from saksi.custody.canonical import tip as chain_tip
from saksi.custody.chain import RunOpening
from saksi.errors import IntegrityError
from tests.fixtures.fix_simcam import SimcamStart
from tests.fixtures.proxy import Proxy
from tests.integration.recorder.archive import Archive, entry_of, wait_until
from tests.integration.recorder.logged import check_pulsed, check_runs, entries
from tests.unit.recorder.stream import START_US, Shape, video
from tests.unit.recorder.test_spool import no_refusal

HOUR_US = 3_600_000_000


class Desk:
    """The telling side of a recorder, with streams instead of cameras."""

    def __init__(self, archive: Archive, name: str, folder: Path) -> None:
        self.spool = Spool(folder, high_water_bytes=1 << 40, reserve_bytes=0)
        self.badge = archive.badge(name)
        self.announcer = Announcer(archive.database, self.badge)
        self.pulse = PulseLoop(archive.database, self.badge, self.announcer.tips, every_s=60)
        self.sealer = Sealer(archive.database, self.badge, self.announcer.tips)
        self.announcer.start()

    def record(self, *, finish: bool = True) -> tuple[Run, list[Sealed]]:
        """Half a minute in three chunks; the last of them stays open unless `finish`."""
        sealed: list[Sealed] = []
        opening = RunOpening(
            camera="gate-1",
            run=str(uuid.uuid4()),
            epoch=1,
            recorder=self.badge.name,
            reason="claimed",
            parent="00" * 32,
            at_us=START_US,
        )
        run = Run(self.spool.folder, opening, fsync=False, on_sealed=sealed.append)
        segmenter = Segmenter(Boundaries(10_000_000, 0), run, audio=None, earliest_us=0)
        for unit, _ in video(700, Shape()):
            segmenter.take([unit])
        if finish:
            segmenter.finish("shutdown")
        return run, sealed

    def told(self) -> tuple[Run, list[Sealed]]:
        """The same, and the catalogue knows it but for its end."""
        run, sealed = self.record()
        self.tell(RunOpened(opening=run.opening), *self.facts(sealed))
        return run, sealed

    def facts(self, sealed: list[Sealed]) -> list[ChunkSealed]:
        """What is told of chunks."""
        name = self.badge.name
        return [
            ChunkSealed(sealed=one, recorder=name, ship=lambda _: None, refuse=no_refusal) for one in sealed
        ]

    def close(self, run: Run) -> None:
        """Tells that it ended."""
        self.tell(RunClosed(closed=run.close("released"), spool=self.spool))

    def tell(self, *facts: RunOpened | ChunkSealed | RunClosed) -> None:
        """Until the catalogue has it."""
        self.announcer.tell(*facts)
        assert self.announcer.drained(20)

    def stop(self) -> None:
        """Ends it."""
        self.announcer.stop()
        self.spool.release()


@pytest.fixture
def desk(archive: Archive, tmp_path: Path) -> Iterator[Desk]:
    archive.add_camera("gate-1", "rtsp://x")
    desk = Desk(archive, "here", tmp_path / "spool")
    yield desk
    desk.stop()


def office(archive: Archive) -> Author:
    with archive.database.transaction() as connection:
        return authors.office(connection, archive.folder / "office-keys")


def test_a_run_is_opened_pulsed_and_closed_in_the_recorders_own_chain(desk: Desk, archive: Archive) -> None:
    run, sealed = desk.told()
    desk.pulse.beat()
    desk.close(run)
    desk.pulse.beat()
    desk.pulse.beat()
    opened, closed = entries(archive, "run")
    assert opened.body == {"event": "open", "opening": run.opening.as_object()}
    assert (closed.body["event"], closed.chain) == ("close", "recorder/here")
    assert [one.body["n"] for one in entries(archive, "pulse")] == [1, 0, 0], "ended, and nothing new of it"
    check_pulsed(archive)
    assert len(sealed) == 3


def test_the_last_chunk_of_a_run_that_ended_between_two_pulses_comes_under_the_next(
    desk: Desk, archive: Archive
) -> None:
    run, sealed = desk.record()
    desk.tell(RunOpened(opening=run.opening))
    desk.pulse.beat()
    desk.tell(*desk.facts(sealed))
    desk.close(run)
    desk.pulse.beat()
    desk.pulse.beat()
    assert [one.body["n"] for one in entries(archive, "pulse")] == [1, 1, 0]
    check_pulsed(archive)


@pytest.mark.slow
def test_pulses_are_missed_while_the_database_is_away_and_the_next_one_says_how_many(
    archive: Archive, tmp_path: Path
) -> None:
    archive.add_camera("gate-1", "rtsp://x")
    proxy = Proxy.to(archive.database_url)
    real, archive.database = (
        archive.database,
        type(archive.database)(proxy.through(archive.database_url), application="tests"),
    )
    desk = Desk(archive, "here", tmp_path / "spool")
    run, sealed = desk.record()
    desk.tell(RunOpened(opening=run.opening))
    desk.pulse.beat()
    proxy.cut()
    desk.announcer.tell(*desk.facts(sealed))
    for _ in range(2):
        desk.pulse.beat()
    proxy.restore()
    desk.close(run)
    desk.pulse.beat()
    desk.stop()
    archive.database.close()
    archive.database = real
    first, second = entries(archive, "pulse")
    assert "missed" not in first.body
    assert second.body["missed"] == 2
    check_pulsed(archive)
    proxy.close()


def test_what_a_process_that_was_killed_left_is_told_by_the_next_with_its_key(
    desk: Desk, archive: Archive, tmp_path: Path
) -> None:
    """Killed between a chunk and the pulse after it, and in the middle of another run's chunk."""
    desk.told()
    desk.pulse.beat()
    torn, whole = desk.record(finish=False)
    desk.tell(RunOpened(opening=torn.opening), *desk.facts(whole[:1]))
    desk.stop()
    again = Desk(archive, "here", tmp_path / "spool")
    desk.spool = again.spool  # which the fixture lets go
    for found in again.spool.recover():
        again.announcer.tips.found(found)
        again.announcer.tell(*facts_of(found, again.spool, lambda _: None))
    assert again.announcer.drained(20)
    again.pulse.beat()
    again.pulse.beat()
    events = sorted((one.body["event"], one.chain) for one in entries(archive, "run"))  # type: ignore[type-var]
    assert events == [("close", "recorder/here")] * 2 + [("open", "recorder/here")] * 2
    assert [one.body["n"] for one in entries(archive, "pulse")] == [1, 2, 0], "named once more, not for ever"
    check_pulsed(archive)
    again.announcer.stop()


def test_two_recorders_of_one_camera_are_both_in_the_log_each_in_its_own_chain(
    desk: Desk, archive: Archive, tmp_path: Path
) -> None:
    other = Desk(archive, "there", tmp_path / "other-spool")
    for one in (desk, other):
        run, _ = one.told()
        one.pulse.beat()
        (row,) = archive.execute("select run_no from run where run = %s", run.opening.run)
        one.sealer.now(row["run_no"])
    chains = ["recorder/here", "recorder/there"]
    for kind in ("run", "pulse", "seal"):
        assert [entry.chain for entry in entries(archive, kind)] == chains, kind
    parts = [(entry.body["part"], entry.body["n"]) for entry in entries(archive, "seal")]
    assert parts == [(1, 3), (2, 3)], "of the same hour"
    check_pulsed(archive)
    other.stop()


def test_a_recorder_seals_what_it_remembers(desk: Desk, archive: Archive) -> None:
    _, sealed = desk.told()
    desk.sealer.now(archive.execute("select run_no from run")[0]["run_no"])
    (seal,) = entries(archive, "seal")
    assert (seal.chain, seal.body["chain_out"]) == ("recorder/here", sealed[-1].tip.hex())
    assert archive.execute("select * from run_alarm") == []


def test_a_run_rewritten_behind_its_recorders_back_raises_an_alarm_and_is_sealed_by_nobody(
    desk: Desk, archive: Archive
) -> None:
    run, sealed = desk.told()
    archive.execute("alter table chunk disable trigger chunk_never_changes")
    archive.execute("update chunk set sha256 = sha256('other') where seq = 3")
    end = run.opening.tip()
    for row in archive.chunks("gate-1"):
        end = chain_tip(end, entry_of("gate-1", row).leaf())
    assert end != sealed[-1].tip
    archive.execute("update run set tip = %s", end)
    archive.check_chains()  # as a whole it is in order
    (row,) = archive.execute("select run_no, camera_id from run")
    desk.sealer.now(row["run_no"])
    assert archive.execute("select recorder, last_seq from run_alarm") == [
        {"recorder": "here", "last_seq": 3}
    ]
    span = (row["camera_id"], sealed[0].entry.start_us, sealed[-1].entry.end_us)
    with pytest.raises(IntegrityError, match="remembers"):
        seals.request_seals(archive.database, office(archive), [span])
    assert entries(archive, "seal") == []


def test_a_run_that_this_recorder_does_not_know_is_not_sealed_with_its_key(
    desk: Desk, archive: Archive
) -> None:
    desk.told()
    stranger = Sealer(archive.database, desk.badge, Tips())
    stranger.now(archive.execute("select run_no from run")[0]["run_no"])
    assert entries(archive, "seal") == []
    assert archive.execute("select * from run_alarm") == []


def test_hours_that_are_over_are_sealed_and_then_forgotten(
    desk: Desk, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, sealed = desk.told()
    hour_us = START_US - START_US % HOUR_US
    monkeypatch.setattr(clock, "now_us", lambda: hour_us + HOUR_US + 299_000_000)
    desk.sealer.round()
    assert entries(archive, "seal") == []
    monkeypatch.setattr(clock, "now_us", lambda: hour_us + HOUR_US + 300_000_000 + 45 * 60_000_000)
    desk.sealer.round()
    (seal,) = entries(archive, "seal")
    assert (seal.body["hour"], seal.body["n"]) == (hour_us, len(sealed))
    assert desk.announcer.tips.known() == [run.opening.run]
    desk.close(run)
    desk.pulse.beat()
    assert desk.announcer.tips.known() == []


def test_who_needs_a_seal_is_served_by_a_living_recorder_at_once(desk: Desk, archive: Archive) -> None:
    _, sealed = desk.told()
    archive.execute("insert into recorder (name, version) values ('here', '1')")
    stop = threading.Event()
    notices = Notices(archive.database_url, {seals.ASK_CHANNEL: desk.sealer.asked})
    listener = threading.Thread(target=notices.run, args=(stop,))
    listener.start()
    (row,) = archive.execute("select camera_id from camera")
    wait_until(
        lambda: archive.execute("select 1 from pg_stat_activity where query like 'listen%%'"),
        10,
        "it listens",
    )
    span = (row["camera_id"], sealed[0].entry.start_us, sealed[-1].entry.end_us)
    assert seals.request_seals(archive.database, office(archive), [span], wait_s=20) == 0
    stop.set()
    listener.join(10)
    assert [one.chain for one in entries(archive, "seal")] == ["recorder/here"]


def test_a_revoked_key_is_set_aside_and_another_takes_its_place(desk: Desk, archive: Archive) -> None:
    old = desk.badge.author.signer
    with archive.database.transaction() as connection:
        ledger.revoke(connection, office(archive).signer, old.key_id, "its disk was replaced")
    desk.pulse.beat()
    (pulse,) = entries(archive, "pulse")
    assert pulse.by == desk.badge.author.signer.key_id != old.key_id
    kept = [path.name for path in (archive.folder / "keys").iterdir()]
    assert sorted(kept) == ["recorder-here.key", f"recorder-here.key.{old.key_id}.revoked"]
    assert Badge("here", archive.folder / "keys").author.signer.key_id == desk.badge.author.signer.key_id


def test_a_database_restored_from_before_the_key_was_known_takes_what_is_told(
    desk: Desk, archive: Archive
) -> None:
    for table in ("ledger_entry", "signing_key"):
        archive.execute(f"alter table {table} disable trigger {table}_never_changes")
    for table in ("ledger_pending", "ledger_entry", "ledger_chain", "signing_key"):
        archive.execute(f"delete from {table}")
    desk.told()
    assert [entry.chain for entry in entries(archive, "run")] == ["recorder/here"]
    assert len(entries(archive, "key")) == 1
    assert len(archive.chunks("gate-1")) == 3


def test_a_disk_that_takes_no_new_key_stops_nothing(
    desk: Desk, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    old = desk.badge.author.signer
    with archive.database.transaction() as connection:
        ledger.revoke(connection, office(archive).signer, old.key_id, "stolen")
    with monkeypatch.context() as disk:
        disk.setattr("saksi.keys.set_aside", full)
        desk.told()
    assert len(archive.chunks("gate-1")) == 3
    desk.pulse.beat()
    assert entries(archive, "pulse")[-1].by != old.key_id


def test_a_clock_that_was_set_is_told_in_the_next_pulse_and_not_again(
    desk: Desk, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.pulse.beat()
    boot_us = clock.boot_us
    monkeypatch.setattr(clock, "boot_us", lambda: boot_us() - 5_000_000)
    desk.pulse.beat()
    desk.pulse.beat()
    clocks = [one.body["clock"] for one in entries(archive, "pulse")]
    steps = [one.get("step_us", 0) for one in clocks]  # type: ignore[attr-defined]
    assert steps[0] == steps[2] == 0
    assert abs(steps[1] - 5_000_000) < 500_000


@pytest.mark.slow
def test_seals_on_demand_come_from_the_recorder_while_it_records_and_from_the_office_when_it_is_dead(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    archive.add_camera("gate", start_simcam().url(1))
    recorder = archive.spawn(chunk_seconds=2, pulse_seconds=1)
    wait_until(lambda: len(archive.chunks("gate")) >= 2, 40, "first chunks")
    (row,) = archive.execute("select camera_id from camera")
    always = (row["camera_id"], START_US - 10_000 * HOUR_US, clock.now_us() + HOUR_US)
    assert seals.request_seals(archive.database, office(archive), [always], wait_s=20) == 0
    told = len(archive.chunks("gate"))
    wait_until(lambda: len(archive.chunks("gate")) > told + 1, 40, "more chunks")
    recorder.kill()
    recorder.wait()
    began_us = clock.monotonic_us()
    assert seals.request_seals(archive.database, office(archive), [always]) >= 1
    assert clock.monotonic_us() - began_us < 8_000_000
    chains = [entry.chain for entry in entries(archive, "seal")]
    assert (chains[0], chains[-1]) == ("recorder/one", "office")
    assert archive.execute("select 1 from run where sealed_seq < last_seq") == []
    check_runs(archive)
    pulses = entries(archive, "pulse")
    assert [entry.body["n"] for entry in pulses][-1] == 1
    clocks = [entry.body["clock"] for entry in pulses]
    assert all(one["wall"] == entry.at_us for one, entry in zip(clocks, pulses, strict=True))  # type: ignore[index]
