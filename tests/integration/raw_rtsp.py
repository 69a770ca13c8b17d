"""A plain RTSP client over one TCP socket that keeps every interleaved packet, with its arrival time."""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

NTP_EPOCH_S = 2_208_988_800


@dataclass
class Answer:
    """Status, reason phrase, headers in lower case and body of one answer."""

    status: int
    reason: str
    headers: dict[str, str]
    body: str


@dataclass
class Packet:
    """One RTP packet; `kind` is the payload type, `arrived` wall-clock seconds."""

    channel: int
    marker: bool
    kind: int
    sequence: int
    stamp: int
    source: int
    payload: bytes
    arrived: float


@dataclass
class Report:
    """One RTCP sender report; `wall` is its NTP time as seconds since 1970."""

    channel: int
    source: int
    wall: float
    stamp: int
    packets: int
    arrived: float


@dataclass
class RawClient:
    """Talks to one URL (without credentials). `packets` and `reports` fill while `watch` runs."""

    url: str
    buffer: int | None = None
    packets: list[Packet] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    closed: bool = False
    broken: bool = False

    def __post_init__(self) -> None:
        split = urlsplit(self.url)
        self.socket = socket.socket()
        if self.buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.buffer)
        self.socket.settimeout(30)
        self.socket.connect((split.hostname, split.port))
        self._data = b""
        self._cseq = 0
        self.session = ""

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def ask(self, method: str, url: str | None = None, **headers: str) -> Answer:
        """Sends a request and waits for its answer; media that comes between is kept."""
        self._cseq += 1
        lines = [f"{method} {url or self.url} RTSP/1.0", f"CSeq: {self._cseq}"]
        lines += [f"Session: {self.session}"] if self.session else []
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        while not self._data.startswith(b"RTSP/") or b"\r\n\r\n" not in self._data:
            if not self._take_media() and not self._more():
                raise ConnectionError("closed before the answer")
        head, _, rest = self._data.partition(b"\r\n\r\n")
        first, *told = head.decode().split("\r\n")
        found = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in told)}
        length = int(found.get("content-length", "0"))
        while len(rest) < length and self._more():
            rest = self._data.partition(b"\r\n\r\n")[2]
        self._data = rest[length:]
        assert found["cseq"] == str(self._cseq)
        _, status, reason = first.split(" ", 2)
        return Answer(int(status), reason, found, rest[:length].decode())

    def play(self, tracks: tuple[int, ...] = (0,), channels: tuple[int, ...] | None = None) -> None:
        """Sets up the tracks of the description and plays."""
        description = self.ask("DESCRIBE", Accept="application/sdp")
        assert description.status == 200, description
        lines = description.body.split("\r\n")
        controls = [line[10:] for line in lines if line.startswith("a=control:rtsp:")]
        for place, track in enumerate(tracks):
            channel = channels[place] if channels else 2 * track
            transport = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
            answer = self.ask("SETUP", controls[track], Transport=transport)
            assert answer.status == 200, answer
            self.session = answer.headers["session"].partition(";")[0]
        assert self.ask("PLAY").status == 200

    def watch(self, seconds: float, *, frames: int | None = None) -> list[Packet]:
        """Reads for so long, or until so many ends of frames or of the connection; answers all packets."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.broken:
            while self._take_media():
                pass
            if frames is not None and sum(packet.marker for packet in self.packets) >= frames:
                break
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            try:
                if not self._more():
                    break
            except TimeoutError:
                break
        return self.packets

    def _more(self) -> bool:
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self._data += data
        self.closed = not data
        return bool(data)

    def _take_media(self) -> bool:
        if len(self._data) < 4 or self._data[0] != 0x24:
            self.broken = (
                len(self._data) >= 5 and not self._data.startswith(b"RTSP/") and self._data[0] != 0x24
            )
            return False
        length = int.from_bytes(self._data[2:4], "big")
        if len(self._data) < 4 + length:
            return False
        channel, body, arrived = self._data[1], self._data[4 : 4 + length], time.time()
        self._data = self._data[4 + length :]
        if channel % 2:
            source, ntp_s, part, stamp, packets = struct.unpack_from(">IIIII", body, 4)
            assert body[1] == 200
            wall = ntp_s - NTP_EPOCH_S + part / 2**32
            self.reports.append(Report(channel, source, wall, stamp, packets, arrived))
        elif length < 12 or body[0] != 0x80:
            self.broken = True
        else:
            sequence, stamp, source = struct.unpack_from(">HII", body, 2)
            marker, kind = bool(body[1] & 0x80), body[1] & 0x7F
            self.packets.append(Packet(channel, marker, kind, sequence, stamp, source, body[12:], arrived))
        return True
