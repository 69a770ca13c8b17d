"""Blind spots: incidents that no camera within a radius recorded at that time, and why the nearest one did not.

By what was recorded and where cameras stood then, not by what is planned. Whether a camera looked that way is told
where its direction is known, and never makes a blind spot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.around import bearing_deg
from saksi.catalogue.database import Connection, query
from saksi.catalogue.sight import Sight
from saksi.incidents.figures import values_of
from saksi.incidents.records import Filter


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """The camera that stood nearest; `faces_away` None: its direction is not known."""

    camera: str
    lat: float
    lon: float
    distance_m: float
    faces_away: bool | None


@dataclass(frozen=True, kw_only=True)
class BlindSpot:
    """An incident that nothing near recorded.

    `why`: none_near, dropped, purged, the reason of an outage, or not_recording.
    """

    incident_id: int
    kind: str
    from_us: int
    to_us: int
    lat: float
    lon: float
    accuracy_m: float
    cameras: int
    nearest: Nearest | None
    why: str


@dataclass(frozen=True, kw_only=True)
class BlindSpots:
    """Counts over the whole window, and one page. `vague` incidents are less exact than the radius and not judged."""

    total: int
    vague: int
    blind: int
    near: int
    shown: tuple[BlindSpot, ...]


def find(
    connection: Connection,
    sight: Sight,
    wanted: Filter,
    *,
    radius_m: float,
    kept: bool,
    limit: int,
    before: tuple[int, int] | None = None,
) -> BlindSpots:
    """Blind spots of a window, the newest first; with `kept`, footage that is gone since counts as none."""
    values = {
        **values_of(sight, wanted, radius_m),
        "kept": kept,
        "limit": limit,
        "before_at": None if before is None else clock.from_us(before[0]),
        "before_id": None if before is None else before[1],
    }
    rows = list(connection.execute(query("hotspots.blind_spots"), values, prepare=False))
    return BlindSpots(
        **{name: rows[0][name] for name in ("total", "vague", "blind", "near")},
        shown=tuple(_spot(row, radius_m) for row in rows if row["incident_id"] is not None),
    )


def _spot(row: dict[str, Any], radius_m: float) -> BlindSpot:
    nearest = None if row["camera"] is None else _nearest(row)
    return BlindSpot(
        incident_id=row["incident_id"],
        kind=row["kind"],
        from_us=clock.to_us(row["from_at"]),
        to_us=clock.to_us(row["to_at"]),
        lat=row["lat"],
        lon=row["lon"],
        accuracy_m=row["accuracy_m"],
        cameras=row["cameras"],
        nearest=nearest,
        why=_why(row, nearest, radius_m),
    )


def _nearest(row: dict[str, Any]) -> Nearest:
    away: bool | None = None
    if row["heading_deg"] is not None and row["fov_deg"] is not None:
        bearing = bearing_deg(row["camera_lat"], row["camera_lon"], row["lat"], row["lon"])
        turn = abs((bearing - row["heading_deg"] + 180) % 360 - 180)
        away = turn > row["fov_deg"] / 2
    return Nearest(
        camera=row["camera"],
        lat=row["camera_lat"],
        lon=row["camera_lon"],
        distance_m=row["distance_m"],
        faces_away=away,
    )


def _why(row: dict[str, Any], nearest: Nearest | None, radius_m: float) -> str:
    if nearest is None or nearest.distance_m > radius_m:
        return "none_near"
    if row["dropped"]:
        return "dropped"
    if row["purged"]:
        return "purged"
    return str(row["outage"] or "not_recording")
