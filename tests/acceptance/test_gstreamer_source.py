"""Recording from an RTSP server that nobody here wrote: every NAL unit arrives as it was sent."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import av
import pytest

from tests.integration.recorder.archive import Archive, settle, wait_until

SYSTEM_PYTHON = "/usr/bin/python3"
PROBE = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"


def has_gstreamer() -> bool:
    """Whether the system's Python has GStreamer's RTSP server."""
    try:
        return (
            subprocess.run(
                [SYSTEM_PYTHON, "-c", PROBE], capture_output=True, timeout=30, check=False
            ).returncode
            == 0
        )
    except FileNotFoundError:
        return False


pytestmark = [
    pytest.mark.gstreamer,
    pytest.mark.slow,
    pytest.mark.skipif(
        not has_gstreamer(),
        reason="GStreamer's RTSP server is not installed (Debian: gir1.2-gst-rtsp-server-1.0 python3-gi "
        "gstreamer1.0-rtsp gstreamer1.0-plugins-good gstreamer1.0-plugins-bad)",
    ),
]


@dataclass(frozen=True)
class Stream:
    """Address of a GStreamer stream, the file behind it, and whether it is sent over UDP only."""

    url: str
    clip: Path
    udp: bool


@pytest.fixture
def streams(simcam_clips: Path) -> Iterator[dict[str, Stream]]:
    """A server of each kind, by the code of its camera."""
    found = {}
    with ExitStack() as servers:
        for kind in ("h264", "h265", "h264 udp"):
            codec, *udp = kind.split()
            clip = next(iter(sorted(simcam_clips.glob(f"cam*-{codec}-640x360-*.mp4"))))
            command = [SYSTEM_PYTHON, Path(__file__).with_name("gstreamer_server.py"), clip, codec, *udp]
            server = servers.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            servers.callback(server.kill)
            assert server.stdout is not None
            port = int(server.stdout.readline())
            found["-".join((codec, *udp))] = Stream(f"rtsp://127.0.0.1:{port}/stream", clip, bool(udp))
        yield found


def nal_units(data: bytes | Path) -> list[bytes]:
    """Slices of a file's video in order; parameter sets and delimiters, which servers repeat as they like, left out."""
    found: list[bytes] = []
    with av.open(io.BytesIO(data) if isinstance(data, bytes) else str(data)) as container:
        stream = container.streams.video[0]
        hevc = stream.codec_context.name == "hevc"
        for packet in container.demux(stream):
            payload, at = bytes(packet), 0
            while at + 4 <= len(payload):
                size = int.from_bytes(payload[at : at + 4], "big")
                unit = payload[at + 4 : at + 4 + size]
                is_slice = (unit[0] >> 1 & 63) < 32 if hevc else 1 <= unit[0] & 31 <= 5
                if is_slice:
                    found.append(unit)
                at += 4 + size
    return found


def test_it_keeps_every_nal_unit_of_foreign_servers(archive: Archive, streams: dict[str, Stream]) -> None:
    for code, stream in streams.items():
        archive.add_camera(code, stream.url)
    running = archive.start(chunk_seconds=4)
    wait_until(
        lambda: all(len(archive.stored(code)) >= 3 for code in streams), 60, "three chunks each in the store"
    )
    settle(2.5)
    states = archive.execute("select code, detail from camera_status join camera using (camera_id)")
    running.stop()
    by_libav = "recorded through libav: the camera offers RTP over UDP only"
    assert {row["code"]: by_libav in (row["detail"] or "") for row in states} == {
        code: stream.udp for code, stream in streams.items()
    }
    for code, stream in streams.items():
        recorded: list[bytes] = []
        for chunk in archive.stored(code):
            recorded += nal_units(archive.footage(code, chunk))
        sent = nal_units(stream.clip)
        first = sent.index(recorded[0])
        assert len(recorded) >= 8 * 25, code
        assert recorded == sent[first : first + len(recorded)], code
    archive.check_chains()
