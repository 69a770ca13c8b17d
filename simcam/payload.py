"""RTP payloads: H.264 (RFC 6184), H.265 (RFC 7798), AAC (RFC 3640, AAC-hbr) and G.711 (RFC 3551).

And packets of a whole frame laid out as one block of interleaved data (RFC 2326 section 10.12), ready to be
stamped with sequence numbers, time and source.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

LARGEST_PAYLOAD = 1400
HEADER = 16  # four bytes of interleaving and twelve of RTP

_H264_STAP_A, _H264_FU_A, _H265_FU = 24, 28, 49


def nal_units(sample: bytes) -> Iterator[bytes]:
    """The NAL units of an MP4 sample with four-byte lengths. Raises ValueError when they do not add up."""
    at = 0
    while at + 4 <= len(sample):
        length = int.from_bytes(sample[at : at + 4], "big")
        at += 4
        if length == 0 or at + length > len(sample):
            raise ValueError("a NAL unit runs past the end of its sample")
        yield sample[at : at + length]
        at += length


def h264(units: Iterable[bytes], parameter_sets: Iterable[bytes]) -> list[bytes]:
    """Payloads of one access unit; parameter sets, if given, go ahead of it in one STAP-A."""
    sets = list(parameter_sets)
    payloads = []
    if sets:
        aggregated = b"".join(struct.pack(">H", len(one)) + one for one in sets)
        payloads.append(bytes([max(one[0] & 0x60 for one in sets) | _H264_STAP_A]) + aggregated)
    for unit in units:
        if len(unit) <= LARGEST_PAYLOAD:
            payloads.append(unit)
            continue
        indicator, kind = bytes([unit[0] & 0xE0 | _H264_FU_A]), unit[0] & 0x1F
        payloads += _fragments(indicator, kind, unit[1:])
    return payloads


def h265(units: Iterable[bytes], parameter_sets: Iterable[bytes]) -> list[bytes]:
    """Payloads of one access unit, parameter sets first."""
    payloads = []
    for unit in (*parameter_sets, *units):
        if len(unit) <= LARGEST_PAYLOAD:
            payloads.append(unit)
            continue
        header = bytes([unit[0] & 0x81 | _H265_FU << 1, unit[1]])
        payloads += _fragments(header, unit[0] >> 1 & 0x3F, unit[2:])
    return payloads


def _fragments(header: bytes, kind: int, body: bytes) -> Iterator[bytes]:
    """FU-A of H.264 and FU of H.265 share the one byte with start and end bit and the original type."""
    step = LARGEST_PAYLOAD - len(header) - 1
    for at in range(0, len(body), step):
        edge = (0x80 if at == 0 else 0) | (0x40 if at + step >= len(body) else 0)
        yield header + bytes([edge | kind]) + body[at : at + step]


def aac(frame: bytes) -> bytes:
    """One AAC frame behind one AU header: 13 bits of size, 3 of index."""
    return struct.pack(">HH", 16, len(frame) << 3) + frame


def mu_law(sample: int) -> int:
    """G.711 µ-law byte of a 16 bit sample (ITU-T G.711)."""
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    mantissa = magnitude >> exponent + 3 & 0x0F
    return ~((0x80 if sample < 0 else 0) | exponent << 4 | mantissa) & 0xFF


def interleave(
    track: int, payload_type: int, payloads: Iterable[bytes], *, marker: bool
) -> tuple[bytes, list[int]]:
    """One block of interleaved packets with sequence, time and source left at zero, and where each begins."""
    pieces: list[bytes] = []
    starts: list[int] = []
    at = 0
    whole = list(payloads)
    for number, payload in enumerate(whole):
        last = marker and number == len(whole) - 1
        head = struct.pack(">BBHBB10x", 0x24, 2 * track, 12 + len(payload), 0x80, payload_type | last << 7)
        pieces += (head, payload)
        starts.append(at)
        at += HEADER + len(payload)
    return b"".join(pieces), starts
