"""The cameras of the recorder's benchmark: one real encode, looped by simcam for as many cameras as wanted."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import imageio_ffmpeg

FPS, GOP = 25, 50


def clips(folder: Path, mbps: float, *, in_step: bool = False) -> list[Path]:
    """Cameras' pictures: in real ones groups begin at any time, in step at the same instant in all."""
    return [clip(folder, mbps, ahead=ahead) for ahead in ((0,) if in_step else range(0, GOP, GOP // 5))]


def clip(folder: Path, mbps: float, *, seconds: int = 20, ahead: int = 0) -> Path:
    """1080p25 H.264 at a constant rate, a keyframe every two seconds, no B-frames: what a city's cameras send.

    Its second group begins `ahead` pictures early, and so do all behind it.
    """
    path = folder / f"clip-{mbps:g}-{ahead}.mp4"
    if path.exists():
        return path
    rate = f"{round(mbps * 1000)}k"
    picture = f"testsrc2=size=1920x1080:rate={FPS},noise=alls=12:allf=t"
    options = [
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-tune",
        "zerolatency",
        "-bf",
        "0",
        "-pix_fmt",
        "yuv420p",
    ]
    keys = f"expr:eq(mod(n+{ahead},{GOP}),0)"
    options += ["-g", str(2 * GOP), "-keyint_min", "1", "-sc_threshold", "0", "-force_key_frames", keys]
    options += [
        "-b:v",
        rate,
        "-maxrate",
        rate,
        "-bufsize",
        rate,
        "-x264-params",
        "nal-hrd=cbr:sliced-threads=0:slices=1",
    ]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", picture]
    subprocess.run([*command, "-t", str(seconds), *options, path], check=True, timeout=600)
    return path


@contextlib.contextmanager
def cameras(paths: Sequence[Path], count: int, log: Path) -> Iterator[list[str]]:
    """Addresses of so many cameras, which send these clips in turn."""
    command = [sys.executable, "-m", "simcam", "--cameras", str(count), "--port", "0"]
    for path in paths:
        command += ["--clip", str(path)]
    with log.open("wb") as told, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told) as city:
        assert city.stdout is not None
        for line in city.stdout:
            if line.startswith(b"simcam is ready at "):
                base = line.split()[-1].decode()
                break
        else:
            raise RuntimeError(f"simcam did not start, see {log}")
        try:
            yield [f"{base}cam{number}" for number in range(1, count + 1)]
        finally:
            city.terminate()
            city.wait(20)
