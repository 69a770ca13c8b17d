"""Tells the catalogue every two seconds how each camera and the recorder itself are doing, for whoever watches them."""

from __future__ import annotations

import logging
import shutil
import threading
from dataclasses import dataclass

from recorder import measures
from recorder.announcer import Announcer
from recorder.fleet import Fleet, Member
from recorder.spool import Spool
from recorder.tally import Tally
from saksi import clock
from saksi.catalogue import health, status
from saksi.catalogue.database import Database
from saksi.errors import Unavailable

log = logging.getLogger("saksi.recorder.reporter")

_EVERY_S = 2.0
_SMOOTH = 0.5
_LEAST_US = 1_000_000
_GAP_US = 10_000_000


@dataclass(slots=True)
class _Count:
    """Of one camera as it is held now: what was told last, and the rates since then."""

    tally: Tally
    lost: int = 0
    reconnects: int = 0
    frames: int = 0
    bytes: int = 0
    last_frame_us: int | None = None
    fps: float = 0.0
    mbps: float = 0.0

    def rate(self, frames: int, received: int, last_frame_us: int | None) -> None:
        """Smoothed over a few rounds, and by the pictures' own arrival: they may be handed over in batches."""
        if last_frame_us is None:
            return
        passed_us = _GAP_US if self.last_frame_us is None else last_frame_us - self.last_frame_us
        if 0 <= passed_us < _LEAST_US:
            return
        if 0 <= passed_us < _GAP_US:
            fps, mbps = (frames - self.frames) * 1e6 / passed_us, (received - self.bytes) * 8 / passed_us
            weight = _SMOOTH if self.fps else 1.0
            self.fps += weight * (fps - self.fps)
            self.mbps += weight * (mbps - self.mbps)
        else:  # the first ones, after an outage, or by a clock that was set
            self.fps = self.mbps = 0.0
        self.frames, self.bytes, self.last_frame_us = frames, received, last_frame_us


class _Counts:
    """By camera. One that went and came back has a new tally, which counts from nothing."""

    def __init__(self) -> None:
        self._known: dict[str, _Count] = {}

    def of(self, code: str, tally: Tally) -> _Count:
        """Rates since the last rounds; what is only counted up goes to the metrics."""
        count = self._known.get(code)
        if count is None or count.tally is not tally:
            count = self._known[code] = _Count(tally)
        lost, reconnects = tally.lost, max(0, tally.connections - 1)
        measures.lost.labels(camera=code).inc(lost - count.lost)
        measures.reconnects.labels(camera=code).inc(reconnects - count.reconnects)
        measures.keyframe_seconds.labels(camera=code).set(tally.keyframe_us / 1e6)
        count.lost, count.reconnects = lost, reconnects
        count.rate(tally.frames, tally.bytes, tally.last_frame_us)
        return count

    def keep(self, held: set[str]) -> None:
        """Forgets every other."""
        for code in self._known.keys() - held:
            del self._known[code]
            measures.forget(code)


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
        self._counts = _Counts()

    def run(self, stop: threading.Event) -> None:
        """Until `stop`.

        A round that cannot be told is skipped; the next one tells more recent news anyway.
        """
        while not stop.wait(_EVERY_S):
            self.report(self._fleet.members())

    def report(self, members: list[Member]) -> None:
        """Tells the present state of the recorder and of its cameras; of one that is moving here its holder does."""
        told = [self._status(member) for member in members if not member.moving]
        held = {member.held.camera for member in members}
        self._announcer.camera_clocks.keep(held)
        self._counts.keep(held)
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
            chunks_waiting=self._spool.waiting_count(),
            spool_free_bytes=free,
            lag_us=self._announcer.lag_us,
            clock=host,
        )

    def _status(self, member: Member) -> status.CameraStatus:
        camera, tally = member.camera, member.camera.recording.tally
        count = self._counts.of(member.held.camera, tally)
        live = camera.state.state == "recording"
        video = tally.video
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
            last_frame_us=tally.last_frame_us,
            keyframe_s=round(tally.keyframe_us / 1e6, 3),
            lost=tally.lost,
            reconnects=count.reconnects,
            clock=self._announcer.camera_clocks.of(member.held.camera),
        )
