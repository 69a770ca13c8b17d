"""Which originals a camera's signatures run through: those that follow one another in a run, with nothing lost between
them, are one stream, from the first with a signature to the last; after a gap a new one begins.

Originals are taken as they are read, in order wherever the package has them so; nothing is read twice but what came out
of its turn, or what had no signature to say how it is hashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Dict, Iterator, List, Optional, Tuple

from saksi.custody.verifier.camera_sei import UNKNOWN_HASH, SigningSei
from saksi.custody.verifier.camera_stream import Stream
from saksi.custody.verifier.camera_units import Units
from saksi.custody.verifier.material import Chunk

JOINED = ("boundary", "seal", "parameters")  # how an original ends that the next one goes on from
MOST_HELD = 1 << 19  # units of one row that wait for their turn
Kept = Callable[[str], Optional[SigningSei]]
Again = Callable[[Chunk, str], Optional[Units]]


@dataclass(frozen=True)
class Outcome:
    """What one stream came to. `sound` are as many findings as were made before what a loss on record may explain;
    `stripped` is the original before it, when the camera must have signed that too."""

    chunks: List[Chunk]
    stream: Stream
    sound: int
    stripped: Optional[Chunk]


class Row:
    """Originals of one run that follow one another without a gap; only the last may have lost something."""

    def __init__(self, chunks: List[Chunk], kept: Kept, again: Again) -> None:
        self.chunks = chunks
        self.outcomes: List[Outcome] = []
        self.many: List[Chunk] = []  # with more units than footage has
        self.stream: Optional[Stream] = None
        self._kept, self._again = kept, again
        self._taken: List[Chunk] = []
        self._head: Optional[Chunk] = None  # the original before, of two GOPs or more and without a signature
        self._between: List[Tuple[Chunk, Units]] = []  # of the stream if one with a signature follows
        self._next = self._held = self._sound = 0
        self._early: Dict[int, Optional[Units]] = {}

    def units(self) -> Units:
        """What an original of this row is to be read into."""
        known = self.stream is not None and self.stream.hash_name != UNKNOWN_HASH
        return Units(self.stream.hash_name if self.stream is not None and known else "")

    def take(self, number: int, units: Optional[Units]) -> None:
        """An original that was read; None where its frames could not be."""
        self._early[number] = self._hold(units) if number != self._next else units
        while self._next in self._early:
            self._feed(self.chunks[self._next], self._early.pop(self._next))
            self._next += 1
        if self._next == len(self.chunks):
            self._end()

    def _hold(self, units: Optional[Units]) -> Optional[Units]:
        if units is not None:
            self._held += units.count
            if self._held > MOST_HELD:
                units.let_go()
        return units

    def _feed(self, chunk: Chunk, units: Optional[Units]) -> None:
        if units is not None and units.many and units.signs:
            self.many.append(chunk)
        if units is None or units.many:
            self._end()
            return
        if self.stream is not None and self.stream.h265 != units.h265:
            self._end()
        if not units.signs:
            if self.stream is not None:
                self._between.append((chunk, self._hold(units) or units))
            else:
                self._head = chunk if units.openings >= 2 else None
            return
        if self.stream is None:
            self.stream = Stream(units, self._kept(chunk.told["camera"]))
        waiting, self._between = [*self._between, (chunk, units)], []
        for one, read in waiting:
            self._stream_takes(one, read)

    def _stream_takes(self, chunk: Chunk, units: Units) -> None:
        stream = self.stream
        if stream is None:
            return
        here = (
            units.hash_name == stream.hash_name and not units.gone and (units.whole or not stream.originals)
        )
        if not here and stream.hash_name != UNKNOWN_HASH:
            again = self._again(chunk, stream.hash_name)
            if again is None:
                self._end()
                return
            units = again
        self._sound = len(stream.findings) if loses(chunk) else -1
        self._taken.append(chunk)
        stream.take(units)

    def _end(self) -> None:
        if self.stream is not None and self._taken:
            self.stream.finish()
            sound = self._sound if self._sound >= 0 else len(self.stream.findings)
            # A camera that counts from one has signed before, and each GOP's signature comes with the next one.
            stripped = self._head if self.stream.counter > 1 else None
            self.outcomes.append(Outcome(self._taken, self.stream, sound, stripped))
        self._head = None
        self.stream, self._taken, self._between, self._held = None, [], [], 0


def loses(chunk: Chunk) -> bool:
    """Whether something is lost within an original, or behind it, by its own line."""
    return bool(chunk.told["lost"] > 0 or chunk.told["ended"] not in JOINED)


def rows_of(chunks: List[Chunk]) -> Iterator[List[Chunk]]:
    """Originals that are there, split where one does not go on from the one before."""
    row: List[Chunk] = []
    for chunk in sorted(chunks, key=lambda one: one.place):
        if row and (chunk.place != (row[-1].place[0], row[-1].place[1] + 1) or loses(row[-1])):
            yield row
            row = []
        row.append(chunk)
    if row:
        yield row
