"""Which GOP each SEI of media signing answers for, and whether the hashes of its NAL units are those it tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from saksi.fmp4.signing_sei import GopFacts, SigningSei

Place = tuple[int, int]
"""(source, frame) in it."""

_COUNTER = 2**32
_MOST_TRIES = 32  # GOPs among which the first SEI's may be, and SEIs that may be that first one


@dataclass(slots=True)
class Item:
    """A hashed NAL unit; an unsigned SEI carries how many NAL units it answers for."""

    digest: bytes
    opens: bool
    where: Place
    sei: bool = False
    carries: int = 0


class Gops:
    """NAL units that no SEI has answered for yet, in order. Tells what is wrong through `find` (code, place)."""

    def __init__(self, digest: Callable[[bytes], bytes], find: Callable[[str, Place], None]) -> None:
        self._hash, self._find = digest, find
        self.pending: list[Item] = []
        self.earlier = 0
        # Hashes of the first NAL unit, and of the first slice, of the GOP answered for last.
        self._before: set[bytes] = set()
        # None until the first SEI has found its GOP; until then (SEI, its hashes, whether its GOP should be here).
        self._counter: int | None = None
        self._unplaced: list[tuple[GopFacts, bytes, bool]] = []

    def finish(self) -> None:
        """No more comes: SEIs that found no GOP although it should be here are told."""
        if self._counter is None and any(roomy for _, _, roomy in self._unplaced):
            self._explain(len(self.pending))

    def answer(
        self, found: SigningSei, gop: GopFacts, where: Place, item: Item | None, *, holds: bool
    ) -> int:
        """Takes an SEI that answers for a GOP; `holds` is whether its signature does, `item` it itself if unsigned.

        The number of NAL units that are proven by it now.
        """
        if not self._placed(found, gop, where):
            return 0
        taken = self._extent(0, gop)
        covered, self.pending = self.pending[:taken], self.pending[taken:]
        if not covered:
            self._find("frames_missing", where)
            return 0
        if problem := self._difference(covered, gop.digest, found.hashes):
            self._find(*problem)
            holds, item = False, None
        elif self._before and gop.linked not in self._before:
            self._find("gop_order", covered[0].where)
            holds, item = False, None
        self._before = {covered[0].digest, next((part for part in covered if part.opens), covered[0]).digest}
        amount = sum(1 + part.carries for part in covered)
        if item is not None:
            item.carries = amount
        return amount if holds else 0

    def _placed(self, found: SigningSei, gop: GopFacts, where: Place) -> bool:
        """Whether the SEI answers for what `pending` begins with, which is brought about where it can be."""
        if self._counter is None:
            return self._first(found, gop)
        ahead = (gop.counter - self._counter) % _COUNTER
        if ahead == 0:
            return False  # sent twice, as the specification allows
        if ahead > _COUNTER // 2:
            self._find("gop_order", where)
            return False
        self._counter = gop.counter
        if ahead > 1:
            self._find("sei_missing", where)
            end = 0
            for _ in range(min(ahead - 1, len(self.pending))):
                end = self._next_opening(end)
            del self.pending[:end]
            self._before = set()
        return True

    def _first(self, found: SigningSei, gop: GopFacts) -> bool:
        """The first SEIs of footage may answer for GOPs from before it; the first that fits places the rest."""
        if len(self._unplaced) >= _MOST_TRIES:
            return False
        starts = [i for i, item in enumerate(self.pending) if item.opens or item.sei or i == 0]
        for start in starts[:_MOST_TRIES]:
            covered = self.pending[start : self._extent(start, gop)]
            if covered and self._difference(covered, gop.digest, found.hashes) is None:
                self._counter = gop.counter
                if start:
                    self._explain(start)
                    del self.pending[:start]
                else:
                    self.earlier += len(self._unplaced)
                return True
        known = {item.digest for item in self.pending}
        width = len(gop.digest)
        shares = any(found.hashes[i : i + width] in known for i in range(0, len(found.hashes), width))
        if self.pending:
            self._unplaced.append((gop, found.hashes, shares or gop.nals <= len(self.pending)))
        else:
            self.earlier += 1
        return False

    def _explain(self, end: int) -> None:
        """Says what is wrong with the GOPs before `end` that no SEI fits."""
        for gop, hashes, roomy in self._unplaced:
            covered = self.pending[: min(end, self._extent(0, gop))]
            if roomy and (problem := self._difference(covered, gop.digest, hashes)):
                self._find(*problem)
                return
        self._find("gop_without_sei", self.pending[0].where)

    def _difference(self, covered: Sequence[Item], digest: bytes, told: bytes) -> tuple[str, Place] | None:
        """What is wrong with a GOP, and where: by its digest, and by the SEI's list of hashes if that fails."""
        hashes = [item.digest for item in covered]
        if self._hash(b"".join(hashes)) == digest or b"".join(hashes) == told:
            return None
        listed = [told[place : place + len(digest)] for place in range(0, len(told), len(digest))]
        pairs = zip(covered, listed, strict=False)
        place = next(
            (item.where for item, one in pairs if item.digest != one), covered[-1 if told else 0].where
        )
        rest = iter(listed)
        missing = told and all(one in rest for one in hashes)
        return "frames_missing" if missing else "gop_changed", place

    def _extent(self, start: int, gop: GopFacts) -> int:
        """One past the last item of the (partial) GOP that begins at `start`."""
        end = self._next_opening(start)
        return min(end, start + gop.nals) if gop.partial else end

    def _next_opening(self, start: int) -> int:
        # Unsigned SEIs in front of a GOP's first picture belong to that GOP.
        while start < len(self.pending) and self.pending[start].sei:
            start += 1
        for i in range(start + 1, len(self.pending)):
            if self.pending[i].opens:
                return i
        return len(self.pending)
