"""Tells the catalogue every two seconds how each camera and the recorder itself are doing, for whoever watches them."""

from __future__ import annotations

import logging
import shutil
import threading
from dataclasses import dataclass

from recorder import measures
from recorder.announcer import Announcer
from recorder.fleet import Fleet, Member
from recorder.recording import Recording
from recorder.spool import Spool
from saksi import clock
from saksi.catalogue import health, status
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
    lost: int = 0
    reconnects: int = 0
    fps: float = 0.0
    mbps: float = 0.0


class Reporter:
    """The status loop."""

    def __init__(
        self, database: Database, fleet: Fleet, announcer: Announcer, spool: Spool, recorder: str
    ) -> None:
        self._database = database
        self._fleet = fleet
        self._announcer = announcer
        self._spool = spool
        self._recorder = recorder
        self._counts: dict[str, _Count] = {}

    def run(self, stop: threading.Event) -> None:
        """Until `stop`.

        A round that cannot be told is skipped; the next one tells more recent news anyway.
        """
        while not stop.wait(_EVERY_S):
            self.report(self._fleet.members())

    def report(self, members: list[Member]) -> None:
        """Tells the present state of the recorder and of its cameras; of one that is moving here its holder does."""
        told = [self._status(member) for member in members if not member.moving]
        self._forget({member.held.camera for member in members})
        try:
            with self._database.transaction() as connection:
                health.tell(connection, self._recorder, self._own())
                if told:
                    status.report(connection, self._recorder, told)
        except Unavailable as error:
            log.info("status not reported: %s", error)

    def _own(self) -> health.RecorderHealth:
        host = clock.host_clock()
        try:
            free = shutil.disk_usage(self._spool.folder).free
        except OSError:
            free = None
        return health.RecorderHealth(
            facts_waiting=self._announcer.waiting,
            chunks_waiting=len(self._spool.waiting()),
            spool_free_bytes=free,
            lag_us=self._announcer.lag_us,
            clock=host,
        )

    def _forget(self, held: set[str]) -> None:
        for code in self._counts.keys() - held:
            del self._counts[code]
            measures.forget(code)

    def _status(self, member: Member) -> status.CameraStatus:
        camera, recording = member.camera, member.camera.recording
        count = self._counted(member.held.camera, recording)
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
            keyframe_s=round(recording.keyframe_us / 1e6, 3),
            lost=recording.lost,
            reconnects=count.reconnects,
        )

    def _counted(self, code: str, recording: Recording) -> _Count:
        """Frame and bit rate since the last round, smoothed over a few; the rest goes to the metrics."""
        now_us = clock.monotonic_us()
        before = self._counts.get(code)
        reconnects = max(0, recording.connections - 1)
        count = _Count(now_us, recording.frames, recording.bytes, recording.lost, reconnects)
        known = before or _Count(now_us, 0, 0)
        measures.lost.labels(camera=code).inc(max(0, count.lost - known.lost))
        measures.reconnects.labels(camera=code).inc(max(0, count.reconnects - known.reconnects))
        measures.keyframe_seconds.labels(camera=code).set(recording.keyframe_us / 1e6)
        if before is not None and now_us > before.at_us:
            seconds = (now_us - before.at_us) / 1e6
            fps, mbps = (
                (count.frames - before.frames) / seconds,
                (count.bytes - before.bytes) * 8e-6 / seconds,
            )
            weight = _SMOOTH if before.fps else 1.0
            count.fps = before.fps + weight * (fps - before.fps)
            count.mbps = before.mbps + weight * (mbps - before.mbps)
        self._counts[code] = count
        return count
