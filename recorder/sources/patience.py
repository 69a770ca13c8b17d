"""Packets come, and nothing that can be recorded comes of them: how long that is borne, and why it ends."""

from __future__ import annotations

from recorder.access_unit import SourceFailed

STALL_S = 5.0  # a camera silent for so long has stopped
PATIENCE_S = 10.0  # pictures may come for so long of which none can be recorded


def stalled(timeout_s: float) -> SourceFailed:
    """The outage of a camera that is connected and silent."""
    return SourceFailed("stalled", f"no data for {timeout_s:g} s")


class Patience:
    """Follows one connection. Times are on the steady clock."""

    def __init__(self, begun_us: int, *, stall_us: int, limit_us: int) -> None:
        """No picture at all is borne for `stall_us`, pictures that cannot be recorded for `limit_us`."""
        self._stall_us = stall_us
        self._limit_us = limit_us
        self._picture_us = begun_us
        self._useful_us = begun_us
        self._wasted = 0
        self._uncut = 0
        self._keyframes = 0

    def useful(self, now_us: int) -> int:
        """A picture can be recorded; answers how many just before it could not."""
        wasted = self._wasted
        self._picture_us = self._useful_us = now_us
        self._wasted = self._uncut = self._keyframes = 0
        return wasted

    def wasted(self, now_us: int, *, keyframe: bool, cut: bool) -> None:
        """A picture cannot be recorded: it could not be `cut` into NAL units, or has no parameter sets."""
        self._picture_us = now_us
        self._wasted += 1
        self._uncut += not cut
        self._keyframes += keyframe

    def waited(self, waited_us: int) -> None:
        """Nobody looked for so long."""
        self._picture_us += waited_us
        self._useful_us += waited_us

    def check(self, now_us: int) -> None:
        """To be called after every packet, of whatever stream. Raises SourceFailed."""
        if now_us - self._picture_us > self._stall_us:
            raise SourceFailed("stalled", "sound or other data comes, but no picture")
        waited_us = now_us - self._useful_us
        if not self._wasted or waited_us <= self._limit_us:
            return
        if self._uncut:
            raise SourceFailed("unsupported_codec", "its packets cannot be cut into NAL units")
        if self._keyframes:
            raise SourceFailed("unsupported_codec", "its keyframes come without parameter sets")
        # Without a keyframe the parameter sets may still come with the first one.
        raise SourceFailed("no_keyframe", f"none in {waited_us / 1e6:.0f} s, nor parameter sets")
