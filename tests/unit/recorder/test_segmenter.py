"""Access units into fragments and chunks: nothing lost, nothing twice, cut where it should be."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder import segmenter
from recorder.access_unit import AccessUnit, VideoUnit
from recorder.boundaries import Boundaries
from recorder.segmenter import FRAGMENT_US, Segmenter
from saksi.fmp4.tracks import AudioTrack
from tests.unit.recorder.memory import Memory
from tests.unit.recorder.stream import OTHER_TRACK, SETS, SOUND, START_US, Shape, sound, video

EVERY_5_S = Boundaries(5_000_000, 1_234_567)
HOUR = Boundaries(3_600_000_000, 0)


def segment(
    units: Iterable[AccessUnit],
    boundaries: Boundaries = EVERY_5_S,
    *,
    audio: AudioTrack | None = None,
    earliest_us: int = 0,
) -> Memory:
    sink = Memory()
    cutter = Segmenter(boundaries, sink, audio=audio, earliest_us=earliest_us)
    together, waiting = itertools.cycle((1, 12, 3, 64)), [*units]  # however they come
    while waiting:
        count = next(together)
        cutter.take(waiting[:count])
        del waiting[:count]
    cutter.finish("shutdown")
    return sink


def pictures(count: int, shape: Shape | None = None) -> list[VideoUnit]:
    return [unit for unit, _ in video(count, shape)]


def test_a_camera_of_a_giant_rate_gets_more_chunks_not_larger_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmenter, "_MOST_BYTES", 20_000)
    sink = segment(pictures(1000), HOUR)
    assert sink.numbers() == list(range(1000))
    sizes = [sum(len(piece.data) for piece in chunk.pieces) for chunk in sink.chunks]
    largest = max(len(piece.data) for chunk in sink.chunks for piece in chunk.pieces)
    assert len(sizes) > 2
    assert all(20_000 < size <= 20_000 + largest for size in sizes[:-1])


@settings(max_examples=60)
@given(
    count=st.integers(1, 900),
    fps=st.integers(1, 60),
    gop=st.integers(1, 400),
    rate=st.floats(0.8, 1.2),
    jitter_us=st.integers(0, 60_000),
    backlog_us=st.integers(0, 2_000_000),
)
def test_every_picture_is_in_exactly_one_chunk_and_spans_abut(
    count: int, fps: int, gop: int, rate: float, jitter_us: int, backlog_us: int
) -> None:
    shape = Shape(fps=fps, gop=gop, rate=rate, jitter_us=jitter_us, backlog_us=backlog_us)
    sink = segment(pictures(count, shape))
    assert sink.numbers() == list(range(count))
    assert all(earlier[1] == later[0] for earlier, later in pairwise(sink.spans()))
    assert all(end > start for start, end in sink.spans())
    for chunk in sink.chunks:
        assert chunk.pieces[0].samples.video.sync[:1] == (0,)
        assert chunk.start_us == chunk.pieces[0].facts.start_us


def test_decode_times_run_on_across_fragments_and_chunks_without_a_tick_between() -> None:
    sink = segment(pictures(1000, Shape(rate=0.93, jitter_us=30_000)))
    tables = [piece.samples.video for chunk in sink.chunks for piece in chunk.pieces]
    assert len(sink.chunks) > 5
    for table, following in pairwise(tables):
        assert table.base_time + table.span == following.base_time
        assert min(table.durations) > 0


def test_it_cuts_at_the_first_keyframe_at_or_past_each_boundary() -> None:
    sink = segment(pictures(25 * 60))
    ends = [chunk.end_us for chunk in sink.chunks[:-1]]
    assert {chunk.ended for chunk in sink.chunks[:-1]} == {"boundary"}
    for end_us in ends:
        past_us = (end_us - EVERY_5_S.phase_us) % EVERY_5_S.chunk_us
        assert past_us < 2_000_000
    assert len(ends) == 12 or len(ends) == 11


def test_boundaries_are_a_cameras_own_and_always_the_same() -> None:
    phases = {Boundaries.of(f"camera-{n}", 60).phase_us for n in range(50)}
    assert len(phases) == 50
    assert Boundaries.of("cam-1", 60) == Boundaries.of("cam-1", 60)


def test_a_long_group_becomes_fragments_of_two_seconds_of_which_only_the_first_is_sync() -> None:
    sink = segment(pictures(700, Shape(gop=600)), HOUR)
    pieces = sink.chunks[0].pieces
    assert [piece.samples.video.sync[:1] for piece in pieces].count((0,)) == 2
    assert all(piece.facts.duration_us <= FRAGMENT_US + 1000 for piece in pieces)
    assert sink.numbers() == list(range(700))


def test_pictures_before_the_first_keyframe_are_counted_and_not_kept() -> None:
    sink = segment(pictures(200)[30:])
    assert sink.numbers()[0] == 50
    assert sum(chunk.lost for chunk in sink.chunks) == 20


def test_a_seal_is_made_at_the_first_keyframe_at_or_after_the_call() -> None:
    sink = Memory()
    segmenter = Segmenter(HOUR, sink, audio=None, earliest_us=0)
    called_us = START_US + 5_500_000
    for unit in pictures(400):
        if unit.arrival_us >= called_us and unit.arrival_us < called_us + 40_000:
            segmenter.seal_from(called_us)
        segmenter.take([unit])
    assert [chunk.ended for chunk in sink.chunks] == ["seal", ""]
    assert called_us <= sink.chunks[0].end_us < called_us + 2_100_000


@pytest.mark.parametrize(("fps", "gop"), [(1, 4), (2, 4), (5, 10), (25, 50)])
def test_a_seal_asked_for_again_every_second_comes_within_a_group_of_the_first_call(
    fps: int, gop: int
) -> None:
    """Units come out one picture late, as a parser hands them over, so calls overtake the footage."""
    sink = Memory()
    segmenter = Segmenter(HOUR, sink, audio=None, earliest_us=0)
    units = pictures(60 * fps, Shape(fps=fps, gop=gop))
    called_us = first_us = START_US + 10_300_000
    for unit, following in pairwise(units):
        while called_us <= following.arrival_us and not sink.chunks[0].ended:
            segmenter.seal_from(called_us)
            called_us += 1_000_000
        segmenter.take([unit])
    assert [chunk.ended for chunk in sink.chunks] == ["seal", ""]
    assert first_us <= sink.chunks[0].end_us <= first_us + gop * 1_000_000 // fps


def test_a_seal_that_a_boundary_came_before_is_still_made() -> None:
    sink = Memory()
    segmenter = Segmenter(EVERY_5_S, sink, audio=None, earliest_us=0)
    units = pictures(250)
    segmenter.take([units[0]])
    segmenter.seal_from(START_US + 7_000_000)
    for unit in units[1:]:
        segmenter.take([unit])
    ended = [chunk.ended for chunk in sink.chunks if chunk.ended]
    assert ended[-1] == "seal"
    assert "boundary" in ended
    assert sink.chunks[len(ended) - 1].end_us >= START_US + 7_000_000


def test_new_parameters_start_a_chunk_of_their_own() -> None:
    units = pictures(300)
    for unit in units[150:]:
        unit.parameters = OTHER_TRACK
    sink = segment(units, HOUR)
    assert [(chunk.ended, chunk.video.parameter_sets) for chunk in sink.chunks] == [
        ("parameters", SETS),
        ("shutdown", OTHER_TRACK.parameter_sets),
    ]
    assert sink.numbers() == list(range(300))


@pytest.mark.parametrize("jump_s", [30, -30, 40_000])
def test_a_jump_marks_a_discontinuity_and_keeps_every_picture_in_its_place(jump_s: int) -> None:
    units = pictures(400)
    for unit in units[130:]:
        unit.pts += jump_s * 90_000
    sink = segment(units, HOUR)
    assert [chunk.ended for chunk in sink.chunks] == ["discontinuity", "shutdown"]
    assert sink.numbers() == list(range(400))
    start_us, end_us = sink.spans()[0][0], sink.spans()[-1][1]
    assert end_us - start_us == pytest.approx(16_000_000, abs=20_000)


def test_a_pause_of_the_camera_is_a_hole_with_its_span_and_no_stretched_picture() -> None:
    units = pictures(400)
    sink = Memory()
    segmenter = Segmenter(HOUR, sink, audio=None, earliest_us=0)
    for unit in [*units[:120], *units[200:]]:
        segmenter.take([unit])
    segmenter.finish("shutdown")
    ((start_us, end_us),) = segmenter.holes
    assert start_us == pytest.approx(START_US + 4_800_000, abs=20_000)
    assert end_us == pytest.approx(START_US + 8_000_000, abs=20_000)
    assert max(max(p.samples.video.durations) for c in sink.chunks for p in c.pieces) < 9000
    assert [chunk.ended for chunk in sink.chunks] == ["discontinuity", "shutdown"]


def test_reordered_pictures_keep_their_order_and_get_rising_decode_times() -> None:
    units = pictures(400)
    order = [0, *[n for base in range(1, 397, 3) for n in (base + 2, base, base + 1)]]
    shuffled = []
    for place, number in enumerate(order):
        unit = units[number]
        unit.keyframe = place % 48 == 1 and place > 1
        unit.arrival_us = START_US + (place + 2) * 40_000
        # The second Exp-Golomb code of a slice is its type: 1 is B, 0 is P.
        b_slice = number != order[0] and (number - 1) % 3 != 2
        unit.data = unit.data[:5] + (b"\xa8" if b_slice else b"\xe0") + unit.data[6:]
        shuffled.append(unit)
    shuffled[0].keyframe = True
    sink = segment(shuffled, HOUR)
    assert sink.numbers() == order
    tables = [piece.samples.video for chunk in sink.chunks for piece in chunk.pieces]
    assert any(offset for table in tables for offset in table.offsets)
    for table, following in pairwise(tables):
        assert table.base_time + table.span == following.base_time
    shown = sorted(time for table in tables for time in table.presentation())
    gaps = [later - earlier for earlier, later in pairwise(shown)]
    assert all(gap == pytest.approx(3600, abs=200) for gap in gaps)


def test_sound_is_kept_byte_for_byte_and_runs_on_beside_the_picture() -> None:
    units: list[AccessUnit] = sorted(
        [*pictures(500), *sound(1000)], key=lambda unit: (unit.arrival_us, isinstance(unit, VideoUnit))
    )
    sink = segment(units, audio=SOUND)
    sent = b"".join(unit.data for unit in sound(1000))
    kept = b"".join(chunk.sound() for chunk in sink.chunks)
    assert kept
    assert kept in sent
    assert len(kept) >= len(sent) - 160 * 4
    tables = [p.samples.audio for chunk in sink.chunks for p in chunk.pieces if p.samples.audio]
    for table, following in pairwise(tables):
        assert table.base_time + table.span == following.base_time
    for chunk in sink.chunks:
        for piece in chunk.pieces:
            heard = piece.samples.audio
            assert heard is not None
            assert heard.base_time / 8000 == pytest.approx(piece.facts.start_us / 1e6, abs=0.1)


def test_the_cameras_own_clock_is_kept_as_evidence_and_moves_nothing() -> None:
    units = pictures(100)
    for unit in units:
        unit.camera_time_us = unit.arrival_us - 90_000_000
    sink = segment(units, HOUR)
    evidence = sink.chunks[0].clock
    assert evidence is not None
    assert evidence.camera_source == "rtcp"
    assert evidence.camera_offset_us == pytest.approx(-90_000_000, abs=1000)
    assert sink.chunks[0].start_us == pytest.approx(START_US, abs=1000)


def test_stamps_that_stand_still_give_way_to_the_time_of_arrival() -> None:
    units = pictures(900)
    for unit in units:
        unit.pts = 7
    sink = segment(units, HOUR)
    assert sink.numbers() == list(range(900))
    assert all(end > start for start, end in sink.spans())
    assert sink.spans()[-1][1] == pytest.approx(START_US + 36_000_000, abs=200_000)
