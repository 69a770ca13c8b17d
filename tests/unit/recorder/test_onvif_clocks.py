"""Clocks of cameras that claim no time in their streams, asked of a stand-in ONVIF device over real HTTP."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from recorder.camera_clocks import CameraClocks
from recorder.facts import ChunkSealed
from recorder.onvif_clocks import OnvifClocks, host_of
from recorder.sidecar import Sealed
from saksi import clock
from saksi.custody.chain import ClockEvidence
from tests.fixtures.onvif_device import OnvifDevice, envelope
from tests.unit.recorder.test_spool import no_refusal, record

SECOND = 1_000_000
SILENT = ClockEvidence(
    source="ntp", offset_us=0, error_us=9, camera_source="none", camera_offset_us=0, residual_us=0
)


@pytest.fixture
def device() -> Iterator[OnvifDevice]:
    device = OnvifDevice("rtsp://127.0.0.1/x", clock_s=-252)
    yield device
    device.close()


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    _, (one, *_), _ = record(tmp_path)
    return one


def told(sealed: Sealed, camera: str, evidence: ClockEvidence) -> ChunkSealed:
    entry = replace(sealed.entry, camera=camera, clock=evidence)
    return ChunkSealed(
        sealed=replace(sealed, entry=entry), recorder="here", ship=lambda _: None, refuse=no_refusal
    )


def test_a_silent_camera_is_asked_once_for_all_its_streams_and_its_answer_stands_in_the_evidence(
    device: OnvifDevice, sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = CameraClocks()
    asker = OnvifClocks(clocks, lambda _: device.xaddr)
    for camera, source in (
        ("main", "rtsp://u:p@cam:554/1"),
        ("sub", "rtsps://cam/2"),
        ("web", "http://cdn/x"),
    ):
        asker.hold(camera, source)
    assert asker.due() == [], "nothing was recorded yet"
    spoken = replace(SILENT, camera_source="rtcp", camera_offset_us=7)
    clocks.note([told(sealed, "main", spoken)])
    assert asker.due() == [], "the stream tells the time by itself"
    clocks.note([told(sealed, camera, SILENT) for camera in ("main", "sub", "web")])
    assert asker.due() == ["cam"]
    asker.ask("cam")
    completed = asker.complete("sub", SILENT)
    assert completed.camera_source == "onvif"
    assert completed.camera_offset_us == pytest.approx(-252 * SECOND, abs=SECOND)
    assert asker.complete("main", spoken) == spoken
    assert asker.complete("web", SILENT) == asker.complete("unknown", SILENT) == SILENT
    clocks.note([told(sealed, "main", completed)])
    assert clocks.of("main").source == "onvif"
    assert asker.due() == []
    now_us, wall_us = clock.monotonic_us(), clock.now_us()
    with monkeypatch.context() as stepped:
        stepped.setattr(clock, "now_us", lambda: wall_us + 5 * SECOND)
        assert asker.complete("sub", SILENT) == SILENT, "our own clock was set"
        assert asker.due() == ["cam"]
    monkeypatch.setattr(clock, "monotonic_us", lambda: now_us + 601 * SECOND)
    monkeypatch.setattr(clock, "now_us", lambda: wall_us + 601 * SECOND)
    assert asker.due() == ["cam"]
    assert asker.complete("sub", SILENT).camera_source == "onvif"
    monkeypatch.setattr(clock, "monotonic_us", lambda: now_us + 901 * SECOND)
    monkeypatch.setattr(clock, "now_us", lambda: wall_us + 901 * SECOND)
    assert asker.complete("sub", SILENT) == SILENT, "too long ago"
    asker.keep(["web"])
    assert asker.due() == []


def test_who_does_not_answer_is_asked_ever_more_seldom_and_slow_answers_say_nothing(
    device: OnvifDevice, sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf_url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        deaf.close()
        clocks = CameraClocks()
        services = {"deaf": deaf_url, "slow": device.xaddr}
        asker = OnvifClocks(clocks, services.__getitem__)
        for camera in services:
            asker.hold(camera, f"rtsp://{camera}/1")
            clocks.note([told(sealed, camera, SILENT)])
        device.lies["GetSystemDateAndTime"] = lambda asked: _late(asked, device)
        start_us = clock.monotonic_us()
        asker.ask("slow")
        assert 1.0 < (clock.monotonic_us() - start_us) / 1e6 < 3.0
        assert asker.complete("slow", SILENT) == SILENT
        waited = []
        now_us = clock.monotonic_us()
        for _ in range(8):
            asker.ask("deaf")
            base_us = now_us
            while "deaf" not in asker.due():
                now_us += 60 * SECOND
                monkeypatch.setattr(clock, "monotonic_us", lambda now_us=now_us: now_us)
            waited.append((now_us - base_us) // (60 * SECOND))
        assert waited[:4] == pytest.approx([10, 20, 40, 80], abs=1)
        assert waited[-1] == pytest.approx(360, abs=1)


@pytest.mark.parametrize(
    ("source", "host"),
    [
        ("rtsp://u:p@10.0.0.9:554/1", "10.0.0.9"), ("rtsps://[fd00::9]/1", "fd00::9"),
        ("https://cdn.example/x.m3u8", ""), ("rtsp://[broken/1", ""), ("", ""),
    ],
)  # fmt: skip
def test_only_sources_of_rtsp_are_devices(source: str, host: str) -> None:
    assert host_of(source) == host


def _late(asked: object, device: OnvifDevice) -> None:
    time.sleep(1.2)
    asked.say(envelope(device.answer("GetSystemDateAndTime")))  # type: ignore[attr-defined]
