"""What came from one camera, counted."""

from __future__ import annotations

from collections.abc import Sequence

from recorder.access_unit import AccessUnit, VideoUnit
from saksi.fmp4.tracks import VideoTrack


class Tally:
    """Counts of everything since this recorder leased the camera. Read from any thread."""

    def __init__(self) -> None:
        self.connections = 0
        self.frames = 0
        self.bytes = 0
        self.lost = 0  # packets or pictures, as the source counts them
        self.video: VideoTrack | None = None
        self.last_frame_us: int | None = None  # wall clock
        self.keyframe_us = 0  # between the last two keyframes of one connection
        self._last_key_us: int | None = None

    def connected(self) -> None:
        """A connection begins."""
        self.connections += 1
        self._last_key_us = None

    def take(self, units: Sequence[AccessUnit]) -> None:
        """Counts what came together."""
        self.bytes += sum([len(unit.data) for unit in units])
        pictures = [unit for unit in units if isinstance(unit, VideoUnit)]
        if not pictures:
            return
        self.frames += len(pictures)
        self.lost += sum([unit.lost for unit in pictures])
        self.last_frame_us, self.video = pictures[-1].arrival_us, pictures[-1].parameters
        for key_us in [unit.monotonic_us for unit in pictures if unit.keyframe]:
            if self._last_key_us is not None:
                self.keyframe_us = key_us - self._last_key_us
            self._last_key_us = key_us
