"""Redacts a clip: rectangles are made unreadable for a time, the rest is encoded anew as H.264. Runs the ffmpeg binary.

In "blur" a rectangle is averaged down to a few cells before it is spread and blurred again, so that what was there is
gone from the pixels, not only hard to see; in "fill" it is black. Every rectangle is widened to even pixels and by a
twentieth of a second on both sides: rather too much than a frame too little.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg
import imageio_ffmpeg

from saksi.embedded import shim
from saksi.errors import Conflict, TimedOut
from saksi.messages import register

register(
    "redaction_failed",
    en=("ffmpeg could not redact the clip: {why}", "The job keeps what it said; the original is untouched."),
    id_=(
        "ffmpeg tidak dapat menyamarkan klip: {why}",
        "Catatannya ada pada pekerjaan itu; aslinya tidak tersentuh.",
    ),
)
register(
    "redaction_slow",
    en=("Redacting took longer than {seconds} s and was stopped.", "Ask for a shorter span."),
    id_=("Penyamaran melebihi {seconds} detik dan dihentikan.", "Minta rentang yang lebih pendek."),
)

UNIT = 1_000_000  # rectangles are in millionths of the picture
_MARGIN_S = 0.05
_CELLS = 6  # along the longer side of a rectangle
_LEAST_CELL = 16  # pixels
_TAIL = 2000


@dataclass(frozen=True, kw_only=True)
class Region:
    """A rectangle of the picture in millionths of its width and height, and when it is hidden (microseconds UTC)."""

    x: int
    y: int
    width: int
    height: int
    from_us: int
    to_us: int

    def told(self) -> dict[str, int]:
        """As parameters keep it."""
        return {
            "x": self.x,
            "y": self.y,
            "width": self.width,
            "height": self.height,
            "from": self.from_us,
            "to": self.to_us,
        }

    @classmethod
    def of(cls, told: Mapping[str, int]) -> Region:
        """What `told` gave."""
        names = ("x", "y", "width", "height")
        return cls(**{name: told[name] for name in names}, from_us=told["from"], to_us=told["to"])

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """x, y, width, height in whole pixels: even, at least two, widened outwards, inside the picture."""
        left, top = self.x * width // UNIT & ~1, self.y * height // UNIT & ~1
        right = -(-(self.x + self.width) * width // UNIT) + 1 & ~1
        bottom = -(-(self.y + self.height) * height // UNIT) + 1 & ~1
        right, bottom = min(right, width & ~1), min(bottom, height & ~1)
        left, top = min(left, right - 2), min(top, bottom - 2)
        return left, top, right - left, bottom - top


@dataclass(frozen=True, kw_only=True)
class Tool:
    """The program that did it."""

    version: str
    sha256: str


@functools.cache
def tool() -> Tool:
    """The ffmpeg binary that is used."""
    path = Path(imageio_ffmpeg.get_ffmpeg_exe())
    said = subprocess.run([path, "-version"], capture_output=True, timeout=30, check=True).stdout.decode()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Tool(version=said.splitlines()[0].removeprefix("ffmpeg version ").split(" ")[0], sha256=digest)


def encode(
    source: Path,
    target: Path,
    *,
    size: tuple[int, int],
    start_us: int,
    length_us: int,
    regions: Sequence[Region],
    method: str,
    sound: bool,
    timeout_s: float,
    passed: Callable[[float], None],
) -> None:
    """Writes `target`. `passed` hears the share done; what it raises ends the work.

    Raises Conflict when ffmpeg cannot, TimedOut when it takes longer than `timeout_s`.
    """
    command = _command(source, target, size, start_us, regions, method, sound)
    # Its life is tied to ours: a worker that is killed leaves nobody writing.
    tied = [
        sys.executable,
        "-I",
        "-S",
        str(shim.__file__),
        str(int(signal.SIGKILL)),
        str(os.getpid()),
        "-1",
        "-1",
    ]
    said: list[bytes] = []
    late = threading.Event()
    with subprocess.Popen(
        [*tied, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        reader = threading.Thread(target=lambda: said.append(process.stderr.read()[-_TAIL:]))  # type: ignore[union-attr]
        reader.start()

        def stop() -> None:
            late.set()
            process.kill()

        watchdog = threading.Timer(timeout_s, stop)
        watchdog.start()
        try:
            for line in process.stdout:
                name, _, value = line.decode(errors="replace").strip().partition("=")
                if name == "out_time_us" and value.isdecimal():
                    passed(min(int(value) / length_us, 1.0))
            process.wait()
        finally:
            watchdog.cancel()
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            reader.join(10)
    if late.is_set():
        raise TimedOut("redaction_slow", seconds=round(timeout_s))
    if process.returncode:
        lines = b"".join(said).decode(errors="replace").strip().splitlines()
        raise Conflict("redaction_failed", why=" / ".join(lines[-3:])[:400] or process.returncode)


def _command(
    source: Path,
    target: Path,
    size: tuple[int, int],
    start_us: int,
    regions: Sequence[Region],
    method: str,
    sound: bool,
) -> list[str]:
    given = ffmpeg.input(str(source), protocol_whitelist="file")
    video: Any = given.video
    for region in regions:
        video = _hidden(video, region, size, start_us, method)
    options: dict[str, Any] = {
        "vcodec": "libx264",
        "preset": "veryfast",
        "crf": 20,
        "pix_fmt": "yuv420p",
        "fps_mode": "passthrough",  # a frame for a frame, where it was
        "threads": 2,
        "map_metadata": -1,  # nothing of the source's own words travels along
        "fflags": "+bitexact",
        "movflags": "+faststart",
    }
    streams = [video]
    if sound:
        streams.append(given.audio)
        options |= {"acodec": "aac", "audio_bitrate": 96_000}
    made = ffmpeg.output(*streams, str(target), **options).overwrite_output()
    made = made.global_args(
        "-nostdin", "-hide_banner", "-loglevel", "error", "-progress", "pipe:1", "-nostats"
    )
    command: list[str] = made.compile(cmd=imageio_ffmpeg.get_ffmpeg_exe())
    return command


def _hidden(video: Any, region: Region, size: tuple[int, int], start_us: int, method: str) -> Any:
    x, y, width, height = region.pixels(*size)
    begin = (region.from_us - start_us) / 1e6 - _MARGIN_S
    end = (region.to_us - start_us) / 1e6 + _MARGIN_S
    when = f"between(t,{begin:.6f},{end:.6f})"
    if method == "fill":
        return video.filter("drawbox", x=x, y=y, w=width, h=height, color="black", t="fill", enable=when)
    cell = max(_LEAST_CELL, max(width, height) // _CELLS)
    columns, rows = max(1, width // cell), max(1, height // cell)
    both = video.filter_multi_output("split")
    blurred = (
        both[1]
        .filter("crop", width, height, x, y)
        .filter("scale", columns, rows, flags="area")
        .filter("scale", width, height, flags="bilinear")
    )
    return ffmpeg.overlay(both[0], blurred, x=x, y=y, enable=when)
