"""A camera's bytes on the wire, made by simcam's packetizer: pictures as interleaved RTP packets."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

from recorder import nal
from recorder.sources.rtp.demux import Demux
from recorder.sources.rtp.message import Message
from recorder.sources.rtp.video import Coded
from saksi.fmp4.tracks import VideoCodec
from simcam import payload
from tests.unit.recorder.stream import SETS

TYPE = 96
HEVC_SETS = (b"\x40\x01vps", b"\x42\x01sps", b"\x44\x01pps")


def unit(codec: VideoCodec, kind: int, body: bytes) -> bytes:
    """A NAL unit of that type."""
    return bytes([0x60 | kind]) + body if codec == "h264" else bytes([kind << 1, 1]) + body


@dataclass
class Wire:
    """One stream's packets, with numbers and stamps that go on from picture to picture."""

    codec: VideoCodec = "h264"
    number: int = 65_530
    stamp: int = 2**32 - 7_200
    source: int = 0xCAFE
    channel: int = 0
    flags: int = 0x80

    def payloads(self, units: Iterable[bytes], sets: Iterable[bytes] = ()) -> list[bytes]:
        """The payloads of one picture."""
        make = payload.h264 if self.codec == "h264" else payload.h265
        return make(units, sets)

    def picture(
        self, units: Iterable[bytes], sets: Iterable[bytes] = (), *, marker: bool = True
    ) -> list[bytes]:
        """One picture's packets, each with its interleaving header."""
        payloads = self.payloads(units, sets)
        packets = [
            self.packet(one, marker=marker and place == len(payloads) - 1)
            for place, one in enumerate(payloads)
        ]
        self.stamp = (self.stamp + 3_600) % 2**32
        return packets

    def packet(self, body: bytes, *, marker: bool = False, kind: int = TYPE) -> bytes:
        """One packet."""
        head = struct.pack(">BBHII", self.flags, kind | marker << 7, self.number, self.stamp, self.source)
        self.number = (self.number + 1) % 2**16
        return struct.pack(">BBH", 0x24, self.channel, len(head) + len(body)) + head + body


@dataclass
class Caught:
    """A Demux and what came out of it."""

    codec: VideoCodec = "h264"
    pictures: list[Coded] = field(default_factory=list)
    reports: list[tuple[int, bytes]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.demux = Demux(
            self.codec,
            channel=0,
            payload_type=TYPE,
            picture=self.pictures.append,
            report=lambda channel, data: self.reports.append((channel, data)),
            message=self.messages.append,
        )

    def feed(self, *pieces: bytes) -> Caught:
        """Takes the pieces one after the other."""
        for piece in pieces:
            self.demux.feed(piece)
        return self

    @property
    def units(self) -> list[list[bytes]]:
        """The NAL units of each picture."""
        return [nal.split_lengths(one.data) for one in self.pictures]


def film(codec: VideoCodec, count: int = 6) -> list[tuple[list[bytes], list[bytes]]]:
    """(NAL units, parameter sets) of some pictures: keyframes with sets, SEI before each, slices of many sizes."""
    found: list[tuple[list[bytes], list[bytes]]] = []
    for number in range(count):
        key = number % 3 == 0
        kind, sei = ((5 if key else 1), 6) if codec == "h264" else ((19 if key else 1), 39)
        body = bytes([number]) * (5_000 if key else 300 + 1_400 * (number % 3))
        sets = list(SETS if codec == "h264" else HEVC_SETS) if key else []
        found.append(([unit(codec, sei, b"signed %d" % number), unit(codec, kind, body)], sets))
    return found
