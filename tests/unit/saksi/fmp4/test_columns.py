"""Varints and columns: what is written is read, what is torn is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.columns import Reader, column, varint, zigzag


@given(st.integers(0, 2**64 - 1), st.integers(-(2**62), 2**62))
def test_whole_numbers_come_back(unsigned: int, signed: int) -> None:
    reader = Reader(varint(unsigned) + zigzag(signed))
    assert (reader.varint(), reader.zigzag(), reader.left) == (unsigned, signed, 0)


@given(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=200))
def test_columns_come_back(values: list[int]) -> None:
    reader = Reader(column(values))
    assert reader.column(len(values)).tolist() == values
    assert reader.left == 0


def test_a_constant_costs_the_same_however_long() -> None:
    assert len(column([3600] * 5000)) == len(column([3600])) == 3


@given(st.lists(st.integers(0, 2**20), min_size=1, max_size=50), st.data())
def test_a_torn_column_is_refused(values: list[int], data: st.DataObject) -> None:
    whole = column(values)
    torn = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(Malformed):
        Reader(torn).column(len(values))


@pytest.mark.parametrize("data", [b"", b"\x80", b"\xff" * 9, b"\xff" * 9 + b"\x02", b"\xff" * 11])
def test_a_whole_number_that_never_ends_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        Reader(data).varint()


def test_a_spread_beyond_32_bits_is_refused() -> None:
    with pytest.raises(Malformed):
        column([0, 2**32])


def test_a_count_that_cannot_follow_is_refused() -> None:
    with pytest.raises(Malformed):
        Reader(varint(100) + bytes(50)).count(least_bytes=1)
