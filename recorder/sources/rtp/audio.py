"""Sound taken out of RTP payloads: AAC (RFC 3640) frame by frame, G.711 (RFC 3551) packet by packet."""

from __future__ import annotations

from dataclasses import dataclass

from recorder.sources.rtp.sequence import Packet
from recorder.sources.rtp.tracks import AacLayout

_MOST_FRAMES = 64  # in one packet
_FRAME_TICKS = 1024
_MOST_FRAME_BYTES = 8 * 1024  # 6,144 bits a channel; cameras have at most a few


@dataclass(slots=True)
class Piece:
    """Coded sound; `later` is how many ticks after the packet's stamp it begins."""

    data: bytes
    stamp: int
    later: int = 0


class G711:
    """One byte a sample, whatever the packet's length."""

    bad = 0

    def take(self, packet: Packet) -> list[Piece]:
        """The packet's samples."""
        data = packet.data[packet.at : packet.end]
        return [Piece(data, packet.stamp)] if data else []


class Aac:
    """Whole frames of one packet, or one frame in pieces over several."""

    def __init__(self, layout: AacLayout) -> None:
        self.bad = 0
        self._layout = layout
        self._pieces: list[bytes] = []
        self._stamp = 0
        self._missing = 0  # bytes still to come of a frame in pieces

    def take(self, packet: Packet) -> list[Piece]:
        """The frames that the packet completes."""
        if packet.lost or packet.stamp != self._stamp:
            self._pieces, self._missing = [], 0
        sizes, at = self._headers(packet)
        if not sizes:
            self.bad += 1
            return []
        if len(sizes) == 1 and (self._missing or sizes[0] > packet.end - at):
            return self._piece(packet, at, sizes[0])
        found = []
        for number, size in enumerate(sizes):
            if size == 0 or at + size > packet.end:
                self.bad += 1
                break
            found.append(Piece(packet.data[at : at + size], packet.stamp, number * _FRAME_TICKS))
            at += size
        return found

    def _headers(self, packet: Packet) -> tuple[list[int], int]:
        """Sizes of the frames and where the first begins (section 3.2.1)."""
        data, at, end = packet.data, packet.at, packet.end
        if end - at < 2:
            return [], at
        bits = data[at] << 8 | data[at + 1]
        body = at + 2 + (bits + 7) // 8
        if body > end:
            return [], at
        layout = self._layout
        packed = int.from_bytes(data[at + 2 : body], "big")
        left = (body - at - 2) * 8
        unused = left - bits
        sizes: list[int] = []
        while left - unused >= layout.size_bits and len(sizes) < _MOST_FRAMES:
            index = layout.delta_bits if sizes else layout.index_bits
            left -= layout.size_bits
            sizes.append(packed >> left & (1 << layout.size_bits) - 1)
            left -= index
        return sizes, body

    def _piece(self, packet: Packet, at: int, size: int) -> list[Piece]:
        """Every piece repeats the size of the whole (section 3.2.3)."""
        if size > _MOST_FRAME_BYTES:
            self.bad += 1
            return []
        if not self._missing:
            self._stamp, self._missing = packet.stamp, size
        piece = packet.data[at : min(packet.end, at + self._missing)]
        self._pieces.append(piece)
        self._missing -= len(piece)
        if self._missing:
            return []
        data, self._pieces = b"".join(self._pieces), []
        return [Piece(data, packet.stamp)]
