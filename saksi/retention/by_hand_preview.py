"""What a deletion by hand would take of each camera and what stays: to the chunk, as a purge takes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query

_SUMS = ("hours", "chunks", "bytes", "held_hours", "held_chunks", "held_bytes", "young_hours")


@dataclass(frozen=True, kw_only=True)
class CameraPreview:
    """Of one camera: what would go, what holds keep, and how much would go below the legal minimum of its class.

    `oldest_us` and `newest_us` are of what would go; None when that is nothing.
    """

    camera: str
    agency: str
    hours: int
    chunks: int
    bytes: int
    held_hours: int
    held_chunks: int
    held_bytes: int
    young_hours: int
    oldest_us: int | None
    newest_us: int | None


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`holds` are the ids of those in force that cover any of it; `unsealed` cameras have more, under no seal yet.

    `too_young`: some of what would go is below the legal minimum, sealed or not.
    """

    cameras: tuple[CameraPreview, ...]
    holds: tuple[int, ...]
    unsealed: tuple[str, ...]
    too_young: bool

    def total(self, name: str) -> int:
        """The sum of a figure over the cameras."""
        return sum(getattr(one, name) for one in self.cameras)

    def sums(self) -> dict[str, Any]:
        """As a notice tells what is expected: in all and by agency."""
        by_agency: dict[str, list[CameraPreview]] = defaultdict(list)
        for one in self.cameras:
            if one.hours or one.held_hours:
                by_agency[one.agency].append(one)
        agencies = [
            {"agency": agency, **_sums(found), **_ends(found)} for agency, found in sorted(by_agency.items())
        ]
        return {**_sums(self.cameras), "agencies": agencies}


def preview(connection: Connection, codes: Sequence[str], from_us: int, to_us: int, due_us: int) -> Preview:
    """Of what lies within [from_us, to_us); ages are counted to `due_us`. Changes nothing."""
    rows = connection.execute(query("deletions.camera_ids"), {"codes": list(codes)}).fetchall()
    values = {
        "cameras": [row["camera_id"] for row in rows],
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
        "due": clock.from_us(due_us),
    }
    found = tuple(_camera(row) for row in connection.execute(query("deletions.preview"), values))
    unsealed = connection.execute(query("deletions.unsealed"), values).fetchall()
    return Preview(
        cameras=found,
        holds=tuple(row["hold_id"] for row in connection.execute(query("deletions.holds"), values)),
        unsealed=tuple(row["code"] for row in unsealed),
        too_young=any(one.young_hours for one in found) or any(row["young"] for row in unsealed),
    )


def _camera(row: dict[str, Any]) -> CameraPreview:
    return CameraPreview(
        camera=row["camera"],
        agency=row["agency"],
        oldest_us=None if row["oldest"] is None else clock.to_us(row["oldest"]),
        newest_us=None if row["newest"] is None else clock.to_us(row["newest"]),
        **{name: int(row[name]) for name in _SUMS},
    )


def _sums(found: Sequence[CameraPreview]) -> dict[str, int]:
    counted = {name: sum(getattr(one, name) for one in found) for name in _SUMS}
    return {"cameras": sum(1 for one in found if one.hours), **counted}


def _ends(found: Sequence[CameraPreview]) -> dict[str, str | None]:
    oldest = min((one.oldest_us for one in found if one.oldest_us is not None), default=None)
    newest = max((one.newest_us for one in found if one.newest_us is not None), default=None)
    return {
        "oldest": None if oldest is None else clock.format_us(oldest),
        "newest": None if newest is None else clock.format_us(newest),
    }
