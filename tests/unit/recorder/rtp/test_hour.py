"""An hour of a camera whose stamps lie, read as the wheel reads it: every picture within 200 ms of its true time."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from recorder.access_unit import VideoUnit
from recorder.boundaries import Boundaries
from recorder.segmenter import Segmenter
from recorder.sources.rtp.arrivals import Arrivals
from saksi.fmp4.tracks import VIDEO_TIMESCALE
from tests.unit.recorder.memory import Memory
from tests.unit.recorder.stream import START_US, TRACK, picture

HOUR_S, FPS = 3_600, 10
EAGER_S, EAGER_TICK_US, TICK_US = 3, 50_000, 500_000  # as the wheel reads a new connection, and an old one
WORST_US = 200_000
FOLLOWED_S, MEANWHILE_US = (
    20,
    700_000,
)  # how soon a changed rate is followed, and how far off it is until then

Rate = Callable[[float], float]


def recorded(rate: Rate, *, jitter_us: int, stall_s: float = 0) -> tuple[Memory, list[int]]:
    """An hour through reads every half second; with it the true time of each picture.

    `rate` is how fast the stamps run at a second of the hour. The network delays each picture by up to `jitter_us`, and
    once, for `stall_s`, everything.
    """
    chance, sink, arrivals = random.Random(8), Memory(), Arrivals()
    segmenter = Segmenter(Boundaries.of("gate", 60), sink, audio=None, earliest_us=0)
    taken: list[int] = []
    waiting: list[tuple[int, int]] = []
    stamp_us, heard_us, read_us = 0.0, START_US, START_US
    for number in range(HOUR_S * FPS):
        taken.append(START_US + number * 1_000_000 // FPS)
        heard_us = max(heard_us + 50, taken[-1] + chance.randrange(jitter_us + 1))
        if 1_200 <= number / FPS < 1_200 + stall_s:
            heard_us = max(heard_us, START_US + round((1_200 + stall_s) * 1e6))
        waiting.append((number, round(stamp_us)))
        stamp_us += rate(number / FPS) * 1_000_000 / FPS
        if heard_us - read_us < (EAGER_TICK_US if number < EAGER_S * FPS else TICK_US):
            continue
        last_us = heard_us
        times = arrivals.spread([at for _, at in waiting], read_us, last_us)
        units = []
        for (n, at), arrival_us in zip(waiting, times, strict=True):
            key = n % (2 * FPS) == 0
            data = picture(n, keyframe=key, size=20)
            units.append(VideoUnit(data, key, at * 9 // 100, 90_000, arrival_us, arrival_us, TRACK))
        segmenter.take(units)
        read_us, waiting = last_us + chance.randrange(20_000), []
    assert not segmenter.holes, "no hole where nothing was missing"
    segmenter.finish("shutdown")
    return sink, taken


def checked(sink: Memory, taken: list[int], *, changed_s: float = -FOLLOWED_S) -> None:
    """Holds the archive to the true times; at `changed_s` the rate was another."""
    shown_us: dict[int, int] = {}
    for chunk in sink.chunks:
        assert chunk.ended in ("boundary", "shutdown"), "no cut for drift alone"
        ends = [piece.facts.start_us + piece.facts.duration_us for piece in chunk.pieces]
        starts = [piece.facts.start_us for piece in chunk.pieces]
        assert ends[:-1] == starts[1:], "no gap, no overlap"
        numbers = iter(chunk.numbers())
        for piece in chunk.pieces:
            at = piece.samples.video.base_time
            for duration in piece.samples.video.durations:
                assert duration > 0, "playable: time runs forward"
                shown_us[next(numbers)] = at * 1_000_000 // VIDEO_TIMESCALE
                at += duration
    for earlier, later in pairwise(sink.chunks):
        assert earlier.end_us == later.start_us
    assert len(shown_us) > len(taken) - 20, "every picture that was read"
    for n, at_us in shown_us.items():
        allowed_us = MEANWHILE_US if 0 <= n / FPS - changed_s < FOLLOWED_S else WORST_US
        assert abs(at_us - taken[n]) < allowed_us, f"picture {n}"


@pytest.mark.parametrize("rate", [0.8, 0.84, 1.0, 1.2])
def test_stamps_that_run_fast_or_slow_all_the_time(rate: float) -> None:
    checked(*recorded(lambda _: rate, jitter_us=60_000))


def test_a_rate_that_changes_is_followed() -> None:
    """A camera that delivers fewer pictures at night and goes on stamping the nominal rate."""
    checked(*recorded(lambda s: 1.0 if s < 1_800 else 0.9, jitter_us=40_000), changed_s=1_800)


def test_an_honest_camera_behind_a_network_that_stops_for_seconds() -> None:
    checked(*recorded(lambda _: 1.00005, jitter_us=60_000, stall_s=4))
