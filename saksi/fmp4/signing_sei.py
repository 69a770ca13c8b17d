"""The SEI messages by which ONVIF cameras sign video (ONVIF Media Signing Specification 26.06, "SEI format").

Numbers in the general tag: the specification says little endian, ONVIF's open-source signer writes big endian;
big endian is taken unless only the
other makes the start a plausible time. Everything else is big endian.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from saksi.fmp4.boxes import Malformed

SIGNING_UUID = bytes.fromhex("005bc93f2d715e95ada4796f90877a6f")
GENERAL, HASH_LIST, SIGNATURE, CRYPTO, VENDOR, CERTIFICATES, ARBITRARY = range(1, 8)

_USER_DATA_UNREGISTERED = 5
_SEI = {"h264": (1, {6}), "h265": (2, {39, 40})}  # header length, nal_unit_types
_CERTIFICATE_FLAG, _ESCAPED_FLAG = 0x80, 0x40
_1601_TO_1970_US = 11_644_473_600 * 1_000_000
_PLAUSIBLE_US = (0, 4_102_444_800_000_000)  # 1970 to 2100
# The last bytes of the object identifiers of the NIST hashes, 2.16.840.1.101.3.4.2.n.
_NIST_HASHES = bytes.fromhex("6086480165030402")
_HASHES = {1: "sha256", 2: "sha384", 3: "sha512"}


@dataclass(frozen=True, kw_only=True)
class GopFacts:
    """The general tag: what a (partial) GOP is. `linked` is the hash of the first NAL unit of the one before."""

    partial: bool
    start_us: int
    end_us: int
    counter: int
    nals: int
    digest: bytes
    linked: bytes


@dataclass(frozen=True, kw_only=True)
class SigningSei:
    """One SEI of media signing. `document` are the bytes that are signed, or hashed when it has no signature.

    `certificate` tells the SEI that only carries certificates. `chains` are (provisioned by the user, PEM).
    """

    certificate: bool
    document: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    gop: GopFacts | None
    hashes: bytes = field(repr=False)
    hash_name: str
    chains: Sequence[tuple[bool, bytes]] = field(repr=False)
    vendor: Sequence[str]


def is_signing_sei(codec: str, nal: bytes) -> bool:
    """Whether a NAL unit is an SEI of media signing."""
    header, kinds = _SEI[codec]
    if len(nal) <= header or (nal[0] & 31 if codec == "h264" else nal[0] >> 1 & 63) not in kinds:
        return False
    if nal[header] != _USER_DATA_UNREGISTERED:
        return False
    place, _ = _payload(nal, header + 1)
    return nal[place : place + 16] == SIGNING_UUID


def read_signing_sei(codec: str, nal: bytes) -> SigningSei:
    """Reads a NAL unit for which `is_signing_sei` holds. Raises Malformed."""
    raw = nal.rstrip(b"\x00")
    place, size = _payload(raw, _SEI[codec][0] + 1)
    # Only the missing length tells that emulation prevention was applied, as ONVIF's validator has it.
    plain = raw if len(raw) == place + size + 1 else unescaped(raw)
    if len(plain) < place + size + 1 or size < 17:
        raise Malformed(f"a media signing SEI of {len(raw)} bytes that claims {size}")
    flags = plain[place + 16]
    tags, signature_at = _tags(plain, place + 17, place + size)
    if flags & _ESCAPED_FLAG:
        document = raw if signature_at is None else raw[: _escaped_length(raw, signature_at, raw is plain)]
    else:
        document = plain[: place + size + 1 if signature_at is None else signature_at]
    if ARBITRARY in tags and len(tags) > 1:
        raise Malformed("a media signing SEI with arbitrary data beside other tags")
    return SigningSei(
        certificate=bool(flags & _CERTIFICATE_FLAG),
        document=document,
        signature=_signature(tags[SIGNATURE][0]) if SIGNATURE in tags else b"",
        gop=_gop(tags[GENERAL][0]) if GENERAL in tags else None,
        hashes=_versioned(tags[HASH_LIST][0], 1)[1:] if HASH_LIST in tags else b"",
        hash_name=_hash_name(tags[CRYPTO][0]) if CRYPTO in tags else "",
        chains=[_chain(value) for value in tags.get(CERTIFICATES, [])],
        vendor=_vendor(tags[VENDOR][0]) if VENDOR in tags else (),
    )


def unescaped(nal: bytes) -> bytes:
    """A NAL unit without its emulation prevention bytes (H.264 section 7.4.1, H.265 section 7.4.2)."""
    return nal.replace(b"\x00\x00\x03", b"\x00\x00")


def _payload(nal: bytes, place: int) -> tuple[int, int]:
    """(where the payload begins, its size)."""
    size = 0
    while nal[place : place + 1] == b"\xff":
        size += 255
        place += 1
    return place + 1, size + (nal[place] if place < len(nal) else 0)


def _tags(data: bytes, place: int, end: int) -> tuple[dict[int, list[bytes]], int | None]:
    """(values by tag, where the signature's tag begins). The signature must come last."""
    tags: dict[int, list[bytes]] = {}
    signature_at = None
    while place < end:
        if signature_at is not None:
            raise Malformed("a media signing SEI with a tag after its signature")
        length = int.from_bytes(data[place + 1 : place + 3], "big")
        if place + 3 + length > end or not length:
            raise Malformed(f"tag {data[place]} of a media signing SEI does not fit")
        if data[place] == SIGNATURE:
            signature_at = place
        tags.setdefault(data[place], []).append(data[place + 3 : place + 3 + length])
        place += 3 + length
    return tags, signature_at


def _escaped_length(raw: bytes, length: int, same: bool) -> int:
    """How many bytes of `raw` hold the first `length` bytes without emulation prevention."""
    if same:
        return length
    place = 0
    while True:
        escape = raw.find(b"\x00\x00\x03", place)
        if escape < 0 or escape + 2 >= length:
            return length
        place, length = escape + 3, length + 1


def _versioned(value: bytes, *versions: int) -> bytes:
    if value[0] not in versions:
        raise Malformed(f"a tag of version {value[0]} in a media signing SEI")
    return value


def _gop(value: bytes) -> GopFacts:
    version = _versioned(value, 1, 2)[0]
    fixed = 27 if version == 2 else 19
    width = (len(value) - fixed) // 2
    if width < 16 or len(value) != fixed + 2 * width:
        raise Malformed(f"a general tag of {len(value)} bytes in a media signing SEI")
    order: Literal["big", "little"] = "big"
    if not _plausible(int.from_bytes(value[5:13], "big")) and _plausible(
        int.from_bytes(value[5:13], "little")
    ):
        order = "little"
    place = 21 if version == 2 else 13

    def number(start: int, size: int) -> int:
        return int.from_bytes(value[start : start + size], order)

    start = number(5, 8)
    return GopFacts(
        partial=bool(value[4]),
        start_us=_us(start),
        end_us=_us(number(13, 8) if version == 2 else start),
        counter=number(place, 4),
        nals=number(place + 4, 2),
        digest=value[fixed : fixed + width],
        linked=value[fixed + width :],
    )


def _plausible(since_1601: int) -> bool:
    return _PLAUSIBLE_US[0] <= _us(since_1601) < _PLAUSIBLE_US[1]


def _us(since_1601: int) -> int:
    return since_1601 // 10 - _1601_TO_1970_US


def _signature(value: bytes) -> bytes:
    length = int.from_bytes(_versioned(value, 1)[1:3], "big")
    if not 0 < length <= len(value) - 3:
        raise Malformed(f"a signature of {length} bytes in a tag of {len(value)}")
    return value[3 : 3 + length]


def _hash_name(value: bytes) -> str:
    """The name of the hash by its object identifier, with or without the DER header; empty when unknown."""
    size = _versioned(value, 1)[1] if len(value) > 1 else 0
    identifier = value[2 : 2 + size]
    if identifier[:-1].endswith(_NIST_HASHES):
        return _HASHES.get(identifier[-1], "")
    return ""


def _chain(value: bytes) -> tuple[bool, bytes]:
    if len(_versioned(value, 1)) < 2:
        raise Malformed("a certificate tag without certificates")
    return bool(value[1]), value[2:]


def _vendor(value: bytes) -> list[str]:
    """Firmware version, serial number, manufacturer."""
    texts, place = [], 1
    for _ in range(3):
        size = value[place] if place < len(value) else 0
        texts.append(value[place + 1 : place + 1 + size].decode(errors="replace"))
        place += 1 + size
    return texts
