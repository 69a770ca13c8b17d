"""What a camera's achieved retention is called, for promises of weeks and of minutes."""

from __future__ import annotations

import pytest

from saksi.retention.achieved import Achieved

MINUTE = 60_000_000
DAY = 1440 * MINUTE


def state(promised_us: int, there_us: int, *, window_us: int | None = None, purged_us: int = 0) -> str:
    """Of a camera of which so much of the window is there, the rest never recorded."""
    return Achieved(
        camera="a", name="A", agency="dishub", policy_id=1, promised_us=promised_us,
        window_us=promised_us if window_us is None else window_us, oldest_us=1, have_us=there_us,
        continuous_us=there_us, covered_us=there_us, thinned_us=0, purged_us=purged_us, gaps={}, longest=None,
        early=(), bytes=1,
    ).state  # fmt: skip


@pytest.mark.parametrize("promised", [30 * DAY, DAY, 600 * MINUTE, 45 * MINUTE, 10 * MINUTE])
def test_no_promise_is_so_short_that_a_part_of_it_passes_for_the_whole(promised: int) -> None:
    assert state(promised, promised - min(promised // 10, 60 * MINUTE)) == "kept"
    assert state(promised, promised * 4 // 5) == "gaps"
    assert state(promised, promised // 3) == "gaps"
    assert state(promised, promised // 3, window_us=promised // 3) == "young"
    assert state(promised, promised // 2, purged_us=promised // 2) == "purged_early"
