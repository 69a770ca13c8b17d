"""Tells the catalogue every two seconds how each camera is doing, for the people watching a wall of them."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from recorder.fleet import Fleet, Member
from saksi import clock
from saksi.catalogue import status
from saksi.catalogue.database import Database
from saksi.errors import Unavailable

log = logging.getLogger("saksi.recorder.reporter")

_EVERY_S = 2.0
_SMOOTH = 0.5


@dataclass(slots=True)
class _Count:
    at_us: int
    frames: int
    bytes: int
    fps: float = 0.0
    mbps: float = 0.0


class Reporter:
    """The status loop."""

    def __init__(self, database: Database, fleet: Fleet, recorder: str) -> None:
        self._database = database
        self._fleet = fleet
        self._recorder = recorder
        self._counts: dict[str, _Count] = {}

    def run(self, stop: threading.Event) -> None:
        """Until `stop`.

        A round that cannot be told is skipped; the next one tells more recent news anyway.
        """
        while not stop.wait(_EVERY_S):
            self.report(self._fleet.members())

    def report(self, members: list[Member]) -> None:
        """Tells the present state of these cameras."""
        told = [self._status(member) for member in members]
        if not told:
            return
        try:
            with self._database.transaction() as connection:
                status.report(connection, self._recorder, told)
        except Unavailable as error:
            log.info("status not reported: %s", error)

    def _status(self, member: Member) -> status.CameraStatus:
        camera, recording = member.camera, member.camera.recording
        count = self._counted(member.held.camera, recording.frames, recording.bytes)
        live = camera.state.state == "recording"
        video = recording.video
        return status.CameraStatus(
            camera_id=member.held.camera_id,
            state=camera.state.state,
            reason=camera.state.reason,
            detail=camera.state.detail,
            since_us=camera.state.since_us,
            codec=video.codec if video else "",
            width=video.width if video else 0,
            height=video.height if video else 0,
            fps=round(count.fps, 2) if live else 0.0,
            mbps=round(count.mbps, 3) if live else 0.0,
            last_frame_us=recording.last_frame_us,
        )

    def _counted(self, code: str, frames: int, received: int) -> _Count:
        """Frame and bit rate since the last round, smoothed over a few."""
        now_us = clock.monotonic_us()
        before = self._counts.get(code)
        count = _Count(now_us, frames, received)
        if before is not None and now_us > before.at_us:
            seconds = (now_us - before.at_us) / 1e6
            fps, mbps = (frames - before.frames) / seconds, (received - before.bytes) * 8e-6 / seconds
            weight = _SMOOTH if before.fps else 1.0
            count.fps = before.fps + weight * (fps - before.fps)
            count.mbps = before.mbps + weight * (mbps - before.mbps)
        self._counts[code] = count
        return count
