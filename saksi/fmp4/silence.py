"""Silence for the holes of a sound track.

Chromium plays sound frames one behind the other whatever their times say, so after a hole everything would be
heard too early. The hole is filled with frames that decode to silence, made here; no camera's byte is
touched.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from saksi.fmp4.boxes import iterate
from saksi.fmp4.samples import TrackSamples
from saksi.fmp4.selection import Part

SILENCE = -1  # the chunk number of parts that are in no chunk

_AUDIO_ENTRY_LENGTH = 36
_AAC_FRAME = 1024  # samples
_AAC_LC = 2
# One AAC-LC frame without spectral data, by channels (ISO/IEC 14496-3 section 4.4: SCE or CPE, max_sfb 0).
_AAC_SILENT = {1: bytes.fromhex("00c800802380"), 2: bytes.fromhex("210049900219002380")}
_G711_SILENT = {b"ulaw": b"\xff", b"alaw": b"\xd5"}


def fill(parts: Sequence[Part], entry: bytes, rate: int) -> tuple[list[Part], bytes]:
    """The parts with one of silence in each hole of a tenth of a second or more, and the frame it repeats.

    Parts of silence carry the chunk number SILENCE. Where no silent frame of the codec is known here, the
    parts come back as they are.
    """
    frame, span = _silent_frame(entry, rate)
    if not frame:
        return list(parts), b""
    filled: list[Part] = []
    end, carry = None, 0
    for part in parts:
        base = part.samples.base_time
        if end is not None and base - end > max(3 * span, rate // 10):
            # Whole frames only: what one hole has too little, the next gets more.
            count = (2 * (base - end + carry) + span) // (2 * span)
            carry += base - end - count * span
            filled.append(Part(chunk=SILENCE, samples=_silent(end, base, count, len(frame), span)))
        filled.append(part)
        end = base + part.samples.span
    return filled, frame


def _silent(start: int, end: int, count: int, size: int, span: int) -> TrackSamples:
    """`count` frames that last from `start` to `end`."""
    durations = array("q", (span,)) * count
    durations[-1] += end - start - count * span
    return TrackSamples(
        base_time=start,
        data_offset=0,
        sizes=array("q", (size,)) * count,
        durations=durations,
        offsets=array("q", bytes(8 * count)),
    )


def _silent_frame(entry: bytes, rate: int) -> tuple[bytes, int]:
    """(bytes, samples) of a frame that decodes to silence; empty where none is known."""
    kind, channels = entry[4:8], int.from_bytes(entry[24:26], "big")
    if kind in _G711_SILENT and rate >= 50:
        span = rate // 50
        return _G711_SILENT[kind] * (span * channels), span
    if kind == b"mp4a" and rate >= _AAC_FRAME and _object_type(entry) == _AAC_LC:
        return _AAC_SILENT.get(channels, b""), _AAC_FRAME
    return b"", 1


def _object_type(entry: bytes) -> int:
    """audioObjectType of an mp4a entry as this package writes it, 0 when it is another's."""
    for found in iterate(entry, _AUDIO_ENTRY_LENGTH):
        # FullBox head 4, ES_Descriptor 5, DecoderConfigDescriptor 15, then DecoderSpecificInfo.
        specific = found.body + 24
        if found.kind == b"esds" and entry[specific : specific + 1] == b"\x05" and specific + 2 < found.end:
            return entry[specific + 2] >> 3
    return 0
