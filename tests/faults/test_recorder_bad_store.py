"""A store that is slow, silent, away or cannot be heard for a while: nothing is lost, and nothing is there twice.

`SAKSI_FAULT_S` sets how many seconds each fault lasts, `SAKSI_FAULT_CAMERAS` and `SAKSI_FAULT_MBPS` how many cameras
there are and what each sends. After faults of a minute and more the spool must drain five times faster than it filled.
"""

from __future__ import annotations

import os

import pytest

from saksi import clock
from saksi.objects import wire
from tests.faults.whole import check_objects, check_whole, waiting
from tests.fixtures.fix_simcam import SimcamStart
from tests.fixtures.proxy import Proxy
from tests.integration.recorder.archive import Archive, settle, wait_until

FAULT_S = float(os.environ.get("SAKSI_FAULT_S", "5"))
MBPS = float(os.environ.get("SAKSI_FAULT_MBPS", "0.6"))
CAMERAS = {
    number: f"cam-{number}" for number in range(1, int(os.environ.get("SAKSI_FAULT_CAMERAS", "2")) + 1)
}
SLOW = round(MBPS * len(CAMERAS) / 3 * 125_000)  # bytes a second, a third of what the cameras send
LONG_S = 60


@pytest.mark.slow
@pytest.mark.timeout(150 + 10 * FAULT_S * len(CAMERAS))  # every picture is decoded
def test_a_store_that_is_unheard_slow_silent_and_away_gets_every_chunk_once(
    archive: Archive, start_simcam: SimcamStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_S", 2.0)
    simcam = start_simcam(extra=("--bitrate", str(MBPS)))
    for number, name in CAMERAS.items():
        archive.add_camera(name, simcam.url(number))
    proxy = Proxy.to(archive.endpoints.s3_url)
    running = archive.start(s3_url=proxy.through(archive.endpoints.s3_url), chunk_seconds=2)
    wait_until(lambda: all(archive.stored(name) for name in CAMERAS.values()), 40, "first chunks")

    proxy.leave_unanswered(b"PUT /")
    wait_until(lambda: proxy.unanswered >= 3, 40, "it has what it was sent, and cannot say so")
    proxy.restore()

    proxy.throttle(SLOW)
    settle(FAULT_S)
    behind = waiting(archive)
    assert behind >= 2, "the spool grows"
    proxy.lose()  # in the middle of an upload, which goes on into nothing
    settle(FAULT_S)
    assert waiting(archive) > behind
    proxy.cut()
    settle(FAULT_S)
    assert waiting(archive) > 2 * behind, "the hash is on record before the footage has travelled"
    backlog_s = (
        sum(c["dur_us"] for name in CAMERAS.values() for c in archive.chunks(name) if c["pending"]) / 1e6
    )
    proxy.restore()
    restored_us = clock.monotonic_us()
    told = {name: len(archive.chunks(name)) for name in CAMERAS.values()}
    wait_until(
        lambda: not any(c["pending"] for name, n in told.items() for c in archive.chunks(name)[:n]),
        20 + backlog_s / 5,
        "the spool drained",
    )
    drained_s = (clock.monotonic_us() - restored_us) / 1e6
    print(f"\n{backlog_s:.0f} s of {len(CAMERAS)} cameras drained in {drained_s:.1f} s")
    if FAULT_S >= LONG_S:
        assert drained_s <= backlog_s / len(CAMERAS) / 5
    running.stop()
    proxy.close()
    for name in CAMERAS.values():
        check_whole(archive, name, 3 * FAULT_S)
        assert [outage["reason"] for outage in archive.outages(name)] == ["recorder_down"]
    check_objects(archive)
