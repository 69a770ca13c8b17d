"""A camera whose line carries half of what it sends: what is missing is told, and its neighbour loses nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from saksi import clock
from simcam import library
from simcam.server import Server
from tests.faults.whole import check_every_picture_once
from tests.fixtures.proxy import Proxy
from tests.integration.recorder.archive import Archive, settle, wait_until
from tests.integration.test_simcam_server import first_clip, serving

BACKLOG = 100_000  # bytes that a camera keeps for a slow client; then it hangs up, as cameras do
SLOW = 40_000  # bytes a second; the camera sends 75,000


@pytest.mark.slow
def test_a_line_below_the_bit_rate_costs_what_it_cannot_carry_and_the_neighbour_nothing(
    archive: Archive, simcam_clips: Path
) -> None:
    clip = library.load(first_clip(simcam_clips))
    server = Server([clip], 2, backlog_limit=BACKLOG, send_buffer=4096)
    with serving(server) as port:
        slow = Proxy("127.0.0.1", port)
        archive.add_camera("slow", f"rtsp://127.0.0.1:{slow.port}/cam1")
        archive.add_camera("neighbour", f"rtsp://127.0.0.1:{port}/cam2")
        running = archive.start(chunk_seconds=3)
        wait_until(lambda: archive.stored("slow") and archive.stored("neighbour"), 40, "first chunks")
        slow.throttle(SLOW)
        wait_until(lambda: len(archive.outages("slow")) >= 2, 40, "it hung up twice, and that was told")
        slow.restore()
        settle(5)
        running.stop()
        slow.close()
    check_every_picture_once(archive.pictures("neighbour"), 10)
    assert {outage["reason"] for outage in archive.outages("neighbour")} == {"recorder_down"}
    check_slow(archive)
    archive.check_chains()


def check_slow(archive: Archive) -> None:
    """No picture twice; a picture is late by what the camera kept at most, and no picture is early."""
    outages = archive.outages("slow")
    assert {outage["reason"] for outage in outages} <= {"unreachable", "stalled", "recorder_down"}
    shown = archive.pictures("slow")
    numbers = [(one.wall_us - one.error_us) // 40_000 for one in shown]
    assert all(later > earlier for earlier, later in pairwise(numbers)), (
        "a picture is there twice, or out of order"
    )
    assert all(later.wall_us > earlier.wall_us for earlier, later in pairwise(shown))
    late_us = max(one.error_us for one in shown)
    print(f"\n{len(shown)} pictures of {numbers[-1] - numbers[0] + 1}, late by up to {late_us / 1e6:.1f} s")
    assert min(one.error_us for one in shown) > -200_000
    holes = [(a, b) for a, b in pairwise(shown) if b.wall_us - a.wall_us > 1_000_000]
    for earlier, later in holes:
        assert any(
            clock.to_us(one["start_at"]) < later.wall_us and clock.to_us(one["end_at"]) > earlier.wall_us
            for one in outages
            if one["end_at"]
        ), "a hole that nobody told of"
