"""Frame and bit rates as they are told of a camera, however its pictures are handed over."""

from __future__ import annotations

import pytest

from recorder import measures
from recorder.reporter import _Count, _Counts
from recorder.tally import Tally

SECOND = 1_000_000


@pytest.mark.parametrize("batch", [1, 25, 50, 60])
def test_pictures_in_batches_do_not_shake_the_rate(batch: int) -> None:
    count, told = _Count(Tally()), []
    for second in range(1, 40):
        if second % 2 == 0:  # a round
            handed = second * 25 // batch * batch
            count.rate(handed, handed * 20_000, handed * SECOND // 25 if handed else None)
            told.append((count.fps, count.mbps))
    assert all(fps == pytest.approx(25, abs=0.1) for fps, _ in told[3:])
    assert all(mbps == pytest.approx(4, abs=0.1) for _, mbps in told[3:])


def test_an_outage_and_a_clock_that_was_set_begin_anew() -> None:
    count = _Count(Tally())
    for at, frames in ((10, 100), (12, 150)):
        count.rate(frames, 0, at * SECOND)
    assert count.fps == pytest.approx(25)
    count.rate(160, 0, 100 * SECOND)
    assert count.fps == 0
    count.rate(210, 0, 102 * SECOND)
    assert count.fps == pytest.approx(25)
    count.rate(260, 0, 50 * SECOND)
    assert count.fps == 0


def told(frames: int, at: int, lost: int) -> Tally:
    tally = Tally()
    tally.frames, tally.bytes, tally.lost, tally.connections = frames, frames * 20_000, lost, 3
    tally.last_frame_us = at * SECOND
    return tally


def test_a_camera_that_went_and_came_back_counts_from_nothing() -> None:
    counts = _Counts()
    first = told(1000, 10, lost=70)
    counts.of("back-1", first)
    first.frames, first.last_frame_us = 1050, 12 * SECOND
    assert counts.of("back-1", first).fps == pytest.approx(25)

    again = told(10, 14, lost=4)
    assert counts.of("back-1", again).fps == 0
    again.frames, again.bytes, again.last_frame_us = 60, 60 * 20_000, 16 * SECOND
    count = counts.of("back-1", again)
    assert (count.fps, count.mbps) == (pytest.approx(25), pytest.approx(4))
    assert measures.lost.labels(camera="back-1")._value.get() == 74
    assert measures.reconnects.labels(camera="back-1")._value.get() == 4
    counts.keep(set())
