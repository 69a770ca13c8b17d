"""Waiting between tries: longer each time, within bounds, never in step with others."""

from __future__ import annotations

from recorder.backoff import Backoff


def test_waits_double_up_to_the_most_and_begin_anew_after_a_success() -> None:
    backoff = Backoff(0.5, 30.0)
    waits = [backoff.wait_s() for _ in range(12)]
    for position, wait_s in enumerate(waits):
        step_s = min(0.5 * 2**position, 30.0)
        assert step_s / 2 <= wait_s <= step_s
    backoff.reset()
    assert backoff.wait_s() <= 0.5


def test_two_that_begin_together_do_not_stay_together() -> None:
    one, two = Backoff(), Backoff()
    assert [one.wait_s() for _ in range(5)] != [two.wait_s() for _ in range(5)]
