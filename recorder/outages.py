"""The times of which one camera has no footage, told to the catalogue with their reasons."""

from __future__ import annotations

from collections.abc import Callable

from recorder.access_unit import Reason
from recorder.awake import Awake
from recorder.facts import OutageClosed, OutageOpened, OutageRecorded
from saksi import clock

_LEAST_HOLE_US = 500_000


class Outages:
    """One camera's, under one hold. Guarded by the camera's lock."""

    def __init__(
        self, camera: str, epoch: int, since_us: int, *, tell: Callable[..., None], awake: Awake
    ) -> None:
        """`since_us` is when the hold began: nothing before it is explained here unless `resume` says so."""
        self._camera, self._epoch = camera, epoch
        self._tell = tell
        self._awake = awake
        self._open: Reason | None = None
        self._silent_us = since_us  # from when on nothing is explained yet

    def resume(self, outage: Reason | None, alone_us: int | None) -> None:
        """What is known of the time before: the outage that is open; without one, since when nobody recorded."""
        self._open = outage
        if outage is None and alone_us is not None:
            self._begin(alone_us, "recorder_down", "no recorder held the camera")

    def footage(self, start_us: int) -> None:
        """A fragment that begins at `start_us` is on the disk."""
        if self._open is not None:
            self._open = None
            self._end(start_us)

    def failed(self, reason: Reason, detail: str, end_us: int) -> None:
        """Nothing is recorded since the footage ended at `end_us`, for `reason` or while the recorder stood still."""
        silent_us, self._silent_us = max(self._silent_us, end_us), clock.now_us()
        self._change(*self._awake.cause(reason, detail, silent_us, self._silent_us), end_us)

    def ended_by(self, reason: Reason, detail: str, end_us: int) -> None:
        """Nothing will be recorded any more; an outage that is open tells why already."""
        if reason == "disabled" or self._open is None:
            self._change(reason, detail, end_us)

    def hole(self, start_us: int, end_us: int) -> None:
        """The camera sent nothing for so long, and then went on in the same connection."""
        if end_us - start_us >= _LEAST_HOLE_US:
            detail = f"the camera sent nothing for {(end_us - start_us) / 1e6:.1f} s"
            reason, detail = self._awake.cause("stalled", detail, start_us, end_us)
            self._tell(
                OutageRecorded(
                    camera=self._camera, start_us=start_us, end_us=end_us, reason=reason, detail=detail
                )
            )

    def _change(self, reason: Reason, detail: str, end_us: int) -> None:
        if self._open == reason:
            return
        start_us = end_us
        if self._open is not None:
            start_us = clock.now_us()
            self._end(start_us)
        self._begin(start_us, reason, detail)

    def _begin(self, start_us: int, reason: Reason, detail: str) -> None:
        self._open = reason
        self._tell(
            OutageOpened(
                camera=self._camera, epoch=self._epoch, start_us=start_us, reason=reason, detail=detail
            )
        )

    def _end(self, end_us: int) -> None:
        self._tell(OutageClosed(camera=self._camera, epoch=self._epoch, end_us=end_us))
