"""The libav source without a network: which addresses it takes, and time stamps where libav gives none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from recorder.access_unit import SourceFailed, VideoUnit
from recorder.sources.libav import LibavSource, _Pictures, _SoundStamps
from tests.unit.recorder.stream import video

BASE = Fraction(1, 90_000)


def units(count: int) -> list[VideoUnit]:
    return [unit for unit, _ in video(count)]


@pytest.mark.parametrize("url", ["/etc/hostname", "file:///etc/hostname", "concat:/etc/hostname", "", "x"])
def test_an_address_that_is_no_cameras_is_refused(url: str) -> None:
    with pytest.raises(SourceFailed, match="must begin with rtsp") as caught:
        LibavSource().open(url, 1)
    assert caught.value.reason == "unreachable"


def test_the_first_pictures_without_stamps_are_counted_back_from_the_next_ones() -> None:
    pictures = _Pictures(BASE)
    given = [None, None, 7_200, 10_800, 14_400]
    out = [
        unit.pts for unit, pts in zip(units(5), given, strict=True) for unit in pictures.stamped(unit, pts)
    ]
    assert out == [0, 3_600, 7_200, 10_800, 14_400]


def test_a_stream_that_ends_before_its_stamps_are_known_loses_no_picture() -> None:
    pictures = _Pictures(BASE)
    out = [u for unit, pts in zip(units(2), [None, 3_600], strict=True) for u in pictures.stamped(unit, pts)]
    out += list(pictures.rest())
    assert [unit.pts for unit in out] == [0, 3_600]


def test_a_missing_stamp_in_the_middle_continues_from_the_one_before() -> None:
    pictures = _Pictures(BASE)
    given = [None, 3_600, 7_200, None, 14_400]
    out = [u.pts for unit, pts in zip(units(5), given, strict=True) for u in pictures.stamped(unit, pts)]
    assert out == [0, 3_600, 7_200, 10_800, 14_400]


def test_a_stream_without_any_stamp_is_not_recorded_for_ever() -> None:
    pictures = _Pictures(BASE)
    with pytest.raises(SourceFailed, match="no time stamps"):
        _ = [list(pictures.stamped(unit, None)) for unit in units(60)]


def test_sound_frames_that_share_a_stamp_follow_each_other() -> None:
    stamps = _SoundStamps(lambda size: 1024)
    assert [stamps.stamp(pts, 200) for pts in (5_000, None, None, 9_000)] == [5_000, 6_024, 7_048, 9_000]
