"""The SEI messages by which ONVIF cameras sign video (ONVIF Media Signing Specification 26.06, "SEI format").

Numbers are big endian. Those of the general tag the specification wants little endian, ONVIF's open-source signer
writes them big endian: little is taken only where it alone makes the start a plausible time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Optional, Tuple

from saksi.custody.verifier.hashes import Malformed

SIGNING_UUID = bytes.fromhex("005bc93f2d715e95ada4796f90877a6f")
GENERAL_TAG, HASHES_TAG, SIGNATURE_TAG, CRYPTO_TAG, VENDOR_TAG, CERTIFICATES_TAG, ARBITRARY_TAG = range(1, 8)
MOST_SEI = 1 << 17  # bytes of one SEI; a tag has 65,535 at most
CERTIFICATE_FLAG, ESCAPED_FLAG = 0x80, 0x40
FROM_1601_US = 11_644_473_600 * 1_000_000
YEAR_2100_US = 4_102_444_800_000_000
NIST_HASHES = bytes.fromhex("6086480165030402")  # 2.16.840.1.101.3.4.2, of which the last number is missing
HASH_NAMES = {1: "sha256", 2: "sha384", 3: "sha512"}
HASH_OF_WIDTH = {32: "sha256", 48: "sha384", 64: "sha512"}
UNKNOWN_HASH = "?"


@dataclass(frozen=True)
class GopFacts:
    """The general tag: what a (partial) GOP is. `linked` is the hash of the first NAL unit of the one before."""

    partial: bool
    start_us: int
    end_us: int
    counter: int
    nals: int
    digest: bytes
    linked: bytes


@dataclass(frozen=True)
class SigningSei:
    """One SEI of media signing. `document` are the bytes that are signed, or hashed when it has no signature.

    `certificate` tells the SEI that only carries certificates; `hash_name` is empty where it names no hash; `chains`
    are (provisioned by the user, PEM).
    """

    certificate: bool
    document: bytes
    signature: bytes
    gop: Optional[GopFacts]
    hashes: bytes
    hash_name: str
    chains: List[Tuple[bool, bytes]]


def is_signing_sei(h265: bool, nal: bytes) -> bool:
    """Whether an SEI NAL unit begins with user data of media signing."""
    header = 2 if h265 else 1
    if nal[header : header + 1] != b"\x05":  # user_data_unregistered
        return False
    place, _ = payload_of(nal, header + 1)
    return nal[place : place + 16] == SIGNING_UUID


def read_signing_sei(h265: bool, nal: bytes) -> SigningSei:
    """Reads a NAL unit for which `is_signing_sei` holds. Raises Malformed."""
    if len(nal) > MOST_SEI:
        raise Malformed("an SEI of more than %d bytes" % MOST_SEI)
    raw = nal.rstrip(b"\x00")
    place, size = payload_of(raw, 3 if h265 else 2)
    # Only the missing length tells that emulation prevention was applied, as ONVIF's validator has it.
    plain = raw if len(raw) == place + size + 1 else raw.replace(b"\x00\x00\x03", b"\x00\x00")
    if len(plain) < place + size + 1 or size < 17:
        raise Malformed("an SEI shorter than it claims")
    flags = plain[place + 16]
    tags, signature_at = tags_of(plain, place + 17, place + size)
    if flags & ESCAPED_FLAG:
        document = raw if signature_at is None else raw[: escaped_length(raw, signature_at, raw is plain)]
    else:
        document = plain[: place + size + 1 if signature_at is None else signature_at]
    if ARBITRARY_TAG in tags and len(tags) > 1:
        raise Malformed("arbitrary data beside other tags")
    return SigningSei(
        bool(flags & CERTIFICATE_FLAG),
        document,
        signature_in(tags[SIGNATURE_TAG][0]) if SIGNATURE_TAG in tags else b"",
        gop_in(tags[GENERAL_TAG][0]) if GENERAL_TAG in tags else None,
        versioned(tags[HASHES_TAG][0], 1)[1:] if HASHES_TAG in tags else b"",
        hash_name_in(tags[CRYPTO_TAG][0]) if CRYPTO_TAG in tags else "",
        [chain_in_tag(value) for value in tags.get(CERTIFICATES_TAG, [])],
    )


def payload_of(nal: bytes, place: int) -> Tuple[int, int]:
    """(where the payload begins, its size)."""
    size = 0
    while nal[place : place + 1] == b"\xff":
        size += 255
        place += 1
    return place + 1, size + (nal[place] if place < len(nal) else 0)


def tags_of(data: bytes, place: int, end: int) -> Tuple[Dict[int, List[bytes]], Optional[int]]:
    """(values by tag, where the signature's tag begins). The signature must come last."""
    tags: Dict[int, List[bytes]] = {}
    signature_at = None
    while place < end:
        if signature_at is not None:
            raise Malformed("a tag after the signature")
        length = int.from_bytes(data[place + 1 : place + 3], "big")
        if place + 3 + length > end or not length:
            raise Malformed("a tag that does not fit")
        if data[place] == SIGNATURE_TAG:
            signature_at = place
        tags.setdefault(data[place], []).append(data[place + 3 : place + 3 + length])
        place += 3 + length
    return tags, signature_at


def escaped_length(raw: bytes, length: int, same: bool) -> int:
    """How many bytes of `raw` hold the first `length` bytes without emulation prevention."""
    place = 0
    while not same:
        escape = raw.find(b"\x00\x00\x03", place)
        if escape < 0 or escape + 2 >= length:
            break
        place, length = escape + 3, length + 1
    return length


def versioned(value: bytes, *versions: int) -> bytes:
    """A tag's value, whose first byte is one of these versions. Raises Malformed."""
    if value[0] not in versions:
        raise Malformed("a tag of another version")
    return value


def gop_in(value: bytes) -> GopFacts:
    """The general tag. Raises Malformed."""
    version = versioned(value, 1, 2)[0]
    fixed = 27 if version == 2 else 19
    width = (len(value) - fixed) // 2
    if width < 16 or len(value) != fixed + 2 * width:
        raise Malformed("a general tag of another length")
    big = plausible(int.from_bytes(value[5:13], "big"))
    little = not big and plausible(int.from_bytes(value[5:13], "little"))

    def number(start: int, size: int) -> int:
        return int.from_bytes(value[start : start + size], "little" if little else "big")

    place = 21 if version == 2 else 13
    start = number(5, 8)
    return GopFacts(
        bool(value[4]),
        since_1970(start),
        since_1970(number(13, 8) if version == 2 else start),
        number(place, 4),
        number(place + 4, 2),
        value[fixed : fixed + width],
        value[fixed + width :],
    )


def plausible(ticks: int) -> bool:
    """Whether a time lies between 1970 and 2100."""
    return 0 <= since_1970(ticks) < YEAR_2100_US


def since_1970(ticks: int) -> int:
    """Microseconds since 1970 of 100 ns since 1601."""
    return ticks // 10 - FROM_1601_US


def signature_in(value: bytes) -> bytes:
    """The signature tag. Raises Malformed."""
    length = int.from_bytes(versioned(value, 1)[1:3], "big")
    if not 0 < length <= len(value) - 3:
        raise Malformed("a signature that does not fit its tag")
    return value[3 : 3 + length]


def hash_name_in(value: bytes) -> str:
    """The name of the hash by its object identifier, with or without the DER header; "?" for another one."""
    size = versioned(value, 1)[1] if len(value) > 1 else 0
    identifier = value[2 : 2 + size]
    if identifier[:-1].endswith(NIST_HASHES):
        return HASH_NAMES.get(identifier[-1], UNKNOWN_HASH)
    return UNKNOWN_HASH


def chain_in_tag(value: bytes) -> Tuple[bool, bytes]:
    """The certificate tag. Raises Malformed."""
    if len(versioned(value, 1)) < 2:
        raise Malformed("a certificate tag without certificates")
    return bool(value[1]), value[2:].rstrip(b"\x00")  # some writers end the text with a NUL
