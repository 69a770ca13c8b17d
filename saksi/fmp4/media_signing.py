"""Whether a camera signed its video (ONVIF Media Signing Specification 26.06), and whether that still holds.

Each (partial) GOP is answered for by a later SEI: the digest over the hashes of its slices, the hash of the first
slice of the GOP before it, a counter that rises by one. An SEI without a signature counts once an SEI that
follows answers for it. As in ONVIF's own validator, hashed are the slices of NAL unit types 1 and 5 (H.264) or
0, 1 and 16 to 21 (H.265) without trailing zero bytes, and the unsigned SEIs of media signing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, Literal

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.nal_identity import nal_units
from saksi.fmp4.signing_gops import Gops, Item, Place
from saksi.fmp4.signing_keys import Keys
from saksi.fmp4.signing_report import Finding, SigningReport
from saksi.fmp4.signing_sei import SigningSei, is_signing_sei, read_signing_sei
from saksi.fmp4.walk import open_video

__all__ = ["Finding", "SigningReport", "certificate_sei", "check_signing", "signing_sei"]

_SLICES = {"h264": {1, 5}, "h265": {0, 1, *range(16, 22)}}
_OPENING = {"h264": {5}, "h265": set(range(16, 22))}


def certificate_sei(sources: Iterable[BinaryIO | bytes]) -> bytes:
    """The first certificate SEI, a whole NAL unit to keep beside the footage; empty when there is none.

    Raises Malformed when a source is not a whole MP4 file.
    """
    for codec, _, nal in _units(sources):
        if is_signing_sei(codec, nal):
            found = _read(codec, nal)
            if found is not None and found.certificate:
                return nal
    return b""


def signing_sei(sources: Iterable[BinaryIO | bytes]) -> bytes:
    """The first SEI of media signing, of whatever kind; empty when there is none. Raises as certificate_sei."""
    return next((nal for codec, _, nal in _units(sources) if is_signing_sei(codec, nal)), b"")


def check_signing(
    sources: Sequence[BinaryIO | bytes], *, certificate: bytes = b"", anchors: Sequence[bytes] = ()
) -> SigningReport:
    """Checks chunks (or clips) of one camera that follow each other without a gap, as one stream.

    `certificate` is a certificate SEI kept from the start of the stream; `anchors` are PEM certificates of
    manufacturers. Raises Malformed when a source is not a whole MP4 file.
    """
    checker = _Checker()
    if checker.prepare(sources, certificate):
        for codec, where, nal in _units(sources):
            checker.take(codec, where, nal)
    return checker.report(anchors)


class _Checker:
    def __init__(self) -> None:
        self.keys = Keys()
        self.hash_name = "sha256"
        self.gops = Gops(self._hash, self._find)
        self.findings: list[Finding] = []
        self.seis = self.signatures = self.valid = self.nals = self.proven = 0
        self.anchor = b""
        self.certificate_sei = b""
        self.vendor: Sequence[str] = ()
        self.started_us = 0

    def prepare(self, sources: Sequence[BinaryIO | bytes], kept: bytes) -> bool:
        """Finds certificates and hash algorithm, which may come after slices. False for unsigned footage."""
        for codec, _, nal in _units(sources):
            if not is_signing_sei(codec, nal):
                continue
            self.seis = 1
            for sei in (kept, nal):
                if sei and is_signing_sei(codec, sei) and (found := _read(codec, sei)) is not None:
                    self._learn(found)
            if self.keys.known:
                break
        seen, self.seis = bool(self.seis), 0
        return seen

    def take(self, codec: str, where: Place, nal: bytes) -> None:
        """The next NAL unit of the stream."""
        header = 1 if codec == "h264" else 2
        kind = nal[0] & 31 if codec == "h264" else nal[0] >> 1 & 63
        if is_signing_sei(codec, nal):
            self.seis += 1
            self._sei(codec, where, nal)
        elif kind in _SLICES[codec] and len(nal) > header:
            opens = kind in _OPENING[codec] and nal[header] >= 0x80
            digest = self._hash(nal.rstrip(b"\x00"))
            if opens:
                self.anchor = digest
            else:
                digest = self._hash(self.anchor + digest)
            self.nals += 1
            self.gops.pending.append(Item(digest, opens, where))

    def report(self, anchors: Sequence[bytes]) -> SigningReport:
        """What was found in all that was taken."""
        self.gops.finish()
        state: Literal["unsigned", "signed", "broken"] = "signed" if self.seis else "unsigned"
        return SigningReport(
            state="broken" if self.findings else state,
            seis=self.seis,
            signatures=self.signatures,
            signatures_valid=self.valid,
            nals=self.nals,
            proven=self.proven,
            earlier=self.gops.earlier,
            findings=self.findings,
            certificates=self.keys.pem(),
            certificate_sei=self.certificate_sei,
            vendor=self.vendor,
            started_us=self.started_us,
            trusted=self.keys.trusted(anchors),
        )

    def _sei(self, codec: str, where: Place, nal: bytes) -> None:
        found = _read(codec, nal)
        if found is None:
            self._find("sei_malformed", where)
            return
        if not self._learn(found):
            self._find("key_changed", where)
        holds = self._signature_holds(found, where)
        if found.certificate:
            self.certificate_sei = self.certificate_sei or nal
            return
        item = None if found.signature else Item(self._hash(found.document), False, where, sei=True)
        if found.gop is not None:
            proven = self.gops.answer(found, found.gop, where, item, holds=holds)
            self.proven += proven
            if proven:  # a camera without a clock counts from 1601
                self.started_us = self.started_us or max(found.gop.start_us, 0)
        if item is not None:
            self.nals += 1
            self.gops.pending.append(item)

    def _learn(self, found: SigningSei) -> bool:
        """Certificates are believed only from SEIs that are signed themselves."""
        if not found.signature:
            return True
        self.hash_name = found.hash_name or self.hash_name
        self.vendor = found.vendor or self.vendor
        return self.keys.learn(found.chains)

    def _signature_holds(self, found: SigningSei, where: Place) -> bool:
        if not found.signature:
            return False
        self.signatures += 1
        if not self.keys.known:
            return False
        holds = self.keys.verify(
            found.document, found.signature, self.hash_name, certificate_sei=found.certificate
        )
        self.valid += holds
        if not holds:
            self._find("signature_invalid", where)
        return holds

    def _hash(self, data: bytes) -> bytes:
        return hashlib.new(self.hash_name, data).digest()

    def _find(self, code: str, where: Place) -> None:
        self.findings.append(Finding(code=code, source=where[0], frame=where[1]))


def _read(codec: str, nal: bytes) -> SigningSei | None:
    try:
        return read_signing_sei(codec, nal)
    except Malformed:
        return None


def _units(sources: Iterable[BinaryIO | bytes]) -> Iterator[tuple[str, Place, bytes]]:
    """(codec, (source, frame), NAL unit) of all sources in order."""
    for number, source in enumerate(sources):
        video = open_video(source)
        for frame, nal in nal_units(video):
            if nal:
                yield video.codec, (number, frame), nal
