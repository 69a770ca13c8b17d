"""Two recorders share a fleet by leases: what a dead one held, the other takes."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

import psycopg
import pytest

from saksi import clock
from saksi.catalogue.timeline import JITTER_US
from tests.fixtures.fix_simcam import SimcamStart
from tests.integration.recorder.archive import Archive, settle, wait_until
from tests.integration.recorder.logged import check_runs

NAMES = ("cam-1", "cam-2")


def epochs(archive: Archive, name: str) -> list[int]:
    return sorted({chunk["epoch"] for chunk in archive.chunks(name)})


@contextlib.contextmanager
def footage_is_not_taken(url: str) -> Iterator[None]:
    """The database answers everybody, and nobody can add to a run."""
    with psycopg.connect(url) as connection:
        connection.execute("lock table run in exclusive mode")
        yield


def killed_with_footage_untold(archive: Archive, start_simcam: SimcamStart) -> None:
    """Leaves the spool of a recorder that was killed while it recorded one camera."""
    archive.add_camera("gate", start_simcam().url(1))
    killed = archive.spawn(chunk_seconds=3)
    wait_until(lambda: archive.stored("gate"), 40, "a first chunk")
    settle(1)
    killed.kill()
    killed.wait()


@pytest.mark.slow
def test_a_new_run_names_the_end_of_the_one_before_however_slowly_that_is_told(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    killed_with_footage_untold(archive, start_simcam)
    with footage_is_not_taken(archive.database_url):
        running = archive.start(chunk_seconds=3)
        settle(6)
    wait_until(lambda: epochs(archive, "gate") == [1, 2], 40, "recorded again")
    running.stop()
    earlier, later = archive.execute("select parent, closed_tip from run order by epoch")
    assert later["parent"] == earlier["closed_tip"]


@pytest.mark.slow
def test_a_backlog_that_does_not_end_keeps_no_camera_from_being_recorded(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    killed_with_footage_untold(archive, start_simcam)
    with footage_is_not_taken(archive.database_url):
        running = archive.start(chunk_seconds=3)
        wait_until(
            lambda: any(m.camera.recording.tally.frames for m in running.recorder._fleet.members()),
            40,
            "recorded",
        )
    wait_until(lambda: epochs(archive, "gate") == [1, 2], 40, "told in the end")
    running.stop()
    archive.check_chains()


@pytest.mark.slow
def test_a_second_recorder_takes_the_cameras_of_a_dead_one(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    for number in (1, 2):
        archive.add_camera(f"cam-{number}", simcam.url(number))
    dead = archive.spawn("dead", chunk_seconds=3)
    wait_until(lambda: archive.stored("cam-1") and archive.stored("cam-2"), 40, "the first records")
    heir = archive.spawn("heir", chunk_seconds=3)
    settle(3)
    holders = {row["recorder"] for row in archive.execute("select recorder from lease")}
    assert holders == {"dead"}, "a living recorder keeps what it holds"
    dead.kill()
    dead.wait()
    wait_until(lambda: all(epochs(archive, name) == [1, 2] for name in NAMES), 40, "the heir records")
    (silent,) = archive.execute("select seen_at from recorder where name = 'dead'")
    for name in NAMES:
        (told,) = archive.outages(name)
        assert told["reason"] == "recorder_down"
        assert told["start_at"] >= silent["seen_at"], "until then there may be footage on its spool"
    heir.send_signal(signal.SIGTERM)
    assert heir.wait(30) == 0

    # What the dead one left on its spool comes in when it lives again, into its own runs.
    revived = archive.spawn("dead", chunk_seconds=3)
    wait_until(
        lambda: not any(c["pending"] for name in NAMES for c in archive.chunks(name)),
        40,
        "its spool sent",
    )
    wait_until(lambda: all(epochs(archive, name) == [1, 2, 3] for name in NAMES), 40, "it records again")
    revived.send_signal(signal.SIGTERM)
    assert revived.wait(30) == 0
    archive.check_chains()
    check_runs(archive)
    reasons = archive.execute("select epoch, close_reason from run order by camera_id, epoch")
    assert [row["close_reason"] for row in reasons] == ["recovered", "released", "released"] * 2
    for name in NAMES:
        assert {outage["reason"] for outage in archive.outages(name)} == {"recorder_down"}
        for chunk in archive.chunks(name):
            archive.footage(name, chunk)
            for outage in archive.outages(name):
                end_us = clock.to_us(chunk["start_at"]) + chunk["dur_us"]
                assert clock.to_us(outage["start_at"]) >= end_us - JITTER_US or (
                    outage["end_at"] is not None
                    and clock.to_us(outage["end_at"]) <= clock.to_us(chunk["start_at"]) + JITTER_US
                ), "no outage is told where there is footage"


def test_a_second_process_on_the_same_spool_is_refused_in_words(archive: Archive) -> None:
    first = archive.spawn("same")
    wait_until(lambda: (archive.folder / "spool-same" / "_lock").exists(), 30, "the first has the spool")
    settle(1)
    second = archive.spawn("same")
    assert second.wait(30) != 0
    assert "Another recorder is using the spool" in (archive.folder / "same.log").read_text()
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0


@pytest.mark.slow
def test_a_second_process_of_the_same_name_on_another_spool_is_refused_and_disturbs_nobody(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    archive.add_camera("gate", simcam.url(1))
    first = archive.spawn("same", chunk_seconds=3)
    wait_until(lambda: archive.stored("gate"), 40, "a first chunk")
    second = archive.spawn("same", chunk_seconds=3, spool=archive.folder / "elsewhere")
    assert second.wait(30) != 0
    assert "Another recorder named same is at work" in (archive.folder / "same.log").read_text()
    settle(3)
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    assert [row["epoch"] for row in archive.execute("select epoch from run")] == [1]
    # Who ended in order leaves the name free.
    heir = archive.spawn("same", chunk_seconds=3, spool=archive.folder / "elsewhere")
    wait_until(lambda: epochs(archive, "gate") == [1, 2], 30, "the heir records")
    heir.send_signal(signal.SIGTERM)
    assert heir.wait(30) == 0


@pytest.mark.slow
def test_a_camera_added_changed_switched_off_and_on_is_followed_within_seconds(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    running = archive.start(chunk_seconds=3)
    settle(1)
    archive.add_camera("gate", simcam.url(1))
    wait_until(lambda: archive.chunks("gate"), 30, "recorded after it was added")
    archive.change_camera("gate", simcam.url(4))
    wait_until(lambda: epochs(archive, "gate") == [1, 2], 30, "recorded from its new address")
    archive.execute("update camera set enabled = false where code = 'gate'")
    wait_until(
        lambda: any(o["reason"] == "disabled" for o in archive.outages("gate")), 30, "told as switched off"
    )
    off = len(archive.chunks("gate"))
    settle(4)
    assert len(archive.chunks("gate")) == off
    archive.execute("update camera set enabled = true where code = 'gate'")
    wait_until(lambda: epochs(archive, "gate") == [1, 2, 3], 30, "recorded again")
    outage = next(outage for outage in archive.outages("gate") if outage["reason"] == "disabled")
    before = max((c for c in archive.chunks("gate") if c["epoch"] == 2), key=lambda c: c["seq"])
    after = min((c for c in archive.chunks("gate") if c["epoch"] == 3), key=lambda c: c["seq"])
    assert clock.to_us(outage["start_at"]) == clock.to_us(before["start_at"]) + before["dur_us"]
    assert outage["end_at"] == after["start_at"]
    running.stop()
    cameras = {shown.camera for shown in archive.pictures("gate")}
    assert cameras == {1, 4}
    archive.check_chains()


@pytest.mark.slow
def test_cameras_move_to_a_recorder_that_comes_and_from_one_that_leaves_without_a_gap(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    names = [f"cam-{number}" for number in range(1, 5)]
    for number, name in enumerate(names, 1):
        archive.add_camera(name, simcam.url(number))
    first = archive.spawn("first", chunk_seconds=5, recorder_capacity=8)
    wait_until(lambda: all(archive.chunks(name) for name in names), 40, "the first records")
    second = archive.spawn("second", chunk_seconds=5, recorder_capacity=8)
    wait_until(lambda: holders(archive) == ["first"] * 3 + ["second"], 40, "one moved")
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    assert holders(archive) == ["second"] * 4
    second.send_signal(signal.SIGTERM)
    assert second.wait(30) == 0

    reasons = archive.execute("select close_reason from run order by camera_id, epoch")
    assert [row["close_reason"] for row in reasons] == ["moved", "released"] * 4
    for name in names:
        before, after = ([c for c in archive.chunks(name) if c["epoch"] == epoch] for epoch in (1, 2))
        ended_us = max(clock.to_us(chunk["start_at"]) + chunk["dur_us"] for chunk in before)
        assert min(clock.to_us(chunk["start_at"]) for chunk in after) < ended_us, (
            "both recorded it for a while"
        )
        assert {outage["detail"] for outage in archive.outages(name)} == {"the recorder was stopped"}
    archive.check_chains()
    check_runs(archive)


def holders(archive: Archive) -> list[str]:
    return [row["recorder"] for row in archive.execute("select recorder from lease order by recorder")]
