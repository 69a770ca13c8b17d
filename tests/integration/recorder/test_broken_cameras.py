"""Each thing that can be wrong with a camera becomes the right outage or cut, and its neighbour loses nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from recorder import onvif_clocks
from saksi.catalogue import codes
from tests.fixtures.fix_simcam import SimcamStart
from tests.fixtures.onvif_device import OnvifDevice
from tests.integration.recorder.archive import Archive, settle, wait_until


@dataclass(frozen=True)
class Case:
    """A camera with a fault and what must come of it."""

    camera: int
    faults: dict[str, object]
    outages: set[str] = field(default_factory=set)
    cut: str | None = None
    runs: int = 1
    tolerance_us: int = 100_000


CASES = {
    "stalls": Case(1, {"stall": 5}, outages={"stalled"}),
    "is-cut": Case(1, {"drop": 5}, outages={"unreachable"}),
    "jumps-ahead": Case(1, {"jump": "5:30"}, cut="discontinuity"),
    "jumps-back": Case(2, {"jump": "5:-30", "ssrc": 1}, cut="discontinuity"),
    "changes-size": Case(1, {"switch": 5}, cut="parameters"),
    "h265-jumps": Case(6, {"jump": "5:40000"}, cut="discontinuity"),
    "without-keyframes": Case(1, {"nokey": 1}, outages={"no_keyframe"}),
    "sends-garbage": Case(1, {"garbage": 5}),
    "tells-no-time": Case(1, {"nosr": 1}),
    "stamps-run-fast": Case(1, {"rate": 1.2}),
    "stamps-run-slow": Case(6, {"rate": 0.8}),
    "stamps-run-slow-beside-sound": Case(2, {"rate": 0.9}),
}


@pytest.fixture
def device() -> Iterator[OnvifDevice]:
    """What the cameras' host says that its clock shows."""
    device = OnvifDevice("rtsp://127.0.0.1/x", clock_s=-252)
    yield device
    device.close()


@pytest.mark.slow
def test_each_fault_is_told_as_what_it_is_and_the_neighbour_loses_nothing(
    archive: Archive, start_simcam: SimcamStart, device: OnvifDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    simcam = start_simcam()
    monkeypatch.setattr(onvif_clocks, "service_of", lambda host: device.xaddr)
    archive.add_camera("neighbour", simcam.url(4))
    for name, case in CASES.items():
        archive.add_camera(name, simcam.url(case.camera, **case.faults))
    running = archive.start(chunk_seconds=10)
    settle(24)
    running.stop()

    healthy = archive.pictures("neighbour")
    assert {(later.frame - earlier.frame) % 1500 for earlier, later in pairwise(healthy)} == {1}
    assert healthy[-1].wall_us - healthy[0].wall_us > 18_000_000
    assert {o["reason"] for o in archive.outages("neighbour")} == {"recorder_down"}
    for name, case in CASES.items():
        told = {outage["reason"] for outage in archive.outages(name)}
        assert case.outages <= told, f"{name}: {told}"
        if not case.outages and name != "sends-garbage":
            assert told == {"recorder_down"}, f"{name}: {told}"
        ended = {codes.ENDED[chunk["ended"]] for chunk in archive.chunks(name)}
        if case.cut:
            assert case.cut in ended, f"{name}: {ended}"
        elif not case.outages and name != "sends-garbage":
            assert ended <= {"boundary", "shutdown"}, f"{name}: {ended}"
        if name not in ("without-keyframes", "sends-garbage"):
            check_pictures(archive, name)
    assert archive.chunks("without-keyframes") == []
    assert len(archive.chunks("sends-garbage")) >= 2, "it is recorded again after the garbage"
    asked = archive.chunks("tells-no-time")
    assert [codes.CAMERA_CLOCK[chunk["camera_clock"]] for chunk in (asked[0], asked[-1])] == ["none", "onvif"]
    assert asked[-1]["camera_offset_us"] == pytest.approx(-252_000_000, abs=1_000_000)
    spoken = {codes.CAMERA_CLOCK[chunk["camera_clock"]] for chunk in archive.chunks("neighbour")}
    assert spoken == {"rtcp"}
    archive.check_chains()


def check_pictures(archive: Archive, name: str) -> None:
    shown = archive.pictures(name)
    assert len(shown) > 100, name
    assert max(abs(picture.error_us) for picture in shown) < 100_000, name
    for earlier, later in pairwise(shown):
        gap_us = later.wall_us - earlier.wall_us
        assert gap_us > 0, name
        frames = (later.frame - earlier.frame) % 1500
        assert abs(gap_us - frames * 40_000) < 100_000, f"{name}: footage stretched or collapsed"
    for chunk in archive.chunks(name):
        archive.footage(name, chunk)


def test_cameras_that_cannot_be_opened_say_why_and_what_to_do(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam(user="saksi", password="benar")
    with socket.create_server(("127.0.0.1", 0)) as mute, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        archive.add_camera("right-password", simcam.url(1))
        archive.add_camera("wrong-password", simcam.url(1).replace("benar", "salah"))
        archive.add_camera("no-such-stream", simcam.url(99))
        archive.add_camera("refuses", f"rtsp://127.0.0.1:{nobody.getsockname()[1]}/x")
        archive.add_camera("mute", f"rtsp://127.0.0.1:{mute.getsockname()[1]}/x")
        archive.add_camera("nonsense", "/etc/hostname")
        running = archive.start()
        names = ("wrong-password", "no-such-stream", "refuses", "mute", "nonsense")
        wait_until(lambda: all(archive.outages(name) for name in names), 40, "every outage told")
        wait_until(lambda: archive.stored("right-password"), 40, "the right one recorded")
        settle(2.5)
        states = archive.execute(
            "select code, state, reason, detail, codec, fps from camera_status join camera using (camera_id)"
        )
        running.stop()
    words = {name: archive.outages(name)[0] for name in names}
    assert words["wrong-password"]["reason"] == "auth_failed"
    assert "401" in words["wrong-password"]["detail"]
    assert {words[name]["reason"] for name in names[1:]} == {"unreachable"}
    assert "404" in words["no-such-stream"]["detail"]
    assert "refused" in words["refuses"]["detail"]
    assert "no answer within 5 s" in words["mute"]["detail"]
    assert "must begin with rtsp://" in words["nonsense"]["detail"]
    assert all("Check" in words[name]["detail"] for name in names[1:])
    assert not any("salah" in str(outage) for outage in words.values()), "a password was told"
    state = {row["code"]: row for row in states}
    assert (state["right-password"]["state"], state["right-password"]["codec"]) == ("recording", "h264")
    assert 20 < state["right-password"]["fps"] < 30
    assert (state["wrong-password"]["state"], state["wrong-password"]["reason"]) == ("failed", "auth_failed")
