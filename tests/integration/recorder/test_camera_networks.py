"""Cameras that are, or lead, where no camera of their site may be: nothing is connected to there, and it is told."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import imageio_ffmpeg
import pytest

from recorder import measures
from recorder.access_unit import SourceFailed, VideoUnit
from recorder.sources.choice import ChosenSource, Preference
from recorder.sources.libav import LibavSource
from recorder.sources.rtp.source import RtpSource
from recorder.sources.rtp.wheel import Wheel
from saksi.catalogue import site_networks
from saksi.networks.camera_networks import CameraNetworks
from saksi.networks.site_list import SiteList, site_list
from saksi.onvif import discovery
from saksi.onvif.device import look
from saksi.onvif.soap import Login
from saksi.settings import Settings
from tests.fixtures.fix_simcam import SimcamStart
from tests.fixtures.onvif_device import OnvifDevice
from tests.integration.recorder.archive import Archive, wait_until
from tests.integration.recorder.films import Film, write

ELSEWHERE = "127.0.0.9"  # on this machine, and outside every list here


def within(listed: SiteList) -> CameraNetworks:
    return CameraNetworks.of(Settings(camera_networks="loopback")).of_site(listed)


HERE = within(site_list(["127.0.0.1/32"], [], []))


@dataclass
class Fake:
    """A stand-in for a server on loopback that gives the same answer to every request, and keeps what it was asked."""

    host: str
    answer: bytes
    asked: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server((self.host, 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends it."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                end, _ = self._listener.accept()
                with end, contextlib.suppress(OSError):
                    end.settimeout(5)
                    while data := end.recv(65_536):
                        self.asked.append(data)
                        number = data.partition(b"CSeq: ")[2].partition(b"\r\n")[0]
                        end.sendall(self.answer.replace(b"{cseq}", number))
                        if self.answer.startswith(b"HTTP"):
                            break


@pytest.fixture
def internal() -> Iterator[Fake]:
    """What nobody outside is to reach."""
    fake = Fake(ELSEWHERE, b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
    yield fake
    fake.close()


@contextlib.contextmanager
def camera(answer: str) -> Iterator[Fake]:
    fake = Fake("127.0.0.1", answer.encode())
    try:
        yield fake
    finally:
        fake.close()


def refused(source: RtpSource | ChosenSource | LibavSource, url: str) -> SourceFailed:
    with pytest.raises(SourceFailed) as caught:
        source.open(url, 5)
    return caught.value


def test_a_redirect_of_rtsp_leads_to_no_place_outside_the_list(internal: Fake) -> None:
    there = f"rtsp://{ELSEWHERE}:{internal.port}/x"
    with camera(f"RTSP/1.0 302 Moved\r\nCSeq: {{cseq}}\r\nLocation: {there}\r\n\r\n") as moving:
        url = f"rtsp://adm:rahasia@127.0.0.1:{moving.port}/x"
        for source in (
            RtpSource(Wheel(), networks=HERE),
            ChosenSource(Wheel(), Preference(camera="gate"), networks=HERE),
        ):
            failure = refused(source, url)
            assert failure.reason == "address_refused"
            assert f"{ELSEWHERE}:{internal.port}" in str(failure)
            assert "site set-networks" in str(failure)
            assert "rahasia" not in str(failure)
        assert len(moving.asked) == 2
    assert internal.asked == []


def test_a_redirect_over_http_is_judged_and_takes_no_password_to_another_host(internal: Fake) -> None:
    there = f"http://{ELSEWHERE}:{internal.port}/latest/meta-data"
    with camera(f"HTTP/1.1 302 Found\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n") as moving:
        url = f"http://adm:rahasia@127.0.0.1:{moving.port}/video.flv"
        failure = refused(LibavSource(networks=HERE), url)
        assert failure.reason == "address_refused"
        assert internal.asked == []
        # Where the list lets it go there, it goes as nobody.
        internal.answer = b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
        wide = within(site_list(["127.0.0.0/8"], [], []))
        assert refused(LibavSource(networks=wide), url).reason == "auth_failed"
        assert len(internal.asked) == 1
        assert b"uthorization" not in internal.asked[0]
    with camera('HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n') as own:
        refused(LibavSource(networks=HERE), f"http://adm:rahasia@127.0.0.1:{own.port}/video.flv")
        assert b"Authorization: Basic" in own.asked[1]


def test_a_playlist_leads_to_no_place_outside_the_list(internal: Fake, tmp_path: Path) -> None:
    write(tmp_path / "film.ts", "mpegts", Film())
    pieces = f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://{ELSEWHERE}:{internal.port}/a.ts\n"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\nContent-Length: {len(pieces)}"
    for body in (pieces, pieces.replace(f"http://{ELSEWHERE}:{internal.port}/a.ts", "file:///etc/hostname")):
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
        with camera(head + body) as playing:
            refused(LibavSource(networks=HERE), f"http://127.0.0.1:{playing.port}/live.m3u8")
    assert internal.asked == []


def test_a_camera_of_rtmp_is_recorded_from_the_address_that_was_judged(tmp_path: Path) -> None:
    pictures = write(tmp_path / "film.flv", "flv", Film())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"rtmp://localhost:{port}/live/gate"
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-re",
        "-i",
        str(tmp_path / "film.flv"),
        "-c",
        "copy",
    ]
    with subprocess.Popen(
        [*command, "-f", "flv", "-listen", "1", f"rtmp://127.0.0.1:{port}/live/gate"]
    ) as server:
        try:
            wait_until(lambda: listens(port), 20, "the RTMP server listens")
            elsewhere = within(site_list(["127.0.0.9/32"], [], []))
            assert refused(LibavSource(networks=elsewhere), url).reason == "address_refused"
            source = LibavSource(networks=HERE)
            source.open(url, 10)
            got = 0
            with contextlib.suppress(SourceFailed):  # a stream that is over breaks off
                for units in source:
                    got += sum(isinstance(unit, VideoUnit) for unit in units)
        finally:
            server.kill()
    assert got >= len(pictures) // 2


def listens(port: int) -> bool:
    """Whether something does, seen without connecting: the server takes one visitor."""
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "0A" for row in rows)


def test_an_onvif_device_leads_to_no_stream_outside_the_list() -> None:
    device = OnvifDevice(f"rtsp://{ELSEWHERE}/stream", user="adm", password="s3cret")
    try:
        port = int(device.host.partition(":")[2])
        found, login = discovery.named(device.host), Login(user="adm", password="s3cret")
        told = look(found, login, within(site_list(["127.0.0.0/8"], [], [])))
        assert (told.problem and told.problem.why, list(told.streams)) == ("onvif_elsewhere", [])
        device.stream = "rtsp://127.0.0.1:5432/stream"  # on itself, at a port that no camera's is
        told = look(found, login, within(site_list(["127.0.0.0/8"], [], [port, 554])))
        assert (told.problem and told.problem.why, list(told.streams)) == ("onvif_refused", [])
        assert told.problem is not None
        assert "port 5432 is not in the list" in str(told.problem)
        device.stream = "rtsp://127.0.0.1:554/stream"
        assert len(look(found, login, within(site_list([], [], [port, 554]))).streams) == 2
        asked = len(device.asked)
        away = look(found, login, within(site_list(["10.4.0.0/16"], [], [])))
        assert (away.problem and away.problem.why, len(device.asked)) == ("onvif_refused", asked)
        # A device whose service lies elsewhere is not followed either, whoever sends us there.
        device.media = f"http://{ELSEWHERE}:{port}/onvif/media"
        told = look(found, login, HERE)
        assert (told.problem and told.problem.why) == "onvif_elsewhere"
    finally:
        device.close()


def test_a_camera_outside_its_sites_list_is_an_outage_until_the_list_lets_it_in(
    archive: Archive, start_simcam: SimcamStart
) -> None:
    simcam = start_simcam()
    with archive.database.transaction() as connection:
        connection.execute(
            "insert into site (code, agency_id, name) select 'terminal', agency_id, 'Terminal' from agency"
        )
        site_networks.put(connection, "terminal", networks=["10.4.0.0/16"], hosts=[], ports=[])
    archive.add_camera("gate", simcam.url(1))
    archive.execute("update camera set site_id = (select site_id from site)")
    counted = measures.failures.labels(camera="gate", reason="address_refused")
    before = counted._value.get()
    archive.start(chunk_seconds=2)
    wait_until(lambda: archive.outages("gate"), 20, "an outage")
    (outage,) = archive.outages("gate")
    assert outage["reason"] == "address_refused"
    assert f"127.0.0.1:{simcam.port} is not in the list of its site" in outage["detail"]
    assert counted._value.get() > before
    with archive.database.transaction() as connection:
        site_networks.put(connection, "terminal", networks=["127.0.0.1"], hosts=[], ports=[simcam.port])
    wait_until(lambda: archive.chunks("gate"), 30, "footage")
    assert archive.outages("gate")[0]["end_at"] is not None
