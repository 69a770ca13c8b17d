"""What became of the cameras, from the notes of all recorders: take-over times, orphans, cameras held twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bench._fleet_idle import Noted

_SAME_US = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Death:
    """A recorder that ended without a word, and what it held."""

    at_us: int
    recorder: str
    cameras: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class _Hold:
    start_us: int
    end_us: int
    recorder: str
    epoch: int


class Judge:
    """Holds by camera; `end_us` is when the notes end, `starts_us` how long a camera needs until there is footage."""

    def __init__(self, notes: Sequence[Noted], end_us: int, *, starts_us: int) -> None:
        self._end_us = end_us
        self._starts_us = starts_us
        self._holds: dict[int, list[_Hold]] = defaultdict(list)
        begun: dict[tuple[int, str], Noted] = {}
        for note in sorted(notes, key=lambda one: (one.at_us, one.began)):
            key = note.camera_id, note.recorder
            if note.began:
                begun[key] = note
            else:
                self._add(begun.pop(key), note.at_us)
        for note in begun.values():
            self._add(note, end_us)

    def _add(self, began: Noted, end_us: int) -> None:
        self._holds[began.camera_id].append(
            _Hold(start_us=began.at_us, end_us=end_us, recorder=began.recorder, epoch=began.epoch)
        )

    def takeovers(self, deaths: Sequence[Death]) -> list[float]:
        """Seconds from each death to the next hold of each of its cameras; infinite when there was none."""
        return [
            self._until_held(camera, death.at_us, death.recorder)
            for death in deaths
            for camera in death.cameras
        ]

    def _until_held(self, camera: int, at_us: int, dead: str) -> float:
        alive = [
            max(hold.start_us - at_us, 0)
            for hold in self._holds[camera]
            if hold.end_us > at_us and (hold.start_us >= at_us or hold.recorder != dead)
        ]
        return min(alive) / 1e6 if alive else float("inf")

    def silent(self, from_us: int, deaths: Sequence[Death], *, after_death: bool) -> list[float]:
        """Seconds of every stretch since `from_us` without footage: those that a death began, or all others."""
        dead = {(camera, death.recorder): death.at_us for death in deaths for camera in death.cameras}
        found = []
        for camera, holds in self._holds.items():
            to_us, last = from_us, ""
            for hold in [*sorted(holds, key=lambda one: one.start_us), None]:
                start_us = self._end_us
                if hold is not None:
                    start_us = min(start_us, hold.start_us + self._starts_us)
                by_death = abs(dead.get((camera, last), 0) - to_us) < _SAME_US
                if start_us > to_us and by_death == after_death:
                    found.append((start_us - to_us) / 1e6)
                if hold is not None and hold.end_us > max(to_us, start_us):
                    to_us, last = hold.end_us, hold.recorder
        return found

    def doubled(self) -> list[float]:
        """Seconds of every stretch in which two recorders held one camera."""
        both = []
        for holds in self._holds.values():
            held_to = 0
            for hold in sorted(holds, key=lambda one: one.start_us):
                if hold.start_us < held_to:
                    both.append((min(held_to, hold.end_us) - hold.start_us) / 1e6)
                held_to = max(held_to, hold.end_us)
        return both

    def orphans(self, cameras: int) -> int:
        """Cameras that nobody holds at the end."""
        held = sum(any(hold.end_us >= self._end_us for hold in holds) for holds in self._holds.values())
        return cameras - held
