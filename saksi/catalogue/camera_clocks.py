"""How cameras' own clocks run: of one, from its chunks of a day; of a fleet, from what recorders tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from saksi import clock
from saksi.camera_clock import Claim, Course, course
from saksi.catalogue import codes
from saksi.catalogue.database import Connection, query
from saksi.catalogue.sight import Sight

OFF_US = 5_000_000  # further off than that a camera's burnt-in time misleads people


@dataclass(frozen=True, kw_only=True)
class CameraCourse:
    """A camera's clock over the last day, None when it told nothing; `synchronised`: recorders' clocks always were."""

    course: Course | None
    synchronised: bool


@dataclass(frozen=True, kw_only=True)
class Astray:
    """A camera whose clock is off by more than OFF_US, or whose clock jumped within the day by `step_us` (0: not)."""

    camera: str
    offset_us: int
    off: bool
    step_us: int


@dataclass(frozen=True, kw_only=True)
class FleetClocks:
    """How many cameras' clocks are off, how many jumped, and the worst of them."""

    off: int
    stepped: int
    worst: Sequence[Astray]


def course_of(connection: Connection, camera_id: int) -> CameraCourse:
    """How one camera's clock ran in the last day. Reads a day of its chunks: for one camera on request."""
    values = {
        "camera_id": camera_id,
        "free": codes.number(codes.CLOCK, "free"),
        "told": [codes.number(codes.CAMERA_CLOCK, word) for word in codes.MEASURED],
    }
    rows = connection.execute(query("health.clock_claims"), values).fetchall()
    found = course(
        Claim(
            at_us=clock.to_us(row["start_at"]),
            offset_us=row["camera_offset_us"],
            source=codes.word(codes.CAMERA_CLOCK, row["camera_clock"]),
            host=row["host"],
        )
        for row in rows
    )
    ntp = codes.number(codes.CLOCK, "ntp")
    return CameraCourse(course=found, synchronised=all(row["clock_source"] == ntp for row in rows))


def of_fleet(connection: Connection, sight: Sight = None, *, limit: int = 1) -> FleetClocks:
    """Cameras of these agencies (None: all) that are recorded, by what their recorders told last."""
    values = {"off_us": OFF_US, "limit": limit, "sight": sight}
    rows = connection.execute(query("health.clocks_astray"), values).fetchall()
    return FleetClocks(
        off=rows[0]["count_off"] if rows else 0,
        stepped=rows[0]["count_stepped"] if rows else 0,
        worst=[
            Astray(
                camera=row["code"],
                offset_us=row["camera_offset_us"],
                off=row["off"],
                step_us=row["clock_step_us"] if row["stepped"] else 0,
            )
            for row in rows
        ],
    )
