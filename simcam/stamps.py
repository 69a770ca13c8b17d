"""What one stream writes into its packets: source, sequence, RTP time, and sender reports (RFC 3550)."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

from simcam.clip import MICRO, Track, Unit

_NTP_EPOCH_S = 2_208_988_800
_PATCH = struct.Struct(">HII")
_SIMCAM_CNAME = b"\x01\x06simcam\x00\x00\x00\x00"  # SDES item, ended and padded to whole words


class Stamps:
    """Counters of one timeline over the tracks of a clip. Faults turn `rate` and `shift_s`, in truth 1 and 0.

    `ticks` are media time since 1970 in a track's clock; the stamp on the wire is that plus a random offset.
    """

    def __init__(self, tracks: Sequence[Track], wall_us: int) -> None:
        self._rates = [track.clock_rate for track in tracks]
        self._origins = [wall_us * rate // MICRO for rate in self._rates]
        self._offsets = [random.getrandbits(32) for _ in tracks]
        self._sequences = [random.getrandbits(16) for _ in tracks]
        self._sources = [random.getrandbits(32) for _ in tracks]
        self.rate = 1.0
        self.shift_s = 0.0

    def change_sources(self) -> None:
        """Takes new SSRCs, as a camera does that restarted its encoder."""
        self._sources = [random.getrandbits(32) for _ in self._sources]

    def rtp(self, track: int, ticks: int) -> int:
        """The stamp of a moment of media time."""
        if self.rate != 1.0:
            origin = self._origins[track]
            ticks = origin + round((ticks - origin) * self.rate)
        return (self._offsets[track] + ticks + round(self.shift_s * self._rates[track])) & 0xFFFFFFFF

    def write(self, unit: Unit, ticks: int) -> bytearray:
        """The unit's block with this stream's stamps in every packet."""
        block = bytearray(unit.block)
        rtp, source = self.rtp(unit.track, ticks), self._sources[unit.track]
        sequence = self._sequences[unit.track]
        for start in unit.starts:
            _PATCH.pack_into(block, start + 6, sequence, rtp, source)
            sequence = sequence + 1 & 0xFFFF
        self._sequences[unit.track] = sequence
        return block

    def report(self, track: int, channel: int, wall_us: int, packets: int, octets: int) -> bytes:
        """An interleaved sender report and source description that pair true wall time with RTP time."""
        seconds, micros = divmod(wall_us, MICRO)
        rtp = self.rtp(track, wall_us * self._rates[track] // MICRO)
        source = self._sources[track]
        ntp, fraction = seconds + _NTP_EPOCH_S & 0xFFFFFFFF, (micros << 32) // MICRO
        counts = packets & 0xFFFFFFFF, octets & 0xFFFFFFFF
        body = struct.pack(">BBHIIIIII", 0x80, 200, 6, source, ntp, fraction, rtp, *counts)
        body += struct.pack(">BBHI", 0x81, 202, 1 + len(_SIMCAM_CNAME) // 4, source) + _SIMCAM_CNAME
        return struct.pack(">BBH", 0x24, channel, len(body)) + body
