"""Packets in, pictures out: byte for byte, however the bytes are cut, and honest about what is missing."""

from __future__ import annotations

import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.sources.rtp.audio import G711, Aac
from recorder.sources.rtp.demux import Sound
from recorder.sources.rtp.sequence import Packet
from recorder.sources.rtp.tracks import AacLayout
from saksi.fmp4.tracks import VideoCodec
from simcam import payload
from tests.unit.recorder.rtp.wire import TYPE, Caught, Wire, film, unit

CODECS: tuple[VideoCodec, ...] = ("h264", "h265")


def stream_of(
    codec: VideoCodec, count: int = 6, *, marker: bool = True
) -> tuple[list[list[bytes]], list[bytes]]:
    """The pictures' NAL units, and all packets."""
    wire, pictures, packets = Wire(codec), [], []
    for units, sets in film(codec, count):
        pictures.append([*sets, *units])
        packets += wire.picture(units, sets, marker=marker)
    return pictures, packets


@settings(max_examples=60, deadline=None)
@given(codec=st.sampled_from(CODECS), cuts=st.lists(st.integers(1, 4_000), min_size=1, max_size=30))
def test_however_the_bytes_are_cut_every_nal_unit_comes_out_as_it_went_in(
    codec: VideoCodec, cuts: list[int]
) -> None:
    pictures, packets = stream_of(codec)
    data, caught, at = b"".join(packets), Caught(codec), 0
    while at < len(data):
        step = cuts[at % len(cuts)]
        caught.feed(data[at : at + step])
        at += step
    assert caught.units == pictures
    assert [one.keyframe for one in caught.pictures] == [True, False, False, True, False, False]
    assert [one.has_sets for one in caught.pictures] == [True, False, False, True, False, False]
    assert not any(one.lost for one in caught.pictures)
    assert (caught.demux.order.lost, caught.demux.garbage, caught.demux.pictures.bad) == (0, 0, 0)
    assert caught.demux.order.highest == 65_530 + len(packets) - 1


@pytest.mark.parametrize("codec", CODECS)
def test_a_camera_that_sets_no_marker_is_cut_where_its_stamp_changes(codec: VideoCodec) -> None:
    pictures, packets = stream_of(codec, marker=False)
    caught = Caught(codec).feed(b"".join(packets))
    assert caught.units == pictures[:-1], "the last one ends with the next"


@pytest.mark.parametrize("codec", CODECS)
def test_lost_packets_are_counted_at_the_picture_and_harm_no_other(codec: VideoCodec) -> None:
    pictures, packets = stream_of(codec, 30)
    chance = random.Random(7)
    for _ in range(200):
        begin, length = chance.randrange(1, len(packets) - 25), chance.choice((1, 1, 2, 5))
        kept = packets[:begin] + packets[begin + length :]
        caught = Caught(codec).feed(*kept)
        assert sum(one.lost for one in caught.pictures) == caught.demux.order.lost == length
        whole = [units for units in caught.units if units in pictures]
        assert len(whole) >= len(pictures) - 1 - length
        assert caught.units[-1] == pictures[-1]
        for one, units in zip(caught.pictures, caught.units, strict=True):
            assert units in pictures or one.lost or cut_short(units, pictures), "damaged, and nobody was told"


def cut_short(units: list[bytes], pictures: list[list[bytes]]) -> bool:
    """Whether this is a picture that lost its end: the loss is told by the picture behind it."""
    return any(
        all(given.startswith(kept) for kept, given in zip(units, whole, strict=False)) for whole in pictures
    )


@pytest.mark.parametrize("codec", CODECS)
def test_packets_out_of_order_are_put_back_and_twice_counts_once(codec: VideoCodec) -> None:
    pictures, packets = stream_of(codec, 30)
    chance = random.Random(3)
    for _ in range(50):
        mixed = list(packets)
        for _ in range(5):
            place = chance.randrange(1, len(mixed) - 8)
            mixed.insert(place + chance.randrange(1, 8), mixed.pop(place))
        mixed.insert(chance.randrange(20, 60), mixed[10])
        caught = Caught(codec).feed(*mixed)
        assert caught.units == pictures
        assert caught.demux.order.lost == 0
        assert caught.demux.order.late >= 1
        assert caught.demux.order.reordered >= 1


def test_a_camera_that_begins_its_numbers_anew_is_no_loss() -> None:
    wire, caught = Wire(), Caught()
    caught.feed(*wire.picture([unit("h264", 5, b"a" * 3_000)]))
    wire.number, wire.source = 17, 0xBEEF
    caught.feed(*wire.picture([unit("h264", 5, b"b" * 3_000)]))
    wire.number = 20_000
    caught.feed(*wire.picture([unit("h264", 1, b"c" * 3_000)]))
    assert [units[0][1:2] for units in caught.units] == [b"a", b"b", b"c"]
    assert caught.demux.order.restarts == 1
    assert caught.demux.order.lost == 20_000 - 17 - 3, "a leap ahead of one source cannot be told from loss"


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param({"flags": 0xA0, "tail": b"\x00\x00\x03"}, id="padding"),
        pytest.param({"flags": 0x90, "head": b"\xbe\xde\x00\x01abcd"}, id="extension"),
        pytest.param({"flags": 0x82, "head": b"8 bytes!"}, id="contributors"),
        pytest.param({"flags": 0xB1, "head": b"four\xbe\xde\x00\x01abcd", "tail": b"\x01"}, id="all-of-them"),
    ],
)
def test_header_fields_that_few_cameras_set_are_passed_over(packet: dict[str, bytes | int]) -> None:
    wire, caught = Wire(flags=int(packet["flags"])), Caught()
    whole = unit("h264", 5, bytes(range(256)) * 20)
    payloads = wire.payloads([whole])
    for place, body in enumerate(payloads):
        head, tail = bytes(packet.get("head", b"")), bytes(packet.get("tail", b""))
        caught.feed(wire.packet(head + body + tail, marker=place == len(payloads) - 1))
    assert caught.units == [[whole]]


def test_garbage_and_a_length_that_lies_cost_only_what_they_cover() -> None:
    pictures, packets = stream_of("h264", 40)
    chance = random.Random(11)
    for _ in range(100):
        place = chance.randrange(0, len(packets) // 2)
        lie = struct.pack(">BBH", 0x24, 0, 60_000) + chance.randbytes(chance.randrange(0, 500))
        noise = lie if chance.random() < 0.5 else chance.randbytes(chance.randrange(1, 3_000))
        caught = Caught().feed(b"".join(packets[:place]) + noise, *packets[place:])
        assert caught.units[-5:] == pictures[-5:], "it found the stream again"
        assert caught.demux.garbage > 0 or caught.demux.order.late or caught.demux.order.restarts


def test_answers_and_requests_between_packets_are_told_and_harm_nothing() -> None:
    pictures, packets = stream_of("h264")
    answer = b"RTSP/1.0 200 OK\r\nCSeq: 7\r\nContent-Length: 5\r\n\r\nhello"
    asked = b"OPTIONS rtsp://x/ RTSP/1.0\r\nCSeq: 3\r\n\r\n"
    data = b"".join(one + (answer if place % 2 else asked + b"\r\n") for place, one in enumerate(packets))
    caught = Caught()
    for at in range(0, len(data), 333):
        caught.feed(data[at : at + 333])
    assert caught.units == pictures
    assert {one.status for one in caught.messages} == {200, 0}
    assert len(caught.messages) == len(packets)
    assert all(one.body == b"hello" for one in caught.messages if one.status)
    assert caught.demux.garbage == 0


def test_reports_go_to_their_own_and_unknown_channels_nowhere() -> None:
    report = struct.pack(">BBH", 0x24, 1, 8) + b"\x80\xc9\x00\x01abcd"
    unknown = struct.pack(">BBH", 0x24, 9, 12) + b"\x80\x60" + b"z" * 10
    caught = Caught().feed(report + unknown + report)
    assert caught.reports == [(1, report[4:])] * 2
    assert not caught.pictures


def test_a_picture_that_never_ends_is_given_up() -> None:
    wire, caught = Wire(), Caught()
    start, middle = bytes([0x7C, 0x85]) + b"a" * 60_000, bytes([0x7C, 0x05]) + b"a" * 60_000
    caught.feed(wire.packet(start))
    for _ in range(600):
        caught.feed(wire.packet(middle))
        assert sum(map(len, caught.demux.pictures.parts)) <= 17 << 20
    whole = unit("h264", 5, b"fine")
    wire.stamp += 3_600
    caught.feed(*wire.picture([whole]))
    assert caught.units[-1] == [whole]
    assert caught.pictures[-1].lost > 250


def test_aac_frames_alone_several_a_packet_and_in_pieces() -> None:
    layout = AacLayout(size_bits=13, index_bits=3, delta_bits=3)
    pieces = []
    sound = Aac(layout)
    wire = Wire(channel=2)
    caught = Caught()
    caught.demux.hear(2, Sound(TYPE, lambda packet: pieces.extend(sound.take(packet))))
    caught.feed(wire.packet(payload.aac(b"alone"), marker=True))
    wire.stamp = 5_000
    several = struct.pack(">HHH", 32, 3 << 3, 4 << 3) + b"onefour"
    caught.feed(wire.packet(several, marker=True))
    wire.stamp = 9_000
    caught.feed(wire.packet(struct.pack(">HH", 16, 10 << 3) + b"01234"))
    caught.feed(wire.packet(struct.pack(">HH", 16, 10 << 3) + b"56789", marker=True))
    assert [(one.data, one.later) for one in pieces] == [
        (b"alone", 0), (b"one", 0), (b"four", 1_024), (b"0123456789", 0)
    ]  # fmt: skip
    assert [one.stamp for one in pieces][1:] == [5_000, 5_000, 9_000]
    assert sound.bad == 0


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=60), bits=st.tuples(*[st.integers(1, 16)] * 3))
def test_no_sound_packet_yields_more_bytes_than_it_has(data: bytes, bits: tuple[int, int, int]) -> None:
    sound = Aac(AacLayout(size_bits=bits[0], index_bits=bits[1], delta_bits=bits[2]))
    found = sound.take(Packet(data, 0, len(data), 0, True))
    assert sum(len(one.data) for one in found) <= len(data)
    assert [one.data for one in G711().take(Packet(data, 0, len(data), 0, True))] == ([data] if data else [])
