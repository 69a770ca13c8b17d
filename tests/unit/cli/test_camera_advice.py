"""What is advised about a camera, from what a look at it showed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cli.camera_advice import Seen, advice

WELL = Seen(
    watched_s=6.0, keyframe_intervals_s=(2.0, 2.0), lost=0, rtcp_offset_us=-40_000, onvif_offset_us=600_000
)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"keyframe_intervals_s": (10.0, 10.0)}, ["keyframes_far"]),
        ({"keyframe_intervals_s": (2.0, 8.0)}, ["smart_codec"]),
        ({"keyframe_intervals_s": ()}, ["keyframes_alone"]),
        ({"rtcp_offset_us": -252_000_000}, ["clock_off"]),
        ({"rtcp_offset_us": None, "onvif_offset_us": 1_400_000}, []),
        ({"rtcp_offset_us": None, "onvif_offset_us": 3_600_000_000}, ["clock_off"]),
        ({"rtcp_offset_us": None, "onvif_offset_us": None}, ["clock_untold"]),
        ({"lost": 3}, ["lost"]),
    ],
)
def test_what_is_advised(change: dict, codes: list[str]) -> None:
    seen = replace(WELL, **change)
    assert [one["code"] for one in advice(seen, "en")] == codes
    assert [one["code"] for one in advice(seen, "id")] == codes
    assert all("{" not in one["what"] + one["remedy"] for one in advice(seen, "id"))


def test_an_offset_is_told_with_its_sign_and_its_source() -> None:
    (told,) = advice(replace(WELL, rtcp_offset_us=-252_000_000), "en")
    assert told["what"] == "The camera's clock is off by -252.0 s (RTCP)."
