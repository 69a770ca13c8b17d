"""A playing session: times, parameter sets, what keeps it alive and what ends it. No network."""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import pairwise

import pytest

from recorder.access_unit import AccessUnit, AudioUnit, SourceFailed, VideoUnit
from recorder.sources.patience import Patience
from recorder.sources.rtp import rtcp
from recorder.sources.rtp.arrivals import Arrivals
from recorder.sources.rtp.stream import Read, Stream
from tests.unit.recorder.rtp.test_handshake import AAC, SDP, VIDEO, Camera, answer
from tests.unit.recorder.rtp.wire import Wire, unit
from tests.unit.recorder.stream import OTHER_TRACK, SETS

NTP_EPOCH_S = 2_208_988_800
WALL_US = 1_795_460_400_000_000
TICK_US = 500_000


class Playing:
    """A stream that is read every half second."""

    def __init__(self, media: str = VIDEO, *, patience_s: float = 10) -> None:
        session = Camera(DESCRIBE=answer(body=SDP + media)).speak()
        patience = Patience(0, stall_us=5_000_000, limit_us=round(patience_s * 1e6))
        self.stream = Stream(session, patience)
        self.now_us = 0

    def read(self, *packets: bytes) -> list[AccessUnit]:
        """The next read, at the end of which the last byte came."""
        before, self.now_us = self.now_us, self.now_us + TICK_US
        read = Read(since_us=before, last_us=self.now_us, last_wall_us=WALL_US + self.now_us)
        return self.stream.feed(b"".join(packets), read)


def sender_report(wall_us: int, stamp: int, *, source: int = 0xCAFE) -> bytes:
    """An interleaved sender report on the picture's channel."""
    seconds, rest = divmod(wall_us, 1_000_000)
    body = struct.pack(">IIII", source, seconds + NTP_EPOCH_S, (rest << 32) // 1_000_000, stamp) + bytes(8)
    return rtcp.interleaved(1, struct.pack(">BBH", 0x80, 200, 6) + body)


def keyframe(wire: Wire, *, sets: tuple[bytes, ...] = ()) -> bytes:
    return b"".join(wire.picture([unit("h264", 5, b"key")], sets))


def other(wire: Wire) -> bytes:
    return b"".join(wire.picture([unit("h264", 1, b"other")]))


def test_stamps_go_on_over_their_wrap_and_arrivals_follow_them() -> None:
    wire, playing = Wire(), Playing()
    units = playing.read(keyframe(wire), *(other(wire) for _ in range(11)))
    assert [one.pts for one in units] == [2**32 - 7_200 + 3_600 * n for n in range(12)]
    assert [one.keyframe for one in units] == [True] + [False] * 11
    assert units[-1].monotonic_us == playing.now_us
    assert {later.arrival_us - earlier.arrival_us for earlier, later in pairwise(units)} == {40_000}
    assert units[-1].arrival_us == WALL_US + playing.now_us
    again = playing.read(*(other(wire) for _ in range(12)))
    assert again[0].pts - units[-1].pts == 3_600
    assert again[0].monotonic_us - units[-1].monotonic_us == 60_000, "the read before had found nothing more"


def test_the_cameras_own_clock_is_told_at_keyframes_once_it_was_heard() -> None:
    wire, playing = Wire(), Playing()
    assert isinstance(first := playing.read(keyframe(wire))[0], VideoUnit)
    assert first.camera_time_us is None
    claimed_us = WALL_US - 252_000_000
    stamp = wire.stamp
    playing.read(sender_report(claimed_us, stamp), other(wire))
    assert isinstance(later := playing.read(keyframe(wire))[0], VideoUnit)
    assert later.camera_time_us is not None
    assert abs(later.camera_time_us - (claimed_us + 40_000)) <= 1
    playing.read(sender_report(WALL_US, (wire.stamp + 90_000) % 2**32))
    assert isinstance(last := playing.read(keyframe(wire))[0], VideoUnit)
    assert last.camera_time_us is not None
    assert abs(last.camera_time_us - (WALL_US - 1_000_000)) <= 1, "a report may run ahead of the pictures"
    unset = rtcp.interleaved(1, struct.pack(">BBH6I", 0x80, 200, 6, 1, 0, 5, 5, 0, 0))
    playing.read(unset)
    assert isinstance(kept := playing.read(keyframe(wire))[0], VideoUnit)
    assert kept.camera_time_us is not None, "a report without a clock takes nothing away"


def test_other_parameter_sets_are_another_track_and_the_same_ones_are_not() -> None:
    wire, playing = Wire(), Playing()
    first = playing.read(keyframe(wire))[0].parameters
    assert playing.read(keyframe(wire, sets=SETS))[0].parameters is first
    changed = playing.read(keyframe(wire, sets=OTHER_TRACK.parameter_sets))[0].parameters
    assert changed == OTHER_TRACK
    assert playing.read(other(wire))[0].parameters is changed
    assert playing.read(keyframe(wire, sets=(b"\x67",)))[0].parameters is changed, (
        "a broken set changes nothing"
    )


def until_it_fails(playing: Playing, packet: Callable[[], bytes]) -> SourceFailed:
    """Reads a packet at a time; why it ends."""
    for _ in range(20):
        try:
            playing.read(packet())
        except SourceFailed as failure:
            return failure
    raise AssertionError("it goes on and on")


BARE = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"


def test_pictures_without_parameter_sets_are_counted_and_then_given_up() -> None:
    wire, playing = Wire(), Playing(BARE, patience_s=3)
    assert playing.read(other(wire), other(wire)) == []
    (unit_,) = playing.read(keyframe(wire, sets=SETS))
    assert isinstance(unit_, VideoUnit)
    assert unit_.lost == 2
    never = Playing(BARE, patience_s=3)
    failure = until_it_fails(never, lambda: keyframe(wire))
    assert "without parameter sets" in str(failure)
    assert (failure.reason, never.now_us) == ("unsupported_codec", 3_500_000)
    with pytest.raises(SourceFailed, match="cannot be read"):
        Playing(BARE).read(keyframe(wire, sets=(b"\x67\x00", b"\x68\x00")))


def test_sound_alone_is_a_stall_and_sound_beside_pictures_keeps_its_order() -> None:
    wire, sound, playing = Wire(), Wire(channel=2, stamp=0), Playing(VIDEO + AAC)

    def frame() -> bytes:
        sound.stamp += 1_024
        return sound.packet(struct.pack(">HH", 16, 6 << 3) + b"frame!", marker=True, kind=97)

    units = playing.read(keyframe(wire), frame(), other(wire), frame(), frame())
    assert [isinstance(one, AudioUnit) for one in units] == [False, True, False, True, True]
    assert [one.pts for one in units if isinstance(one, AudioUnit)] == [1_024, 2_048, 3_072]
    assert units[-1].data == b"frame!"
    failure = until_it_fails(playing, frame)
    assert failure.reason == "stalled"
    assert "no picture" in str(failure)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (rtcp.interleaved(1, struct.pack(">BBHI", 0x81, 203, 1, 0xCAFE)), "goodbye"),
        (b"RTSP/1.0 454 Session Not Found\r\nCSeq: 9\r\n\r\n", "454"),
        (b"RTSP/1.0 401 Unauthorized\r\nCSeq: 9\r\n\r\n", "401"),
        (b"REDIRECT rtsp://x/ RTSP/1.0\r\nCSeq: 1\r\nLocation: rtsp://y/\r\n\r\n", "REDIRECT"),
    ],
)
def test_a_session_that_is_over_ends_behind_its_last_picture(what: bytes, words: str) -> None:
    wire, playing = Wire(), Playing()
    assert len(playing.read(keyframe(wire), what)) == 1
    with pytest.raises(SourceFailed, match=words) as caught:
        playing.read(b"")
    assert caught.value.reason == "unreachable"


def test_it_asks_in_time_reports_what_it_received_and_answers_what_it_is_asked() -> None:
    wire, playing = Wire(number=100), Playing()
    assert playing.stream.outgoing(0) == b""
    packets = [keyframe(wire), *(other(wire) for _ in range(40))]
    playing.read(sender_report(WALL_US, 1), *packets[:20], *packets[23:])
    playing.stream.outgoing(1_000_000)
    out = playing.stream.outgoing(6_000_000)
    assert out[:2] == b"$\x01"
    _, kind, _, _, source, share, highest, _, last, delay = struct.unpack(">BBHIIIIIII", out[4:36])
    assert (kind, source, highest) == (201, 0xCAFE, 100 + len(packets) - 1)
    assert (share & 0xFFFFFF, share >> 24) == (3, 0)
    seconds = WALL_US // 1_000_000 + NTP_EPOCH_S
    assert last == (seconds & 0xFFFF) << 16
    assert delay == 5 * 65_536
    assert b"saksi" in out
    assert b"GET_PARAMETER" not in out
    assert b"GET_PARAMETER rtsp://" in (asked := playing.stream.outgoing(15_000_000)), "half of 30 s"
    assert b"Session: 42" in asked
    playing.read(b"OPTIONS rtsp://x/ RTSP/1.0\r\nCSeq: 3\r\n\r\nRECORD rtsp://x/ RTSP/1.0\r\nCSeq: 4\r\n\r\n")
    answers = playing.stream.outgoing(15_100_000)
    assert answers.startswith(
        b"RTSP/1.0 200 OK\r\nCSeq: 3\r\n\r\nRTSP/1.0 501 Not Implemented\r\nCSeq: 4\r\n\r\n"
    )
    assert playing.stream.teardown().startswith(b"TEARDOWN rtsp://")


def test_a_log_in_that_grows_old_in_the_middle_is_made_anew() -> None:
    offers = [f'Digest realm="x", nonce="{nonce}"' for nonce in ("a", "b")]
    first = [answer(401, WWW_Authenticate=offers[0]), answer(body=SDP + VIDEO)]
    session = Camera(DESCRIBE=first).speak()
    stream = Stream(session, Patience(0, stall_us=10**9, limit_us=10**9))
    stream.outgoing(0)
    assert b'nonce="a"' in stream.outgoing(15_000_000)
    refusal = f"RTSP/1.0 401 Unauthorized\r\nCSeq: 9\r\nWWW-Authenticate: {offers[1]}\r\n\r\n".encode()
    stream.feed(refusal, Read(since_us=0, last_us=1, last_wall_us=1))
    assert b'nonce="b"' in stream.outgoing(15_100_000), "at once"


def test_arrivals_where_stamps_tell_and_where_they_cannot() -> None:
    pictures = [n * 40_000 for n in range(12)]
    assert Arrivals().spread([], 0, 500_000) == []
    assert Arrivals().spread(pictures, 0, 500_000)[0] == 60_000
    reordered = Arrivals().spread([0, 120_000, 40_000, 80_000, 160_000], 0, 500_000)
    assert reordered == sorted(reordered)
    assert reordered[-1] == 500_000
    jumped = Arrivals().spread([0, 40_000, 30_000_000, 30_040_000], 0, 500_000)
    assert jumped == [125_000, 250_000, 375_000, 500_000]
    backlog = Arrivals().spread([n * 40_000 for n in range(100)], 0, 500_000)
    assert backlog[-1] == 500_000
    assert backlog[0] == 5_000
    paused = Arrivals().spread([0, 40_000, 80_000], 0, 500_000)
    assert paused == [420_000, 460_000, 500_000], "three pictures after a pause came together"
    frozen = Arrivals()
    for n in range(8):
        last = frozen.spread([5] * 4, n * TICK_US, (n + 1) * TICK_US)
    assert [b - a for a, b in pairwise(last)] == [125_000] * 3, "stamps that stand still are no clock"


@pytest.mark.parametrize("rate", [0.8, 1.2])
def test_the_pace_of_lying_stamps_is_learnt(rate: float) -> None:
    arrivals, worst = Arrivals(), 0
    for tick in range(40):
        taken = [tick * TICK_US + n * 41_000 for n in range(12)]
        heard = arrivals.spread([round(at * rate) for at in taken], tick * TICK_US - 40_000, taken[-1])
        if tick > 4:
            worst = max(worst, *(abs(a - b) for a, b in zip(heard, taken, strict=True)))
    assert worst < 5_000
