"""The exact interval of a count, against the tables of the field and against the sums it stands for."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saksi.incidents.poisson import at_least, interval


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.6889), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904), (100, 81.3640, 121.6268)],
)
def test_as_the_tables_have_it(count: int, low: float, high: float) -> None:
    assert interval(count) == pytest.approx((low, high), abs=1e-4)


@given(shape=st.integers(1, 60), mean=st.floats(0.01, 120))
def test_the_probability_is_that_of_the_plain_sum(shape: int, mean: float) -> None:
    fewer = math.fsum(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(shape))
    assert at_least(shape, mean) == pytest.approx(1 - fewer, abs=1e-9)


def test_an_interval_of_many_narrows_like_their_root() -> None:
    low, high = interval(20_000)
    assert (low, high) == pytest.approx((20_000 - 1.96 * 141.42, 20_000 + 1.96 * 141.42), abs=3)
    with pytest.raises(ValueError, match="no times"):
        interval(-1)
