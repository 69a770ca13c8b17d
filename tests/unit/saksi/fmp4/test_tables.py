"""Parts laid behind one another: wall time kept through holes, overlaps and silence."""

from __future__ import annotations

from array import array
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saksi.fmp4.boxes import Malformed
from saksi.fmp4.init import read_init
from saksi.fmp4.pieces import Silence
from saksi.fmp4.samples import TrackSamples
from saksi.fmp4.selection import Part
from saksi.fmp4.silence import SILENCE, fill
from saksi.fmp4.tables import lay
from tests.unit.saksi.fmp4 import media


def _part(base: int, count: int = 10, span: int = 160) -> Part:
    samples = TrackSamples(
        base_time=base,
        data_offset=0,
        sizes=array("q", [span]) * count,
        durations=array("q", [span]) * count,
        offsets=array("q", [0]) * count,
    )
    return Part(chunk=0, samples=samples)


@given(st.lists(st.integers(-1000, 5000), max_size=8))
def test_every_frame_keeps_its_presentation_time_and_decode_times_rise(steps: list[int]) -> None:
    bases = list(accumulate((1600 + step for step in steps), initial=50_000))
    parts = [_part(base) for base in bases]
    timeline = lay(parts)
    decode = list(accumulate(timeline.durations, initial=timeline.origin))[:-1]
    shown = [time + offset for time, offset in zip(decode, timeline.offsets, strict=True)]
    assert shown == [time for part in parts for time in part.samples.presentation()]
    assert all(later > earlier for earlier, later in pairwise(decode))


def test_holes_are_reported() -> None:
    timeline = lay([_part(0), _part(1600), _part(5000)])
    assert timeline.holes == [(3200, 5000)]
    assert timeline.end == 6600


def test_a_hole_longer_than_a_sample_can_last_is_refused() -> None:
    with pytest.raises(Malformed):
        lay([_part(0), _part(2**32 + 5000)])


@given(st.lists(st.integers(801, 30_000), min_size=1, max_size=20))
def test_silence_fills_holes_exactly_and_adds_up_to_them_in_whole_frames(holes: list[int]) -> None:
    entry = read_init(media.chunk(media.video(), media.sound("pcmu")).init).audio.entry
    bases = list(accumulate((1600 + hole for hole in holes), initial=0))
    parts, frame = fill([_part(base) for base in bases], entry, 8000)
    assert frame == b"\xff" * 160
    silent = [part.samples for part in parts if part.chunk == SILENCE]
    assert [samples.span for samples in silent] == holes
    assert abs(sum(len(samples.sizes) for samples in silent) * 160 - sum(holes)) <= 80
    assert lay(parts).holes == []


def test_shorter_holes_are_left_alone() -> None:
    entry = read_init(media.chunk(media.video(), media.sound("pcmu")).init).audio.entry
    parts = [_part(0), _part(1600 + 800)]
    assert fill(parts, entry, 8000)[0] == parts


def test_sound_without_a_known_silent_frame_is_left_as_it_is() -> None:
    entry = bytearray(read_init(media.chunk(media.video(), media.sound("aac")).init).audio.entry)
    entry[25] = 6  # channels
    parts = [_part(0), _part(100_000)]
    assert fill(parts, bytes(entry), 48_000) == (parts, b"")


@given(st.integers(0, 3_000_000), st.integers(0, 3_000_000))
def test_any_part_of_silence_is_the_same_bytes(offset: int, length: int) -> None:
    made = b"".join(Silence(b"abc", offset, length).blocks())
    assert len(made) == length
    assert made[:6] == (b"abc" * 3)[offset % 3 : offset % 3 + 6][:length]
    assert made[-3:] == b"".join(b"abc"[n % 3 : n % 3 + 1] for n in range(offset, offset + length)[-3:])
