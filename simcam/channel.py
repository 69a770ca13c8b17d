"""A clip played in phase with the wall clock to all who watch; and the same, privately, with faults."""

from __future__ import annotations

import asyncio
import logging
import random
import struct

from simcam.clip import MICRO, Clip, Unit
from simcam.faults import Faults
from simcam.payload import HEADER
from simcam.stamps import Stamps
from simcam.timeline import Cursor, wall_us
from simcam.viewer import Viewer

_log = logging.getLogger("simcam")
_LATEST_US = 10 * MICRO  # later than this (a suspended machine, a stepped clock) the clip is sought anew
_EARLIEST_US = 2 * MICRO  # no two frames of a camera lie this far apart: the clock was set back
_SLACK_US = 500  # a timer is no finer than this
_GARBAGE_US = 2 * MICRO


class Channel:
    """Sends each unit of a clip once, when it is due, to all viewers. Runs only while somebody watches."""

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        self.stamps = Stamps(clip.tracks, wall_us())
        self._viewers: set[Viewer] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, viewer: Viewer) -> None:
        """Sends sender reports at once, and the stream from the next keyframe on."""
        viewer.report(self.stamps)
        self._viewers.add(viewer)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    def remove(self, viewer: Viewer) -> None:
        """Forgets a viewer; the last one stops the channel."""
        self._viewers.discard(viewer)
        if not self._viewers and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        self._cursor = Cursor(self.clip, wall_us())
        while True:
            wait_us = self._cursor.due_us - wall_us()
            if not -_LATEST_US < wait_us < _EARLIEST_US:
                _log.warning(
                    "%s: the clock is %.1f s off the clip; seeking", self.clip.name, -wait_us / MICRO
                )
                await asyncio.sleep(0.5)  # a slow slide show waits here for its next picture
                self._cursor.seek(wall_us())
            elif wait_us > _SLACK_US:
                await asyncio.sleep(wait_us / MICRO)
            else:
                unit, due_us, ticks = self._cursor.unit, self._cursor.due_us, self._cursor.ticks
                self._cursor.advance()
                self._emit(unit, due_us, ticks)
                if wait_us < -MICRO:
                    await asyncio.sleep(0)  # far behind: let the others write between two frames

    def _emit(self, unit: Unit, due_us: int, ticks: int) -> None:
        block = self.stamps.write(unit, ticks)
        for viewer in tuple(self._viewers):
            viewer.deliver(unit, block, due_us, self.stamps)


class FaultyChannel(Channel):
    """A private timeline of one viewer; what goes wrong and when is told in `simcam.faults`."""

    def __init__(self, clip: Clip, faults: Faults, other: Clip | None) -> None:
        """`other` is the clip to switch to, wanted with the fault `switch`."""
        super().__init__(clip)
        self.stamps.rate = faults.rate
        self._faults = faults
        self._other = clip.showing(other) if other is not None else None
        self._began_us: int | None = None
        self._jumped = self._lied = False
        self._switch_us: int | None = None

    def add(self, viewer: Viewer) -> None:
        """As a true channel does, but perhaps without reports or keyframes."""
        viewer.reports = not self._faults.nosr
        viewer.wants_keyframe = viewer.wants_keyframe and not self._faults.nokey
        super().add(viewer)

    def _emit(self, unit: Unit, due_us: int, ticks: int) -> None:
        if self._past(self._faults.drop, due_us):
            for viewer in tuple(self._viewers):
                viewer.end("dropped as asked by the fault drop", cut=True)
        elif self._past(self._faults.stall, due_us) or (self._faults.nokey and unit.keyframe):
            return
        elif not self._switched(due_us):
            self._jump(due_us)
            self._send(unit, due_us, ticks)

    def _send(self, unit: Unit, due_us: int, ticks: int) -> None:
        block = self.stamps.write(unit, ticks)
        if self._past(self._faults.garbage, due_us):
            if not self._past(self._faults.garbage, due_us - _GARBAGE_US):
                _scramble(unit, block)
            elif not self._lied:
                self._lied = True
                block = bytearray(struct.pack(">BBH", 0x24, 0, 60_000) + random.randbytes(500)) + block
        for viewer in tuple(self._viewers):
            viewer.deliver(unit, block, due_us, self.stamps)
            if viewer.started and self._began_us is None:
                self._began_us = due_us

    def _past(self, seconds: float | None, due_us: int) -> bool:
        """Whether the moment of a fault has come."""
        return (
            seconds is not None and self._began_us is not None and due_us - self._began_us >= seconds * MICRO
        )

    def _jump(self, due_us: int) -> None:
        if self._faults.jump is not None and not self._jumped and self._past(self._faults.jump[0], due_us):
            self._jumped = True
            self.stamps.shift_s = self._faults.jump[1]
            if self._faults.ssrc:
                self.stamps.change_sources()

    def _switched(self, due_us: int) -> bool:
        """Goes over to the other clip at its first keyframe past the moment; True when it just did."""
        if self._other is None or self._faults.switch is None:
            return False
        if self._switch_us is None and self._past(self._faults.switch[0], due_us):
            self._switch_us = Cursor(self._other, due_us).next_keyframe_us()
        if self._switch_us is None or due_us < self._switch_us:
            return False
        self._cursor = Cursor(self._other, self._switch_us)
        self._other = None
        return True


def _scramble(unit: Unit, block: bytearray) -> None:
    """Random bytes in place of every RTP payload; headers stay."""
    for start, end in zip(unit.starts, (*unit.starts[1:], len(block)), strict=True):
        block[start + HEADER : end] = random.randbytes(end - start - HEADER)
