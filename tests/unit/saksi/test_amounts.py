"""One of a thing is not several, and a length never reads as nothing."""

from __future__ import annotations

import pytest

from saksi.amounts import amount, counted, length

MINUTE = 60_000_000


@pytest.mark.parametrize(
    ("count", "thing", "en", "id_"),
    [
        (1, "camera_hour", "1 camera-hour", "1 jam-kamera"),
        (0, "chunk", "0 chunks", "0 potongan"),
        (1.0, "day", "1 day", "1 hari"),
        (1.25, "hour", "1.2 hours", "1,2 jam"),
    ],
)
def test_a_count_and_its_word(count: float, thing: str, en: str, id_: str) -> None:
    assert (amount(count, thing, "en"), amount(count, thing, "id")) == (en, id_)


@pytest.mark.parametrize(
    ("length_us", "en"),
    [
        (30 * 1440 * MINUTE, "30 days"),
        (36 * 60 * MINUTE, "1.5 days"),
        (90 * MINUTE, "1.5 hours"),
        (MINUTE, "1 minute"),
        (12_400_000, "12.4 seconds"),
        (0, "0 seconds"),
    ],
)
def test_a_length_in_the_unit_that_suits_it(length_us: int, en: str) -> None:
    assert length(length_us, "en") == en


def test_a_count_is_worded_in_the_language_of_its_message() -> None:
    said = [counted(1, "chunk").text(language) for language in ("en", "id")]
    assert said == ["1 chunk", "1 potongan"]
