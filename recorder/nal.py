"""Streams cut into NAL units, at start codes or by lengths, and put behind 4-byte lengths, byte for byte.

ITU-T H.264 annex B, ISO/IEC 14496-15.
"""

from __future__ import annotations

from functools import lru_cache

from saksi.fmp4.bits import BitReader
from saksi.fmp4.tracks import (
    H264_PPS,
    H264_SPS,
    H265_PPS,
    H265_SPS,
    H265_VPS,
    VideoCodec,
    VideoTrack,
    nal_type,
)

_SETS: dict[VideoCodec, tuple[int, ...]] = {
    "h264": (H264_SPS, H264_PPS),
    "h265": (H265_VPS, H265_SPS, H265_PPS),
}

_H264_SLICES = (1, 2, 5)
_H264_B_SLICE = 1


def split(stream: bytes) -> list[bytes]:
    """The NAL units of an Annex B byte stream.

    Only start codes go; a zero before a 3-byte code belongs to the code.
    """
    units: list[bytes] = []
    begin = stream.find(b"\x00\x00\x01") + 3
    if begin < 3:
        return []
    while True:
        code = stream.find(b"\x00\x00\x01", begin)
        if code < 0:
            units.append(stream[begin:])
            return [unit for unit in units if unit]
        end = code - 1 if code > begin and stream[code - 1] == 0 else code
        units.append(stream[begin:end])
        begin = code + 3


def join(units: list[bytes]) -> bytes:
    """The NAL units, each behind its 4-byte length."""
    return b"".join(part for unit in units for part in (len(unit).to_bytes(4, "big"), unit))


def length_size(extradata: bytes, codec: VideoCodec) -> int:
    """How many bytes long the lengths before NAL units are in a stream with this extradata; 0: start codes.

    avcC and hvcC say it (ISO/IEC 14496-15 sections 5.3.3.1 and 8.3.3.1). A record that ends before it does is
    taken to mean 4, as nearly all do.
    """
    if extradata[:1] != b"\x01":
        return 0
    at = 4 if codec == "h264" else 21
    return (extradata[at] & 3) + 1 if len(extradata) > at else 4


def split_lengths(data: bytes, length_size: int = 4) -> list[bytes]:
    """The NAL units of a stream with length prefixes; one of no bytes is none.

    Raises ValueError when the lengths do not add up.
    """
    units, position = [], 0
    while position < len(data):
        body = position + length_size
        length = int.from_bytes(data[position:body], "big")
        position = body + length
        if position > len(data):
            raise ValueError(f"a NAL unit of {length} bytes at {body - length_size} of {len(data)}")
        units.append(data[body:position])
    return [unit for unit in units if unit]


def parameter_sets(extradata: bytes, codec: VideoCodec) -> list[bytes]:
    """The parameter sets of a stream's extradata, Annex B or avcC/hvcC."""
    if extradata[:3] == b"\x00\x00\x01" or extradata[:4] == b"\x00\x00\x00\x01":
        found = split(extradata)
    elif extradata[:1] == b"\x01":
        found = _from_avcc(extradata) if codec == "h264" else _from_hvcc(extradata)
    else:
        found = []
    return [unit for unit in found if nal_type(codec, unit) in _SETS[codec]]


def updated(track: VideoTrack | None, units: list[bytes], codec: VideoCodec) -> VideoTrack | None:
    """`track` with the parameter sets that stand among `units`; the same object when nothing changed.

    None while no complete set is known. Raises saksi.fmp4.boxes.Malformed when a set cannot be read.
    """
    inside: dict[int, list[bytes]] = {kind: [] for kind in _SETS[codec]}
    for unit in units:
        kind = nal_type(codec, unit)
        if kind in inside and unit not in inside[kind]:
            inside[kind].append(unit)
    before = {kind: track.sets(kind) if track else [] for kind in inside}
    merged = {kind: found or before[kind] for kind, found in inside.items()}
    if track is not None and merged == before:
        return track
    if not all(merged.values()):
        return None
    return VideoTrack(codec, tuple(unit for found in merged.values() for unit in found))


def may_reorder(data: bytes, track: VideoTrack) -> bool:
    """Whether a picture (4-byte lengths) may be shown before pictures that came earlier: it is a B-frame.

    H.264 says so in the first slice (sections 7.3.3 and 7.4.3), H.265 in the parameter set.
    """
    try:
        if track.codec == "h265":
            return reorder_depth(track.sps) > 0
        slices = (unit for unit in split_lengths(data) if nal_type("h264", unit) in _H264_SLICES)
        reader = BitReader(next(slices, b"")[:32], 1)
        reader.unsigned()  # first_mb_in_slice
        return reader.unsigned() % 5 == _H264_B_SLICE
    except ValueError:
        return False  # a damaged picture proves nothing


@lru_cache(maxsize=256)
def reorder_depth(sps: bytes) -> int:
    """sps_max_num_reorder_pics of the highest sub-layer of an H.265 SPS, ITU-T H.265 section 7.3.2.2.1."""
    reader = BitReader(sps, 2)
    reader.bits(4)
    sub_layers = reader.bits(3)
    reader.bits(1 + 96)
    present = [(reader.flag(), reader.flag()) for _ in range(sub_layers)]
    reader.bits(2 * (8 - sub_layers) if sub_layers else 0)
    for profile, level in present:
        reader.bits((88 if profile else 0) + (8 if level else 0))
    reader.unsigned()  # sps_seq_parameter_set_id
    if reader.unsigned() == 3:  # chroma_format_idc
        reader.flag()
    reader.unsigned(), reader.unsigned()  # size
    if reader.flag():  # conformance_window_flag
        _ = [reader.unsigned() for _ in range(4)]
    _ = [reader.unsigned() for _ in range(3)]  # bit depths, picture order count length
    depth = 0
    for _ in range(sub_layers + 1 if reader.flag() else 1):
        reader.unsigned()  # max_dec_pic_buffering
        depth = reader.unsigned()
        reader.unsigned()  # max_latency_increase
    return depth


def _from_avcc(record: bytes) -> list[bytes]:
    found, position = [], 5
    for mask in (31, 255):
        count = record[position] & mask if position < len(record) else 0
        position += 1
        for _ in range(count):
            length = int.from_bytes(record[position : position + 2], "big")
            found.append(_whole(record, position + 2, length))
            position += 2 + length
    return found


def _from_hvcc(record: bytes) -> list[bytes]:
    found, position = [], 23
    for _ in range(record[22] if len(record) > 22 else 0):
        count = int.from_bytes(record[position + 1 : position + 3], "big")
        position += 3
        for _ in range(count):
            length = int.from_bytes(record[position : position + 2], "big")
            found.append(_whole(record, position + 2, length))
            position += 2 + length
    return found


def _whole(record: bytes, position: int, length: int) -> bytes:
    """A set inside a record; nothing when the record ends before it does."""
    found = record[position : position + length]
    return found if len(found) == length else b""
