"""Where and when patrols would stand to be near the most of what happened, with the numbers behind each point.

A count of what was, ranked; it says nothing of what will be, nor of anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.catalogue.sight import Sight
from saksi.incidents.cover import greedy
from saksi.incidents.figures import values_of
from saksi.incidents.records import Filter
from saksi.local_time import HOURS

SHIFT_HOURS = 4  # of a shift that is looked for, where none is named


@dataclass(frozen=True, kw_only=True)
class StrongPoint:
    """A point and what happened within the radius in the shift's hours that no point before it covers."""

    lat: float
    lon: float
    incidents: int
    tied: int
    recorded: int
    cameras: int
    last_us: int
    hours: dict[int, int]
    weekdays: dict[int, int]


@dataclass(frozen=True, kw_only=True)
class Patrols:
    """Points in order, the hours of the shift, and what all of it rests on.

    `considered` incidents are exact enough in time and place and fall in the shift; `by_hour` counts all exact ones.
    `shift_tied`: how many other shifts of that length hold as many, where the shift was looked for.
    """

    total: int
    vague_time: int
    vague_place: int
    considered: int
    hours: tuple[int, ...]
    shift_tied: int | None
    by_hour: dict[int, int]
    points: tuple[StrongPoint, ...]


def suggest(
    connection: Connection,
    sight: Sight,
    wanted: Filter,
    *,
    zone: str,
    radius_m: float,
    count: int,
    hours: Sequence[int] | None,
) -> Patrols:
    """At most `count` points for a shift; without one, for the four hours in which the most happened."""
    values = {**values_of(sight, wanted, radius_m), "zone": f"{HOURS[zone]} hours"}
    rows = list(connection.execute(query("hotspots.shifts"), values, prepare=False))
    exact = [row for row in rows if not row["vague_time"] and not row["vague_place"]]
    by_hour = Counter(row["hour"] for row in exact)
    tied: int | None = None
    if hours is None:
        hours, tied = busiest(by_hour)
    shift = frozenset(hours)
    inside = [row for row in exact if row["hour"] in shift]
    chosen = greedy([(row["lat"], row["lon"]) for row in inside], radius_m, count)
    around = _cameras(connection, sight, [(one.lat, one.lon) for one in chosen], radius_m)
    return Patrols(
        total=len(rows),
        vague_time=sum(row["vague_time"] for row in rows),
        vague_place=sum(row["vague_place"] and not row["vague_time"] for row in rows),
        considered=len(inside),
        hours=tuple(hours),
        shift_tied=tied,
        by_hour={hour: by_hour[hour] for hour in range(24)},
        points=tuple(
            _point(one.lat, one.lon, one.tied, [inside[number] for number in one.covered], cameras)
            for one, cameras in zip(chosen, around, strict=True)
        ),
    )


def busiest(by_hour: Counter[int]) -> tuple[list[int], int]:
    """The four hours in a row in which the most happened, the earliest of equals, and how many others hold as many."""
    shifts = [[(start + one) % 24 for one in range(SHIFT_HOURS)] for start in range(24)]
    sums = [sum(by_hour[hour] for hour in shift) for shift in shifts]
    most = max(sums)
    return shifts[sums.index(most)], sums.count(most) - 1


def _point(lat: float, lon: float, tied: int, held: Sequence[dict[str, Any]], cameras: int) -> StrongPoint:
    return StrongPoint(
        lat=lat,
        lon=lon,
        incidents=len(held),
        tied=tied,
        recorded=sum(row["recorded"] for row in held),
        cameras=cameras,
        last_us=clock.to_us(max(row["from_at"] for row in held)),
        hours=dict(sorted(Counter(row["hour"] for row in held).items())),
        weekdays=dict(sorted(Counter(row["weekday"] for row in held).items())),
    )


def _cameras(
    connection: Connection, sight: Sight, points: Sequence[tuple[float, float]], radius_m: float
) -> list[int]:
    values = {
        "sight": sight,
        "lats": [lat for lat, _ in points],
        "lons": [lon for _, lon in points],
        "radius_m": radius_m,
        "at": clock.now(),
    }
    return [row["cameras"] for row in connection.execute(query("hotspots.cameras_around"), values)]
