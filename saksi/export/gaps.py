"""Holes in what a package holds of a camera's span, each with the reason known for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from saksi.catalogue import footage
from saksi.catalogue.database import Connection
from saksi.catalogue.timeline import JITTER_US, cause_of, subtract, unite
from saksi.export.buried import PURGED
from saksi.export.presence import DAMAGED, LOST
from saksi.export.scope import Scope

Caused = tuple[int, int, str]


def find(connection: Connection, one: Scope) -> list[Caused]:
    """Holes over half a second. What was recorded and is gone from the store is told apart from what never was."""
    asked = one.asked
    covered = unite(((chunk.entry.start_us, chunk.entry.end_us) for chunk in one.stored), JITTER_US)
    holes = [
        hole for hole in subtract([(asked.from_us, asked.to_us)], covered) if hole[1] - hole[0] > JITTER_US
    ]
    known = footage.coverage(connection, [asked.camera_id], asked.from_us, asked.to_us)
    gaps = known[asked.camera_id].gaps if asked.camera_id in known else []
    told = [(gap.start_us, gap.end_us, gap.reason) for gap in gaps]
    gone = sorted(
        (chunk.entry.start_us, chunk.entry.end_us, chunk.state)
        for chunk in one.inside
        if chunk.state in (LOST, DAMAGED, PURGED)
    )
    return [piece for hole in holes for piece in split(hole, gone, told)]


def split(hole: tuple[int, int], gone: Sequence[Caused], told: Iterable[Caused]) -> list[Caused]:
    """A hole in pieces without space between them: spans of chunks that are `gone`, and the rest by what was `told`.

    Jitter beside such a span is of its piece. The rest is named by the rule by which seals name the causes of their
    gaps, so that the two agree.
    """
    at, end = hole
    told = list(told)
    pieces: list[Caused] = []

    def add(until: int, cause: str) -> None:
        nonlocal at
        if pieces and pieces[-1][2] == cause:
            pieces[-1] = (pieces[-1][0], until, cause)
        else:
            pieces.append((at, until, cause))
        at = until

    for start, stop, cause in gone:
        if stop <= at or start >= end:
            continue
        if start - at > JITTER_US:
            add(start, cause_of((at, start), told))
        add(end if end - stop <= JITTER_US else stop, cause)
    if at < end:
        add(end, cause_of((at, end), told))
    return pieces
