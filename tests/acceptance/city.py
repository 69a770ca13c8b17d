"""A whole demo city as a child process, and what an investigator's tools see of it over HTTP."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import httpx

from simcam.framecode import read

FRAME_US = 40_000
MINUTE_US = 60_000_000


class City:
    """`saksi up --demo` under a data folder of its own."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        self.lines: list[str] = []
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cli", "up", "--demo", "--data", str(data), "--port", "0"],
            # Tests ask in a loop what people look at now and then.
            env={**os.environ, "SAKSI_RATE_SEARCHES": "0", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read_output, daemon=True)
        self._reader.start()

    def _read_output(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as output:
            for line in output:
                self.lines.append(line.rstrip())
                if line.startswith("Saksi is ready at "):
                    self._ready.set()
        self._ready.set()

    def wait_until_ready(self, seconds: float) -> float:
        """Seconds from start to the ready line; fails with everything that was printed."""
        self._ready.wait(seconds)
        if not any(line.startswith("Saksi is ready at ") for line in self.lines):
            raise AssertionError("never ready:\n" + "\n".join(self.lines[-40:]))
        return time.monotonic() - self.started

    def client(self) -> httpx.Client:
        """An HTTP client logged in as the first administrator."""
        known = json.loads((self.data / "first-run.json").read_text())
        return httpx.Client(
            base_url=known["url"] + "/api/v1",
            headers={"Authorization": f"Bearer {known['token']}", "X-Purpose": "acceptance"},
            timeout=60,
        )

    def stop(self) -> int:
        """Ctrl-C; answers the exit status."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        status = self._process.wait(45)
        self._reader.join(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return status


@dataclass(frozen=True, kw_only=True)
class SeenFrame:
    """One decoded picture: its wall time in the archive, and the frame code burnt into it."""

    wall_us: int
    code: int

    @property
    def error_us(self) -> int:
        """Archive time minus burnt-in time, within half a minute either way."""
        return (self.wall_us - self.code * FRAME_US + MINUTE_US // 2) % MINUTE_US - MINUTE_US // 2


def packet_digests(source: bytes | str) -> list[bytes]:
    """Digests of the video packets of a file or of whatever address FFmpeg can open."""
    with av.open(io.BytesIO(source) if isinstance(source, bytes) else source) as container:
        demuxed = container.demux(container.streams.video[0])
        return [hashlib.sha256(bytes(packet)).digest() for packet in demuxed if packet.size]


def cameras(client: httpx.Client) -> list[str]:
    """Ids of all cameras."""
    return [item["id"] for item in get(client, "/cameras")["items"]]


def get(client: httpx.Client, path: str, **params: object) -> dict:
    """A JSON answer, or a failure that shows the problem."""
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def coverage_end(client: httpx.Client, camera: str, since: str, until: str) -> str | None:
    """End of the stored coverage of `camera` in a window."""
    item = get(client, "/footage", **{"camera": camera, "from": since, "to": until})["items"][0]
    stored = [span for span in item["coverage"] if span["state"] == "stored"]
    return stored[-1]["end"] if stored else None


def segments(client: httpx.Client, camera: str, since: str, until: str) -> list[dict]:
    """Every chunk overlapping a window, all pages."""
    found: list[dict] = []
    cursor: str | None = None
    while True:
        extra = {"cursor": cursor} if cursor else {}
        page = get(client, f"/cameras/{camera}/segments", **{"from": since, "to": until, **extra})
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


def fetched(segment: dict) -> bytes:
    """A whole chunk by its signed address, held to its hash."""
    data = httpx.get(segment["url"], timeout=60).content
    assert hashlib.sha256(data).hexdigest() == segment["sha256"]
    return data


def seen_frames(data: bytes) -> Iterator[SeenFrame]:
    """Decodes a whole chunk; media time in a chunk is wall time."""
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for picture in container.decode(stream):
            code = read(picture.to_ndarray(format="gray"))
            assert code is not None, f"no frame code at {picture.pts}"
            wall_us = round(picture.pts * stream.time_base * 1_000_000)
            yield SeenFrame(wall_us=wall_us, code=code.frame)
