"""A camera's own signatures over originals that follow one another without a gap (ONVIF Media Signing 26.06).

Each (partial) GOP is answered for by a later SEI: the digest over the hashes of its slices, the hash of the first slice
of the GOP before it, a counter that rises by one. An SEI without a signature counts once an SEI that follows answers
for it.
"""

from __future__ import annotations

import hashlib
from typing import Dict, Iterator, List, Optional, Tuple, Union

from saksi.custody.verifier.camera_gops import Gops, SignedUnit, SignPlace
from saksi.custody.verifier.camera_sei import HASH_OF_WIDTH, UNKNOWN_HASH, SigningSei
from saksi.custody.verifier.camera_units import Sign, Slice, Units
from saksi.custody.verifier.certificate import CameraKey, leaf_of

MOST_INVALID = 16  # signatures of an original, after which no more are tried
NO_CERTIFICATE = "no certificate to check it with"
UNKNOWN_ALGORITHM = "an algorithm that is not known here"


class CameraKeys:
    """The certificate chains of a stream, the manufacturer's and the user's, as SEIs bring them."""

    def __init__(self) -> None:
        self._pem: Dict[bool, bytes] = {}
        self._leaves: Dict[bool, CameraKey] = {}

    def learn(self, found: SigningSei) -> bool:
        """Takes the chains of an SEI; False when another chain stood in this place before."""
        same = True
        for user, pem in found.chains:
            same = same and self._pem.setdefault(user, pem) == pem
            leaf = None if user in self._leaves else leaf_of(pem)
            if leaf is not None:
                self._leaves[user] = leaf
        return same

    def of(self, certificate_sei: bool) -> Optional[CameraKey]:
        """The key that signs: the user's where there is one, but certificate SEIs only the manufacturer's."""
        user = None if certificate_sei else self._leaves.get(True)
        return user or self._leaves.get(False)

    @property
    def any(self) -> bool:
        """Whether there is a certificate to check signatures with."""
        return bool(self._leaves)


class Stream:
    """Takes originals in order; what it found stands in its fields."""

    def __init__(self, first: Units, kept: Optional[SigningSei]) -> None:
        self.h265 = first.h265
        self.hash_name = first.hash_name or "sha256"
        self.keys = CameraKeys()
        if kept is not None and kept.signature:
            self.keys.learn(kept)
        self.gops = Gops(self.digest, self.find)
        self.findings: List[Tuple[str, SignPlace]] = []
        self.unchecked = UNKNOWN_ALGORITHM if self.hash_name == UNKNOWN_HASH else ""
        self.nals = self.proven = self.start_us = self.end_us = 0
        self.counter = 0  # of the first SEI that answers for a GOP
        self.anchor = b""
        self.originals = 0
        self._invalid, self._tried, self._holds = 0, (b"", b""), False

    def take(self, units: Units) -> None:
        """The next original, all of whose slices are hashed with this stream's hash."""
        self._invalid = 0
        if not self.originals and units.far and units.whole:
            units.slices = units.slices[units.ahead :]
        for sign in units.signs:
            if not self.keys.any and sign.sei is not None and sign.sei.signature:
                self.keys.learn(sign.sei)  # it may stand behind what it is needed for
        for one in in_order(units):
            if self.unchecked == UNKNOWN_ALGORITHM:
                return
            where = (self.originals, one.frame)
            if isinstance(one, Slice):
                self._slice(one, where)
            elif one.sei is None:
                self.find("sei_malformed", where)
            else:
                self._sei(one.sei, where)
        self.originals += 1

    def finish(self) -> None:
        """No more comes."""
        self.gops.finish()
        if not self.keys.any and not self.unchecked:
            self.unchecked = NO_CERTIFICATE

    def find(self, code: str, where: SignPlace) -> None:
        """Notes what does not hold."""
        self.findings.append((code, where))

    def digest(self, data: bytes) -> bytes:
        """The stream's hash."""
        return hashlib.new(self.hash_name, data).digest()

    def _slice(self, one: Slice, where: SignPlace) -> None:
        digest = one.digest if one.opens else self.digest(self.anchor + one.digest)
        self.anchor = digest if one.opens else self.anchor
        self.nals += 1
        self.gops.add(SignedUnit(digest, one.opens, where))

    def _sei(self, found: SigningSei, where: SignPlace) -> None:
        told = HASH_OF_WIDTH.get(len(found.gop.digest), UNKNOWN_HASH) if found.gop else self.hash_name
        named = (found.signature and found.hash_name) or self.hash_name
        if named == UNKNOWN_HASH:
            self.unchecked = UNKNOWN_ALGORITHM
            return
        if told != self.hash_name or named != self.hash_name:
            self.find("sei_malformed", where)
            return
        # Certificates are believed only from SEIs that are signed themselves.
        if found.signature and not self.keys.learn(found):
            self.find("key_changed", where)
        holds = self._signature_holds(found, where)
        if found.certificate:
            return
        unit = None if found.signature else SignedUnit(self.digest(found.document), False, where, sei=True)
        if found.gop is not None:
            self.counter = self.counter or found.gop.counter
            proven = self.gops.answer(found, found.gop, where, unit, holds)
            self.proven += proven
            if proven:
                self.start_us = self.start_us or told_us(found.gop.start_us)
                self.end_us = told_us(found.gop.end_us) or self.end_us
        if unit is not None:
            self.nals += 1
            self.gops.add(unit)

    def _signature_holds(self, found: SigningSei, where: SignPlace) -> bool:
        key = self.keys.of(found.certificate) if found.signature else None
        if key is None:
            return False
        if not key.known:
            self.unchecked = self.unchecked or "a key of a kind that is not known here"
            return False
        if self._invalid >= MOST_INVALID:
            return False
        tried = found.signature, found.document
        if tried != self._tried:  # the same may be sent twice
            self._tried, self._holds = tried, key.signed(*tried, self.hash_name)
        if not self._holds:
            self._invalid += 1
            self.find("signature_invalid", where)
        return self._holds


def in_order(units: Units) -> Iterator[Union[Slice, Sign]]:
    """Slices and SEIs as they stand in the original."""
    at = 0
    for number, sign in enumerate(units.signs):
        while at < len(units.slices) and units.slices[at][0] <= number:
            yield units.slices[at][1]
            at += 1
        yield sign
    for _, one in units.slices[at:]:
        yield one


def told_us(us: int) -> int:
    """A time that a camera tells; 0 where it has no clock, and counts from 1601."""
    return us if 0 < us < 1 << 53 else 0
