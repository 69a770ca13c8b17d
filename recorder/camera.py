"""One thread a camera.

Connect, record, and when it breaks tell why, wait a little, and try again for ever.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal, cast

from recorder import measures
from recorder.access_unit import AccessUnit, Source, SourceFailed, VideoUnit
from recorder.backoff import Backoff
from recorder.recording import Recording
from saksi import clock
from saksi.fmp4.boxes import Malformed

log = logging.getLogger("saksi.recorder.camera")

OPEN_S = 5.0
_KEYFRAME_US = 10_000_000
_MOST_KEYFRAME_US = 60_000_000
_GOOD_US = 3_000_000  # footage for so long earns a quick reconnect


@dataclass(frozen=True, kw_only=True)
class State:
    """What a person is told of the camera right now."""

    state: Literal["recording", "connecting", "failed", "stopped"]
    reason: str
    detail: str
    since_us: int


class Camera:
    """Keeps one camera's stream coming into its recording."""

    def __init__(self, code: str, url: str, source: Callable[[], Source], *, recording: Recording) -> None:
        """`source` makes a fresh connection object for every try."""
        self.code = code
        self.recording = recording
        self._url = url
        self._make_source = source
        self._source: Source | None = None
        self._stop = threading.Event()
        self._patience_us = _KEYFRAME_US
        self._last_key_us = 0
        self._longest_gop_us = 0
        self._recording_since_us: int | None = None
        self.state = State(state="connecting", reason="", detail="", since_us=clock.now_us())
        self.notes: list[str] = []
        self._thread = threading.Thread(target=self._run, name=f"camera-{code}", daemon=True)

    def start(self) -> None:
        """Starts recording."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether its thread still runs; it ends by itself only through a fault of ours."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Asks the thread to end behind what has come until now; see `finish`."""
        self._stop.set()
        source = self._source
        if source is not None:
            source.close()

    def finish(self, reason: str, patience_s: float) -> None:
        """After `stop`: waits a little for the thread, then seals and closes the run whatever the thread
        does.

        A thread that hangs in a read ends at the read's own time-out and finds nothing left to write.
        """
        self._thread.join(patience_s)
        try:
            self.recording.finish("shutdown", reason)
        except OSError as error:
            log.error("%s: what is open is sealed when the recorder starts again: %s", self.code, error)
        self._say("stopped", reason, "")
        measures.connected.labels(camera=self.code).set(0)

    def _run(self) -> None:
        backoff = Backoff()
        while not self._stop.is_set():
            self._recording_since_us = None
            failure = self._record()
            measures.connected.labels(camera=self.code).set(0)
            if self._stop.is_set():
                return
            measures.failures.labels(camera=self.code, reason=failure.reason).inc()
            log.warning("%s: %s", self.code, failure)
            detail = failure.diagnostics("en")
            self._say("failed", failure.reason, detail)
            self.recording.failed(failure.reason, detail)
            since_us = self._recording_since_us
            if since_us is not None and clock.monotonic_us() - since_us > _GOOD_US:
                backoff.reset()
            self._stop.wait(backoff.wait_s())

    def _record(self) -> SourceFailed:
        """One connection from opening to its end; answers why it ended."""
        source = self._source = self._make_source()
        source.patience_s = self._patience_us / 1e6
        try:
            source.open(self._url, OPEN_S)
            self.recording.connected(source.audio)
            self.notes = source.notes
            self._last_key_us = clock.monotonic_us()
            with closing(cast(Generator[Sequence[AccessUnit], None, None], iter(source))) as came:
                for units in came:  # a source that was closed ends behind what has come until then
                    self.recording.take(units)
                    self._watch(units)
                    del units  # not kept until the next ones come
            self.recording.disconnected("shutdown" if self._stop.is_set() else "source_ended")
        except SourceFailed as failure:
            return self._end(failure)
        except Malformed as error:
            return self._end(SourceFailed("unsupported_codec", str(error)))
        except OSError as error:
            return self._set_aside(error)
        return SourceFailed("unreachable", "it closed the connection")

    def _end(self, failure: SourceFailed) -> SourceFailed:
        if failure.reason == "no_keyframe":
            # A camera with very long GOPs must get its chance once.
            self._patience_us = min(2 * self._patience_us, _MOST_KEYFRAME_US)
        try:
            self.recording.disconnected("source_ended")
        except OSError as error:
            return self._set_aside(error)
        return failure

    def _set_aside(self, error: OSError) -> SourceFailed:
        try:
            self.recording.lay_aside()
        except OSError as again:
            log.error("%s: the run stays as it is until the recorder starts again: %s", self.code, again)
        return SourceFailed("spool_full", error.strerror or str(error))

    def _watch(self, units: Sequence[AccessUnit]) -> None:
        """Raises SourceFailed when pictures come and yet none to start from."""
        now_us = self._last_key_us
        for unit in units:
            if unit.keyframe:
                self._keyframe(unit.monotonic_us)
            if isinstance(unit, VideoUnit):
                now_us = unit.monotonic_us
        waited_us = now_us - self._last_key_us
        if self.recording.waiting:
            if waited_us > max(self._patience_us, 2 * self._longest_gop_us):
                raise SourceFailed("no_keyframe", f"none in {waited_us / 1e6:.0f} s")
        elif waited_us > max(_MOST_KEYFRAME_US, 2 * self._longest_gop_us):
            raise SourceFailed("no_keyframe", f"none in {waited_us / 1e6:.0f} s")

    def _keyframe(self, now_us: int) -> None:
        if self.state.state != "recording":
            self._say("recording", "", "; ".join(self.notes))
            self._recording_since_us = now_us
            measures.connected.labels(camera=self.code).set(1)
        else:
            self._longest_gop_us = max(self._longest_gop_us, now_us - self._last_key_us)
        self._last_key_us = now_us

    def _say(
        self, state: Literal["recording", "connecting", "failed", "stopped"], reason: str, detail: str
    ) -> None:
        since_us = self.state.since_us if self.state.state == state else clock.now_us()
        self.state = State(state=state, reason=reason, detail=detail, since_us=since_us)
