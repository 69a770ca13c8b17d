"""The greedy cover, held against one that recounts everything before every choice."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from saksi.incidents.cover import candidates, greedy

_DEGREE_M = 111_194.93
# A few hundred metres of a city, on a raster coarse enough for ties and for places on top of one another.
_PLACES = st.lists(
    st.tuples(st.integers(-9, 9), st.integers(-9, 9)).map(
        lambda at: (-1.25 + at[0] / 2000, 116.8 + at[1] / 2000)
    ),
    max_size=40,
)


def plainly(
    places: list[tuple[float, float]], radius_m: float, count: int
) -> list[tuple[float, float, set[int], int]]:
    level = math.cos(math.radians(sum(lat for lat, _ in places) / len(places)))
    flat = [(lat * _DEGREE_M, lon * _DEGREE_M * level) for lat, lon in places]
    left = set(range(len(places)))
    chosen = []
    while left and len(chosen) < count:
        reach = [
            (
                {n for n in left if (flat[n][0] - y) ** 2 + (flat[n][1] - x) ** 2 <= radius_m**2},
                (y, x),
            )
            for y, x in candidates(flat, radius_m)
        ]
        most = max(len(held) for held, _ in reach)
        best = [one for one in reach if len(one[0]) == most]
        if not most:
            break
        held, (y, x) = min(best, key=lambda one: one[1])
        chosen.append((y / _DEGREE_M, x / (_DEGREE_M * level), held, len(best) - 1))
        left -= held
    return chosen


@given(places=_PLACES, radius_m=st.sampled_from([60.0, 100.0, 300.0]), count=st.integers(1, 6))
def test_as_counted_plainly(places: list[tuple[float, float]], radius_m: float, count: int) -> None:
    found = [(one.lat, one.lon, set(one.covered), one.tied) for one in greedy(places, radius_m, count)]
    assert found == (plainly(places, radius_m, count) if places else [])


def test_a_heap_of_incidents_comes_before_scattered_ones() -> None:
    heap = [(-1.25, 116.8)] * 5
    scattered = [(-1.20 - n / 100, 116.9) for n in range(3)]
    first, second, *_ = greedy([*scattered, *heap], 100, 4)
    assert (len(first.covered), first.tied) == (5, 0)
    assert (len(second.covered), second.tied) == (1, 2)
    assert second.lat < -1.21, "of equals the southernmost"
