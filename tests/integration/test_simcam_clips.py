"""Drawing and loading clips, and the command's answers to input it cannot use."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from simcam import clip, framecode
from simcam.errors import ClipError
from simcam.timeline import Cursor
from tests.fixtures.fix_simcam import ROOT, SimcamStart

SMALL = ("--prepare", "--cameras", "1", "--width", "160", "--height", "96", "--bitrate", "0.1")


def command(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "simcam", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit status and everything said on standard error."""
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


def test_it_draws_exactly_one_minute_with_a_keyframe_at_every_even_second(simcam_clips: Path) -> None:
    files = sorted(simcam_clips.glob("cam*-640x360-600k-v*.mp4"))
    assert len(files) == 6
    for file in files:
        loaded = clip.load(file)
        frames = [unit for unit in loaded.units if unit.track == 0]
        assert loaded.duration_us == 60_000_000
        assert loaded.delay_us == 0
        assert [unit.offset_us for unit in frames] == [40_000 * number for number in range(1500)]
        assert [unit.ticks for unit in frames] == [3600 * number for number in range(1500)]
        assert [unit.number for unit in frames if unit.keyframe] == list(range(0, 1500, 50))
        sound = [unit for unit in loaded.units if unit.track == 1]
        if sound:
            assert [unit.ticks for unit in sound] == [1024 * number for number in range(1875)]
        assert 0.9 < file.stat().st_size * 8 / 60 / 600_000 < 1.15


def test_a_killed_drawing_leaves_no_clip_and_two_at_once_share_the_next(tmp_path: Path) -> None:
    killed = command(*SMALL, "--cache", str(tmp_path))
    deadline = time.monotonic() + 30
    while not any(part.stat().st_size for part in tmp_path.glob("*.part")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    killed.kill()
    finish(killed)
    assert list(tmp_path.glob("*.mp4")) == []
    both = [command(*SMALL, "--cache", str(tmp_path)) for _ in range(2)]
    assert [finish(process)[0] for process in both] == [0, 0]
    assert list(tmp_path.glob("*.part")) == []
    made = {file.name: file.stat().st_mtime_ns for file in tmp_path.glob("*.mp4")}
    assert len(made) == 2
    again, errors = finish(command(*SMALL, "--cache", str(tmp_path)))
    assert (again, errors) == (0, "")
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.glob("*.mp4")} == made
    with av.open(str(next(tmp_path.glob("cam1-*.mp4")))) as container:
        codes = [framecode.read_frame(frame) for frame in container.decode(video=0)]
    assert [code.frame if code else None for code in codes] == list(range(1500))


def test_it_can_be_stopped_while_drawing(tmp_path: Path) -> None:
    process = command(*SMALL, "--cache", str(tmp_path))
    assert process.stderr is not None
    assert "drawing 2 clips" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    status, errors = finish(process)
    assert status == 130
    assert "Traceback" not in errors
    assert list(tmp_path.glob("*.mp4")) == []


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (("--cameras", "0"), 2, "cameras"),
        (("--port", "70000"), 2, "port"),
        (("--width", "641"), 2, "even"),
        (("--bitrate", "lots"), 2, "bit rate"),
        (("--user", "budi"), 2, "together"),
        (("--clip", "/nowhere.mp4"), 2, "nowhere.mp4"),
        (("--clip", __file__), 2, "cannot be read"),
        (("--prepare", "--cache", "/proc/none"), 1, "--cache"),
    ],
)
def test_it_names_the_remedy_for_input_it_cannot_use(
    arguments: tuple[str, ...], status: int, word: str
) -> None:
    ended, errors = finish(command(*arguments))
    assert ended == status
    assert word in errors
    assert "Traceback" not in errors


def test_it_says_when_the_port_is_taken(simcam_clips: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, errors = finish(command("--cache", str(simcam_clips), "--cameras", "1", "--port", port))
    assert status == 1
    assert port in errors
    assert "Traceback" not in errors


def write_clip(path: Path, *, b_frames: int = 0, codec: str = "libx264", frames: int = 100) -> None:
    """Four seconds of coded frames at 25 a second, as a user's own file might be."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.max_b_frames = b_frames
        stream.codec_context.gop_size = 50
        for number in range(frames):
            picture = np.full((180, 320), 60 + number, dtype=np.uint8)
            picture[20:60, number : number + 40] = 200
            framecode.draw(picture, 9, number)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="gray")))
        container.mux(stream.encode(None))


def test_it_loops_a_users_clip_with_b_frames_never_ahead_of_its_stamps(
    start_simcam: SimcamStart, tmp_path: Path
) -> None:
    write_clip(tmp_path / "own.mp4", b_frames=2)
    loaded = clip.load(tmp_path / "own.mp4")
    assert loaded.delay_us > 0
    cursor = Cursor(loaded, 1_795_462_000_000_000)
    for _ in range(350):
        assert cursor.ticks * 1_000_000 <= cursor.due_us * 90_000
        cursor.advance()
    running = start_simcam(cameras=1, extra=("--clip", str(tmp_path / "own.mp4")))
    with av.open(running.url(1), options={"rtsp_transport": "tcp"}, timeout=30) as container:
        seen = []
        for frame in container.decode(video=0):
            code = framecode.read_frame(frame)
            assert code is not None
            seen.append(code.frame)
            if len(seen) == 120:
                break
    assert Counter((two - one) % 100 for one, two in pairwise(seen)) == {1: 119}


def test_it_refuses_a_clip_that_rtp_cannot_carry(tmp_path: Path) -> None:
    write_clip(tmp_path / "old.mp4", codec="mpeg4", frames=5)
    with pytest.raises(ClipError, match=r"holds mpeg4; give an MP4 with H\.264"):
        clip.load(tmp_path / "old.mp4")
    with av.open(str(tmp_path / "sound.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=32_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 32_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(ClipError, match="no pictures"):
        clip.load(tmp_path / "sound.mp4")


def test_it_never_loads_ffmpeg_or_numpy_for_help() -> None:
    script = "import sys, cli.simcam; sys.exit(bool({'av', 'numpy'} & set(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert (
        subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, timeout=30).returncode == 0
    )
