"""What a deletion by hand would take of each camera and what stays: to the chunk, as a purge takes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.retention import going
from saksi.retention.going import Going, Reach

_SUMS = ("hours", "chunks", "bytes", "held_hours", "held_chunks", "held_bytes", "young_hours")
_ALL = (*_SUMS, "thinned_chunks", "thinned_bytes")
_HOUR_US = 3_600_000_000


@dataclass(frozen=True, kw_only=True)
class CameraPreview:
    """Of one camera: what would go, what holds keep, and how much would go below the legal minimum of its class.

    `oldest_us` and `newest_us` are of the originals that would go; None when that is none. `thinned_chunks` go besides:
    what thinning left, whether or not their originals are still there.
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
    thinned_chunks: int
    thinned_bytes: int
    oldest_us: int | None
    newest_us: int | None


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`holds` are the ids of those in force that cover any of it, `held` whether they keep anything that is there.

    `unsealed` cameras have more that is not held, but under no seal yet: what is sealed by the time it begins goes too.

    `sealed_by_us` is when the hour in which the span ends should be under a seal.

    `too_young`: some of what would go is below the legal minimum, sealed or not.
    """

    cameras: tuple[CameraPreview, ...]
    holds: tuple[int, ...]
    unsealed: tuple[str, ...]
    held: bool
    too_young: bool
    sealed_by_us: int

    def total(self, name: str) -> int:
        """The sum of a figure over the cameras."""
        return sum(getattr(one, name) for one in self.cameras)

    def sums(self) -> dict[str, Any]:
        """As a notice tells what is expected: in all and by agency."""
        by_agency: dict[str, list[CameraPreview]] = defaultdict(list)
        for one in self.cameras:
            if one.hours or one.held_hours or one.thinned_chunks:
                by_agency[one.agency].append(one)
        agencies = [
            {"agency": agency, **_sums(found), **_ends(found)} for agency, found in sorted(by_agency.items())
        ]
        return {**_sums(self.cameras), "agencies": agencies}


def preview(connection: Connection, codes: Sequence[str], from_us: int, to_us: int, due_us: int) -> Preview:
    """Of what lies within [from_us, to_us); ages are counted to `due_us`. Changes nothing."""
    values = {
        "codes": list(codes),
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
        "due": clock.from_us(due_us),
    }
    cameras = connection.execute(query("deletions.cameras"), values).fetchall()
    reaches = [
        Reach(
            camera_id=row["camera_id"],
            from_us=from_us,
            cutoff_us=to_us,
            old_by_us=clock.to_us(row["old_by"]),
        )
        for row in cameras
    ]
    counted = {one.camera_id: one for one in going.count(connection, reaches)}
    values["cameras"] = [row["camera_id"] for row in cameras]
    left = {row["camera_id"]: row for row in connection.execute(query("deletions.thinned"), values)}
    found = tuple(
        _camera(row, counted.get(row["camera_id"]), left.get(row["camera_id"], {})) for row in cameras
    )
    unsealed = connection.execute(query("deletions.unsealed"), values).fetchall()
    free = [row for row in unsealed if not row["held"]]
    return Preview(
        cameras=found,
        holds=tuple(row["hold_id"] for row in connection.execute(query("deletions.holds"), values)),
        unsealed=tuple(row["code"] for row in free),
        held=any(one.held_hours for one in found)
        or any(row["held"] for row in left.values())
        or len(free) < len(unsealed),
        too_young=any(one.young_hours for one in found) or any(row["young"] for row in free),
        sealed_by_us=(to_us - 1) // _HOUR_US * _HOUR_US + 2 * _HOUR_US,
    )


def _camera(row: dict[str, Any], counted: Going | None, left: dict[str, Any]) -> CameraPreview:
    gone = counted or Going(camera_id=row["camera_id"], number=0)
    return CameraPreview(
        camera=row["code"],
        agency=row["agency"],
        oldest_us=gone.oldest_us,
        newest_us=gone.newest_us,
        thinned_chunks=left.get("chunks", 0),
        thinned_bytes=left.get("bytes", 0),
        **{name: getattr(gone, name) for name in _SUMS}
        | {"young_hours": max(gone.young_hours, left.get("young_hours", 0))},
    )


def _sums(found: Sequence[CameraPreview]) -> dict[str, int]:
    counted = {name: sum(getattr(one, name) for one in found) for name in _ALL}
    return {"cameras": sum(1 for one in found if one.hours or one.thinned_chunks), **counted}


def _ends(found: Sequence[CameraPreview]) -> dict[str, str | None]:
    oldest = min((one.oldest_us for one in found if one.oldest_us is not None), default=None)
    newest = max((one.newest_us for one in found if one.newest_us is not None), default=None)
    return {
        "oldest": None if oldest is None else clock.format_us(oldest),
        "newest": None if newest is None else clock.format_us(newest),
    }
