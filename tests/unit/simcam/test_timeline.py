"""The loop against the wall clock: in phase with the minute, continuous over the seam."""

from __future__ import annotations

import struct
from dataclasses import replace
from itertools import pairwise

import pytest

from simcam import payload
from simcam.clip import Clip, Track, Unit, with_pcmu
from simcam.sound import tone
from simcam.stamps import Stamps
from simcam.timeline import Cursor

MINUTE = 60_000_000
NOW = 1_795_462_000_000_000 // MINUTE * MINUTE
VIDEO = Track(kind="video", codec="h264", payload_type=96, clock_rate=90_000, rtpmap="H264/90000")


def unit(number: int) -> Unit:
    block, starts = payload.interleave(0, 96, [bytes([number & 255])], marker=True)
    return Unit(
        track=0,
        number=number,
        offset_us=number * 40_000,
        ticks=number * 3600,
        keyframe=number % 50 == 0,
        block=block,
        starts=tuple(starts),
    )


@pytest.fixture
def clip() -> Clip:
    """A minute of pictures, one byte each, with G.711 sound."""
    silent = Clip(
        name="minute",
        tracks=(VIDEO,),
        units=tuple(unit(number) for number in range(1500)),
        duration_us=MINUTE,
        delay_us=0,
        width=640,
        height=360,
    )
    return with_pcmu(silent, tone(8000))


def test_it_sends_frame_k_at_k_times_40_ms_of_the_utc_minute(clip: Clip) -> None:
    for k in (0, 1, 749, 1499):
        cursor = Cursor(clip, NOW + k * 40_000)
        assert (cursor.unit.track, cursor.unit.number, cursor.due_us) == (0, k, NOW + k * 40_000)


def test_it_never_seeks_backwards_and_finds_the_next_minute_after_the_last_frame(clip: Clip) -> None:
    cursor = Cursor(replace(clip, units=clip.units[::5]), NOW + 59_999_999)
    assert cursor.due_us >= NOW + MINUTE


def test_it_goes_over_two_seams_without_a_step_in_time_or_stamps(clip: Clip) -> None:
    cursor = Cursor(clip, NOW + 59_000_000)
    stamps = Stamps(clip.tracks, NOW)
    seen: list[list[tuple[int, int, int, int]]] = [[], []]
    for _ in range(2 * len(clip.units) // 2 + 200):
        block = stamps.write(cursor.unit, cursor.ticks)
        sequence, rtp = struct.unpack_from(">HI", block, 6)
        seen[cursor.unit.track].append((cursor.due_us, cursor.unit.number, sequence, rtp))
        cursor.advance()
    for track, (step_us, step_rtp, numbers) in enumerate([(40_000, 3600, 1500), (20_000, 160, 3000)]):
        assert len(seen[track]) > numbers
        for one, two in pairwise(seen[track]):
            assert two[0] - one[0] == step_us
            assert two[1] == (one[1] + 1) % numbers
            assert two[2] == (one[2] + 1) % 65536
            assert (two[3] - one[3]) % 2**32 == step_rtp


def test_it_keeps_stamps_and_wall_clock_in_the_one_relation_of_the_sender_report(clip: Clip) -> None:
    stamps = Stamps(clip.tracks, NOW + 123_456)
    for at_us in (NOW, NOW + 59_960_000, NOW + MINUTE + 40_000, NOW + 1441 * MINUTE):
        cursor = Cursor(clip, at_us)
        report = stamps.report(cursor.unit.track, 1, cursor.due_us, 0, 0)
        ntp_s, ntp_fraction, rtp = struct.unpack_from(">III", report, 12)
        wall_us = (ntp_s - 2_208_988_800) * 1_000_000 + round(ntp_fraction * 1e6 / 2**32)
        assert abs(wall_us - cursor.due_us) <= 1
        assert rtp == stamps.rtp(cursor.unit.track, cursor.ticks)


def test_it_finds_the_next_keyframe_over_the_seam(clip: Clip) -> None:
    assert Cursor(clip, NOW + 10_000_001).next_keyframe_us() == NOW + 12_000_000
    assert Cursor(clip, NOW + 58_040_000).next_keyframe_us() == NOW + MINUTE
    assert Cursor(clip, NOW + 4_000_000).next_keyframe_us() == NOW + 4_000_000


def test_it_runs_false_stamps_at_the_rate_asked_and_reports_agree_with_them(clip: Clip) -> None:
    stamps = Stamps(clip.tracks, NOW)
    stamps.rate = 0.84
    first, second = (stamps.rtp(0, ticks * 90_000 + NOW * 9 // 100) for ticks in (0, 10))
    assert (second - first) % 2**32 == 756_000
    report = stamps.report(0, 1, NOW + 10_000_000, 0, 0)
    assert struct.unpack_from(">I", report, 20)[0] == second


def test_it_jumps_and_changes_its_source_only_when_told(clip: Clip) -> None:
    stamps = Stamps(clip.tracks, NOW)
    before, source = stamps.rtp(0, 1000), stamps.write(clip.units[0], 0)[12:16]
    stamps.shift_s = -30.0
    assert (stamps.rtp(0, 1000) - before) % 2**32 == 2**32 - 30 * 90_000
    assert stamps.write(clip.units[0], 0)[12:16] == source
    stamps.change_sources()
    assert stamps.write(clip.units[0], 0)[12:16] != source


def test_it_shows_another_clips_pictures_with_its_own_sound(clip: Clip) -> None:
    other = replace(clip, tracks=(VIDEO,), units=clip.units[::1][:1], width=480)
    both = clip.showing(other)
    assert both.width == 480
    assert [unit.track for unit in both.units].count(1) == 3000
    assert [unit.track for unit in both.units].count(0) == 1
    assert clip.showing(replace(other, duration_us=5)).units == other.units
