"""Sound identity: one SHA-256 over the sound samples of a copy that come from the originals.

Definition, for every implementation of it: SHA-256 over `u32be(length of the sample) || bytes of the sample` for every
sample of the sound track in decode order, nothing between samples or files. Silence that a copy puts into holes does
not enter; the digest of a copy equals the digest over the pieces of sound it was made of, one behind the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.selection import Part, Stretch, stretches
from saksi.fmp4.silence import SILENCE


@dataclass(frozen=True, kw_only=True)
class SoundPlan:
    """Of what sound a clip is made: `pieces` of chunks, `silences` as (samples before it, how many), and in `places`
    where the rows of copied samples begin in the clip's media, with the samples' sizes."""

    pieces: list[Stretch] = field(default_factory=list)
    silences: list[tuple[int, int]] = field(default_factory=list)
    places: list[tuple[int, Sequence[int]]] = field(default_factory=list, repr=False)

    @property
    def samples(self) -> int:
        """How many were copied."""
        return sum(len(sizes) for _, sizes in self.places)


def sound_plan(parts: Sequence[Part], places: Sequence[int]) -> SoundPlan:
    """From the parts of a clip's sound track and where each begins in its media."""
    copied = [(part, place) for part, place in zip(parts, places, strict=True) if part.chunk != SILENCE]
    found = SoundPlan(
        pieces=stretches([part for part, _ in copied]),
        places=[(place, part.samples.sizes) for part, place in copied],
    )
    passed = 0
    for part in parts:
        count = len(part.samples.sizes)
        if part.chunk == SILENCE:
            found.silences.append((passed, count))
        else:
            passed += count
    return found


class SoundHasher:
    """Hears the sound in a clip's media as they pass."""

    def __init__(self, plan: SoundPlan) -> None:
        self._digest = hashlib.sha256()
        self._wanted = _extents(plan)
        self._next = next(self._wanted, None)
        self._at = 0
        self._held = b""

    def listen(self, media: Iterable[bytes]) -> Iterator[bytes]:
        """The media, untouched. Raises Malformed when the samples do not lie in order."""
        for piece in media:
            self._take(piece)
            yield piece

    def sha256(self) -> str:
        """The identity, in hex. Raises Malformed when media ended before their sound."""
        if self._next is not None:
            raise Malformed("the media ended before their sound")
        return self._digest.hexdigest()

    def _take(self, piece: bytes) -> None:
        data, start = self._held + piece, self._at - len(self._held)
        self._at += len(piece)
        self._held = b""
        while self._next is not None and self._next[0] < self._at:
            place, size = self._next
            if place < start:
                raise Malformed(f"sound at {place} lies before sound that comes earlier")
            if place + size > self._at:
                self._held = data[place - start :]
                return
            self._digest.update(size.to_bytes(4, "big"))
            self._digest.update(data[place - start : place - start + size])
            self._next = next(self._wanted, None)


def _extents(plan: SoundPlan) -> Iterator[tuple[int, int]]:
    for place, sizes in plan.places:
        for size in sizes:
            yield place, size
            place += size
