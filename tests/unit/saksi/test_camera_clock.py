"""Courses of made-up camera clocks: drift and jumps as they were made, and nothing where nothing is known."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from saksi.camera_clock import Claim, Course, course

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
T0 = 1_795_000_000_000_000


def clock_of(
    offset_us: Callable[[int], float],
    *,
    minutes: int = 24 * 60,
    jitter_us: float = 20_000,
    source: str = "rtcp",
    host: Callable[[int], str] = lambda _: "",
    missing: range = range(0),
) -> Course:
    """The course of a clock that is `offset_us(minute)` off, told once a minute with jitter, but for `missing` ones."""
    chance = random.Random(7)
    found = course(
        Claim(
            at_us=T0 + minute * MINUTE_US,
            offset_us=round(offset_us(minute) + abs(chance.gauss(0, jitter_us))),
            source=source,
            host=host(minute),
        )
        for minute in range(minutes)
        if minute not in missing
    )
    assert found is not None
    return found


def drifting(ppm: float) -> Callable[[int], float]:
    return lambda minute: minute * 60 * ppm


@pytest.mark.parametrize("ppm", [-45.0, 0.0, 3.0, 180.0])
def test_drift_is_found_within_what_is_said_of_its_error(ppm: float) -> None:
    found = clock_of(drifting(ppm))
    assert found.drift_ppm == pytest.approx(ppm, abs=0.5)
    assert abs(found.drift_ppm - ppm) <= found.drift_error_ppm < 3
    assert (found.steps, found.points, found.wild) == ([], 1440, 0)
    assert (found.since_us, found.until_us) == (T0, T0 + 1439 * MINUTE_US)


def test_steps_are_found_and_take_nothing_from_the_drift() -> None:
    def offset_us(minute: int) -> float:
        base = drifting(30.0)(minute)
        if minute >= 900:
            return base - 1_700_000_000_000_000
        return base + HOUR_US if minute >= 600 else base - 4_000_000 if minute >= 300 else base

    found = clock_of(offset_us)
    assert found.drift_ppm == pytest.approx(30.0, abs=1)
    at = [(one.at_us - T0) // MINUTE_US for one in found.steps]
    assert at == [300, 600, 900]
    assert [one.kind for one in found.steps] == ["set", "set", "reset"]
    assert [one.by_us for one in found.steps[:2]] == pytest.approx([-4e6, HOUR_US + 4e6], abs=200_000)


@pytest.mark.parametrize(
    ("before_us", "by_us", "kind"),
    [(0, HOUR_US, "hours"), (-8 * HOUR_US, 8 * HOUR_US, "hours"), (-252e6, 252e6, "corrected"), (0, 9e6, "set")],
)  # fmt: skip
def test_a_step_is_called_what_it_looks_like(before_us: float, by_us: float, kind: str) -> None:
    found = clock_of(lambda minute: before_us + (by_us if minute >= 50 else 0), minutes=100)
    (step,) = found.steps
    assert (step.kind, step.by_us) == (kind, pytest.approx(by_us, abs=200_000))
    assert found.offset_us == pytest.approx(before_us + by_us, abs=100_000)


def test_single_wild_claims_are_no_steps_and_a_clock_that_jumps_about_has_no_drift() -> None:
    found = clock_of(lambda minute: -9e12 if minute % 97 == 50 else 0, minutes=600)
    assert (found.steps, found.wild, found.points) == ([], 6, 594)
    assert found.drift_ppm == pytest.approx(0, abs=1)
    fast = clock_of(lambda minute: minute * 12e6, minutes=100)  # a fifth too fast: no clock at all
    assert (fast.points, fast.wild, fast.drift_ppm) == (1, 98, None)


def test_a_gap_is_bridged_by_drift_and_no_step() -> None:
    found = clock_of(drifting(120.0), missing=range(200, 900))
    assert found.steps == []
    assert found.drift_ppm == pytest.approx(120.0, abs=1)


def test_where_the_recorders_clock_changed_the_camera_is_not_blamed() -> None:
    def offset_us(minute: int) -> float:
        return drifting(10.0)(minute) + (5e6 if minute >= 700 else 0)

    found = clock_of(offset_us, host=lambda minute: "set" if minute >= 700 else "")
    assert found.steps == []
    assert found.drift_ppm == pytest.approx(10.0, abs=1)
    assert len(clock_of(offset_us).steps) == 1


def test_few_points_or_a_short_time_tell_no_drift() -> None:
    assert course([]) is None
    assert clock_of(drifting(50.0), minutes=20).drift_ppm is None
    few = [Claim(at_us=T0 + hour * HOUR_US, offset_us=hour, source="rtcp") for hour in range(5)]
    found = course(few)
    assert found is not None
    assert (found.points, found.drift_ppm, found.offset_us) == (5, None, 3)


def test_whole_seconds_make_no_steps_and_a_wide_error() -> None:
    def offset_us(minute: int) -> float:
        return round(minute * 60 * 100.0 / 1e6) * 1e6

    found = clock_of(offset_us, source="onvif", jitter_us=0)
    assert found.steps == []
    assert abs(found.drift_ppm - 100.0) <= found.drift_error_ppm < 40
