"""Pictures put together from RTP payloads: H.264 (RFC 6184) and H.265 (RFC 7798). Every byte of a NAL unit is kept.

A picture ends at the marker, or where the stamp changes for cameras that set none. What a loss cut off is kept as far
as it came.
"""

from __future__ import annotations

from dataclasses import dataclass

from recorder.sources.rtp.sequence import Packet
from saksi.fmp4.tracks import VideoCodec

_MOST_PICTURE_BYTES = 16 << 20
_MANY_PARTS = 256  # a picture of so many packets is measured


@dataclass(frozen=True, slots=True)
class Codec:
    """How one codec lies in packets: `fragment` and `aggregate` are its payload types, `header` bytes long.

    `mask` takes the type out of the first byte. `keys` and `sets` are bit sets of the NAL unit types of keyframes and
    parameter sets.
    """

    name: VideoCodec
    header: int
    mask: int
    shift: int
    fragment: int
    aggregate: int
    last_single: int
    keys: int
    sets: int

    @property
    def continuation(self) -> int:
        """The type of a fragment as it stands in the first byte."""
        return self.fragment << self.shift

    def kind(self, first: int) -> int:
        """The NAL unit type of a first byte."""
        return (first & self.mask) >> self.shift


CODECS: dict[VideoCodec, Codec] = {
    "h264": Codec("h264", 1, 0x1F, 0, 28, 24, 23, 1 << 5, 1 << 7 | 1 << 8),
    "h265": Codec("h265", 2, 0x7E, 1, 49, 48, 47, 0x3F << 16, 1 << 32 | 1 << 33 | 1 << 34),
}


@dataclass(slots=True)
class Coded:
    """One picture: NAL units behind 4-byte lengths. `lost` packets are missing in it or before it."""

    data: bytes
    stamp: int
    keyframe: bool
    has_sets: bool
    lost: int


class Pictures:
    """Takes packets in order. `parts` is open to whoever appends the middle of a fragment: see `fragmenting`."""

    def __init__(self, codec: Codec) -> None:
        self.parts: list[bytes] = []
        self.fragmenting = False  # the last packet left a NAL unit open; `parts` takes its next bytes
        self.bad = 0  # packets that could not be understood
        self._codec = codec
        self._begins: list[int] = []  # where NAL units begin in `parts`; the place of their lengths
        self._kinds = 0
        self._stamp = 0
        self._lost = 0

    def take(self, packet: Packet) -> list[Coded]:
        """Takes a packet and answers the pictures that it completes, none to two."""
        done: list[Coded] = []
        if self._begins and packet.stamp != self._stamp:
            done += self._finish()
        if packet.lost:
            self._lost += packet.lost
            self.fragmenting = False
        self._stamp = packet.stamp
        self._payload(packet.data, packet.at, packet.end)
        if packet.marker:
            done += self._finish()
        return done

    def bound(self) -> bool:
        """Drops a picture that never ends; whether it did. Called once a read."""
        if len(self.parts) < _MANY_PARTS or sum(map(len, self.parts)) < _MOST_PICTURE_BYTES:
            return False
        self._lost += len(self.parts)
        self._clear()
        return True

    def _payload(self, data: bytes, at: int, end: int) -> None:
        codec = self._codec
        if end - at < codec.header + 1:
            self.bad += end > at  # an empty payload keeps a connection alive
            return
        kind = codec.kind(data[at])
        if kind == codec.fragment:
            self._fragment(data, at, end)
            return
        self.fragmenting = False
        if kind == codec.aggregate:
            self._aggregate(data, at + codec.header, end)
        elif kind <= codec.last_single:
            self._whole(data[at:end])
        else:
            self.bad += 1

    def _fragment(self, data: bytes, at: int, end: int) -> None:
        """FU-A (RFC 6184 section 5.8), FU (RFC 7798 section 4.4.3): the type stands in the byte after the header."""
        codec = self._codec
        body = at + codec.header + 1
        facts = data[body - 1]
        if facts & 0x80:
            kind = facts & (0x1F if codec.header == 1 else 0x3F)
            first = data[at] & ~codec.mask & 0xFF | kind << codec.shift
            self._begin(kind)
            self.parts.append(bytes((first, *data[at + 1 : at + codec.header])))
            self.fragmenting = True
        elif not self.fragmenting:
            return  # its beginning was lost, and is counted
        self.parts.append(data[body:end])
        if facts & 0x40:
            self.fragmenting = False

    def _aggregate(self, data: bytes, at: int, end: int) -> None:
        """STAP-A (RFC 6184 section 5.7.1), AP (RFC 7798 section 4.4.2): units behind 2-byte lengths."""
        while at + 2 <= end:
            length = data[at] << 8 | data[at + 1]
            at += 2
            if length == 0 or at + length > end:
                self.bad += 1
                return
            self._whole(data[at : at + length])
            at += length

    def _whole(self, unit: bytes) -> None:
        self._begin(self._codec.kind(unit[0]))
        self.parts.append(unit)

    def _begin(self, kind: int) -> None:
        self._kinds |= 1 << kind
        self._begins.append(len(self.parts))
        self.parts.append(b"")

    def _finish(self) -> list[Coded]:
        parts, begins = self.parts, self._begins
        if not begins:
            return []
        for begin, end in zip(begins, [*begins[1:], len(parts)], strict=True):
            parts[begin] = sum(map(len, parts[begin + 1 : end])).to_bytes(4, "big")
        coded = Coded(
            b"".join(parts),
            self._stamp,
            self._kinds & self._codec.keys != 0,
            self._kinds & self._codec.sets != 0,
            self._lost,
        )
        self._lost = 0
        self._clear()
        return [coded]

    def _clear(self) -> None:
        self.parts.clear()
        self._begins.clear()
        self._kinds = 0
        self.fragmenting = False
