"""The time of footage in words: exact, and plain where nothing is known."""

from __future__ import annotations

import pytest

from saksi import clock
from saksi.clock_words import bound, camera_clock, far, recorded
from saksi.custody.chain import ClockEvidence

AT_US = clock.parse_rfc3339("2026-11-23T13:14:03.120Z", "at")


def known(source: str, error_us: int, camera: str = "none", offset_us: int = 0) -> ClockEvidence:
    return ClockEvidence(
        source=source, offset_us=0, error_us=error_us, camera_source=camera, camera_offset_us=offset_us,
        residual_us=0,
    )  # fmt: skip


def test_a_disciplined_clock_and_the_cameras_own_are_told_with_their_figures() -> None:
    told = known("ntp", 15_000, "rtcp", -252_000_000)
    assert recorded(AT_US, told, "WITA", "en") == (
        "Recorded 23-11-2026 21:14:03.120 WITA ± 15 ms; the camera's own clock was 4 min 12 s behind (RTCP)"
    )
    assert recorded(AT_US, told, "WITA", "id") == (
        "Direkam 23-11-2026 21:14:03,120 WITA ± 15 ms; jam kamera sendiri tertinggal 4 menit 12 detik (RTCP)"
    )


@pytest.mark.parametrize(
    ("told", "english", "indonesian"),
    [
        (known("free", -1), "NOT SYNCHRONISED, its error is not known", "TIDAK DISINKRONKAN"),
        (known("ntp", -1), "its error is not known; the camera did not tell", "galatnya tidak diketahui"),
        (known("stated", -1), "not measured; how far off the clock", "tidak diukur; selisih jam"),
        (known("stated", -1, "stated", 3_000_000), "was stated to be 3.0 s ahead", "mendahului 3,0 detik"),
        (known("ntp", 9, "onvif", 700_000), "clock agreed (ONVIF, ± 1 s)", "waktu yang sama (ONVIF, ± 1 detik)"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_said_to_be(told: ClockEvidence, english: str, indonesian: str) -> None:
    assert english in recorded(AT_US, told, "WITA", "en")
    assert indonesian in recorded(AT_US, told, "WITA", "id")


def test_lengths_keep_two_units_and_bounds_never_shrink() -> None:
    told = [far(us, "en") for us in (400, 40_400, 999_600, 59_600_000, 3_600_000_000, 28_790_000_000, 10**15)]
    assert told == ["0 ms", "40 ms", "1.0 s", "1 min", "1 h", "7 h 59 min", "11574 d 1 h"]
    assert [bound(us, "id") for us in (1, 2510, 14_001, 1_010_000)] == [
        "0,1 ms",
        "2,6 ms",
        "15 ms",
        "1,1 detik",
    ]
    assert camera_clock("rtcp", 900, "en") == "the camera's own clock agreed (RTCP)"
