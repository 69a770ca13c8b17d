"""RTP payloads, taken apart again by the letter of the RFCs."""

from __future__ import annotations

import struct

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcam import payload


def join_h264(payloads: list[bytes]) -> list[bytes]:
    """RFC 6184: single NAL, STAP-A and FU-A back to NAL units."""
    units: list[bytes] = []
    for data in payloads:
        kind = data[0] & 31
        if kind == 24:
            at = 1
            while at < len(data):
                length = int.from_bytes(data[at : at + 2], "big")
                units.append(data[at + 2 : at + 2 + length])
                at += 2 + length
        elif kind == 28:
            if data[1] & 0x80:
                units.append(bytes([data[0] & 0xE0 | data[1] & 31]))
            units[-1] += data[2:]
        else:
            units.append(data)
    return units


def join_h265(payloads: list[bytes]) -> list[bytes]:
    """RFC 7798: single NAL and FU back to NAL units."""
    units: list[bytes] = []
    for data in payloads:
        if data[0] >> 1 & 63 == 49:
            if data[2] & 0x80:
                units.append(bytes([data[0] & 0x81 | (data[2] & 63) << 1, data[1]]))
            units[-1] += data[3:]
        else:
            units.append(data)
    return units


bodies = st.lists(st.integers(1, 6000).map(lambda size: bytes(i * 7 & 255 for i in range(size))), max_size=4)


@given(bodies=bodies, header=st.sampled_from([0x65, 0x41, 0x06, 0x01]))
def test_it_carries_h264_units_unchanged_in_payloads_of_bounded_size(
    bodies: list[bytes], header: int
) -> None:
    units = [bytes([header]) + body for body in bodies]
    payloads = payload.h264(units, [b"\x67abc", b"\x68d"])
    assert join_h264(payloads) == [b"\x67abc", b"\x68d", *units]
    assert all(len(one) <= payload.LARGEST_PAYLOAD for one in payloads)
    assert payloads[0][0] == 0x60 | 24


@given(bodies=bodies, kind=st.sampled_from([1, 19, 20, 39]))
def test_it_carries_h265_units_unchanged_in_payloads_of_bounded_size(bodies: list[bytes], kind: int) -> None:
    units = [bytes([kind << 1, 1]) + body for body in bodies]
    payloads = payload.h265(units, [b"\x40\x01v", b"\x42\x01s", b"\x44\x01p"])
    assert join_h265(payloads) == [b"\x40\x01v", b"\x42\x01s", b"\x44\x01p", *units]
    assert all(len(one) <= payload.LARGEST_PAYLOAD for one in payloads)


@given(size=st.sampled_from([1399, 1400, 1401, 2797, 2798, 2799, 4195, 4196]))
def test_it_marks_the_first_and_last_fragment_once_each_around_the_size_limit(size: int) -> None:
    payloads = payload.h264([b"\x65" + bytes(size - 1)], [])
    if size <= payload.LARGEST_PAYLOAD:
        assert len(payloads) == 1
        return
    assert [one[1] >> 7 for one in payloads] == [1] + [0] * (len(payloads) - 1)
    assert [one[1] >> 6 & 1 for one in payloads] == [0] * (len(payloads) - 1) + [1]


def test_it_refuses_a_sample_whose_lengths_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="past the end"):
        list(payload.nal_units(struct.pack(">I", 10) + b"short"))


def test_it_codes_mu_law_as_ffmpeg_does() -> None:
    samples = np.arange(-32768, 32768, 7, dtype=np.int16)
    coder = av.CodecContext.create("pcm_mulaw", "w")
    coder.sample_rate, coder.layout, coder.format = 8000, "mono", "s16"
    frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
    frame.sample_rate = 8000
    theirs = b"".join(bytes(packet) for packet in coder.encode(frame))
    ours = bytes(payload.mu_law(int(sample)) for sample in samples)
    # FFmpeg rounds to the nearest level, G.711 cuts: neighbouring levels are the same sound.
    distance = np.abs(
        (~np.frombuffer(theirs, np.uint8)).astype(int) - (~np.frombuffer(ours, np.uint8)).astype(int)
    )
    assert distance[np.abs(samples) > 16].max() <= 1


def test_it_puts_the_marker_on_the_last_packet_only_and_says_where_packets_begin() -> None:
    block, starts = payload.interleave(1, 97, [b"ab", b"cde"], marker=True)
    assert starts == [0, 18]
    assert [block[start : start + 2] for start in starts] == [b"$\x02", b"$\x02"]
    assert [block[start + 5] for start in starts] == [97, 97 | 0x80]
    assert int.from_bytes(block[20:22], "big") == 12 + 3
    assert block.endswith(b"cde")
