"""Reads what an ONVIF export file says of itself: exporter, sources, start times, place, signing instances."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from saksi.fmp4.boxes import Box, Malformed, fields, iterate, parse_header
from saksi.fmp4.export_file import ExportFacts, Place, TrackSource
from saksi.fmp4.walk import load, read_exactly

_1904_TO_1970_S = 2_082_844_800
_1601_TO_1970_S = 11_644_473_600
_LARGEST_META = 2**20  # bytes; some kilobytes a signature
_MOST_BOXES = 100_000
_HEADER = 8


@dataclass(frozen=True, kw_only=True)
class Signing:
    """One signing instance of a file; places are offsets within `meta`, `end` is where its sinf ends."""

    certificate: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    signature_at: int
    end: int
    scheme: bytes
    note: str
    starts: Sequence[tuple[int, int]]
    algorithm: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class ExportFile:
    """The end of an export file. `facts` leaves out certificate and note, which stand in `signings`.

    `starts` are (track, microseconds since 1970 at which its media timeline begins). `ipro_at` is where the
    item protection lies within `meta`, None in a file that nobody signed.
    """

    facts: ExportFacts
    tracks: Sequence[int]
    starts: Sequence[tuple[int, int]]
    signings: Sequence[Signing]
    meta_at: int
    meta: bytes = field(repr=False)
    ipro_at: int | None


def read_export(stream: BinaryIO) -> ExportFile:
    """Reads a seekable export file as this package and, as far as they can be told, other exporters write it.

    Raises Malformed: also for a file whose last box is not `meta`, which cannot be signed again.
    """
    moov, meta = _top(stream)
    data = load(stream, meta, _LARGEST_META)
    inside = list(iterate(data, _HEADER + 4))
    suep = _one(inside, b"suep")
    facts, tracks = _surveillance_export(data, suep, _place(stream, moov))
    protections = [found for found in inside if found.kind == b"ipro"]
    if protections and (len(protections) > 1 or protections[0].end != len(data)):
        raise Malformed("the item protection is not the one last box of meta")
    signings: list[Signing] = []
    for ipro in protections:
        for found in iterate(data, ipro.body + 6, ipro.end):
            if found.kind == b"sinf":
                signings.append(_signing(data, found))
    starts = [entry for found in inside if found.kind == b"cstb" for entry in _starts(data, found)]
    return ExportFile(
        facts=facts,
        tracks=tracks,
        starts=starts,
        signings=signings,
        meta_at=meta.offset,
        meta=data,
        ipro_at=protections[0].offset if protections else None,
    )


def _top(stream: BinaryIO) -> tuple[Box, Box]:
    """moov and the meta that ends the file."""
    size = stream.seek(0, 2)
    position, moov, last = 0, None, None
    for _ in range(_MOST_BOXES):
        if position == size:
            break
        last = parse_header(read_exactly(stream, position, min(16, size - position)), position)
        if last is None or last.end > size:
            raise Malformed(f"the box at offset {position} does not fit in the file")
        moov = last if last.kind == b"moov" and moov is None else moov
        position = last.end
    # A file of more boxes than that has not been read to its end either.
    if moov is None or last is None or last.kind != b"meta" or position != size:
        raise Malformed("not an export file: it must have a moov and end with meta")
    if last.body - last.offset != _HEADER or last.end - last.body < 4:
        raise Malformed("meta with a 64-bit size, or too short")
    return moov, last


def _place(stream: BinaryIO, moov: Box) -> Place | None:
    """What `loci` in moov's own user data says."""
    position = moov.body
    for _ in range(_MOST_BOXES):
        if position == moov.end:
            return None
        found = parse_header(read_exactly(stream, position, min(16, moov.end - position)), position)
        if found is None or found.end > moov.end:
            raise Malformed(f"the box at offset {position} does not fit in moov")
        position = found.end
        if found.kind != b"udta":
            continue
        data = load(stream, found, _LARGEST_META)
        for inner in iterate(data, _HEADER):
            if inner.kind == b"loci":
                return _loci(data, inner)
    raise Malformed(f"more than {_MOST_BOXES} boxes in moov")


def _loci(data: bytes, loci: Box) -> Place:
    (packed,) = fields(">H", data, loci.body + 4, loci)
    name, place = _text(data, loci.body + 6, loci)
    _, longitude, latitude, altitude = fields(">Biii", data, place, loci)
    _, place = _text(data, place + 13, loci)
    notes, _ = _text(data, place, loci)
    return Place(
        longitude_e7=_e7(longitude),
        latitude_e7=_e7(latitude),
        altitude_m=altitude >> 16,
        name=name,
        notes=notes,
        language="".join(chr((packed >> shift & 31) + 0x60) for shift in (10, 5, 0)),
    )


def _surveillance_export(data: bytes, suep: Box, place: Place | None) -> tuple[ExportFacts, list[int]]:
    (version,) = fields(">B", data, suep.body, suep)
    if version != 1:
        raise Malformed(f"suep of version {version}; this reader knows 1")
    position = suep.body + 4
    unit = []
    for _ in range(3):
        text, position = _text(data, position, suep)
        unit.append(text)
    (time,) = fields(">Q", data, position, suep)
    operator, position = _text(data, position + 8, suep)
    (count,) = fields(">I", data, position, suep)
    position += 4
    tracks: list[int] = []
    sources: list[TrackSource] = []
    for _ in range(count):
        tracks += fields(">H", data, position, suep)
        position += 2
        texts = []
        for _ in range(4):
            text, position = _text(data, position, suep)
            texts.append(text)
        sources.append(TrackSource(name=texts[0], url=texts[1], mac=texts[2], line=texts[3]))
    if not sources or position != suep.end:
        raise Malformed("suep without a track, or with bytes too many")
    facts = ExportFacts(
        unit_name=unit[0],
        unit_url=unit[1],
        unit_mac=unit[2],
        at_us=(time - _1904_TO_1970_S) * 1_000_000,
        operator=operator,
        video=sources[0],
        sound=sources[1] if len(sources) > 1 else None,
        place=place,
    )
    return facts, tracks


def _signing(data: bytes, sinf: Box) -> Signing:
    inside = list(iterate(data, sinf.body, sinf.end))
    scheme, schi = _one(inside, b"schm"), _one(inside, b"schi")
    parts = list(iterate(data, schi.body, schi.end))
    signature, certificate = _one(parts, b"sibo"), _one(parts, b"cert")
    notes = [_text(data, found.body, found)[0] for found in parts if found.kind == b"auib"]
    algorithms = [data[found.body : found.end] for found in parts if found.kind == b"sigC"]
    # The prose puts a corrected start time into schi, the table into sinf.
    starts = [entry for found in (*inside, *parts) if found.kind == b"cstb" for entry in _starts(data, found)]
    return Signing(
        certificate=data[certificate.body : certificate.end],
        signature=data[signature.body : signature.end],
        signature_at=signature.body,
        end=sinf.end,
        scheme=struct.pack(">I", *fields(">I", data, scheme.body + 4, scheme)),
        note=notes[0] if notes else "",
        starts=starts,
        algorithm=algorithms[0] if algorithms else b"",
    )


def _starts(data: bytes, cstb: Box) -> list[tuple[int, int]]:
    (count,) = fields(">I", data, cstb.body, cstb)
    if cstb.body + 4 + 12 * count != cstb.end:
        raise Malformed("cstb whose size is not that of its entries")
    rows = struct.iter_unpack(">IQ", data[cstb.body + 4 : cstb.end])
    return [(track_id, start // 10 - _1601_TO_1970_S * 1_000_000) for track_id, start in rows]


def _one(found: Sequence[Box], kind: bytes) -> Box:
    matching = [part for part in found if part.kind == kind]
    if len(matching) != 1:
        raise Malformed(f"an export file with {len(matching)} {kind!r} where one belongs")
    return matching[0]


def _text(data: bytes, start: int, parent: Box) -> tuple[str, int]:
    """(text, where what follows it begins)."""
    end = data.find(b"\x00", start, parent.end)
    if end < 0:
        raise Malformed(f"a text in {parent.kind!r} without an end")
    return data[start:end].decode(errors="replace"), end + 1


def _e7(fixed: int) -> int:
    return (2 * fixed * 10**7 + 65_536) // (2 * 65_536)
