"""What a camera's own signatures are about: slices of an original and the SEIs of media signing between them, in order.

An original without such an SEI costs nothing but the look at each NAL unit's type: slices are hashed from the first
SEI on that tells the hash, and those before it, of which a little is kept in sight, when it comes.
"""

from __future__ import annotations

import hashlib
from typing import List, NamedTuple, Optional, Tuple

from saksi.custody.verifier.camera_sei import (
    HASH_OF_WIDTH,
    MOST_SEI,
    UNKNOWN_HASH,
    SigningSei,
    is_signing_sei,
    read_signing_sei,
)
from saksi.custody.verifier.hashes import Malformed

MOST_UNITS = 1 << 18  # slices of one original
MOST_SIGNS = 1 << 13  # SEIs of one original
MOST_SEI_BYTES = 1 << 24  # of one original
MOST_AHEAD = 1 << 23  # bytes of slices before the first SEI of a stream that are still looked at
MOST_UNITS_AHEAD = 1 << 15
# Types of NAL units: SEIs, slices that are hashed, and those of them that open a GOP; H.264 and H.265.
SEI_TYPES = (frozenset((6,)), frozenset((39, 40)))
SLICE_TYPES = (frozenset((1, 5)), frozenset((0, 1, *range(16, 22))))
OPENING_TYPES = (frozenset((5,)), frozenset(range(16, 22)))


class Slice(NamedTuple):
    """The hash of a slice without trailing zero bytes, whether it is the first of a GOP, and its frame's number."""

    digest: bytes
    opens: bool
    frame: int


class Sign(NamedTuple):
    """An SEI of media signing, None where it is malformed, and its frame's number."""

    sei: Optional[SigningSei]
    frame: int


class Units:
    """Slices and SEIs of one original. With `hash_name` slices are hashed from the first on; else its SEIs tell it."""

    def __init__(self, hash_name: str = "") -> None:
        self.hash_name = hash_name
        self.h265 = False
        self.slices: List[Tuple[int, Slice]] = []  # each with how many SEIs came before it
        self.signs: List[Sign] = []
        self.count = self.openings = self.seis = self.sei_bytes = 0
        self.ahead = self.ahead_bytes = 0  # slices before an SEI tells the hash
        self.told = False
        self.whole = True  # whether every slice is here
        self.gone = False
        self._waiting: List[Tuple[bytes, int, int, bool, int, int]] = []

    @property
    def many(self) -> bool:
        """Whether there are more than footage has: then they are not all here."""
        return self.count > MOST_UNITS or self.seis > MOST_SIGNS or self.sei_bytes > MOST_SEI_BYTES

    @property
    def far(self) -> bool:
        """Whether so much comes before an SEI tells the hash that a stream does not begin before it."""
        return self.ahead > MOST_UNITS_AHEAD or self.ahead_bytes > MOST_AHEAD

    def let_go(self) -> None:
        """Keeps only whether there were signatures, and how slices are hashed: the original must be read again."""
        self.gone, self.slices, self.signs = True, [], self.signs[:1]

    def take(self, data: bytes, place: int, size: int, frame: int) -> None:
        """The next NAL unit: `size` bytes (not none) at `place` of `data`."""
        first = data[place]
        kind = first >> 1 & 63 if self.h265 else first & 31
        if kind in SLICE_TYPES[self.h265]:
            header = 2 if self.h265 else 1
            if size > header:
                opens = kind in OPENING_TYPES[self.h265] and data[place + header] >= 0x80
                self.openings += opens
                self._slice(data, place, size, opens, frame)
        elif kind in SEI_TYPES[self.h265] and is_signing_sei(
            self.h265, data[place : place + min(size, 4096)]
        ):
            self._sign(data[place : place + min(size, MOST_SEI + 1)], frame)

    def _slice(self, data: bytes, place: int, size: int, opens: bool, frame: int) -> None:
        self.count += 1
        if not self.told:
            self.ahead += 1
            self.ahead_bytes += size
        if self.many:
            self._waiting, self.slices = [], []
        elif self.hash_name not in ("", UNKNOWN_HASH):
            self._hash(data, place, size, opens, frame, len(self.signs))
        elif self.hash_name or self.far:
            self._waiting, self.whole = [], False
        else:
            self._waiting.append((data, place, size, opens, frame, len(self.signs)))

    def _sign(self, nal: bytes, frame: int) -> None:
        self.seis += 1
        self.sei_bytes += len(nal)
        if self.many:
            self._waiting, self.slices, self.signs = [], [], self.signs[:1] or [Sign(None, frame)]
            return
        try:
            found: Optional[SigningSei] = read_signing_sei(self.h265, nal)
        except Malformed:
            found = None
        self.signs.append(Sign(found, frame))
        if not self.told and found is not None and told_hash(found):
            self.told = True
            self.hash_name = self.hash_name or told_hash(found)
            if self.hash_name != UNKNOWN_HASH:
                for waiting in self._waiting:
                    self._hash(*waiting)
            self._waiting = []

    def _hash(self, data: bytes, place: int, size: int, opens: bool, frame: int, before: int) -> None:
        digest = hashlib.new(self.hash_name, data[place : place + size].rstrip(b"\x00")).digest()
        self.slices.append((before, Slice(digest, opens, frame)))


def told_hash(found: SigningSei) -> str:
    """The hash of a stream as an SEI of it tells, by name or by the width of a digest; empty when it does not."""
    if found.gop is not None:
        return HASH_OF_WIDTH.get(len(found.gop.digest), UNKNOWN_HASH)
    return found.hash_name
