"""A recorder that is killed at any instant loses its open fragment and nothing else.

`SAKSI_KILLS` sets how many kills.
"""

from __future__ import annotations

import os
import random
import signal
import time
from itertools import pairwise

import pytest

from saksi import clock
from tests.fixtures.fix_simcam import SimcamStart
from tests.integration.recorder.archive import Archive, settle, wait_until
from tests.integration.recorder.logged import check_pulsed, check_runs

CAMERAS = {1: "plain", 2: "with-aac", 6: "h265"}
KILLS = int(os.environ.get("SAKSI_KILLS", "12"))
FRAGMENT_US = 2_000_000
# A keyframe is known as one when the next picture begins, and reaches the disk a moment later.
SLACK_US = 400_000


@pytest.mark.slow
@pytest.mark.timeout(60 + 15 * KILLS)
def test_kills_at_random_instants_cost_at_most_the_open_fragment_each(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    for number, name in CAMERAS.items():
        archive.add_camera(name, simcam.url(number))
    chance = random.Random(20)
    killed: list[int] = []
    for number in range(KILLS):
        before = runs(archive)
        recorder = archive.spawn(chunk_seconds=4, pulse_seconds=1)
        if number % 2:  # starting, recovering and opening cameras must bear it as well
            time.sleep(chance.uniform(0.3, 3.0))
        else:  # from when it records: how long a start takes says how busy the machine is
            wait_for_runs(archive, before)
            time.sleep(chance.uniform(1.0, 4.5))
        recorder.send_signal(signal.SIGKILL)
        killed.append(clock.now_us())
        recorder.wait()
    before = runs(archive)
    last = archive.spawn(chunk_seconds=4)
    wait_for_runs(archive, before)
    settle(6)
    last.send_signal(signal.SIGTERM)
    assert last.wait(30) == 0

    archive.check_chains()
    check_runs(archive)
    check_pulsed(archive)
    for name in CAMERAS.values():
        check_camera(archive, name, killed)
    assert not list(archive.folder.rglob("_quarantine/**/*.*"))


def runs(archive: Archive) -> dict[str, int]:
    """How many runs of each camera were opened so far."""
    query = "select code, count(run) as n from camera left join run using (camera_id) group by code"
    return {row["code"]: row["n"] for row in archive.execute(query)}


def wait_for_runs(archive: Archive, before: dict[str, int]) -> None:
    """Until every camera has a new run."""
    wait_until(lambda: all(n > before[code] for code, n in runs(archive).items()), 30, "runs opened")


def check_camera(archive: Archive, name: str, killed: list[int]) -> None:
    chunks = archive.chunks(name)
    assert not any(chunk["pending"] for chunk in chunks)
    runs = list(dict.fromkeys(chunk["run"] for chunk in chunks))
    assert len(runs) > KILLS // 3, "enough lives were long enough to record something"
    shown = archive.pictures(name)
    assert len(shown) == sum(chunk["frames"] for chunk in chunks)
    assert max(abs(picture.error_us) for picture in shown) < 100_000
    for earlier, later in pairwise(sorted(shown, key=lambda picture: picture.wall_us)):
        assert later.wall_us > earlier.wall_us
        assert (later.frame - earlier.frame) % 1500 != 0, "a picture is there twice"
    for run in runs:
        own = [chunk for chunk in chunks if chunk["run"] == run]
        spans = [(clock.to_us(c["start_at"]), clock.to_us(c["start_at"]) + c["dur_us"]) for c in own]
        assert all(one[1] == two[0] for one, two in pairwise(spans)), "a hole inside a run"
        ends = [instant_us for instant_us in killed if instant_us > spans[-1][1]]
        if ends and run != runs[-1]:
            assert ends[0] - spans[-1][1] <= FRAGMENT_US + SLACK_US, "more than the open fragment is missing"
    parents = archive.execute(
        "select run::text, parent, coalesce(closed_tip, tip) as tip from run join camera using (camera_id)"
        " where code = %s order by opened_at",
        name,
    )
    assert all(later["parent"] == earlier["tip"] for earlier, later in pairwise(parents))
    wait_until(lambda: all(o["end_at"] for o in archive.outages(name)[:-1]), 40, "outages end")
    assert {outage["reason"] for outage in archive.outages(name)} <= {"recorder_down"}
