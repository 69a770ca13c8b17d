"""How long packets are borne that are of no use, and what is said in the end."""

from __future__ import annotations

import pytest

from recorder.access_unit import SourceFailed
from recorder.sources.libav import PATIENCE_S, STALL_S
from recorder.sources.patience import Patience

SECOND = 1_000_000


def patience() -> Patience:
    return Patience(0, stall_us=round(STALL_S * 1e6), limit_us=round(PATIENCE_S * 1e6))


@pytest.mark.parametrize(
    ("keyframe", "cut", "reason", "words"),
    [
        (False, True, "no_keyframe", "none in 11 s"),
        (True, True, "unsupported_codec", "without parameter sets"),
        (True, False, "unsupported_codec", "cannot be cut"),
        (False, False, "unsupported_codec", "cannot be cut"),
    ],
)
def test_pictures_of_no_use_are_borne_for_ten_seconds_and_told_as_what_they_are(
    keyframe: bool, cut: bool, reason: str, words: str
) -> None:
    one = patience()
    for second in range(1, 11):
        one.wasted(second * SECOND, keyframe=keyframe, cut=cut)
        one.check(second * SECOND)
    one.wasted(11 * SECOND, keyframe=keyframe, cut=cut)
    with pytest.raises(SourceFailed, match=words) as caught:
        one.check(11 * SECOND)
    assert caught.value.reason == reason


def test_a_picture_that_can_be_recorded_begins_it_anew_and_tells_how_many_were_lost() -> None:
    one = patience()
    for second in range(1, 60):
        one.check(second * SECOND)
        if second % 9:
            one.wasted(second * SECOND, keyframe=False, cut=False)
        else:
            assert one.useful(second * SECOND) == 8
    assert one.useful(60 * SECOND) == 5
    assert one.useful(60 * SECOND) == 0


def test_sound_alone_is_a_stalled_camera_after_five_seconds() -> None:
    one = patience()
    one.useful(3 * SECOND)
    one.check(8 * SECOND)
    with pytest.raises(SourceFailed, match="no picture") as caught:
        one.check(8 * SECOND + 1)
    assert caught.value.reason == "stalled"
