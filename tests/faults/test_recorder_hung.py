"""A recorder that hung, woke for a moment and was killed: it keeps what the kernel kept for it meanwhile, and what is
missing is put down to it, not to its camera.
"""

from __future__ import annotations

import signal

import pytest

from saksi import clock
from tests.fixtures.fix_simcam import SimcamStart
from tests.fixtures.proxy import Proxy
from tests.integration.recorder.archive import Archive, settle, wait_until


@pytest.mark.slow
def test_what_is_missing_after_a_hang_is_the_recorders(archive: Archive, start_simcam: SimcamStart) -> None:
    simcam = start_simcam()
    way = Proxy("127.0.0.1", simcam.port)
    archive.add_camera("gate", way.through(simcam.url(1)))
    hung = archive.spawn(chunk_seconds=3)
    wait_until(lambda: archive.stored("gate"), 40, "a first chunk")
    hung.send_signal(signal.SIGSTOP)
    stopped_us = clock.now_us()
    settle(2.5)
    way.cut()
    settle(5.5)
    way.restore()
    hung.send_signal(signal.SIGCONT)
    wait_until(lambda: archive.outages("gate"), 40, "the outage told")
    hung.kill()
    hung.wait()
    heir = archive.spawn(chunk_seconds=3)
    wait_until(lambda: archive.outages("gate")[0]["end_at"], 40, "recorded again")
    heir.send_signal(signal.SIGTERM)
    assert heir.wait(30) == 0
    way.close()
    (first, *_) = outages = archive.outages("gate")
    assert {outage["reason"] for outage in outages} == {"recorder_down"}
    assert "stood still" in first["detail"]
    assert clock.to_us(first["start_at"]) > stopped_us + 1_500_000, "what came before the cut is kept"
