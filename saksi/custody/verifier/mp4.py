"""Boxes of MP4 files (ISO/IEC 14496-12) as far as frames must be found in them: headers, track, sample tables."""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass
from typing import Dict, Iterator, List, Optional, Set, Tuple

from saksi.custody.verifier.hashes import Malformed

MOST_HEAD = 1 << 25  # bytes of a moov
MOST_FRAGMENT_HEAD = 1 << 22  # bytes of a moof
MOST_SAMPLES = 2_000_000  # in one file
MOST_SAMPLE = 1 << 26  # bytes of one picture
MOST_CHILDREN = 10_000
NOT_SYNC = 0x00010000  # sample flag, section 8.8.3.1


@dataclass(frozen=True)
class Track:
    """The video track of a file: its number, ticks a second, bytes of a NAL length, and whether it is H.265."""

    number: int
    timescale: int
    nal_length: int
    h265: bool
    table: bytes


@dataclass
class Samples:
    """Video samples in decode order: offsets within the file, sizes, decode and presentation times in ticks, and the
    numbers of those that need no other to be decoded."""

    offsets: array[int]
    sizes: array[int]
    decode: array[int]
    shown: array[int]
    sync: Set[int]


def header(data: bytes) -> Tuple[int, bytes, int]:
    """(header length, kind, whole length) of a box from its first 16 bytes, section 4.2. Raises Malformed."""
    if len(data) < 8:
        raise Malformed("a box is cut off")
    size, kind = struct.unpack_from(">I4s", data)
    length = 8
    if size == 1:
        if len(data) < 16:
            raise Malformed("a box is cut off")
        (size,) = struct.unpack_from(">Q", data, 8)
        length = 16
    if size < length:
        raise Malformed("a box smaller than its own header")
    return length, kind, size


def boxes(data: bytes, start: int = 0, end: Optional[int] = None) -> Iterator[Tuple[bytes, int, int]]:
    """(kind, body start, end) of the boxes that fill a range. Raises Malformed when one does not fit."""
    at = start
    limit = len(data) if end is None else end
    count = 0
    while at < limit:
        length, kind, size = header(data[at : min(at + 16, limit)])
        count += 1
        if at + size > limit or count > MOST_CHILDREN:
            raise Malformed("a box does not fit into the box around it")
        yield kind, at + length, at + size
        at += size


def inside(data: bytes, path: List[bytes], start: int = 0, end: Optional[int] = None) -> bytes:
    """The body of the first box along a path of kinds. Raises Malformed."""
    limit = len(data) if end is None else end
    for wanted in path:
        for kind, body, stop in boxes(data, start, limit):
            if kind == wanted:
                start, limit = body, stop
                break
        else:
            raise Malformed("no box " + wanted.decode("latin-1"))
    return data[start:limit]


def unpack(layout: str, data: bytes, at: int) -> Tuple[int, ...]:
    """struct.unpack_from with Malformed instead of struct.error."""
    if at < 0 or at + struct.calcsize(layout) > len(data):
        raise Malformed("a box is too short for what it claims")
    return struct.unpack_from(layout, data, at)


def numbered(trak: bytes) -> Tuple[int, int]:
    """(number, ticks a second) of a trak body, sections 8.3.2 and 8.4.2. Raises Malformed."""
    tkhd = inside(trak, [b"tkhd"])
    (number,) = unpack(">I", tkhd, 20 if tkhd[:1] == b"\x01" else 12)
    return number, ticks_of(inside(trak, [b"mdia", b"mdhd"]))


def ticks_of(head: bytes) -> int:
    """Ticks a second of an mvhd or mdhd body. Raises Malformed."""
    return unpack(">I", head, 20 if head[:1] == b"\x01" else 12)[0]


def video_track(moov: bytes) -> Track:
    """The first video track of a moov body. Raises Malformed."""
    for kind, body, end in boxes(moov):
        if kind != b"trak":
            continue
        trak = moov[body:end]
        if inside(trak, [b"mdia", b"hdlr"])[8:12] != b"vide":
            continue
        number, timescale = numbered(trak)
        table = inside(trak, [b"mdia", b"minf", b"stbl"])
        lengths = {_nal_length(entry) for entry in _entries(inside(table, [b"stsd"]))}
        if len(lengths) != 1 or not timescale:
            raise Malformed("no sample entry, or several that disagree")
        nal_length, h265 = lengths.pop()
        return Track(number, timescale, nal_length, h265, table)
    raise Malformed("no video track")


def _entries(stsd: bytes) -> List[Tuple[bytes, bytes]]:
    return [(kind, stsd[body:end]) for kind, body, end in boxes(stsd, 8)]


def _nal_length(entry: Tuple[bytes, bytes]) -> Tuple[int, bool]:
    """NAL length size and codec of a sample entry, ISO/IEC 14496-15 sections 5.3.3 and 8.3.3."""
    kind, body = entry
    names: Dict[bytes, Tuple[bytes, int, bool]] = {
        b"avc1": (b"avcC", 4, False),
        b"avc3": (b"avcC", 4, False),
        b"hvc1": (b"hvcC", 21, True),
        b"hev1": (b"hvcC", 21, True),
    }
    if kind not in names:
        raise Malformed("a codec that is neither H.264 nor H.265")
    wanted, place, h265 = names[kind]
    (value,) = unpack(">B", inside(body, [wanted], 78), place)
    return (value & 3) + 1, h265


def fragment_samples(moof: bytes, place: int, track: Track) -> Samples:
    """The video samples of a moof body; `place` is where the moof box begins in the file. Section 8.8."""
    samples = Samples(array("Q"), array("Q"), array("q"), array("q"), set())
    for kind, body, end in boxes(moof):
        if kind == b"traf":
            _read_traf(moof[body:end], place, track, samples)
    return samples


def _read_traf(traf: bytes, place: int, track: Track, samples: Samples) -> None:
    tfhd = inside(traf, [b"tfhd"])
    flags, number = unpack(">II", tfhd, 0)
    if number != track.number:
        return
    at, duration, size, sample_flags = 8, 0, 0, 0
    if flags & 0x000001:
        raise Malformed("a fragment whose data lies elsewhere")
    at += 4 * bool(flags & 0x000002)
    if flags & 0x000008:
        (duration,) = unpack(">I", tfhd, at)
        at += 4
    if flags & 0x000010:
        (size,) = unpack(">I", tfhd, at)
        at += 4
    if flags & 0x000020:
        (sample_flags,) = unpack(">I", tfhd, at)
    tfdt = inside(traf, [b"tfdt"])
    (time,) = unpack(">Q", tfdt, 4) if tfdt[:1] == b"\x01" else unpack(">I", tfdt, 4)
    for kind, body, end in boxes(traf):
        if kind == b"trun":
            time = _read_trun(traf[body:end], place, time, (duration, size, sample_flags), samples)


def _read_trun(trun: bytes, place: int, time: int, defaults: Tuple[int, int, int], samples: Samples) -> int:
    """Adds the samples of one trun (section 8.8.8); answers the decode time after them."""
    duration, size, sample_flags = defaults
    flags, count = unpack(">II", trun, 0)
    if not flags & 1 or count > MOST_SAMPLES or time >= 1 << 62:
        raise Malformed("a trun without a place, or with too many samples")
    (offset,) = unpack(">i", trun, 8)
    first_flags = unpack(">I", trun, 12)[0] if flags & 0x4 else sample_flags
    at = 12 + 4 * bool(flags & 0x4)
    present = [flag for flag in (0x100, 0x200, 0x400, 0x800) if flags & flag]
    if not present and count * max(size, 1) > MOST_HEAD:
        raise Malformed("a trun with too many samples")
    if at + 4 * count * len(present) > len(trun):
        raise Malformed("a trun shorter than its samples")
    rows = struct.unpack_from(">%dI" % (count * len(present)), trun, at)
    columns = {flag: rows[i :: len(present)] for i, flag in enumerate(present)}
    position = place + offset
    for i in range(count):
        length = columns[0x200][i] if 0x200 in columns else size
        late = columns[0x800][i] if 0x800 in columns else 0
        if position < 0 or not 0 < length <= MOST_SAMPLE:
            raise Malformed("a sample without bytes, or with too many")
        marks = columns[0x400][i] if 0x400 in columns else sample_flags if i else first_flags
        if not marks & NOT_SYNC:
            samples.sync.add(len(samples.sizes))
        samples.offsets.append(position)
        samples.sizes.append(length)
        samples.decode.append(time)
        samples.shown.append(time + (late - (1 << 32) if late >= 1 << 31 else late))
        position += length
        time += columns[0x100][i] if 0x100 in columns else duration
    return time


def plain_samples(track: Track, length: int) -> Samples:
    """The samples of a plain MP4 from stsz, stsc and stco or co64 (section 8.7); none may lie beyond `length`."""
    stsz, stsc = inside(track.table, [b"stsz"]), inside(track.table, [b"stsc"])
    size, count = unpack(">II", stsz, 4)
    if count > MOST_SAMPLES or count * max(size, 1) > max(length, 0):
        raise Malformed("more samples than the file can hold")
    sizes = array("Q", [size]) * count if size else array("Q", unpack(">%dI" % count, stsz, 12))
    kinds = {kind for kind, _, _ in boxes(track.table)}
    name, layout, width = (b"co64", "Q", 8) if b"co64" in kinds else (b"stco", "I", 4)
    chunks = inside(track.table, [name])
    (chunk_count,) = unpack(">I", chunks, 4)
    if chunk_count * width > len(chunks):
        raise Malformed("a chunk table shorter than it claims")
    places = unpack(">%d%s" % (chunk_count, layout), chunks, 8)
    offsets = array("Q")
    for place, held in zip(places, _samples_per_chunk(stsc, chunk_count)):
        if len(offsets) + held > count:
            raise Malformed("chunks with more samples than there are")
        for number in range(len(offsets), len(offsets) + held):
            offsets.append(place)
            if not 0 < sizes[number] <= MOST_SAMPLE or place + sizes[number] > length:
                raise Malformed("a sample beyond the end of the file, or without bytes")
            place += sizes[number]
    if len(offsets) != count:
        raise Malformed("samples that lie in no chunk")
    return Samples(offsets, sizes, array("q"), array("q"), set())


def _samples_per_chunk(stsc: bytes, chunk_count: int) -> Iterator[int]:
    """How many samples each chunk holds, section 8.7.4."""
    (count,) = unpack(">I", stsc, 4)
    if count * 12 > len(stsc):
        raise Malformed("a sample-to-chunk table shorter than it claims")
    rows = unpack(">%dI" % (3 * count), stsc, 8)
    for i in range(count):
        first, held = rows[3 * i], rows[3 * i + 1]
        after = rows[3 * i + 3] if i + 1 < count else chunk_count + 1
        if first < 1 or after <= first or after > chunk_count + 1 or (i == 0 and first != 1):
            raise Malformed("a sample-to-chunk table out of order")
        for _ in range(after - first):
            yield held
