"""Small numbers in rows and the words they stand for. Never renumbered: rows outlive programs."""

from __future__ import annotations

ENDED = (
    "boundary",
    "seal",
    "parameters",
    "discontinuity",
    "source_ended",
    "shutdown",
    "recovered",
    "clock_step",
    "refused",
)
CLOCK = ("free", "ntp", "stated")
CAMERA_CLOCK = ("none", "rtcp", "stated", "onvif")
MEASURED = ("rtcp", "onvif")  # of those, what cameras told by themselves


def number(words: tuple[str, ...], word: str) -> int:
    """The number of `word`. Raises ValueError for a word that is not in the list."""
    return words.index(word)


def word(words: tuple[str, ...], number: int) -> str:
    """The word of `number`. Raises ValueError for a number that stands for none."""
    if not 0 <= number < len(words):
        raise ValueError(f"no word has the number {number}")
    return words[number]
