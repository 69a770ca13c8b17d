"""What is put down to a process that stood still, and what stays its camera's."""

from __future__ import annotations

import pytest

from recorder.access_unit import Reason
from recorder.awake import Awake
from saksi import clock

SECOND = 1_000_000
BEGAN_US = 1_760_000_000 * SECOND


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seconds since the beginning, on both clocks."""
    now = [0]
    monkeypatch.setattr(clock, "now_us", lambda: BEGAN_US + now[0] * SECOND)
    monkeypatch.setattr(clock, "monotonic_us", lambda: now[0] * SECOND)
    return now


@pytest.mark.parametrize(
    ("reason", "silent", "told"),
    [
        ("stalled", (9, 18), "recorder_down"),
        ("unreachable", (9, 18), "recorder_down"),
        ("auth_failed", (9, 18), "auth_failed"),
        ("stalled", (17, 23), "stalled"),  # it stood still for a sixth of it
        ("stalled", (0, 18), "stalled"),  # the camera had been silent before
    ],
)
def test_silence_is_the_recorders_when_it_stood_still_for_half_of_it(
    at: list[int], reason: Reason, silent: tuple[int, int], told: str
) -> None:
    awake = Awake()
    for at[0] in (*range(1, 11), *range(18, 24)):
        awake.tick()
    span = [BEGAN_US + second * SECOND for second in silent]
    assert awake.cause(reason, "", *span)[0] == told


def test_who_asks_first_after_a_standstill_is_told_of_it(at: list[int]) -> None:
    awake = Awake()
    at[0] = 7
    told = awake.cause("stalled", "", BEGAN_US, BEGAN_US + 7 * SECOND)
    assert told == ("recorder_down", "the recorder stood still for 7.0 s")


def test_a_wall_clock_that_was_set_is_no_standstill(at: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    awake = Awake()
    at[0] = 1
    monkeypatch.setattr(clock, "now_us", lambda: BEGAN_US + 60 * SECOND)
    assert awake.cause("stalled", "", BEGAN_US, BEGAN_US + 60 * SECOND)[0] == "stalled"
