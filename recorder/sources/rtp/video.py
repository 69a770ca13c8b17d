"""Pictures put together from RTP payloads: H.264 (RFC 6184) and H.265 (RFC 7798). Every byte of a NAL unit is kept.

A picture ends at the marker, or where the stamp changes for cameras that set none. What a loss cut off is kept as far
as it came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from saksi.fmp4.tracks import VideoCodec

_MOST_PICTURE_BYTES = 16 << 20
_MANY_PARTS = 256  # a picture of so many packets is measured


@dataclass(frozen=True, slots=True)
class Codec:
    """How one codec lies in packets: a payload header of `header` bytes, whose first byte holds the type under `mask`.

    `continuation` is the type of fragments as it stands there, `aggregate` that of several units in one packet. `keys`
    and `sets` are bit sets of the NAL unit types of keyframes and of parameter sets.
    """

    name: VideoCodec
    header: int
    mask: int
    shift: int
    continuation: int
    aggregate: int
    last_single: int
    keys: int
    sets: int

    def kind(self, first: int) -> int:
        """The NAL unit type of a first byte."""
        return (first & self.mask) >> self.shift


CODECS: dict[VideoCodec, Codec] = {
    "h264": Codec("h264", 1, 0x1F, 0, 28, 24, 23, 1 << 5, 1 << 7 | 1 << 8),
    "h265": Codec("h265", 2, 0x7E, 1, 49 << 1, 48, 47, 0x3F << 16, 1 << 32 | 1 << 33 | 1 << 34),
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
    """Takes packets in order. `parts` is open to whoever appends the middle of a NAL unit while `fragmenting`."""

    def __init__(self, codec: Codec, done: Callable[[Coded], None]) -> None:
        """`done` gets each picture."""
        self._done = done
        self.parts: list[bytes] = []
        self.fragmenting = False  # the last packet left a NAL unit open; `parts` takes its next bytes
        self.bad = 0  # packets that could not be understood
        self._codec = codec
        self._begins: list[int] = []  # where NAL units begin in `parts`; the place of their lengths
        self._kinds = 0
        self._stamp = 0
        self._lost = 0

    def take(self, data: bytes, at: int, end: int, stamp: int, marker: bool, lost: int = 0) -> None:
        """Takes the payload at `at` to `end` of `data`; `lost` packets are missing just before it."""
        if stamp != self._stamp:
            if self._begins:
                self._finish()
            self._stamp = stamp
        if lost:
            self._lost += lost
            self.fragmenting = False
        codec = self._codec
        body = at + codec.header
        if body >= end:
            self.bad += end > at  # an empty payload keeps a connection alive
        elif data[at] & codec.mask == codec.continuation:
            self._fragment(data, at, body + 1, end)
        else:
            self._single(data, at, body, end)
        if marker and self._begins:
            self._finish()

    def bound(self) -> None:
        """Drops a picture that never ends. Called once a read."""
        if len(self.parts) > _MANY_PARTS and sum(map(len, self.parts)) > _MOST_PICTURE_BYTES:
            self._lost += len(self.parts)
            self._clear()

    def _single(self, data: bytes, at: int, body: int, end: int) -> None:
        """A whole NAL unit, or several."""
        kind = self._codec.kind(data[at])
        self.fragmenting = False
        if kind <= self._codec.last_single:
            self._whole(data[at:end])
        elif kind == self._codec.aggregate:
            self._aggregate(data, body, end)
        else:
            self.bad += 1

    def _fragment(self, data: bytes, at: int, body: int, end: int) -> None:
        """FU-A (RFC 6184 section 5.8), FU (RFC 7798 section 4.4.3): the type stands in the byte after the header."""
        facts, codec = data[body - 1], self._codec
        if facts & 0x80:
            kind = facts & codec.mask >> codec.shift
            first = data[at] & ~codec.mask & 0xFF | kind << codec.shift
            self._kinds |= 1 << kind
            parts = self.parts
            self._begins.append(len(parts))
            parts += (b"", bytes((first, *data[at + 1 : body - 1])), data[body:end])
            self.fragmenting = not facts & 0x40
        elif self.fragmenting:  # else its beginning was lost, and is counted
            self.parts.append(data[body:end])
            self.fragmenting = not facts & 0x40

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
        self._kinds |= 1 << self._codec.kind(unit[0])
        self._begins.append(len(self.parts))
        self.parts += (b"", unit)

    def _finish(self) -> None:
        parts, begins = self.parts, self._begins
        end = len(parts)
        for begin in reversed(begins):
            parts[begin] = sum(map(len, parts[begin + 1 : end])).to_bytes(4, "big")
            end = begin
        kinds, codec = self._kinds, self._codec
        done = Coded(
            b"".join(parts), self._stamp, kinds & codec.keys != 0, kinds & codec.sets != 0, self._lost
        )
        self._lost = 0
        self._clear()
        self._done(done)

    def _clear(self) -> None:
        self.parts.clear()
        self._begins.clear()
        self._kinds = 0
        self.fragmenting = False
