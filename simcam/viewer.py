"""One client that is playing: its tracks, what it was sent, and how far it may fall behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import NamedTuple

from simcam.clip import MICRO, Unit
from simcam.payload import HEADER
from simcam.stamps import Stamps
from simcam.timeline import wall_us

_log = logging.getLogger("simcam")
REPORT_EVERY_US = 5 * MICRO


class SentFrame(NamedTuple):
    """A picture that was sent: when it was due (microseconds UTC) and its number in the clip."""

    due_us: int
    number: int


class Viewer:
    """Sends units to one client from its first keyframe on; sender reports at once and every five seconds."""

    def __init__(
        self,
        transport: asyncio.Transport,
        *,
        camera: str,
        peer: str,
        channels: Mapping[int, int],
        backlog_limit: int,
        record: bool,
    ) -> None:
        self.camera, self.peer = camera, peer
        self.started = False
        self.frames = 0
        self.sent: list[SentFrame] = []  # filled only when `record`, for tests
        self.first_us = self.last_us = 0
        self.wants_keyframe = 0 in channels
        self.reports = True
        self.ended: str | None = None
        self.on_end: Callable[[Viewer], None] = lambda viewer: None
        self._transport = transport
        self._channels = dict(channels)
        self._backlog_limit, self._record = backlog_limit, record
        self._packets = dict.fromkeys(channels, 0)
        self._octets = dict.fromkeys(channels, 0)
        self._report_due_us = 0

    def deliver(self, unit: Unit, block: bytes | bytearray, due_us: int, stamps: Stamps) -> None:
        """Sends one unit in one write, or nothing before the first keyframe or of a track not set up."""
        if self.ended or (not self.started and self.wants_keyframe and not unit.keyframe):
            return
        self.started = True
        channel = self._channels.get(unit.track)
        if channel is None:
            return
        if self._transport.get_write_buffer_size() > self._backlog_limit:
            self.end(f"too slow: more than {self._backlog_limit // 1024} KiB behind", cut=True)
            return
        if channel != 2 * unit.track:
            block = _renumbered(unit, block, channel)
        if due_us >= self._report_due_us:
            self.report(stamps)
        self._transport.write(block)
        self._packets[unit.track] += len(unit.starts)
        self._octets[unit.track] += len(block) - HEADER * len(unit.starts)
        if unit.track == 0:
            self._count(SentFrame(due_us, unit.number))

    def report(self, stamps: Stamps) -> None:
        """Sends a sender report of each track now."""
        now_us = wall_us()
        self._report_due_us = now_us + REPORT_EVERY_US
        if self.reports:
            reports = [
                stamps.report(track, channel + 1, now_us, self._packets[track], self._octets[track])
                for track, channel in self._channels.items()
            ]
            self._transport.write(b"".join(reports))

    def send_raw(self, data: bytes) -> None:
        """Sends bytes that are no packet of ours, for the faults."""
        if not self.ended:
            self._transport.write(data)

    def end(self, reason: str, *, cut: bool = False) -> None:
        """Stops sending, says so once, and cuts the connection if asked to."""
        if self.ended is None:
            self.ended = reason
            span = f", {self.first_us / MICRO:.2f} to {self.last_us / MICRO:.2f} UTC" if self.frames else ""
            _log.info("%s %s: %d frames sent%s; %s", self.camera, self.peer, self.frames, span, reason)
            self.on_end(self)
        if cut:
            self._transport.abort()

    def _count(self, frame: SentFrame) -> None:
        self.first_us = self.first_us or frame.due_us
        self.last_us = frame.due_us
        self.frames += 1
        if self._record:
            self.sent.append(frame)


def _renumbered(unit: Unit, block: bytes | bytearray, channel: int) -> bytearray:
    """The block for a client that chose other interleaved channels than ours."""
    own = bytearray(block)
    for start in unit.starts:
        own[start + 1] = channel
    return own
