"""Signatures of ONVIF export files: RSASSA-PSS over the whole file with the own signature zeros.

A later holder appends a signing instance to `ipro`; what was signed before is the file without it, `ipro` and
`meta` as long as they were then (Export File Format Specification, "Repeated signing").
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

from saksi.fmp4.boxes import Malformed, full_box, iterate
from saksi.fmp4.certificates import read_key
from saksi.fmp4.export_file import protection, start_times
from saksi.fmp4.export_read import ExportFile, Signing, read_export
from saksi.fmp4.splice import ClipPlan, tag

Signer = Callable[[bytes], bytes]
"""Takes a SHA-256 digest, gives an RSASSA-PSS signature (MGF1 with SHA-256, 20 bytes of salt) over it."""

_SALT = 20
_BLOCK = 2**20
_1601_TO_1970_US = 11_644_473_600 * 1_000_000


@dataclass(frozen=True, kw_only=True)
class SignatureCheck:
    """One signing instance, in the order of signing. `problem` is empty when the signature holds.

    It holds for the key in `certificate` (DER); whose key that is, the reader of this must know.
    """

    certificate: bytes = field(repr=False)
    note: str
    starts: list[tuple[int, int]]
    problem: str

    @property
    def holds(self) -> bool:
        """Whether the file is, up to this instance, what the key's holder signed."""
        return not self.problem


def pss_signer(key: rsa.RSAPrivateKey) -> Signer:
    """Signs with a key in memory; a key in hardware is wrapped by whoever has it."""
    scheme = padding.PSS(padding.MGF1(SHA256()), _SALT)
    return lambda digest: key.sign(digest, scheme, utils.Prehashed(SHA256()))


def signed(clip: ClipPlan, digest: bytes, sign: Signer) -> ClipPlan:
    """The clip with its signature; only the trailer and the etag change, no length.

    `digest` is SHA-256 of the clip's bytes as planned: in one pass, hash what comes before `clip.trailer` while
    sending it, then the trailer as planned, and send the trailer of this. Raises ValueError when the plan has no
    room for a signature or `sign` gives one of another length.
    """
    place = _signature_place(clip.trailer)
    made = sign(digest)
    if len(made) != place[1] - place[0]:
        raise ValueError(f"a signature of {len(made)} bytes where {place[1] - place[0]} belong")
    trailer = clip.trailer[: place[0]] + made + clip.trailer[place[1] :]
    return replace(clip, trailer=trailer, etag=tag(clip.header, clip.pieces, trailer))


def countersign(
    stream: BinaryIO,
    certificate: bytes,
    sign: Signer,
    *,
    note: str = "",
    starts_us: dict[int, int] | None = None,
) -> None:
    """Appends a later holder's signature to an export file opened for reading and writing.

    `starts_us` are corrected starts of media timelines by track, microseconds since 1970. Only the end of the
    file is written, in place: work on a copy. Raises Malformed when it is no export file, ValueError as
    `meta_box` does.
    """
    found = read_export(stream)
    start = b""
    if starts_us:
        start = start_times([(track, (at + _1601_TO_1970_US) * 10) for track, at in starts_us.items()])
    addition = protection(certificate, note=note, start=start)
    meta = found.meta
    ipro_at = found.ipro_at
    if ipro_at is None:
        ipro_at = len(meta)
        meta += full_box(b"ipro", 0, 0, struct.pack(">H", 1))
    meta = _resized(meta + addition, ipro_at)
    place = len(meta) - len(addition) + _signature_place(addition)[0]
    digest = _hash_until(stream, found.meta_at)
    digest.update(meta)
    made = sign(digest.digest())
    meta = meta[:place] + made + meta[place + len(made) :]
    stream.seek(found.meta_at)
    stream.write(meta)
    stream.truncate()


def verify(stream: BinaryIO) -> list[SignatureCheck]:
    """Checks every signature of an export file; an empty list means nobody signed. Raises Malformed."""
    found = read_export(stream)
    body = _hash_until(stream, found.meta_at)
    checks = []
    for signing in found.signings:
        digest = body.copy()
        digest.update(_as_signed(found, signing))
        checks.append(
            SignatureCheck(
                certificate=signing.certificate,
                note=signing.note,
                starts=list(signing.starts),
                problem=_problem(signing, digest.digest()),
            )
        )
    return checks


def _as_signed(found: ExportFile, signing: Signing) -> bytes:
    """`meta` as it was hashed for one instance."""
    if found.ipro_at is None:
        raise Malformed("a signing instance outside the item protection")
    end = signing.signature_at + len(signing.signature)
    blank = bytes(len(signing.signature))
    meta = found.meta[: signing.signature_at] + blank + found.meta[end : signing.end]
    return _resized(meta, found.ipro_at)


def _resized(meta: bytes, ipro_at: int) -> bytes:
    """`meta` and `ipro` told to end where the bytes end."""
    sizes = struct.pack(">I", len(meta)), struct.pack(">I", len(meta) - ipro_at)
    return sizes[0] + meta[4:ipro_at] + sizes[1] + meta[ipro_at + 4 :]


def _problem(signing: Signing, digest: bytes) -> str:
    if signing.algorithm:
        return "algorithm"
    try:
        key = read_key(signing.certificate)
    except ValueError:
        return "certificate"
    if not isinstance(key, rsa.RSAPublicKey):
        return "algorithm"
    scheme = padding.PSS(padding.MGF1(SHA256()), padding.PSS.AUTO)
    try:
        key.verify(signing.signature, digest, scheme, utils.Prehashed(SHA256()))
    except (InvalidSignature, ValueError):  # ValueError: a key too short for the scheme
        return "signature"
    return ""


def _hash_until(stream: BinaryIO, end: int) -> hashlib._Hash:
    digest = hashlib.sha256()
    stream.seek(0)
    while end:
        block = stream.read(min(_BLOCK, end))
        if not block:
            raise Malformed("the file ended while it was read")
        digest.update(block)
        end -= len(block)
    return digest


def _signature_place(data: bytes) -> tuple[int, int]:
    """Where the last signature lies in a meta or sinf made by this package: (begin, end)."""
    skips = {b"meta": 4, b"ipro": 6, b"sinf": 0, b"schi": 0}
    start, end = 0, len(data)
    while True:
        for found in iterate(data, start, end):
            if found.kind == b"sibo":
                return found.body, found.end
            if found.kind in skips:
                start, end = found.body + skips[found.kind], found.end
                break
        else:
            raise ValueError("the clip was planned without a certificate, so it has no room for a signature")
