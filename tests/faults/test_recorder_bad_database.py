"""A database that is late, silent or cannot be heard: no camera is left alone, and nothing is on record twice.

`SAKSI_FAULT_S` sets how many seconds each fault lasts.
"""

from __future__ import annotations

import os
from itertools import pairwise

import pytest

from saksi import clock
from saksi.catalogue import cameras, footage
from tests.faults.whole import check_objects
from tests.fixtures.fix_simcam import SimcamStart
from tests.fixtures.proxy import Proxy
from tests.integration.recorder.archive import Archive, decode, settle, wait_until
from tests.integration.recorder.logged import check_runs

FAULT_S = float(os.environ.get("SAKSI_FAULT_S", "5"))
CAMERAS = {1: "plain", 2: "with-aac"}


@pytest.mark.slow
@pytest.mark.timeout(150 + 6 * FAULT_S)
def test_a_recorder_whose_database_is_late_silent_or_unheard_leaves_no_camera_alone(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    for number, name in CAMERAS.items():
        archive.add_camera(name, simcam.url(number))
    proxy = Proxy.to(archive.database_url)
    far = archive.start("far", database_url=proxy.through(archive.database_url), chunk_seconds=2)
    wait_until(lambda: all(archive.stored(name) for name in CAMERAS.values()), 40, "first chunks")

    # What it asks for is done and it never hears so: leases, runs and chunks are asked for again.
    proxy.leave_unanswered(b"COMMIT")
    wait_until(lambda: proxy.unanswered >= 6, 40, "it asked often enough")
    proxy.restore()
    near = archive.start("near", chunk_seconds=2)
    wait_until(
        lambda: archive.execute("select name from recorder where name = 'near'"), 20, "the other lives"
    )

    proxy.delay(2)
    settle(FAULT_S)
    proxy.lose()
    wait_until(lambda: holders(archive) == {"near"}, 40, "the other has taken over")
    settle(FAULT_S)
    assert open_runs(archive, "far") == len(CAMERAS), "it records on, whoever else does"
    proxy.restore()
    wait_until(lambda: open_runs(archive, "far") == 0, 60, "it heard of that and let go")
    far.stop()
    near.stop()
    proxy.close()

    assert archive.execute("select camera_id from run group by camera_id, epoch having count(*) > 1") == []
    for name in CAMERAS.values():
        check_nobody_was_needed(archive, name)
    archive.check_chains()
    check_runs(archive)
    check_objects(archive)


def holders(archive: Archive) -> set[str]:
    return {row["recorder"] for row in archive.execute("select recorder from lease")}


def open_runs(archive: Archive, recorder: str) -> int:
    return len(archive.execute("select run_no from run where recorder = %s and closed_at is null", recorder))


def check_nobody_was_needed(archive: Archive, name: str) -> None:
    """Each run has every picture once from its first to its last, and together they leave no gap."""
    runs: dict[str, list[int]] = {}
    for chunk in archive.chunks(name):
        assert not chunk["pending"]
        shown = decode(archive.footage(name, chunk))
        runs.setdefault(chunk["run"], []).extend((one.wall_us - one.error_us) // 40_000 for one in shown)
    assert len(runs) >= 2, "both recorded it"
    for pictures in runs.values():
        assert {later - earlier for earlier, later in pairwise(pictures)} == {1}
    seen = set().union(*runs.values())
    assert max(seen) - min(seen) + 1 == len(seen)
    with archive.database.transaction() as connection:
        camera_id = cameras.find(connection, name).camera_id
        span = min(seen) * 40_000 + 100_000, max(seen) * 40_000 - 100_000
        (told,) = footage.coverage(connection, [camera_id], *span).values()
    assert told.gaps == [], "an outage was told where there is footage"
    assert clock.now_us() > span[1]
