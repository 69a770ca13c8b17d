"""The stamps of a file's pictures as one unbroken time from its first picture on.

Containers differ: some pictures carry no stamp, AVI numbers them in the order of decoding, and files that a recorder
joined jump back. Whatever a stamp says, each picture gets a place, and where the file itself broke off is told.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import av
import av.error

from recorder.access_unit import VideoUnit

BREAK_US = 60_000_000  # a hole so long is not one stretch of footage: what follows starts anew at a keyframe
_BACK_US = 5_000_000
_DAY_US = 86_400_000_000
_USUAL_US = 40_000
_MOST_BEHIND = 64  # pictures that no decoder holds back


class Stamps:
    """Media microseconds from the first picture on; the same shift counts for the sound."""

    def __init__(self) -> None:
        self._base_us: int | None = None
        self._ahead_us = 0
        self._step_us = _USUAL_US

    def place(self, stamp_us: int | None) -> tuple[int, bool]:
        """Where the next picture (in the order of the file) stands, and whether the file broke off before it."""
        if self._base_us is None:
            self._base_us = stamp_us or 0
            return 0, False
        if stamp_us is None:
            self._ahead_us += self._step_us
            return self._ahead_us, False
        at_us = stamp_us - self._base_us
        moved_us = at_us - self._ahead_us
        if moved_us < -_BACK_US or moved_us > _DAY_US:
            at_us = self._ahead_us + self._step_us
            self._base_us = stamp_us - at_us
            self._ahead_us = at_us
            return at_us, True
        if 0 < moved_us < 2_000_000:
            self._step_us = moved_us
        self._ahead_us = max(self._ahead_us, at_us)
        return at_us, moved_us > BREAK_US

    def sound(self, stamp_us: int) -> int | None:
        """Where a piece of sound stands; None for one that belongs to no picture near it."""
        if self._base_us is None:
            return None
        at_us = stamp_us - self._base_us
        return at_us if abs(at_us - self._ahead_us) < 2 * _BACK_US else None


class ShownOrder:
    """Presentation times for pictures whose stamps are in the order of decoding: the n-th picture that a decoder shows
    gets the n-th of these stamps.
    """

    def __init__(self, stream: Any) -> None:
        self._decoder: Any = av.CodecContext.create(stream.codec_context.name, "r")
        if stream.codec_context.extradata:
            self._decoder.extradata = stream.codec_context.extradata
        self._waiting: deque[tuple[int, VideoUnit]] = deque()
        self._stamps: deque[int] = deque()
        self._shown: dict[int, int] = {}
        self._count = 0

    def take(self, unit: VideoUnit, packet: Any, stamp_us: int) -> Iterator[tuple[VideoUnit, int]]:
        """Takes the next picture; answers those, in the order of the file, whose times are known by now."""
        asked: Any = av.Packet(bytes(packet))
        asked.pts = asked.dts = self._count
        self._waiting.append((self._count, unit))
        self._stamps.append(stamp_us)
        self._count += 1
        self._look(asked)
        yield from self._known(_MOST_BEHIND)

    def rest(self) -> Iterator[tuple[VideoUnit, int]]:
        """What is left at the end, or where the file breaks off."""
        self._look(None)
        yield from self._known(0)
        self._decoder.flush_buffers()
        self._stamps.clear()
        self._shown.clear()

    def _look(self, packet: Any) -> None:
        try:
            for frame in self._decoder.decode(packet):
                if self._stamps and frame.pts is not None:
                    self._shown[frame.pts] = self._stamps.popleft()
        except av.error.FFmpegError:
            pass  # a picture that cannot be decoded keeps its place in the file

    def _known(self, most: int) -> Iterator[tuple[VideoUnit, int]]:
        while self._waiting:
            number, unit = self._waiting[0]
            at_us = self._shown.pop(number, None)
            if at_us is None:
                if len(self._waiting) <= most:
                    return
                at_us = self._stamps.popleft() if self._stamps else 0
            self._waiting.popleft()
            yield unit, at_us
