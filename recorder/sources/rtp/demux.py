"""The byte stream of a playing session, cut into RTP packets, reports and RTSP messages (RFC 2326 section 10.12).

The hot path of the recorder is the loop in `feed`: a packet of the picture that comes in order is recognised by a few
comparisons, and the middle of a fragmented NAL unit, nine of ten, costs one slice. Everything else takes the long way
round through `_one`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from recorder.sources.rtp import message
from recorder.sources.rtp.message import Message, NotRtsp
from recorder.sources.rtp.sequence import Order, Packet
from recorder.sources.rtp.video import CODECS, Coded, Pictures
from saksi.fmp4.tracks import VideoCodec

_DOLLAR = 0x24
_HEADER = 12
_RTP = struct.Struct(">BBHII")  # flags, marker and type, number, stamp, source
# Interleaving and channel, length, flags with type, number, stamp; the first payload byte and the fragment's own.
_PLAIN = {"h264": struct.Struct(">HHHHI4xBB"), "h265": struct.Struct(">HHHHI4xBxB")}
_LONGEST_UNKNOWN = 2_048  # a packet on a channel that was not set up; a longer one is more likely no packet


@dataclass(slots=True)
class Sound:
    """Where sound packets go; their order is kept apart from the picture's."""

    payload_type: int
    take: Callable[[Packet], None]
    order: Order = field(default_factory=Order)


class Demux:
    """One session's bytes. What it finds goes to the callbacks, in the order received."""

    def __init__(
        self,
        codec: VideoCodec,
        *,
        channel: int,
        payload_type: int,
        picture: Callable[[Coded], None],
        report: Callable[[int, bytes], None],
        message: Callable[[Message], None],
    ) -> None:
        """`channel` and `payload_type` are the picture's; `report` gets the RTCP channel and the packet."""
        self.pictures = Pictures(CODECS[codec], picture)
        self.order = Order()
        self.garbage = 0  # bytes that belonged to nothing
        self._codec = CODECS[codec]
        self._channel = channel
        self._payload_type = payload_type
        self._report = report
        self._message = message
        self._sounds: dict[int, Sound] = {}
        self._rest = b""
        self._next = -1  # number of the next packet; -1 before the first and while one is missing

    def hear(self, channel: int, sound: Sound) -> None:
        """Takes sound from this channel too."""
        self._sounds[channel] = sound

    def feed(self, data: bytes) -> None:
        """Takes the next bytes received. Whatever is in them, it raises nothing and keeps a bounded rest."""
        if self._rest:
            data = self._rest + data
        layout, pictures = _PLAIN[self._codec.name], self.pictures
        unpack, least = layout.unpack_from, layout.size
        magic, plain = _DOLLAR << 8 | self._channel, 0x8000 | self._payload_type
        marked, middle = plain | 0x80, self._codec.continuation
        mask, add, take = self._codec.mask, pictures.parts.append, pictures.take
        at, size, number, fragmenting = 0, len(data), self._next, pictures.fragmenting
        while size - at >= least:
            start, length, flags, found, stamp, first, fragment = unpack(data, at)
            end = at + 4 + length
            if found == number and start == magic and end <= size and length > least - 4:
                if flags == plain:
                    number = number + 1 & 0xFFFF
                    if fragmenting and fragment < 0x40 and first & mask == middle:
                        add(data[at + least : end])
                    else:
                        take(data, at + 16, end, stamp, False)
                        fragmenting = pictures.fragmenting
                    at = end
                    continue
                if flags == marked:
                    number = number + 1 & 0xFFFF
                    take(data, at + 16, end, stamp, True)
                    fragmenting = pictures.fragmenting
                    at = end
                    continue
            self._settle(number)
            after = self._one(data, at, size)
            number, fragmenting = self._next, pictures.fragmenting
            if after < 0:
                break
            at = after
        else:
            self._settle(number)
            while at < size and (after := self._one(data, at, size)) >= 0:
                at = after
        self._rest = data[at:]
        pictures.bound()

    def _settle(self, number: int) -> None:
        """Tells the order how far the loop came by itself."""
        if number != self._next:
            self.order.passed(number - 1 & 0xFFFF)
            self._next = number

    def _one(self, data: bytes, at: int, size: int) -> int:
        """Takes what begins at `at`; answers where it ends, -1 when it is not whole yet."""
        first = data[at]
        if first == _DOLLAR:
            return self._interleaved(data, at, size)
        if first in b"\r\n":
            return at + 1
        if 0x41 <= first <= 0x5A:
            try:
                found = message.read(data, at)
            except NotRtsp:
                return self._lost(data, at)
            if found is None:
                return -1 if self._may_be_message(data, at) else self._lost(data, at)
            self._message(found[0])
            return found[1]
        return self._lost(data, at)

    def _interleaved(self, data: bytes, at: int, size: int) -> int:
        if size - at < 4:
            return -1
        channel, end = data[at + 1], at + 4 + (data[at + 2] << 8 | data[at + 3])
        payload_type = self._payload_type if channel == self._channel else self._type_of_sound(channel)
        if payload_type is None:
            return self._other(data, at, end, size)
        if size - at < 6:
            return -1
        if data[at + 4] >> 6 != 2 or end - at < 4 + _HEADER:
            return self._lost(data, at)  # its length cannot be believed either
        if end > size:
            return -1 if data[at + 5] & 0x7F == payload_type else self._lost(data, at)
        if data[at + 5] & 0x7F == payload_type:
            self._packet(data, at + 4, end, channel)
        return end

    def _type_of_sound(self, channel: int) -> int | None:
        sound = self._sounds.get(channel)
        return None if sound is None else sound.payload_type

    def _other(self, data: bytes, at: int, end: int, size: int) -> int:
        """A report, or a packet of something that was never set up."""
        channel = data[at + 1]
        ours = channel - 1 == self._channel or channel - 1 in self._sounds
        if not ours and end - at > _LONGEST_UNKNOWN:
            return self._lost(data, at)
        if end > size:
            return -1
        if ours:
            self._report(channel, data[at + 4 : end])
        return end

    def _packet(self, data: bytes, at: int, end: int, channel: int) -> None:
        """One RTP packet (RFC 3550 section 5.1) of a known channel and type."""
        flags, kind, number, stamp, source = _RTP.unpack_from(data, at)
        body = at + _HEADER + 4 * (flags & 0x0F)
        if flags & 0x10 and body + 4 <= end:  # a header extension
            body += 4 + 4 * (data[body + 2] << 8 | data[body + 3])
        until = end - data[end - 1] if flags & 0x20 else end
        if body > until:
            self.pictures.bad += 1
            body = until = end  # the number counts, the contents do not
        packet = Packet(data, body, until, stamp, kind >= 0x80)
        if channel != self._channel:
            sound = self._sounds[channel]
            for ready in sound.order.take(number, source, packet):
                sound.take(ready)
            return
        for one in self.order.take(number, source, packet):
            self.pictures.take(one.data, one.at, one.end, one.stamp, one.marker, one.lost)
        self._next = self.order.next

    def _may_be_message(self, data: bytes, at: int) -> bool:
        """Whether what stands here can still become a message: its first line has no other letters."""
        line = data[at : at + 200].lstrip(b"\r\n").split(b"\r", 1)[0].split(b"\n", 1)[0]
        return all(0x20 <= byte < 0x7F for byte in line)

    def _lost(self, data: bytes, at: int) -> int:
        """Where something may begin again."""
        self.pictures.fragmenting = False
        dollar = data.find(b"$", at + 1)
        word = data.find(b"RTSP/1.0 ", at + 1, dollar if dollar >= 0 else len(data))
        found = word if word >= 0 else dollar if dollar >= 0 else len(data)
        self.garbage += found - at
        return found
