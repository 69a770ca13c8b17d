"""The chunks that wait to be sent, and whose turn it is: what is asked for, then the newest and the oldest in turns.

People ask for what just happened, and a backlog must drain all the same. Not thread-safe; the shipper's lock guards it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from recorder.sidecar import Sealed
from recorder.spool import Place


@dataclass
class Waiting:
    """By start, run and number. `wanted` are those that somebody waits for, here or not."""

    wanted: frozenset[Place] = frozenset()
    bytes: int = 0
    _chunks: dict[tuple[int, str, int], Sealed] = field(default_factory=dict)
    _places: dict[Place, tuple[int, str, int]] = field(default_factory=dict)
    _turn: int = 0

    def __len__(self) -> int:
        return len(self._chunks)

    def add(self, sealed: Sealed) -> None:
        """Takes a chunk; one that is here already stays."""
        entry = sealed.entry
        key = (entry.start_us, entry.run, entry.seq)
        if key not in self._chunks:
            self._chunks[key] = sealed
            self._places[entry.run, entry.seq] = key
            self.bytes += entry.size

    def take(self, *, asked_alone: bool) -> Sealed | None:
        """The next one to be sent, with `asked_alone` only what somebody waits for; None where there is none."""
        asked = [self._places[place] for place in self.wanted if place in self._places]
        if asked:
            return self._pop(min(asked))
        if asked_alone or not self._chunks:
            return None
        self._turn += 1
        return self._pop(max(self._chunks) if self._turn % 2 else min(self._chunks))

    def asked(self) -> int:
        """How many of them somebody waits for."""
        return sum(place in self._places for place in self.wanted)

    def runs(self) -> set[str]:
        """The runs that they are of."""
        return {run for run, _ in self._places}

    def oldest_us(self) -> int | None:
        """Start of the oldest; None without any."""
        return min(self._chunks)[0] if self._chunks else None

    def want(self, wanted: Iterable[Place]) -> None:
        """These are waited for from now on, and no others."""
        self.wanted = frozenset(wanted)

    def _pop(self, key: tuple[int, str, int]) -> Sealed:
        sealed = self._chunks.pop(key)
        del self._places[key[1], key[2]]
        self.bytes -= sealed.entry.size
        return sealed
