"""Wall-clock microseconds to track ticks and back, and decode times out of presentation times."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

SECOND_US = 1_000_000


def ticks(instant_us: int, timescale: int) -> int:
    """The tick nearest to an instant (or a span) of microseconds. Monotone, so order is never turned."""
    return (2 * instant_us * timescale + SECOND_US) // (2 * SECOND_US)


def microseconds(instant_ticks: int, timescale: int) -> int:
    """The microsecond nearest to a tick; `ticks` of it gives the same tick for timescales up to 1 MHz."""
    return (2 * instant_ticks * SECOND_US + timescale) // (2 * timescale)


def decode_order(presentation: Sequence[int]) -> tuple[list[int], list[int]]:
    """Decode times and signed composition offsets for frames given in decode order by presentation time.

    RTP carries no decode times. The sorted presentation times serve: they rise, they are the frames' own
    instants, and they need no guess of the reordering depth. presentation[i] = decode[i] + offset[i]; the
    writers move decode times ahead until no offset is negative.
    """
    decode = sorted(presentation)
    return decode, [shown - decoded for shown, decoded in zip(presentation, decode, strict=True)]


def may_cut(presentation: Sequence[int], following: int, frame_ticks: int) -> bool:
    """Whether a fragment of these frames (decode order) may end before the frame presented at `following`.

    It may when every earlier frame is already there, so that decode times go on rising in the next fragment:
    the frame comes after all of them and no hole of a whole frame is left among them.
    """
    if not presentation or following <= max(presentation):
        return False
    shown = sorted(presentation)
    return all(2 * (later - earlier) < 3 * frame_ticks for earlier, later in pairwise(shown))
