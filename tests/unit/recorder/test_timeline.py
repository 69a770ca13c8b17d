"""The map from media time to wall-clock time, against cameras that are honest, late, fast, slow or broken."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.timeline import HONEST_SLEW, Timeline
from tests.unit.recorder.stream import START_US, Shape, video

GOP = 50


def follow(units: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Feeds (pts, arrival, taken) and answers (wall time, taken) of each picture as the segmenter does."""
    timeline = Timeline()
    pending: list[tuple[int, int]] = []
    placed: list[tuple[int, int]] = []
    start: tuple[int, int] | None = None
    for position, (pts, arrival_us, taken_us) in enumerate(units):
        seen = timeline.observe(pts, 90_000, arrival_us)
        if position % GOP == 0 and pending:
            if start is None:
                start = (pending[0][0], timeline.start(pending[0][0], 0))
            end = (seen.media_us, timeline.advance(seen.media_us))
            assert end[1] > start[1], "time stood still or ran back"
            scale = (end[1] - start[1]) / (end[0] - start[0])
            placed += [(round(start[1] + (media - start[0]) * scale), taken) for media, taken in pending]
            start, pending = end, []
        pending.append((seen.media_us, taken_us))
    return placed


def stream(count: int, shape: Shape) -> list[tuple[int, int, int]]:
    return [(unit.pts, unit.arrival_us, taken_us) for unit, taken_us in video(count, shape)]


def worst(placed: list[tuple[int, int]]) -> int:
    return max(abs(wall_us - taken_us) for wall_us, taken_us in placed)


@settings(max_examples=60)
@given(
    jitter_us=st.integers(0, 80_000),
    backlog_us=st.integers(0, 1_500_000),
    drift_ppm=st.integers(-100, 100),
    seed=st.integers(0, 999),
)
def test_it_places_an_honest_camera_within_twenty_milliseconds(
    jitter_us: int, backlog_us: int, drift_ppm: int, seed: int
) -> None:
    shape = Shape(rate=1 + drift_ppm / 1e6, jitter_us=jitter_us, backlog_us=backlog_us, seed=seed)
    assert worst(follow(stream(1500, shape))) <= 20_000 + jitter_us // 8


@settings(max_examples=60)
@given(rate=st.floats(0.8, 1.2), jitter_us=st.integers(0, 30_000), seed=st.integers(0, 999))
def test_it_follows_a_camera_whose_stamps_run_fast_or_slow(rate: float, jitter_us: int, seed: int) -> None:
    placed = follow(stream(1500, Shape(rate=rate, jitter_us=jitter_us, seed=seed)))
    assert worst(placed) <= 100_000 + 2 * jitter_us
    assert worst(placed[-500:]) <= 60_000 + jitter_us


@settings(max_examples=40)
@given(
    rate=st.floats(0.8, 1.2),
    jump_s=st.one_of(st.floats(-100_000, -2), st.floats(2, 100_000)),
    at=st.integers(30, 800),
    seed=st.integers(0, 99),
)
def test_a_jump_of_the_stamps_neither_stretches_nor_collapses_footage(
    rate: float, jump_s: float, at: int, seed: int
) -> None:
    units = stream(1000, Shape(rate=rate, jitter_us=5_000, seed=seed))
    jumped = [(pts + (round(jump_s * 90_000) if n >= at else 0), a, t) for n, (pts, a, t) in enumerate(units)]
    assert worst(follow(jumped)) <= 120_000


def test_it_notices_a_jump_once_and_where_it_was() -> None:
    timeline = Timeline()
    jumps = []
    for number, (unit, _) in enumerate(video(200)):
        pts = unit.pts + (30 * 90_000 if number >= 77 else 0)
        if timeline.observe(pts, 90_000, unit.arrival_us).jumped:
            jumps.append(number)
    assert jumps == [77]


def test_a_wrap_of_the_rtp_counter_is_a_new_base_without_a_gap() -> None:
    timeline = Timeline()
    media = []
    for unit, _ in video(200):
        pts = (unit.pts + 2**32 - 300_000) % 2**32
        media.append(timeline.observe(pts, 90_000, unit.arrival_us).media_us)
    assert {later - earlier for earlier, later in pairwise(media)} <= {39_999, 40_000, 40_001}


def test_pictures_that_come_late_are_no_hole_and_pictures_that_never_came_are() -> None:
    late, paused = Timeline(), Timeline()
    for number, (unit, _) in enumerate(video(200)):
        held_us = max(unit.arrival_us, START_US + 7_000_000) if number >= 100 else unit.arrival_us
        seen = late.observe(unit.pts, 90_000, held_us)
        assert not seen.hole_us
        assert not seen.jumped
        if not 100 <= number < 175:
            seen = paused.observe(unit.pts, 90_000, unit.arrival_us)
            assert bool(seen.hole_us) == (number == 175)
    assert not seen.jumped


def test_a_pause_with_new_stamps_after_it_is_as_long_as_the_wait() -> None:
    timeline = Timeline()
    before = after = 0
    for number, (unit, _) in enumerate(video(300)):
        if number < 100:
            before = timeline.observe(unit.pts, 90_000, unit.arrival_us).media_us
        elif number == 200:
            seen = timeline.observe(unit.pts - 90_000_000, 90_000, unit.arrival_us)
            after = seen.media_us
            assert seen.jumped
    assert after - before == pytest.approx(101 * 40_000, abs=50_000)
    assert seen.hole_us == after - before


def test_an_honest_camera_is_slewed_by_no_more_than_it_may() -> None:
    timeline = Timeline()
    ends: list[tuple[int, int]] = []
    for number, (unit, _) in enumerate(video(3000, Shape(jitter_us=20_000, rate=1.0002))):
        seen = timeline.observe(unit.pts, 90_000, unit.arrival_us)
        if number == GOP:
            timeline.start(0, 0)
        if number >= GOP and number % GOP == 0:
            ends.append((seen.media_us, timeline.advance(seen.media_us)))
    for (media, wall), (later_media, later_wall) in pairwise(ends):
        span_us = later_media - media
        assert abs((later_wall - wall) - span_us) <= span_us * HONEST_SLEW + 1


def test_nothing_is_placed_before_the_footage_that_is_already_there() -> None:
    timeline = Timeline()
    for unit, _ in video(60):
        timeline.observe(unit.pts, 90_000, unit.arrival_us)
    assert timeline.start(0, START_US + 300_000) == START_US + 300_000
    assert timeline.advance(2_000_000) > START_US + 300_000
