"""A disk that is full, and one that the kernel made read-only: it is told, the recorder lives, no chunk is torn."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from saksi import clock
from tests.faults.whole import check_objects
from tests.fixtures.disk import Disk
from tests.fixtures.fix_simcam import SimcamStart
from tests.integration.recorder.archive import Archive, wait_until

CAMERAS = {1: "plain", 6: "h265"}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of 8 MB."""
    disk = Disk(tmp_path / "disk", 8)
    yield disk
    disk.unmount()


@pytest.mark.slow
def test_a_full_disk_and_then_a_read_only_one_cost_what_they_refused_and_nothing_else(
    archive: Archive, start_simcam: SimcamStart, disk: Disk
) -> None:
    simcam = start_simcam()
    for number, name in CAMERAS.items():
        archive.add_camera(name, simcam.url(number))
    settings = {"chunk_seconds": 2, "spool": disk.folder / "spool"}
    recorder = archive.spawn(**settings)  # type: ignore[arg-type]
    wait_until(lambda: all(archive.stored(name) for name in CAMERAS.values()), 40, "first chunks")

    filler = disk.fill()
    wait_until(lambda: all(told(archive, name, "No space left") for name in CAMERAS.values()), 40, "full")
    filler.unlink()
    wait_until(lambda: all(ended(archive, name) for name in CAMERAS.values()), 60, "recorded again")

    disk.fail()
    wait_until(lambda: all(told(archive, name, "Read-only") for name in CAMERAS.values()), 40, "read-only")
    assert recorder.poll() is None, "it lives"
    recorder.send_signal(signal.SIGTERM)
    assert recorder.wait(30) == 0
    disk.unmount()
    disk.mount()
    again = archive.spawn(**settings)  # type: ignore[arg-type]
    wait_until(lambda: all(ended(archive, name) for name in CAMERAS.values()), 60, "recorded again")
    again.send_signal(signal.SIGTERM)
    assert again.wait(30) == 0

    archive.check_chains()
    check_objects(archive)
    for name in CAMERAS.values():
        check_told(archive, name)
    assert not list(disk.folder.rglob("_quarantine/**/*.*"))
    assert "Traceback" not in (archive.folder / "one.log").read_text()


def told(archive: Archive, name: str, words: str) -> bool:
    return any(words in outage["detail"] for outage in archive.outages(name))


def ended(archive: Archive, name: str) -> bool:
    return all(outage["end_at"] for outage in archive.outages(name))


def check_told(archive: Archive, name: str) -> None:
    """Every picture is there once, and where some are missing an outage says why."""
    assert not any(chunk["pending"] for chunk in archive.chunks(name))
    outages = [
        (clock.to_us(one["start_at"]), clock.to_us(one["end_at"] or one["start_at"]))
        for one in archive.outages(name)
    ]
    shown = archive.pictures(name)
    for earlier, later in pairwise(shown):
        assert later.wall_us > earlier.wall_us
        missing_us = later.wall_us - earlier.wall_us - 40_000
        covered_us = sum(
            max(0, min(end, later.wall_us) - max(start, earlier.wall_us)) for start, end in outages
        )
        assert missing_us - covered_us < 500_000, "a hole that nobody told of"
    assert {outage["reason"] for outage in archive.outages(name)} <= {"spool_full", "recorder_down"}
