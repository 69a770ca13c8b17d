"""simcam as its clients meet it: the real command, watched through FFmpeg (PyAV) and a plain socket."""

from __future__ import annotations

import base64
import signal
import socket
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import pytest

from simcam import framecode, orders
from simcam.payload import nal_units
from tests.fixtures.fix_simcam import Simcam, SimcamStart, launch
from tests.integration.raw_rtsp import Packet, RawClient
from tests.unit.simcam.test_payload import join_h264, join_h265

TCP = {"rtsp_transport": "tcp"}


@pytest.fixture(scope="module")
def simcam(simcam_clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simcam]:
    """One server for all tests that leave it as it was; of seven cameras the last plays the first clip."""
    running = launch(simcam_clips, tmp_path_factory.mktemp("simcam") / "log", cameras=7)
    yield running
    assert running.stop() == 0


def frame_gaps(packets: list[Packet]) -> list[int]:
    """Steps between the stamps of following frames, in ticks, as signed numbers."""
    stamps = [packet.stamp for packet in packets if packet.marker]
    return [(two - one + 2**31) % 2**32 - 2**31 for one, two in pairwise(stamps)]


def watch_together(clients: list[RawClient], seconds: float) -> None:
    """Reads from several clients in turn."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for client in clients:
            client.watch(0.01)


def decode(url: str, frames: int) -> tuple[list[framecode.FrameCode], list[float | None]]:
    """Codes of so many decoded frames and the wall-clock second of each by RTCP and RTP.

    FFmpeg gives the very first packet of an RTSP stream no time; there the second is None.
    """
    codes: list[framecode.FrameCode] = []
    walls: list[float | None] = []
    with av.open(url, options=TCP, timeout=30) as container:
        video = container.streams.video[0]
        for frame in container.decode(video):
            code = framecode.read_frame(frame)
            assert code is not None
            start = container.start_time_realtime / 1e6
            codes.append(code)
            walls.append(None if frame.pts is None else start + float(frame.pts * video.time_base))
            if len(codes) == frames:
                break
    return codes, walls


@pytest.mark.parametrize("number", [1, 6])
def test_it_shows_every_frame_once_in_order_at_its_burnt_in_second(simcam: Simcam, number: int) -> None:
    codes, walls = decode(simcam.url(number), 80)
    assert {code.camera for code in codes} == {number}
    assert codes[0].frame % 50 == 0
    for one, two in pairwise(codes):
        assert two.frame == (one.frame + 1) % 1500
    assert walls.count(None) <= 1
    for code, wall in zip(codes[1:], walls[1:], strict=True):
        assert wall is not None
        assert abs((wall - code.second + 30) % 60 - 30) < 0.040
        assert abs(time.time() - wall) < 60


def test_it_loops_without_a_seam_for_a_player(
    start_simcam: SimcamStart, simcam_clips: Path, tmp_path: Path
) -> None:
    four_seconds = tmp_path / "short.mp4"
    source = orders.orders(simcam_clips, cameras=1, width=640, height=360, kbps=600)[0].path
    with av.open(str(source)) as whole, av.open(str(four_seconds), "w") as cut:
        stream = cut.add_stream_from_template(whole.streams.video[0])
        for packet in whole.demux(whole.streams.video[0]):
            if packet.size and packet.pts is not None and packet.pts * packet.time_base < 4:
                packet.stream = stream
                cut.mux(packet)
    running = start_simcam(cameras=2, extra=("--clip", str(four_seconds)))
    with av.open(running.url(2), options=TCP, timeout=30) as container:
        seen = []
        for frame in container.decode(video=0):
            code = framecode.read_frame(frame)
            assert code is not None
            seen.append((code.frame, frame.pts or 0))
            if len(seen) == 130:
                break
    for one, two in pairwise(seen[1:]):
        assert two[0] == (one[0] + 1) % 100
        assert two[1] - one[1] == 3600


@pytest.mark.parametrize(
    ("number", "video", "audio"),
    [(1, "h264", None), (2, "h264", "aac"), (3, "h264", "pcm_mulaw"), (6, "hevc", None), (7, "h264", None)],
)
def test_it_opens_in_ffmpeg_with_each_codec(
    simcam: Simcam, number: int, video: str, audio: str | None
) -> None:
    with av.open(simcam.url(number), options=TCP, timeout=30) as container:
        names = [stream.codec_context.name for stream in container.streams]
        assert names == [name for name in (video, audio) if name]
        assert (container.streams.video[0].width, container.streams.video[0].height) == (640, 360)
        if audio is None:
            return
        heard, level = [], 0.0
        for frame in container.decode(audio=0):
            assert frame.pts is not None
            heard.append((frame.pts, frame.samples))
            level = max(level, float(abs(frame.to_ndarray().astype(float)).max()))
            if len(heard) == 60:
                break
        assert all(two[0] - one[0] == one[1] for one, two in pairwise(heard[1:]))
        assert level > 0.01


def test_it_reaches_a_player_that_asks_for_udp_first(simcam: Simcam) -> None:
    with av.open(simcam.url(4), timeout=30) as container:
        assert container.streams.video[0].codec_context.name == "h264"


@pytest.mark.parametrize("number", [2, 6])
def test_it_delivers_the_clips_nal_units_byte_for_byte(
    simcam: Simcam, simcam_clips: Path, number: int
) -> None:
    order = orders.orders(simcam_clips, cameras=6, width=640, height=360, kbps=600)[number - 1]
    join = join_h264 if number == 2 else join_h265
    with RawClient(simcam.url(number)) as client:
        client.play()
        packets = client.watch(8, frames=51)
    assert [(two.sequence - one.sequence) % 65536 for one, two in pairwise(packets)] == [1] * (
        len(packets) - 1
    )
    frames: list[list[bytes]] = [[]]
    for packet in packets:
        frames[-1].append(packet.payload)
        if packet.marker:
            frames.append([])
    with av.open(str(order.path)) as container:
        clip = [list(nal_units(bytes(packet))) for packet in container.demux(video=0) if packet.size]
    received = [join(frame) for frame in frames[:51]]
    first = clip.index(received[1])
    sets = 2 if number == 2 else 3
    assert first % 50 == 1
    assert received[0][sets:] == clip[first - 1]
    assert received[1:50] == clip[first : first + 49]
    assert received[50][:sets] == received[0][:sets]


def test_it_reports_true_time_at_once_and_every_five_seconds(simcam: Simcam) -> None:
    with RawClient(simcam.url(3)) as client:
        client.play(tracks=(0, 1))
        started = time.time()
        client.watch(8.2)
    video = [report for report in client.reports if report.channel == 1]
    audio = [report for report in client.reports if report.channel == 3]
    assert len(video) == len(audio) == 2
    assert video[0].arrived - started < 0.5
    assert 4.9 < video[1].wall - video[0].wall < 5.2
    assert video[1].packets > video[0].packets == 0
    for reports, rate in ((video, 90_000), (audio, 8000)):
        for report in reports:
            assert abs(report.wall - report.arrived) < 0.2
        assert (reports[1].stamp - reports[0].stamp) % 2**32 == pytest.approx(
            (reports[1].wall - reports[0].wall) * rate, abs=2
        )
    for packet in client.packets:
        report, rate = (video[0], 90_000) if packet.channel == 0 else (audio[0], 8000)
        ahead = ((packet.stamp - report.stamp + 2**31) % 2**32 - 2**31) / rate
        assert -0.5 < packet.arrived - (report.wall + ahead) < 0.5
    assert {packet.kind for packet in client.packets if packet.channel == 2} == {0}
    assert {gap for gap in frame_gaps(client.packets)} == {3600}


def test_it_sends_only_the_tracks_set_up_on_the_channels_asked_for(simcam: Simcam) -> None:
    with RawClient(simcam.url(3)) as client:
        client.play(tracks=(1,), channels=(10,))
        client.watch(1)
    assert len(client.packets) > 20
    assert {packet.channel for packet in client.packets} == {10}
    assert {report.channel for report in client.reports} == {11}


def test_it_serves_many_clients_of_a_camera_the_same_frames(simcam: Simcam) -> None:
    clients = [RawClient(simcam.url(1)) for _ in range(20)]
    for client in clients:
        client.play()
    watch_together(clients, 3.2)
    common = set.intersection(*({(p.sequence, p.stamp) for p in client.packets} for client in clients))
    for client in clients:
        client.socket.close()
        assert len(common) >= 30
        assert [gap for gap in frame_gaps(client.packets) if gap != 3600] == []
    assert all(len(common) > 0.7 * len(client.packets) for client in clients)


def test_it_stalls_with_the_connection_open(simcam: Simcam) -> None:
    with RawClient(simcam.url(1, stall=0.4)) as client:
        client.play()
        client.watch(3)
        assert sum(packet.marker for packet in client.packets) == 10
        assert not client.closed
        assert client.ask("GET_PARAMETER").status == 200


def test_it_drops_the_connection(simcam: Simcam) -> None:
    with RawClient(simcam.url(1, drop=0.6)) as client:
        client.play()
        client.watch(6)
        assert client.closed
        assert sum(packet.marker for packet in client.packets) == 15


@pytest.mark.parametrize(("jump", "ssrc", "ticks"), [(-30, 1, -2_700_000), (5.5, 0, 495_000)])
def test_it_jumps_its_stamps_and_goes_on(simcam: Simcam, jump: float, ssrc: int, ticks: int) -> None:
    with RawClient(simcam.url(1, jump=f"0.4:{jump}", ssrc=ssrc)) as client:
        client.play()
        client.watch(5, frames=25)
    gaps = frame_gaps(client.packets)
    assert gaps[9] == ticks + 3600
    assert gaps[:9] + gaps[10:] == [3600] * (len(gaps) - 1)
    assert len({packet.source for packet in client.packets}) == 1 + ssrc
    sequences = [packet.sequence for packet in client.packets]
    assert all((two - one) % 65536 == 1 for one, two in pairwise(sequences))


def test_it_switches_to_another_size_at_a_keyframe_without_losing_a_frame(simcam: Simcam) -> None:
    with av.open(simcam.url(2, switch=0.5), options=TCP, timeout=30) as container:
        seen = []
        for frame in container.decode(video=0):
            code = framecode.read_frame(frame)
            assert code is not None
            seen.append((code.camera, code.frame, frame.width, frame.height))
            if len(seen) == 75:
                break
    assert {(camera, width, height) for camera, _, width, height in seen} == {(2, 640, 360), (7, 480, 270)}
    assert [two[1] for two in seen[1:]] == [(one[1] + 1) % 1500 for one in seen[:-1]]
    assert next(frame for camera, frame, _, _ in seen if camera == 7) % 50 == 0
    codes, _ = decode(simcam.url(1, switch="0:cam4"), 60)
    assert {code.camera for code in codes} == {1, 4}


def test_it_withholds_keyframes_and_parameter_sets(simcam: Simcam) -> None:
    with RawClient(simcam.url(1, nokey=1)) as client:
        client.play()
        client.watch(2.6)
    kinds = {packet.payload[0] & 31 for packet in client.packets}
    kinds |= {packet.payload[1] & 31 for packet in client.packets if packet.payload[0] & 31 == 28}
    assert kinds
    assert not kinds & {5, 7, 8, 24}
    assert set(frame_gaps(client.packets)) >= {3600, 7200}


def test_it_sends_garbage_then_a_lie_about_length(simcam: Simcam) -> None:
    with RawClient(simcam.url(1)) as clean, RawClient(simcam.url(1, garbage=0.4)) as client:
        clean.play()
        client.play()
        watch_together([clean, client], 6.5)
    good, bad = client.packets[:10], [packet for packet in client.packets if packet.payload[0] & 0x80]
    assert not any(packet.payload[0] & 0x80 for packet in good)
    assert len(bad) > 10
    assert client.broken or not client.closed
    assert not any(packet.payload[0] & 0x80 for packet in clean.packets)
    assert set(frame_gaps(clean.packets)) == {3600}


def test_it_runs_false_stamps_at_true_pace_and_reports_them_honestly(simcam: Simcam) -> None:
    rates = (0.84, 1.2)
    clients = [RawClient(simcam.url(1, rate=rate)) for rate in rates]
    for client in clients:
        client.play()
    watch_together(clients, 7.5)
    for rate, client in zip(rates, clients, strict=True):
        client.socket.close()
        check_rate(client, rate)


def check_rate(client: RawClient, rate: float) -> None:
    assert all(abs(gap - 3600 * rate) <= 1 for gap in frame_gaps(client.packets))
    ends = [packet for packet in client.packets if packet.marker]
    assert (ends[-1].arrived - ends[0].arrived) / (len(ends) - 1) == pytest.approx(0.040, rel=0.05)
    first, second = client.reports
    assert ((second.stamp - first.stamp) % 2**32) / (second.wall - first.wall) == pytest.approx(
        90_000 * rate, abs=5
    )


def test_it_sends_no_reports_when_asked(simcam: Simcam) -> None:
    with RawClient(simcam.url(1, nosr=1)) as client:
        client.play()
        client.watch(5, frames=10)
    assert client.packets
    assert client.reports == []


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("cam1?stall=soon", 400, "stall"),
        ("cam1?explode=1", 400, "explode"),
        ("cam1?switch=1:cam99", 404, "cam99"),
        ("cam6?switch=1", 400, "H265"),
        ("cam1?switch=1:cam6", 400, "H264"),
        ("cam8", 404, "cam1 to cam7"),
        ("cam0", 404, "cam0"),
        ("", 404, "no camera"),
    ],
)
def test_it_refuses_with_a_sentence_what_it_cannot_do(
    simcam: Simcam, path: str, status: int, word: str
) -> None:
    with RawClient(f"rtsp://{simcam.host}:{simcam.port}/{path}") as client:
        answer = client.ask("DESCRIBE")
        assert answer.status == status
        assert word in answer.reason
        assert answer.body.strip() == answer.reason
        assert client.ask("OPTIONS").status == 200


def test_it_holds_clients_to_the_order_of_the_protocol(simcam: Simcam) -> None:
    with RawClient(simcam.url(1)) as client:
        assert client.ask("PLAY").status == 455
        assert client.ask("RECORD").status == 405
        assert client.ask("SETUP", f"{client.url}/trackID=3", Transport="RTP/AVP/TCP").status == 404
        assert client.ask("SETUP", f"{client.url}/trackID=0", Transport="RTP/AVP;unicast").status == 461
        client.play()
        other = client.url.replace("cam1", "cam2")
        assert client.ask("SETUP", f"{other}/trackID=0", Transport="RTP/AVP/TCP").status == 455
        session, client.session = client.session, "wrong"
        assert client.ask("TEARDOWN").status == 454
        client.session = session
        client.watch(5, frames=5)
        assert client.ask("TEARDOWN").status == 200
        heard = len(client.packets)
        client.watch(0.3)
        assert len(client.packets) == heard


def test_it_closes_on_what_is_not_rtsp_and_serves_on(simcam: Simcam) -> None:
    with socket.create_connection((simcam.host, simcam.port), timeout=30) as stray:
        stray.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert stray.recv(100).startswith(b"RTSP/1.0 400 ")
        assert stray.recv(4096)[-1:] in (b"", b"\n")
    with RawClient(simcam.url(1)) as client:
        assert client.ask("DESCRIBE").status == 200


def test_it_asks_for_a_password_and_takes_basic_and_digest(start_simcam: SimcamStart) -> None:
    running = start_simcam(cameras=1, user="budi", password="r@hasia:1")
    codes, _ = decode(running.url(1), 3)  # FFmpeg chooses Digest when both are offered
    assert len(codes) == 3
    bare = f"rtsp://{running.host}:{running.port}/cam1"
    with pytest.raises(av.error.HTTPUnauthorizedError):
        av.open(bare, options=TCP, timeout=30)
    with pytest.raises(av.error.HTTPUnauthorizedError):
        av.open(bare.replace("//", "//budi:salah@"), options=TCP, timeout=30)
    with RawClient(bare) as client:
        refused = client.ask("DESCRIBE")
        assert refused.status == 401
        login = base64.b64encode(b"budi:r@hasia:1").decode()
        assert client.ask("DESCRIBE", Authorization=f"Basic {login}").status == 200
        assert client.ask("SETUP", f"{bare}/trackID=0", Transport="RTP/AVP/TCP").status == 401


def test_it_says_whom_it_served_and_stops_cleanly_while_serving(start_simcam: SimcamStart) -> None:
    running = start_simcam(cameras=1)
    with RawClient(running.url(1)) as client:
        client.play()
        client.watch(5, frames=5)
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(5) == 0
        client.watch(2)
        assert client.closed
    assert "frames sent" in running.log()
    assert "the server stops" in running.log()
    assert "Traceback" not in running.log()
