"""The boxes that make a clip an ONVIF export file (ONVIF Export File Format Specification, revision 26.06).

`loci` goes into moov; `meta` with who exported what, the start times and the signatures ends the file. The
specification would like `suep` earlier, but a later holder's signature lengthens `meta`, and before `mdat`
that would move the media under the sample tables; ONVIF's own signing tool asks for it to be last too.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import rsa

from saksi.fmp4.boxes import box, full_box
from saksi.fmp4.certificates import read_key

SCHEME = b"oeff"
SCHEME_VERSION = 0x00010000
LEAST_MODULUS = 2048  # bits, section "Generating the signature"

_1904_TO_1970_S = 2_082_844_800
_1601_TO_1970_S = 11_644_473_600
_UNITS = 10_000_000  # of 100 ns in a second
_REAL_LOCATION = 1


@dataclass(frozen=True, kw_only=True)
class TrackSource:
    """Where a track comes from: name, address and MAC of the camera or microphone, and its input line."""

    name: str
    url: str = ""
    mac: str = ""
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the camera looks: degrees times 10^7, metres, a street address; `language` as ISO 639-2/T."""

    latitude_e7: int
    longitude_e7: int
    altitude_m: int = 0
    name: str = ""
    notes: str = ""
    language: str = "ind"


@dataclass(frozen=True, kw_only=True)
class ExportFacts:
    """Who exported a clip, when, and from which devices.

    With the DER `certificate` of an RSA key the file gets room for that key's signature, and `note` beside it;
    the specification wants every export file signed.
    """

    unit_name: str
    at_us: int
    video: TrackSource
    unit_url: str = ""
    unit_mac: str = ""
    operator: str = ""
    sound: TrackSource | None = None
    place: Place | None = None
    certificate: bytes = b""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """When the media timeline of a track begins, in `ticks` since 1970 of `rate` a second."""

    track_id: int
    ticks: int
    rate: int

    @property
    def since_1601(self) -> int:
        """The same in units of 100 ns since 1601, to the nearest."""
        return (2 * self.ticks * _UNITS + self.rate) // (2 * self.rate) + _1601_TO_1970_S * _UNITS


def user_data(facts: ExportFacts) -> bytes:
    """`udta` with `loci` (3GPP TS 26.244 section 8.13) for moov; empty without a place."""
    place = facts.place
    if place is None:
        return b""
    language = 0
    for letter in place.language.encode("ascii"):
        language = language << 5 | (letter - 0x60)
    body = [struct.pack(">H", language), _text(place.name), bytes((_REAL_LOCATION,))]
    # The order of the specification and of TS 26.244: longitude first.
    body += [
        _degrees(place.longitude_e7),
        _degrees(place.latitude_e7),
        struct.pack(">i", place.altitude_m << 16),
    ]
    return box(b"udta", full_box(b"loci", 0, 0, *body, _text("earth"), _text(place.notes)))


def meta_box(facts: ExportFacts, origins: Sequence[Origin], span_us: tuple[int, int], name: bytes) -> bytes:
    """The file-level `meta`: `hdlr`, `suep`, `sumi`, `cstb` and, with a certificate, `ipro` around zeros.

    `origins` are the tracks in order, video first; `span_us` is what is shown; `name` 16 bytes that tell the
    file from others. Raises ValueError when a text holds a NUL or the certificate is not one of an RSA key of
    2048 bits or more.
    """
    sources = [facts.video, facts.sound or facts.video]
    parts = [
        full_box(b"hdlr", 0, 0, bytes(4), b"null", bytes(12), b"\x00"),
        _surveillance_export(facts, list(zip(origins, sources, strict=False))),
        _identification(span_us, name),
        start_times([(origin.track_id, origin.since_1601) for origin in origins]),
    ]
    if facts.certificate:
        first = protection(facts.certificate, note=facts.note)
        parts.append(full_box(b"ipro", 0, 0, struct.pack(">H", 1), first))
    return full_box(b"meta", 0, 0, *parts)


def protection(certificate: bytes, *, note: str = "", start: bytes = b"") -> bytes:
    """One signing instance, `sinf`, its signature zeros; `start` is a whole `cstb` or nothing.

    Raises ValueError as `meta_box` does.
    """
    inside = [box(b"sibo", bytes(signature_length(certificate))), box(b"cert", certificate), start]
    if note:
        inside.append(box(b"auib", _text(note)))
    scheme = full_box(b"schm", 0, 0, SCHEME, struct.pack(">I", SCHEME_VERSION))
    return box(b"sinf", scheme, box(b"schi", *inside))


def start_times(entries: Sequence[tuple[int, int]]) -> bytes:
    """`cstb`: (track, start of its media timeline in 100 ns since 1601) of each track."""
    rows = [struct.pack(">IQ", track_id, start) for track_id, start in entries]
    return box(b"cstb", struct.pack(">I", len(rows)), *rows)


def signature_length(certificate: bytes) -> int:
    """Bytes of a signature by the certificate's key. Raises ValueError for a key that may not sign."""
    key = read_key(certificate)
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_MODULUS:
        raise ValueError(f"an export file is signed with an RSA key of {LEAST_MODULUS} bits or more")
    return (key.key_size + 7) // 8


def _surveillance_export(facts: ExportFacts, tracks: Sequence[tuple[Origin, TrackSource]]) -> bytes:
    unit = [_text(text) for text in (facts.unit_name, facts.unit_url, facts.unit_mac)]
    time = struct.pack(">Q", facts.at_us // 1_000_000 + _1904_TO_1970_S)
    rows = [
        struct.pack(">H", origin.track_id)
        + b"".join(_text(text) for text in (source.name, source.url, source.mac, source.line))
        for origin, source in tracks
    ]
    return full_box(b"suep", 1, 0, *unit, time, _text(facts.operator), struct.pack(">I", len(rows)), *rows)


def _identification(span_us: tuple[int, int], name: bytes) -> bytes:
    """`sumi` of ISO/IEC 23000-10: a file that stands alone, its own predecessor and successor.

    The specification does without; ONVIF's signing tool spoils a file that was signed before and has none, and
    its player looks for it.
    """
    start = (span_us[0] + _1601_TO_1970_S * 1_000_000) * 10
    return box(b"sumi", name * 3, struct.pack(">QQHH", start, (span_us[1] - span_us[0]) * 10, 0, 0))


def _degrees(e7: int) -> bytes:
    """16.16 fixed point, to the nearest (about 1.7 m)."""
    return struct.pack(">i", (2 * e7 * 65_536 + 10**7) // (2 * 10**7))


def _text(text: str) -> bytes:
    if "\x00" in text:
        raise ValueError("a text of an export file with a NUL in it")
    return text.encode() + b"\x00"
