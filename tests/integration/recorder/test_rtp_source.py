"""The RTP path over real connections: TLS, redirects, an end that loses nothing, a writer that is slow."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from itertools import chain, pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from recorder.access_unit import AccessUnit, SourceFailed, VideoUnit
from recorder.sources.choice import ChosenSource, Preference
from recorder.sources.rtp import source as rtp_source
from recorder.sources.rtp.desk import Desk
from recorder.sources.rtp.source import RtpSource
from recorder.sources.rtp.wheel import Wheel
from saksi import clock
from tests.fixtures.fix_simcam import SimcamStart
from tests.integration.recorder.archive import settle, wait_until


class Watching:
    """A source that is iterated in a thread of its own."""

    def __init__(self, source: RtpSource | ChosenSource, url: str) -> None:
        self.source = source
        self.units: list[AccessUnit] = []
        self.failure: SourceFailed | None = None
        self.gate = threading.Event()
        self.gate.set()
        source.open(url, 5)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @property
    def pictures(self) -> list[VideoUnit]:
        return [unit for unit in self.units if isinstance(unit, VideoUnit)]

    def _run(self) -> None:
        try:
            for unit in chain.from_iterable(self.source):
                self.gate.wait(60)
                self.units.append(unit)
        except SourceFailed as failure:
            self.failure = failure

    def end(self) -> None:
        """Closes and waits for the end."""
        self.source.close()
        self.thread.join(20)
        assert not self.thread.is_alive()


def unbroken(pictures: list[VideoUnit]) -> bool:
    """Whether each picture is one frame after the one before."""
    return {later.pts - earlier.pts for earlier, later in pairwise(pictures)} == {3_600}


@pytest.fixture
def answering() -> Iterator[Callable[[Callable[[socket.socket], None]], int]]:
    """Starts a named fake, a server that treats each connection as told; answers its port."""
    with contextlib.ExitStack() as ending:

        def start(treat: Callable[[socket.socket], None]) -> int:
            listener = ending.enter_context(socket.create_server(("127.0.0.1", 0)))

            def serve() -> None:
                with contextlib.suppress(OSError):
                    while True:
                        end = listener.accept()[0]
                        threading.Thread(target=guarded, args=(end,), daemon=True).start()

            def guarded(end: socket.socket) -> None:
                with end, contextlib.suppress(OSError):
                    treat(end)

            threading.Thread(target=serve, daemon=True).start()
            return int(listener.getsockname()[1])

        yield start


def own_certificate(folder: Path) -> ssl.SSLContext:
    """What a camera has: a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera")])
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(begin).not_valid_after(begin + dt.timedelta(days=9_999))
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    pem += key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "camera.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "camera.pem")
    return context


def test_a_camera_behind_tls_gives_every_picture(
    start_simcam: SimcamStart, answering: Callable[[Callable[[socket.socket], None]], int], tmp_path: Path
) -> None:
    simcam, context = start_simcam(user="saksi", password="benar"), own_certificate(tmp_path)

    def passed(end: socket.socket) -> None:
        with context.wrap_socket(end, server_side=True) as near:
            far = socket.create_connection(("127.0.0.1", simcam.port), timeout=5)

            def back() -> None:
                with contextlib.suppress(OSError):
                    while data := far.recv(65_536):
                        near.sendall(data)

            threading.Thread(target=back, daemon=True).start()
            with far:
                while data := near.recv(65_536):
                    far.sendall(data)

    port = answering(passed)
    url = simcam.url(2).replace("rtsp:", "rtsps:").replace(f":{simcam.port}/", f":{port}/")
    preference = Preference(camera="gate")
    watching = Watching(ChosenSource(Wheel(), preference), url)
    wait_until(lambda: len(watching.pictures) > 50, 20, "two seconds of pictures")
    watching.end()
    assert preference.path == "rtp"
    assert watching.failure is None
    assert unbroken(watching.pictures)
    assert len(watching.units) > len(watching.pictures), "the sound came, too"


def test_a_redirect_leads_to_the_camera_and_a_circle_of_them_nowhere(
    start_simcam: SimcamStart, answering: Callable[[Callable[[socket.socket], None]], int]
) -> None:
    simcam = start_simcam()

    def sends_to(location: Callable[[], str]) -> Callable[[socket.socket], None]:
        def treat(end: socket.socket) -> None:
            end.recv(65_536)
            end.sendall(f"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n{'$' * 0}".encode())
            end.recv(65_536)
            end.sendall(f"RTSP/1.0 302 Moved\r\nCSeq: 2\r\nLocation: {location()}\r\n\r\n".encode())

        return treat

    watching = Watching(
        RtpSource(Wheel()), f"rtsp://127.0.0.1:{answering(sends_to(lambda: simcam.url(1)))}/x"
    )
    wait_until(lambda: watching.pictures, 20, "a picture")
    watching.end()
    circle: list[int] = []
    circle.append(answering(sends_to(lambda: f"rtsp://127.0.0.1:{circle[0]}/again")))
    with pytest.raises(SourceFailed, match="redirects more than 5 times"):
        RtpSource(Wheel()).open(f"rtsp://127.0.0.1:{circle[0]}/x", 5)


def test_what_speaks_no_rtsp_or_only_begins_to_is_told_in_time(
    answering: Callable[[Callable[[socket.socket], None]], int],
) -> None:
    def floods(end: socket.socket) -> None:
        end.recv(65_536)
        while True:
            end.sendall(b"$\x00\x03\xe8" + bytes(1_000))

    def web(end: socket.socket) -> None:
        end.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    def drips(end: socket.socket) -> None:
        while True:
            end.sendall(b"R")
            settle(0.05)

    for treat, words in (
        (floods, "does not answer"),
        (web, "does not speak RTSP"),
        (drips, "no answer within 1 s"),
    ):
        begun_us = clock.monotonic_us()
        with pytest.raises(SourceFailed, match=words):
            RtpSource(Wheel()).open(f"rtsp://127.0.0.1:{answering(treat)}/x", 1)
        assert clock.monotonic_us() - begun_us < 30_000_000


def test_closing_hands_over_what_came_until_then_and_tells_the_camera(start_simcam: SimcamStart) -> None:
    simcam = start_simcam()
    watching = Watching(RtpSource(Wheel()), simcam.url(1))
    wait_until(lambda: len(watching.pictures) > 60, 20, "pictures")
    settle(1.3)  # in the middle of a group, of which nothing was handed over yet
    closed_us = clock.now_us()
    watching.end()
    assert watching.failure is None
    assert unbroken(watching.pictures)
    assert closed_us - watching.pictures[-1].arrival_us < 200_000
    wait_until(lambda: "the client is done" in simcam.log(), 10, "the camera told")


def test_a_writer_that_hangs_delays_no_other_camera_and_takes_bounded_memory(
    start_simcam: SimcamStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    simcam, wheel, room = start_simcam(), Wheel(), 150_000
    desks: list[Desk] = []

    def small() -> Desk:
        desks.append(Desk(room))
        return desks[-1]

    monkeypatch.setattr(rtp_source, "Desk", small)
    hung = Watching(RtpSource(wheel), simcam.url(1))
    hung.gate.clear()
    healthy = Watching(RtpSource(wheel), simcam.url(4))
    settle(8)
    assert desks[0].full
    assert desks[0]._put_bytes < 5 * room, "the camera is not read while its desk is full"
    assert unbroken(healthy.pictures)
    late_us = [unit.monotonic_us for unit in healthy.pictures]
    assert clock.monotonic_us() - late_us[-1] < 4_000_000
    count = len(healthy.pictures)
    hung.gate.set()
    wait_until(lambda: len(healthy.pictures) > count + 25, 20, "more pictures")
    wait_until(lambda: len(hung.pictures) > 100, 20, "the pictures that waited")
    hung.end()
    healthy.end()
    assert unbroken(hung.pictures), "what the kernel kept meanwhile is not lost"
    assert hung.failure is None
