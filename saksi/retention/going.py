"""What of footage goes and what of it holds keep, to the chunk: one count for previews and the coming week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue.database import Connection, query

_A_STATEMENT = 200  # no statement may take long, however large the city


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """Chunks of a camera that begin at `from_us` or after, and end after `after_us` and by `cutoff_us`.

    `number` tells reaches of one camera apart; what ends after `old_by_us` is counted as young (None: nothing is).
    """

    camera_id: int
    cutoff_us: int
    from_us: int = 0
    after_us: int = 0
    number: int = 0
    old_by_us: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Going:
    """What of a reach goes and what is held: an hour that holds cut is counted on both sides.

    `young_hours` are of what goes, as are `oldest_us` and `newest_us`; None when that is nothing.
    """

    camera_id: int
    number: int
    hours: int = 0
    chunks: int = 0
    bytes: int = 0
    held_hours: int = 0
    held_chunks: int = 0
    held_bytes: int = 0
    young_hours: int = 0
    oldest_us: int | None = None
    newest_us: int | None = None


def count(connection: Connection, reaches: Sequence[Reach]) -> Iterator[Going]:
    """Of sealed footage; reaches in which there is nothing are left out. Changes nothing."""
    for start in range(0, len(reaches), _A_STATEMENT):
        some = reaches[start : start + _A_STATEMENT]
        values = {
            "cameras": [one.camera_id for one in some],
            "numbers": [one.number for one in some],
            "froms": [clock.from_us(one.from_us) for one in some],
            "afters": [clock.from_us(one.after_us) for one in some],
            "cutoffs": [clock.from_us(one.cutoff_us) for one in some],
            "old_bys": [None if one.old_by_us is None else clock.from_us(one.old_by_us) for one in some],
        }
        for row in connection.execute(query("going.count"), values).fetchall():
            oldest, newest = row.pop("oldest"), row.pop("newest")
            yield Going(
                **row,
                oldest_us=None if oldest is None else clock.to_us(oldest),
                newest_us=None if newest is None else clock.to_us(newest),
            )
