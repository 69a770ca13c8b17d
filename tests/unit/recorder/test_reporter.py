"""Frame and bit rates as they are told of a camera, however its pictures are handed over."""

from __future__ import annotations

import pytest

from recorder.reporter import _Count

SECOND = 1_000_000


@pytest.mark.parametrize("batch", [1, 25, 50, 60])
def test_pictures_in_batches_do_not_shake_the_rate(batch: int) -> None:
    count, told = _Count(), []
    for second in range(1, 40):
        if second % 2 == 0:  # a round
            handed = second * 25 // batch * batch
            count.rate(handed, handed * 20_000, handed * SECOND // 25 if handed else None)
            told.append((count.fps, count.mbps))
    assert all(fps == pytest.approx(25, abs=0.1) for fps, _ in told[3:])
    assert all(mbps == pytest.approx(4, abs=0.1) for _, mbps in told[3:])


def test_an_outage_and_a_clock_that_was_set_begin_anew() -> None:
    count = _Count()
    for at, frames in ((10, 100), (12, 150)):
        count.rate(frames, 0, at * SECOND)
    assert count.fps == pytest.approx(25)
    count.rate(160, 0, 100 * SECOND)
    assert count.fps == 0
    count.rate(210, 0, 102 * SECOND)
    assert count.fps == pytest.approx(25)
    count.rate(260, 0, 50 * SECOND)
    assert count.fps == 0
