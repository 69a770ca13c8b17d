"""Boxes: sizes checked against their parents."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saksi.fmp4.boxes import Malformed, box, full_box, iterate


def test_boxes_are_found_in_order() -> None:
    data = box(b"free", b"abc") + full_box(b"meta", 1, 5, b"x")
    found = [(item.kind, data[item.body : item.end]) for item in iterate(data)]
    assert found == [(b"free", b"abc"), (b"meta", b"\x01\x00\x00\x05x")]


def test_a_64_bit_size_is_read() -> None:
    data = b"\x00\x00\x00\x01mdat" + (20).to_bytes(8, "big") + b"abcd" + box(b"free")
    assert [(item.kind, item.body, item.end) for item in iterate(data)] == [
        (b"mdat", 16, 20),
        (b"free", 28, 28),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x00\x00\x09free",
        b"\x00\x00\x00\x07free",
        b"\x00\x00\x00\x00mdat",
        b"abc",
        b"\x00\x00\x00\x01mdat\x00",
    ],
)
def test_a_box_that_does_not_fit_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        list(iterate(data))


@given(st.binary(max_size=200))
def test_any_bytes_end_in_boxes_or_in_malformed(data: bytes) -> None:
    with suppress(Malformed):
        assert sum(item.end - item.offset for item in iterate(data)) == len(data)
