"""Draws and encodes the minute clips: 1500 frames at 25 a second, a keyframe every two seconds, no B-frames.

Written to a temporary name under a lock and renamed, so that a killed generation leaves no half clip and a
second process waits for the first instead of drawing the same clip again.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np

from simcam.canvas import Canvas
from simcam.orders import ClipOrder
from simcam.scenes import FRAMES, SCENES, Scene, burn_in
from simcam.sound import tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import OutputContainer

FPS = 25
GOP = 50
TONE_RATE = 32_000  # 1875 whole AAC frames a minute, so that the loop has no seam
AAC_FRAME = 1024
_PRIMING = 4  # AAC frames encoded ahead of the minute and thrown away, so that the coder is in its stride


class StoppedError(Exception):
    """Drawing was given up on request."""


class Progress:
    """Adds up the parts of several clips drawn at once, tells every tenth, and can stop them all."""

    def __init__(self, clips: int, tell: Callable[[int], None]) -> None:
        self._parts = [0.0] * clips
        self._tell, self._told = tell, 0
        self._stopped = threading.Event()
        self._lock = threading.Lock()

    def part(self, place: int) -> Callable[[float], None]:
        """The callback of one clip, taking 0..1; raises StoppedError in its drawing thread after `stop`."""

        def told(share: float) -> None:
            if self._stopped.is_set():
                raise StoppedError
            with self._lock:
                self._parts[place] = share
                tenths = int(10 * sum(self._parts) / len(self._parts) + 1e-9)
                if tenths > self._told:
                    self._told = tenths
                    self._tell(10 * tenths)

        return told

    def stop(self) -> None:
        """Ends every drawing at its next report."""
        self._stopped.set()


def ensure(order: ClipOrder, progress: Callable[[float], None]) -> None:
    """Draws the clip unless it is there; `progress` gets 0..1. Other processes may do the same."""
    if order.path.exists():
        progress(1.0)
        return
    order.path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(order.path.with_suffix(".lock")):
        if order.path.exists():
            return
        unfinished = order.path.with_suffix(".part")
        _encode(order, unfinished, progress)
        unfinished.replace(order.path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _encode(order: ClipOrder, path: Path, progress: Callable[[float], None]) -> None:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream(_ENCODERS[order.kind.codec], rate=FPS, options=_options(order))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = order.width, order.height, "yuv420p"
        stream.bit_rate = order.kbps * 1000
        stream.codec_context.gop_size = GOP
        stream.codec_context.max_b_frames = 0
        stream.codec_context.thread_count = 1
        sound = _Tone(container) if order.kind.sound == "aac" else None
        for number, picture in enumerate(_pictures(order)):
            container.mux(stream.encode(picture))
            if sound is not None:
                sound.advance(number + 1)
            if number % FPS == 0:
                progress(number / FRAMES)
        container.mux(stream.encode(None))
        if sound is not None:
            sound.finish()
    progress(1.0)


_ENCODERS = {"h264": "libx264", "h265": "libx265"}


def _options(order: ClipOrder) -> dict[str, str]:
    """Closed groups of exactly fifty frames, one slice a frame as cameras send it, and a bounded bit rate."""
    shape = f"keyint={GOP}:min-keyint={GOP}:scenecut=0:bframes=0:open-gop=0"
    rate = f"vbv-maxrate={order.kbps}:vbv-bufsize={order.kbps}:colormatrix=smpte170m"
    if order.kind.codec == "h264":
        return {"preset": "veryfast", "x264-params": f"{shape}:{rate}:sliced-threads=0"}
    threads = "pools=none:frame-threads=1:log-level=error"
    return {"preset": "ultrafast", "x265-params": f"{shape}:{rate}:{threads}"}


def _pictures(order: ClipOrder) -> Iterator[av.VideoFrame]:
    """The 1500 pictures of the minute with burnt-in clock and a little sensor noise, the same every time."""
    canvas = Canvas(order.width, order.height)
    scene: Scene = SCENES[order.number - 1](Canvas(order.width, order.height))
    random = np.random.default_rng(order.number)
    noise = random.integers(0, 5, (order.height + 64, order.width + 64), dtype=np.uint8)
    shifts = random.integers(0, 64, (FRAMES, 2))
    for number in range(FRAMES):
        scene.draw(canvas, number)
        down, right = shifts[number]
        canvas.y += noise[down : down + order.height, right : right + order.width]
        burn_in(canvas, order.number, number, scene.name)
        picture = av.VideoFrame.from_ndarray(
            canvas.pixels.reshape(order.height * 3 // 2, order.width), format="yuv420p"
        )
        picture.pts = number
        yield picture


class _Tone:
    """A quiet hum with a soft pip at the start of each second, as AAC in step with the pictures."""

    def __init__(self, container: OutputContainer) -> None:
        self._container = container
        self._stream = container.add_stream("aac", rate=TONE_RATE, layout="mono")
        self._stream.bit_rate = 32_000
        self._made = -_PRIMING
        self._kept = 0
        self._second = np.array(tone(TONE_RATE), dtype=np.int16)

    def advance(self, frames: int) -> None:
        """Encodes up to the end of this many pictures."""
        while self._made * AAC_FRAME < frames * TONE_RATE // FPS:
            self._encode_next()

    def finish(self) -> None:
        """Encodes until the minute is whole: exactly 1875 packets."""
        while self._kept < 60 * TONE_RATE // AAC_FRAME:
            self._encode_next()

    def _encode_next(self) -> None:
        places = (np.arange(AAC_FRAME) + self._made * AAC_FRAME) % TONE_RATE
        frame = av.AudioFrame.from_ndarray(
            (self._second[places] / 32768.0).astype(np.float32)[None, :], format="fltp", layout="mono"
        )
        frame.sample_rate = TONE_RATE
        frame.pts = (self._made + _PRIMING) * AAC_FRAME
        self._made += 1
        for packet in self._stream.encode(frame):
            place = (packet.pts or 0) // AAC_FRAME - _PRIMING
            if 0 <= place < 60 * TONE_RATE // AAC_FRAME:
                packet.pts = packet.dts = place * AAC_FRAME
                self._container.mux(packet)
                self._kept += 1
