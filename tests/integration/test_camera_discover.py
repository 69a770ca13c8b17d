"""`saksi camera discover` against stand-ins for ONVIF cameras over real UDP and HTTP, honest ones and others."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from saksi.onvif import discovery
from saksi.onvif.device import clock_offset_us, look
from saksi.onvif.soap import Login, OnvifFailed
from tests.fixtures.commands import Done, in_process
from tests.fixtures.onvif_device import OnvifDevice, envelope

STREAM = "rtsp://adm:s3cret@127.0.0.1:5554/stream1"
Start = Callable[..., OnvifDevice]


@pytest.fixture
def device() -> Iterator[Start]:
    """Starts stand-ins."""
    running: list[OnvifDevice] = []

    def start(stream: str = STREAM, **values: Any) -> OnvifDevice:
        running.append(OnvifDevice(stream, **values))
        return running[-1]

    yield start
    for one in running:
        one.close()


def discover(*words: str, typed: str = "") -> Done:
    """The command; nothing that it says shows a password or moves a terminal's cursor."""
    done = in_process("camera", "discover", *words, settings={}, typed=typed)
    assert "Traceback" not in done.stderr, done.stderr
    assert "s3cret" not in done.stdout + done.stderr
    assert "\x1b" not in done.stdout
    return done


def test_a_probe_finds_a_camera_with_its_clock_and_its_streams(
    device: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = device(user="adm", password="s3cret", clock_s=252.0)
    monkeypatch.setattr(discovery, "PORT", camera.udp_port)
    words = ("--interface", "127.0.0.1", "--seconds", "0.3", "--user", "adm")
    done = discover(*words, "--json", typed="s3cret\n")
    (told,) = json.loads(done.stdout)
    assert done.returncode == 0
    assert (told["address"], told["name"], told["model"]) == ("127.0.0.1", "Simpang Rapak[2J", "SC-1")
    assert abs(told["clock_offset_ms"] - 252_000) < 1_500
    main, sub = told["streams"]
    assert (main["codec"], main["width"], main["fps"], main["keyframe_interval_s"]) == ("h264", 1920, 25, 2.0)
    assert (main["source"], sub["height"]) == ("rtsp://127.0.0.1:5554/stream1", 360)
    assert not any(b"s3cret" in seen for seen in camera.seen)


def test_what_is_found_is_a_list_to_complete_and_lines_to_read(device: Start) -> None:
    camera = device()
    listed = list(csv.DictReader(io.StringIO(discover(camera.host, "--csv").stdout)))
    assert [(row["name"], row["source"]) for row in listed] == [
        ("Stand-in SC-1", "rtsp://127.0.0.1:5554/stream1")
    ]
    lines = discover(camera.host).stdout.splitlines()
    assert [line.split("\t")[3:5] for line in lines] == [
        ["main", "h264 1920x1080 25/s"],
        ["sub", "h264 640x360 25/s"],
    ]


def test_a_newer_device_tells_of_its_h265(device: Start) -> None:
    main, sub = look(discovery.named(device(newer=True).host), None).streams
    assert (main.codec, main.width, main.fps, main.kbps, main.keyframe_frames) == ("h265", 3840, 15, 2048, 60)
    assert (sub.profile, sub.url) == ("sub", "rtsp://127.0.0.1:5554/stream1")


def test_one_stream_that_is_refused_takes_no_other_with_it(device: Start) -> None:
    camera = device()
    honest, left = camera.answer("GetStreamUri"), [envelope("<R/>")]
    camera.lies["GetStreamUri"] = lambda asked: asked.say(left.pop() if left else envelope(honest))
    told = look(discovery.named(camera.host), None)
    assert [stream.profile for stream in told.streams] == ["sub"]
    assert told.problem is not None


@pytest.mark.parametrize("digest", ["", "MD5", "SHA-256"])
def test_a_login_is_proven_and_a_wrong_one_told(device: Start, digest: str) -> None:
    camera = device(user="adm", password="s3cret", digest=digest, clock_s=-4000.0)
    found = discovery.named(camera.host)
    assert len(look(found, Login(user="adm", password="s3cret")).streams) == 2
    for login in (Login(user="adm", password="wrong"), None):
        problem = look(found, login).problem
        assert problem is not None
        assert problem.why == "onvif_login"
    assert not any(b"s3cret" in seen for seen in camera.seen)


def _bomb(entities: bool) -> bytes:
    doctype = (
        '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY c "&a;&a;&a;&a;&a;&a;">]>'
        if entities
        else "<!DOCTYPE b>"
    )
    return envelope("<R>&c;</R>" if entities else "<R/>").replace(b"?><s:", f"?>{doctype}<s:".encode(), 1)


def _drips(asked: BaseHTTPRequestHandler) -> None:
    asked.send_response(200)
    asked.end_headers()
    for _ in range(200):
        asked.wfile.write(b" ")
        asked.wfile.flush()
        time.sleep(0.05)


def _redirects(asked: BaseHTTPRequestHandler) -> None:
    asked.send_response(307)
    asked.send_header("Location", "http://127.0.0.1:1/elsewhere")
    asked.send_header("Content-Length", "0")
    asked.end_headers()


def _says(body: bytes, status: int = 200) -> Callable[[Any], None]:
    return lambda asked: asked.say(body, status)


def _streams(uri: str) -> Callable[[Any], None]:
    return _says(envelope(f"<R><MediaUri><Uri>{uri}</Uri></MediaUri></R>"))


@pytest.mark.parametrize(
    ("operation", "lie", "why"),
    [
        ("GetProfiles", _says(_bomb(entities=True)), "onvif_no_xml"),
        ("GetSystemDateAndTime", _says(_bomb(entities=False)), "onvif_no_xml"),
        ("GetProfiles", _says(b"<a>" * 400_000), "onvif_no_xml"),
        ("GetProfiles", _says(envelope("<R>" + "x" * 3_000_000 + "</R>")), "onvif_no_xml"),
        ("GetDeviceInformation", _says(b"<html>200 OK</html>"), "onvif_no_xml"),
        ("GetDeviceInformation", _says(b"\xff\xfe\x00", 500), "onvif_status"),
        ("GetCapabilities", _redirects, "onvif_elsewhere"),
        ("GetServices", _redirects, "onvif_elsewhere"),
        ("GetCapabilities", _says(envelope("<R/>")), "onvif_no_xml"),
        ("GetStreamUri", _streams("file:///etc/passwd"), "onvif_no_xml"),
        ("GetStreamUri", _streams("rtsp://10.0.0.9/a"), "onvif_elsewhere"),
        ("GetSystemDateAndTime", lambda asked: asked.connection.close(), "onvif_silent"),
    ],
)  # fmt: skip
def test_a_hostile_answer_is_refused_and_told(device: Start, operation: str, lie: Any, why: str) -> None:
    camera = device()
    camera.lies[operation] = lie
    told = look(discovery.named(camera.host), None)
    assert told.problem is not None
    assert (told.problem.why, list(told.streams)) == (why, [])


def test_nobody_is_waited_for_or_followed_to_another_machine(device: Start) -> None:
    camera = device(media="http://10.9.9.9/onvif/media")
    login = Login(user="adm", password="s3cret")
    elsewhere = look(discovery.named(camera.host), login)
    assert elsewhere.problem is not None
    assert elsewhere.problem.why == "onvif_elsewhere"
    camera.lies["GetSystemDateAndTime"] = _drips
    begun = time.monotonic()
    with pytest.raises(OnvifFailed):
        clock_offset_us(camera.xaddr, seconds=0.5)
    assert time.monotonic() - begun < 4


def test_a_flood_of_answers_that_nobody_asked_for_finds_nothing(device: Start) -> None:
    camera = device(xaddr="http://10.9.9.9/onvif/device_service")
    honest = camera.probe_matches
    other = honest(b"MessageID>urn:uuid:other<")
    camera.answers = lambda probe: [b"<x>" * 20_000, _bomb(entities=True), b"\x00" * 9, *other] * 50
    assert discovery.probe(seconds=0.2, interface="127.0.0.1", port=camera.udp_port) == []
    camera.answers = honest
    (found,) = discovery.probe(seconds=0.2, interface="127.0.0.1", port=camera.udp_port)
    assert found.url == ""
    problem = look(found, None).problem
    assert problem is not None
    assert problem.why == "onvif_elsewhere"
    assert camera.asked == []


def test_what_cannot_be_asked_is_named(device: Start) -> None:
    for words, named in (
        (("http://10.0.0.1/x",), "is no host"),
        (("--interface", "192.0.2.77", "--seconds", "0.1"), "own addresses"),
        (("127.0.0.1:1",), "does not answer"),
    ):
        done = discover(*words)
        assert done.returncode == 1
        assert named in done.stderr + done.stdout
