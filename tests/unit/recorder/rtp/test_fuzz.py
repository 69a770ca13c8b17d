"""Whatever bytes a camera sends: no crash, no hang, no memory without bound.

`SAKSI_FUZZ_INPUTS` sets how many inputs are tried (3,000; a million take a few minutes a core). `SAKSI_FUZZ_SEED` picks
others.
"""

from __future__ import annotations

import contextlib
import os
import random
import struct
import time
from collections.abc import Callable

import pytest

from recorder.access_unit import SourceFailed
from recorder.sources.patience import Patience
from recorder.sources.rtp import message, rtcp, sdp
from recorder.sources.rtp.address import Address, BadAddress
from recorder.sources.rtp.handshake import Handshake, Moved
from recorder.sources.rtp.stream import Read, Stream
from recorder.sources.rtp.tracks import NotHere, choose
from saksi.digest import challenges
from tests.unit.recorder.rtp.test_handshake import AAC, SDP, URL, VIDEO, Camera, answer
from tests.unit.recorder.rtp.wire import Wire, film

INPUTS = int(os.environ.get("SAKSI_FUZZ_INPUTS", "3000"))
SEED = int(os.environ.get("SAKSI_FUZZ_SEED", "5"))
_SLOW_S = 5.0  # of one input; the longest seen are milliseconds
_WORDS = (
    b"\r\n", b"\r\n\r\n", b"$", b"$\x00\xff\xff", b"$\x00\x00\x00", b"RTSP/1.0 200 OK\r\n", b"CSeq: 1\r\n", b";", b",",
    b"Content-Length: 99999999\r\n", b"Content-Length: -1\r\n", b"Session: ", b"Digest ", b'"', b"\\", b"a=rtpmap:96 ",
    b"a=fmtp:96 ", b"m=video 0 RTP/AVP 96\r\n", b"interleaved=", b"255", b"\x00", b"\xff" * 9, b"nonce=", b"\x7c\x85",
    b"\x80\xc8\x00\x06", "é𝟗²".encode(), b"config=", b"sizelength=", b"0" * 5_000,
)  # fmt: skip


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """A neighbour of a valid input."""
    data = bytearray(seed)
    for _ in range(chance.choice((0, 1, 1, 2, 4, 12))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(7):
            case 0:
                data[at:at] = chance.choice(_WORDS)
            case 1:
                del data[at : at + chance.randrange(1, 200)]
            case 2:
                data[at : at + 4] = chance.randbytes(4)
            case 3:
                data[at:at] = data[chance.randrange(len(data) + 1) :][: chance.randrange(1, 2_000)]
            case 4 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case 5:
                data[at:at] = chance.randbytes(chance.randrange(1, 60))
            case _:
                data = data[:at]
    return bytes(data[:200_000])


def dialogue(data: bytes) -> None:
    """A camera that answers every request with these bytes."""
    shake = Handshake(Address.of(URL))
    shake.begin()
    for _ in range(12):
        try:
            found = message.read(data)
        except message.NotRtsp:
            return
        if found is None or shake.session is not None:
            return
        headers = [(n, v) for n, v in found[0].headers if n != "cseq"]
        shake.receive(
            message.Message(status=found[0].status, method="", headers=tuple(headers), body=found[0].body)
        )


def described(data: bytes) -> None:
    choose(sdp.read(data))


def addressed(data: bytes) -> None:
    Address.of(data.decode("utf-8", "replace")).moved(data.decode("latin-1"))


def texts(data: bytes) -> None:
    challenges([data.decode("utf-8", "replace")])
    rtcp.read(data)
    with contextlib.suppress(message.NotRtsp):
        message.read(data)


def played(codec_media: str) -> Callable[[bytes], None]:
    """A stream of these bytes, in reads of changing size."""
    session = Camera(DESCRIBE=answer(body=SDP + codec_media)).speak()

    def play(data: bytes) -> None:
        stream = Stream(session, Patience(0, stall_us=5_000_000, limit_us=10_000_000))
        at, now_us = 0, 0
        step = 1 + sum(data[:3])
        while at < len(data):
            now_us += 100_000
            units = stream.feed(data[at : at + step], Read(now_us - 100_000, now_us, now_us))
            stream.outgoing(now_us)
            assert sum(len(one.data) for one in units) <= 5 * len(data) + 100
            assert len(stream.demux._rest) <= 272 * 1024 + 70_000
            at += step
            step = step * 3 % 5_000 + 1

    return play


H265 = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\n"


def seeds() -> list[tuple[Callable[[bytes], None], list[bytes]]]:
    """What is fuzzed, each with valid inputs to begin from."""
    answers = [
        answer(body=SDP + VIDEO + AAC, Content_Base="rtsp://10.0.0.7/x/")("CSeq: 1").encode(),
        answer(Transport="RTP/AVP/TCP;interleaved=0-1", Session="4;timeout=9", Public="OPTIONS")(
            "CSeq: 2"
        ).encode(),
        answer(401, WWW_Authenticate='Digest realm="a", nonce="b", qop="auth", stale=true')(
            "CSeq: 3"
        ).encode(),
        answer(302, Location="rtsp://10.0.0.8/y")("CSeq: 4").encode(),
    ]
    report = rtcp.interleaved(
        1, struct.pack(">BBHIIIIIIBBHI", 0x80, 200, 6, 9, 9, 9, 9, 9, 9, 0x81, 203, 1, 9)
    )
    sound = Wire(channel=2)
    films = []
    for codec in ("h264", "h265"):
        wire = Wire(codec)  # type: ignore[arg-type]
        films.append(b"".join(b"".join(wire.picture(units, sets)) for units, sets in film(codec, 3)))  # type: ignore[arg-type]
    aac = b"".join(
        sound.packet(struct.pack(">HH", 16, 6 << 3) + b"frame!", marker=True, kind=97) for _ in range(9)
    )
    mixed = [films[0] + report + aac, report + answers[1] + films[0], aac + films[0] + answers[0]]
    return [
        (dialogue, answers),
        (described, [(SDP + VIDEO + AAC).encode(), (SDP + H265).encode()]),
        (texts, [*answers, report[4:], b'Basic realm="a", Digest realm="b", nonce="c"']),
        (addressed, [URL.encode(), b"rtsps://[::1]:322/a?b#c"]),
        (played(VIDEO + AAC), mixed),
        (played(H265), [films[1], films[1] + report]),
    ]


ALLOWED = (SourceFailed, NotHere, Moved, BadAddress)


@pytest.mark.timeout(36_000)
def test_no_input_crashes_hangs_or_grows() -> None:
    chance = random.Random(SEED)
    for number in range(INPUTS // 6):
        for target, good in seeds_once:
            data = mutated(chance.choice(good), chance)
            begun = time.perf_counter()
            try:
                with contextlib.suppress(*ALLOWED):
                    target(data)
            except BaseException as error:
                raise AssertionError(f"round {number}, {target.__name__}: {data.hex()[:20_000]}") from error
            assert time.perf_counter() - begun < _SLOW_S, (
                f"round {number}, {target.__name__}: {data.hex()[:20_000]}"
            )


seeds_once = seeds()
