"""What is served: cameras cam1..camN over clips, who watches them, and what they were sent."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from simcam import faults
from simcam.auth import Gate
from simcam.channel import Channel
from simcam.clip import Clip
from simcam.faults import FaultError, Faults
from simcam.rtsp import RefusedError
from simcam.viewer import Viewer

BACKLOG_LIMIT = 4 << 20  # what we hold for a client that does not read, beside the kernel's own buffer
SEND_BUFFER = 1 << 20
_REMEMBERED = 1000


class Guest(Protocol):
    """A client's connection."""

    def close(self, reason: str) -> None:
        """Ends it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Camera:
    """One address of the server. Cameras that share a clip share its channel: the packets are made once."""

    number: int
    clip: Clip
    channel: Channel

    @property
    def name(self) -> str:
        """The path of its URL."""
        return f"cam{self.number}"


class City:
    """`cameras` cameras that take the clips in turn.

    `spare` is the clip behind a bare `?switch=S`; `gate` asks for user and password. `viewers` holds those
    playing, `past` the last thousand that left; with `record` each keeps the numbers of all frames sent.
    """

    def __init__(
        self,
        clips: Sequence[Clip],
        cameras: int,
        *,
        spare: Clip | None = None,
        gate: Gate | None = None,
        record: bool = False,
        backlog_limit: int = BACKLOG_LIMIT,
        send_buffer: int = SEND_BUFFER,
    ) -> None:
        channels = [Channel(clip) for clip in clips]
        self.cameras = [
            Camera(number=n + 1, clip=clips[n % len(clips)], channel=channels[n % len(clips)])
            for n in range(cameras)
        ]
        self.gate, self.record = gate, record
        self.backlog_limit, self.send_buffer = backlog_limit, send_buffer
        self.connections: set[Guest] = set()
        self.viewers: list[Viewer] = []
        self.past: deque[Viewer] = deque(maxlen=_REMEMBERED)
        self._spare = spare

    def camera(self, path: str) -> Camera:
        """The camera of a URL's path. Raises RefusedError 404."""
        found = re.fullmatch(r"cam([1-9]\d{0,3})", path)
        if found is None or int(found[1]) > len(self.cameras):
            raise RefusedError(
                404, f"There is no camera at /{path[:40]}; there are cam1 to cam{len(self.cameras)}."
            )
        return self.cameras[int(found[1]) - 1]

    def check_faults(self, camera: Camera, query: str) -> Faults | None:
        """The faults asked for. Raises RefusedError 400 with a sentence when they cannot be had."""
        try:
            wanted = faults.parse(query)
        except FaultError as error:
            raise RefusedError(400, str(error)) from error
        if wanted is not None:
            self.other_clip(camera, wanted)
        return wanted

    def other_clip(self, camera: Camera, wanted: Faults) -> Clip | None:
        """The clip for the fault `switch`, None when not wanted. Raises RefusedError 400 without one."""
        if wanted.switch is None:
            return None
        number = wanted.switch[1]
        other = self._spare if number is None else self.camera(f"cam{number}").clip
        if other is None or other.video.codec != camera.clip.video.codec:
            raise RefusedError(
                400, f"There is no such {camera.clip.video.codec.upper()} clip to switch {camera.name} to."
            )
        return other

    def left(self, viewer: Viewer) -> None:
        """Moves a viewer that ended from `viewers` to `past`."""
        self.viewers.remove(viewer)
        self.past.append(viewer)
