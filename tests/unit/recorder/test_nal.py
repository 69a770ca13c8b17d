"""NAL units cut out of byte streams: nothing added, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder import nal
from saksi.fmp4.boxes import Malformed
from saksi.fmp4.tracks import VideoTrack
from tests.unit.recorder.stream import SETS, TRACK, picture

# A NAL unit holds no start code inside and does not end in zero (ITU-T H.264 section 7.4.1).
units = st.lists(
    st.binary(min_size=1, max_size=40).filter(
        lambda b: b"\x00\x00\x01" not in b and b"\x00\x00\x00" not in b and b[-1] != 0 and b[0] not in (0, 1)
    ),
    min_size=1,
    max_size=12,
)


@given(units, st.lists(st.booleans(), min_size=12, max_size=12))
def test_it_finds_exactly_what_stood_between_start_codes_of_both_lengths(
    given_units: list[bytes], longs: list[bool]
) -> None:
    codes = [b"\x00\x00\x00\x01" if long else b"\x00\x00\x01" for long in longs]
    stream = b"".join(code + unit for code, unit in zip(codes, given_units, strict=False))
    assert nal.split(stream) == given_units
    assert nal.split_lengths(nal.join(given_units)) == given_units


def test_zeros_at_the_end_of_a_unit_stay_before_a_long_start_code() -> None:
    assert nal.split(b"\x00\x00\x00\x01\x41\x9a\x00\x00\x00\x00\x01\x41\x9b") == [
        b"\x41\x9a\x00",
        b"\x41\x9b",
    ]


def test_bytes_without_a_start_code_are_no_units() -> None:
    assert nal.split(b"") == []
    assert nal.split(b"\xff" * 100) == []


@given(units, st.integers(1, 4))
def test_lengths_of_every_size_are_followed(given_units: list[bytes], size: int) -> None:
    stream = b"".join(len(unit).to_bytes(size, "big") + unit for unit in given_units)
    assert nal.split_lengths(stream, size) == given_units
    assert nal.split_lengths(stream + bytes(size), size) == given_units


def test_lengths_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="NAL unit of 9 bytes"):
        nal.split_lengths(b"\x00\x00\x00\x09abc")


def test_parameter_sets_are_found_in_annex_b_and_in_avcc() -> None:
    sps, pps = SETS
    avcc = (
        b"\x01"
        + sps[1:4]
        + b"\xff\xe1"
        + len(sps).to_bytes(2, "big")
        + sps
        + b"\x01"
        + len(pps).to_bytes(2, "big")
        + pps
    )
    annex_b = b"\x00\x00\x00\x01" + sps + b"\x00\x00\x01" + pps
    assert nal.parameter_sets(avcc, "h264") == [sps, pps]
    assert nal.parameter_sets(annex_b, "h264") == [sps, pps]
    assert nal.parameter_sets(avcc[:12], "h264") == []


def test_avcc_and_hvcc_say_how_long_the_lengths_are_and_annex_b_has_none() -> None:
    sizes = [
        nal.length_size(b"\x01\x64\x00\x1e" + bytes([0xFC | code]) + b"\xe1", "h264") for code in range(4)
    ]
    assert sizes == [1, 2, 3, 4]
    assert nal.length_size(b"\x01" + bytes(20) + b"\xfd" + b"\x00", "h265") == 2
    assert nal.length_size(b"\x01", "h265") == 4
    assert nal.length_size(b"\x00\x00\x00\x01\x67\x64", "h264") == nal.length_size(b"", "h264") == 0


def test_the_track_is_the_same_object_until_a_set_changes() -> None:
    again = nal.updated(TRACK, [b"\x06\x05", *SETS, b"\x65\x88"], "h264")
    assert again is TRACK
    changed = nal.updated(TRACK, [SETS[1] + b"\x01"], "h264")
    assert changed == VideoTrack("h264", (SETS[0], SETS[1] + b"\x01"))


def test_no_track_is_known_before_all_kinds_of_sets_are() -> None:
    assert nal.updated(None, [SETS[0]], "h264") is None
    with pytest.raises(Malformed):
        nal.updated(None, [b"\x67\x64", SETS[1]], "h264")


def test_only_a_b_slice_may_be_shown_before_earlier_pictures() -> None:
    plain = picture(1, keyframe=False)
    assert not nal.may_reorder(plain, TRACK)
    assert nal.may_reorder(plain[:5] + b"\xa8" + plain[6:], TRACK)
    assert not nal.may_reorder(b"\x00\x00\x00\x01\x41", TRACK)
    assert not nal.may_reorder(b"broken", TRACK)
