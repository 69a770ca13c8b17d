"""The chunks that wait to be sent, and whose turn it is: what is asked for, then the newest and the oldest in turns.

People ask for what just happened, and a backlog must drain all the same. A chunk whose file a full spool took waits no
more; what was begun of it in the store is still to be taken back. Not thread-safe; the shipper's lock guards it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from recorder.sidecar import Sealed
from recorder.spool import Place

_GONE_TURN = 3  # one that the store does not let be taken back must not hold up footage


@dataclass
class Waiting:
    """By start, run and number. `wanted` are those that somebody waits for; `gone` have no file any more."""

    wanted: frozenset[Place] = frozenset()
    bytes: int = 0
    gone: deque[Sealed] = field(default_factory=deque)
    _chunks: dict[tuple[int, str, int], Sealed] = field(default_factory=dict)
    _places: dict[Place, tuple[int, str, int]] = field(default_factory=dict)
    _turn: int = 0

    def __len__(self) -> int:
        return len(self._chunks)

    def add(self, sealed: Sealed) -> None:
        """Takes a chunk; one that is here already stays."""
        if not sealed.media.exists():
            self.gone.append(sealed)
            return
        entry = sealed.entry
        key = (entry.start_us, entry.run, entry.seq)
        if key not in self._chunks:
            self._chunks[key] = sealed
            self._places[entry.run, entry.seq] = key
            self.bytes += entry.size

    def drop(self, sealed: Sealed) -> None:
        """A full spool took the file of this one."""
        key = self._places.get((sealed.entry.run, sealed.entry.seq))
        if key is not None:
            self._pop(key)
        self.gone.append(sealed)

    def take(self, *, asked_alone: bool, settles: bool) -> Sealed | None:
        """The next one, with `asked_alone` only what somebody waits for; None where there is none.

        With `settles` those that are gone come too, in their turn or when nothing else does.
        """
        asked = [self._places[place] for place in self.wanted if place in self._places]
        if asked:
            return self._pop(min(asked))
        self._turn += 1
        nothing_else = asked_alone or not self._chunks
        if settles and self.gone and (nothing_else or self._turn % _GONE_TURN == 0):
            return self.gone.popleft()
        if nothing_else:
            return None
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
