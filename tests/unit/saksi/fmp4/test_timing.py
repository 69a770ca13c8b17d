"""Ticks and microseconds; decode times out of presentation times."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from saksi.fmp4.timing import decode_order, may_cut, microseconds, ticks

INSTANTS = st.integers(946_684_800_000_000, 4_102_444_800_000_000)
RATES = st.sampled_from([8_000, 44_100, 48_000, 90_000])


@given(INSTANTS, RATES)
def test_an_instant_comes_back_within_half_a_tick(instant: int, rate: int) -> None:
    assert abs(microseconds(ticks(instant, rate), rate) - instant) <= 500_000 / rate + 1


@given(st.integers(0, 2**48), RATES)
def test_a_tick_comes_back_exactly(tick: int, rate: int) -> None:
    assert ticks(microseconds(tick, rate), rate) == tick


@given(INSTANTS, st.integers(0, 10**6), RATES)
def test_order_is_never_turned(instant: int, later: int, rate: int) -> None:
    assert ticks(instant, rate) <= ticks(instant + later, rate)


@given(st.lists(st.integers(0, 2**40), min_size=1, max_size=60, unique=True))
def test_decode_times_rise_and_offsets_lead_back_to_the_presentation(times: list[int]) -> None:
    decode, offsets = decode_order(times)
    assert decode == sorted(decode)
    assert [a + b for a, b in zip(decode, offsets, strict=True)] == times


def test_a_fragment_is_not_cut_where_frames_are_still_to_be_shown_before_those_it_has() -> None:
    assert not may_cut([0, 10_800], 3600, 3600)
    assert not may_cut([0, 10_800, 3600], 7200, 3600)
    assert not may_cut([0, 10_800, 3600], 21_600, 3600), "7200 is missing"
    assert may_cut([0, 10_800, 3600, 7200], 21_600, 3600)
    assert not may_cut([], 0, 3600)
