"""A camera that signs its video, after the text of the ONVIF Media Signing Specification 26.06, for tests.

Written from the sections "Signing a GOP", "TLV tags", "How to generate a certificate SEI" and "How to generate a
SEI signing a GOP"; where text and ONVIF's open-source signer differ (byte order), as the signer does.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from tests.unit.saksi.fmp4 import media
from tests.unit.saksi.fmp4.exporter import Key, certificate

UUID = bytes.fromhex("005bc93f2d715e95ada4796f90877a6f")
ECDSA_OID = bytes.fromhex("06082a8648ce3d040302")
SHA256_OID = bytes.fromhex("0609608648016503040201")
_1601_S = 11_644_473_600


@dataclass(frozen=True)
class Identity:
    """A leaf key and its chain, leaf first, without the anchor."""

    key: Key
    chain: bytes
    anchor: bytes


@cache
def identity(name: str = "Kamera", kind: str = "ec") -> Identity:
    """A camera's key, certified by a manufacturer's."""
    root, key = ec.generate_private_key(ec.SECP256R1()), _key(kind)
    anchor = certificate("Pabrik", root, "Pabrik", root, ca=True)
    leaf = certificate(name, key, "Pabrik", root)
    return Identity(key, leaf.public_bytes(Encoding.PEM), anchor.public_bytes(Encoding.PEM))


@dataclass
class Camera:
    """How this camera signs: `every` GOPs a signature, `partial` NAL units at most in a (partial) GOP."""

    codec: str
    who: Identity = field(default_factory=identity)
    certificate_sei: bool = False
    partial: int = 0
    every: int = 1
    low_bitrate: bool = False
    escape_first: bool = False
    delay: int = 0
    twice: bool = False
    crypto_last: bool = False

    def __post_init__(self) -> None:
        self.counter = 0
        self.list: list[bytes] = []
        self.anchor = bytes(32)
        self.firsts = [bytes(32), bytes(32)]  # of the GOP before, of this one
        self.queue: list[tuple[int, bytes, bool]] = []  # (frames to wait, SEI, signed)
        self.gops = 0

    def film(self, video: media.Video) -> media.Video:
        """The same stream with the SEIs that such a camera would send."""
        frames = []
        for number, frame in enumerate(video.frames):
            nals = media.split_lengths(frame.data)
            slices = [nal for nal in nals if self._is_slice(nal)]
            seis = [self._certificate()] if self.certificate_sei and number == 0 else []
            if frame.key and self.list:
                self._close(partial=False)
            elif self.partial and len(self.list) >= self.partial:
                self._close(partial=True)
            seis += self._due()
            for i, nal in enumerate(slices):
                self._add(nal, opens=frame.key and i == 0)
            first = nals.index(slices[0])
            data = b"".join(
                len(nal).to_bytes(4, "big") + nal for nal in [*nals[:first], *seis, *nals[first:]]
            )
            frames.append(media.Frame(data, frame.pts, frame.key))
        return media.Video(video.track, frames)

    def _is_slice(self, nal: bytes) -> bool:
        return nal[0] & 31 in (1, 5) if self.codec == "h264" else nal[0] >> 1 & 63 < 32

    def _add(self, nal: bytes, *, opens: bool) -> None:
        digest = _sha(nal)
        if opens:
            self.anchor = digest
        else:
            digest = _sha(self.anchor + digest)
        if not self.list:
            self.firsts[1] = digest
        self.list.append(digest)

    def _due(self) -> list[bytes]:
        """SEIs whose time has come, in their order; an unsigned one is hashed where it stands."""
        due = []
        while self.queue and self.queue[0][0] <= 0:
            _, sei, is_signed = self.queue.pop(0)
            due += [sei, sei] if self.twice and is_signed else [sei]
            if not is_signed:
                digest = _sha(sei if self.escape_first else sei.replace(b"\0\0\3", b"\0\0"))
                if not self.list:
                    self.firsts[1] = digest
                self.list.append(digest)
        self.queue = [(wait - 1, sei, is_signed) for wait, sei, is_signed in self.queue]
        return due

    def _close(self, *, partial: bool) -> None:
        self.counter += 1
        self.gops += not partial
        start = (_1601_S * 1_000_000 + media.START_US) * 10 + self.counter * 10_000_000
        general = struct.pack(
            ">B3BBqqIH", 2, 26, 6, 0, partial, start, start + 10_000_000, self.counter, len(self.list)
        )
        general += _sha(b"".join(self.list)) + self.firsts[0]
        tags = [] if self.certificate_sei else self._optional()
        tags.append((1, general))
        if not self.low_bitrate:
            tags.append((2, b"\x01" + b"".join(self.list)))
        if self.crypto_last:  # its two zero bytes, and then the signature's tag, which is 3
            tags.append(tags.pop(0))
        signs = partial or self.gops % self.every == 0
        self.queue.append((self.delay, self._sei(tags, 0, signs=signs), signs))
        self.firsts, self.list = [self.firsts[1], bytes(32)], []

    def _certificate(self) -> bytes:
        return self._sei(self._optional(), 0x80, signs=True)

    def _optional(self) -> list[tuple[int, bytes]]:
        signs = ECDSA_OID if self.crypto_last else b""  # "can be excluded"
        crypto = struct.pack(">BB", 1, len(SHA256_OID)) + SHA256_OID + bytes((len(signs),)) + signs + bytes(2)
        vendor = b"\x01" + b"".join(bytes((len(text),)) + text for text in (b"1.2", b"SN7", b"Contoh"))
        return [(4, crypto), (5, vendor), (6, b"\x01\x00" + self.who.chain)]

    def _sei(self, tags: Sequence[tuple[int, bytes]], flags: int, *, signs: bool) -> bytes:
        body = UUID + bytes((flags | 0x40 * self.escape_first,))
        body += b"".join(struct.pack(">BH", tag, len(value)) + value for tag, value in tags)
        room = 256 if isinstance(self.who.key, rsa.RSAPrivateKey) else 72
        size = len(body) + (3 + 3 + room if signs else 0)
        head = b"\x06\x05" if self.codec == "h264" else b"\x4e\x01\x05"
        head += b"\xff" * (size // 255) + bytes((size % 255,))
        written = head + body
        if signs:
            made = self._sign(escaped(written) if self.escape_first else written)
            value = struct.pack(">BH", 1, len(made)) + made.ljust(room, b"\x01")
            written += struct.pack(">BH", 3, len(value)) + value
        return escaped(written) + b"\x80"

    def _sign(self, document: bytes) -> bytes:
        key = self.who.key
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(document, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        return key.sign(document, ec.ECDSA(hashes.SHA256()))


def escaped(data: bytes) -> bytes:
    """Emulation prevention (H.264 section 7.4.1)."""
    return re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", data)


def _key(kind: str) -> Key:
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)


def _sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
