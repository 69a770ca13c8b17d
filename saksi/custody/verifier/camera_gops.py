"""Which GOP each SEI of media signing answers for, and whether the hashes of its NAL units are those that it tells."""

from __future__ import annotations

from typing import Callable, List, Optional, Sequence, Set, Tuple

from saksi.custody.verifier.camera_sei import GopFacts, SigningSei

SignPlace = Tuple[int, int]
"""(number of the original in its stream, frame)."""

COUNTER = 2**32
MOST_TRIES = 32  # GOPs among which the first SEI's may be, and SEIs that may be that first one
MOST_PENDING = 1 << 17  # NAL units without an answer: an SEI answers for 65,535 at most


class SignedUnit:
    """A hashed NAL unit; an unsigned SEI carries how many NAL units it answers for."""

    __slots__ = ("carries", "digest", "opens", "sei", "where")

    def __init__(self, digest: bytes, opens: bool, where: SignPlace, sei: bool = False) -> None:
        self.digest, self.opens, self.where, self.sei = digest, opens, where, sei
        self.carries = 0


class Gops:
    """NAL units that no SEI has answered for yet, in order. Tells what is wrong through `find` (code, place)."""

    def __init__(self, digest: Callable[[bytes], bytes], find: Callable[[str, SignPlace], None]) -> None:
        self._hash, self._find = digest, find
        self._units: List[SignedUnit] = []
        self._at = 0  # of the first that is pending
        # Hashes of the first NAL unit, and of the first slice, of the GOP answered for last.
        self._before: Set[bytes] = set()
        # None until the first SEI has found its GOP; until then (SEI, its hashes, whether its GOP should be here).
        self._counter: Optional[int] = None
        self._unplaced: List[Tuple[GopFacts, bytes, bool]] = []

    @property
    def left(self) -> int:
        """How many are pending."""
        return len(self._units) - self._at

    def add(self, unit: SignedUnit) -> None:
        """The next NAL unit. More than any SEI could answer for are told of and given up."""
        if self.left >= MOST_PENDING:
            self._find("gop_without_sei", self._units[self._at].where)
            self._drop(self.left)
            self._counter, self._unplaced, self._before = None, [], set()
        self._units.append(unit)

    def finish(self) -> None:
        """No more comes: SEIs that found no GOP although it should be here are told."""
        if self._counter is None and any(roomy for _, _, roomy in self._unplaced):
            self._explain(self.left)

    def answer(
        self, found: SigningSei, gop: GopFacts, where: SignPlace, unit: Optional[SignedUnit], holds: bool
    ) -> int:
        """Takes an SEI that answers for a GOP; `holds` is whether its signature does, `unit` it itself if unsigned.

        The number of NAL units that are proven by it now.
        """
        if not self._placed(found, gop, where):
            return 0
        covered = self._stretch(0, self._extent(0, gop))
        self._drop(len(covered))
        if not covered:
            self._find("frames_missing", where)
            return 0
        problem = self._difference(covered, gop.digest, found.hashes)
        if problem is None and self._before and gop.linked not in self._before:
            problem = "gop_order", covered[0].where
        if problem is not None:
            self._find(*problem)
            holds, unit = False, None
        self._before = {covered[0].digest, next((one for one in covered if one.opens), covered[0]).digest}
        amount = sum(1 + one.carries for one in covered)
        if unit is not None:
            unit.carries = amount
        return amount if holds else 0

    def _placed(self, found: SigningSei, gop: GopFacts, where: SignPlace) -> bool:
        """Whether the SEI answers for what is pending first, which is brought about where it can be."""
        if self._counter is None:
            return self._first(found, gop)
        ahead = (gop.counter - self._counter) % COUNTER
        if ahead == 0:
            return False  # sent twice, as the specification allows
        if ahead > COUNTER // 2:
            self._find("gop_order", where)
            return False
        self._counter = gop.counter
        if ahead > 1:
            self._find("sei_missing", where)
            end = 0
            while ahead > 1 and end < self.left:
                end, ahead = self._next_opening(end, self.left), ahead - 1
            self._drop(end)
            self._before = set()
        return True

    def _first(self, found: SigningSei, gop: GopFacts) -> bool:
        """The first SEIs of a stream may answer for GOPs from before it; the first that fits places the rest."""
        if len(self._unplaced) >= MOST_TRIES:
            return False
        pending = self._stretch(0, self.left)
        starts = [i for i, one in enumerate(pending) if one.opens or one.sei or i == 0]
        for start in starts[:MOST_TRIES]:
            covered = pending[start : self._extent(start, gop)]
            if covered and self._difference(covered, gop.digest, found.hashes) is None:
                self._counter = gop.counter
                if start:
                    self._explain(start)
                    self._drop(start)
                return True
        if pending:
            known = {one.digest for one in pending}
            shares = any(one in known for one in listed_hashes(found.hashes, len(gop.digest)))
            self._unplaced.append((gop, found.hashes, shares or gop.nals <= len(pending)))
        return False

    def _explain(self, end: int) -> None:
        """Says what is wrong with the GOPs before `end` that no SEI fits."""
        for gop, hashes, roomy in self._unplaced:
            covered = self._stretch(0, min(end, self._extent(0, gop)))
            problem = self._difference(covered, gop.digest, hashes) if roomy else None
            if problem is not None:
                self._find(*problem)
                return
        self._find("gop_without_sei", self._units[self._at].where)

    def _difference(
        self, covered: Sequence[SignedUnit], digest: bytes, told: bytes
    ) -> Optional[Tuple[str, SignPlace]]:
        """What is wrong with a GOP, and where: by its digest, and by the SEI's list of hashes if that fails."""
        hashes = [one.digest for one in covered]
        joined_hashes = b"".join(hashes)
        if self._hash(joined_hashes) == digest or joined_hashes == told:
            return None
        listed = listed_hashes(told, len(digest))
        differing = (unit.where for unit, one in zip(covered, listed) if unit.digest != one)
        place = next(differing, covered[-1 if told else 0].where)
        rest = iter(listed)
        missing = told and all(one in rest for one in hashes)
        return "frames_missing" if missing else "gop_changed", place

    def _extent(self, start: int, gop: GopFacts) -> int:
        """One past the last unit of the (partial) GOP that begins at `start`."""
        return self._next_opening(start, min(self.left, start + gop.nals) if gop.partial else self.left)

    def _next_opening(self, start: int, limit: int) -> int:
        """Where the next GOP begins, or `limit` when it is not before that."""
        # Unsigned SEIs in front of a GOP's first picture belong to that GOP.
        while start < limit and self._units[self._at + start].sei:
            start += 1
        for i in range(start + 1, limit):
            if self._units[self._at + i].opens:
                return i
        return limit

    def _stretch(self, start: int, end: int) -> List[SignedUnit]:
        return self._units[self._at + start : self._at + end]

    def _drop(self, count: int) -> None:
        """The first `count` are answered for."""
        self._at += count
        if 2 * self._at >= len(self._units):
            del self._units[: self._at]
            self._at = 0


def listed_hashes(told: bytes, width: int) -> List[bytes]:
    """The hashes of a list."""
    return [told[place : place + width] for place in range(0, len(told), width)]
