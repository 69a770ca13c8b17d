"""Sender reports read, receiver reports written (RFC 3550 section 6.4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_NTP_EPOCH_S = 2_208_988_800  # seconds from 1900 to 1970
_SENDER, _BYE = 200, 203
_HEAD = struct.Struct(">BBH")
_REPORT = struct.Struct(">IIII")  # source, NTP seconds, NTP fraction, RTP time


@dataclass(frozen=True, slots=True)
class SenderReport:
    """The camera says that its clock showed `wall_us` when its media clock showed `stamp`.

    `middle` are the middle 32 bits of the NTP time, which a receiver report gives back.
    """

    source: int
    wall_us: int
    stamp: int
    middle: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What a compound packet told."""

    report: SenderReport | None = None
    bye: bool = False


def read(data: bytes) -> Heard:
    """Reads one compound packet; what is torn or unknown in it is passed over."""
    report, bye, at = None, False, 0
    while at + 8 <= len(data):
        first, kind, words = _HEAD.unpack_from(data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            break
        if kind == _SENDER and end - at >= 28:
            report = _sender(data, at + 4)
        bye = bye or kind == _BYE
        at = end
    return Heard(report, bye)


def _sender(data: bytes, at: int) -> SenderReport | None:
    source, seconds, fraction, stamp = _REPORT.unpack_from(data, at)
    if seconds == 0:  # "a sender that has no notion of wallclock may set the NTP timestamp to zero"
        return None
    # Era 1 begins in 2036; no camera of ours lived before 1968 (RFC 5905 section 6).
    era = 0 if seconds >= 1 << 31 else 1 << 32
    wall_us = (seconds + era - _NTP_EPOCH_S) * 1_000_000 + (fraction * 1_000_000 >> 32)
    return SenderReport(source, wall_us, stamp, (seconds & 0xFFFF) << 16 | fraction >> 16)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reception:
    """What we tell of one source: see RFC 3550 section 6.4.1. `delay` since its last report is in 1/65536 s."""

    source: int
    lost_share: int  # of 256, since the report before
    lost: int
    highest: int  # extended sequence number
    last_report: int
    delay: int


def receiver_report(own: int, receptions: list[Reception]) -> bytes:
    """One receiver report with a canonical name, as one compound packet."""
    blocks = b"".join(
        struct.pack(
            ">IIIIII",
            one.source,
            (one.lost_share & 0xFF) << 24 | (max(-(1 << 23), min(one.lost, (1 << 23) - 1)) & 0xFFFFFF),
            one.highest & 0xFFFFFFFF,
            0,  # jitter: not measured, reads are batched
            one.last_report,
            one.delay & 0xFFFFFFFF,
        )
        for one in receptions
    )
    report = _HEAD.pack(0x80 | len(receptions), 201, 1 + len(blocks) // 4) + struct.pack(">I", own) + blocks
    name = b"\x01\x05saksi\x00"  # SDES item CNAME, ended and padded to whole words
    return report + _HEAD.pack(0x81, 202, 1 + len(name) // 4) + struct.pack(">I", own) + name


def interleaved(channel: int, data: bytes) -> bytes:
    """A packet as it travels on the RTSP connection (RFC 2326 section 10.12)."""
    return struct.pack(">BBH", 0x24, channel, len(data)) + data
