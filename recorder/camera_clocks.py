"""What sealed chunks said of each camera's own clock, for whoever watches the fleet. Once a chunk, never a frame."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from recorder.facts import ChunkSealed, Fact, RunOpened
from saksi.camera_clock import Claim, Follower, Step
from saksi.catalogue.status import CameraClock


@dataclass(slots=True)
class _Seen:
    follower: Follower = field(default_factory=Follower)
    source: str = "none"
    step: Step | None = None
    host: str = ""  # the run that began because our own clock was set, if one did


class CameraClocks:
    """By camera. Noted and asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, _Seen] = {}

    def note(self, facts: Iterable[Fact]) -> None:
        """Takes what facts tell, in the order in which they are told."""
        with self._lock:
            for fact in facts:
                if isinstance(fact, RunOpened) and fact.opening.reason == "clock_step":
                    self._of(fact.opening.camera).host = fact.opening.run
                elif isinstance(fact, ChunkSealed):
                    self._take(fact)

    def of(self, camera: str) -> CameraClock:
        """What its clock showed last."""
        with self._lock:
            seen = self._seen.get(camera)
            last = None if seen is None or seen.source == "none" else seen.follower.last
            if seen is None or last is None:
                return CameraClock()
            return CameraClock(
                source=seen.source,
                offset_us=last.offset_us,
                step_us=seen.step.by_us if seen.step else 0,
                step_at_us=seen.step.at_us if seen.step else None,
            )

    def silent(self, camera: str) -> bool:
        """Whether its last chunk brought no time with the stream; False before the first."""
        with self._lock:
            seen = self._seen.get(camera)
            return seen is not None and seen.source != "rtcp"

    def keep(self, held: set[str]) -> None:
        """Forgets all cameras but these."""
        with self._lock:
            for camera in self._seen.keys() - held:
                del self._seen[camera]

    def _of(self, camera: str) -> _Seen:
        return self._seen.setdefault(camera, _Seen())

    def _take(self, fact: ChunkSealed) -> None:
        entry = fact.sealed.entry
        told, seen = entry.clock, self._of(entry.camera)
        seen.source = told.camera_source
        if told.camera_source == "none":
            return
        claim = Claim(
            at_us=entry.start_us, offset_us=told.camera_offset_us, source=told.camera_source, host=seen.host
        )
        seen.step = seen.follower.take(claim) or seen.step
