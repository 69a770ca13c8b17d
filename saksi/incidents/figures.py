"""Incidents by hour and by cell of a grid: counts, rates, and the exact interval of each; no more is made of them.

What is too vague for a figure is left out of it and counted beside it. Below `FEW` nothing is said of differences.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.catalogue.sight import Sight
from saksi.incidents.poisson import interval
from saksi.incidents.records import Filter
from saksi.local_time import HOURS

FEW = 10  # below it an interval is wider than the count itself
_DAY_US = 24 * 3_600_000_000
_MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A square of the grid with its count; `box` is south, west, north, east in degrees."""

    box: tuple[float, float, float, float]
    incidents: int
    last_us: int


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Cells, the fullest first. `vague` incidents are less exact than half a cell and in none."""

    cell_m: float
    total: int
    vague: int
    cells: int
    shown: tuple[Cell, ...]


def window_days(wanted: Filter) -> float:
    """How long the window of a filter is, in days."""
    assert wanted.from_us is not None
    assert wanted.to_us is not None
    return (wanted.to_us - wanted.from_us) / _DAY_US


def rate(count: int, units: float) -> dict[str, float]:
    """Of a count in so many days or months: how many in one, and from where to where the true mean may lie (95 %)."""
    low, high = interval(count)
    return {"rate": _short(count / units), "low": _short(low / units), "high": _short(high / units)}


def months(wanted: Filter) -> float:
    """The window in months of 30.4375 days."""
    return window_days(wanted) / _MONTH_DAYS


def by_hour(
    connection: Connection, sight: Sight, wanted: Filter, *, zone: str, radius_m: float, weekdays: bool
) -> list[dict[str, Any]]:
    """Rows of hotspots.hours: by area when the filter names none."""
    values = {
        **values_of(sight, wanted, radius_m),
        "zone": f"{HOURS[zone]} hours",
        "weekdays": weekdays,
        "per_area": wanted.boundary is None and wanted.bbox is None,
    }
    return list(connection.execute(query("hotspots.hours"), values, prepare=False))


def grid(connection: Connection, wanted: Filter, *, cell_m: float, limit: int) -> Grid:
    """The fullest cells of a grid of squares of `cell_m` metres."""
    values = {**wanted.values(), "cell_m": cell_m, "limit": limit}
    rows = list(connection.execute(query("hotspots.cells"), values, prepare=False))
    return Grid(
        cell_m=cell_m,
        total=rows[0]["total"],
        vague=rows[0]["vague"],
        cells=rows[0]["cells"],
        shown=tuple(_cell(row) for row in rows if row["incidents"] is not None),
    )


def values_of(sight: Sight, wanted: Filter, radius_m: float) -> dict[str, Any]:
    """What statements over incident_watched_v1 take."""
    return {**wanted.values(), "sight": sight, "radius_m": radius_m}


def hours_of(text: str) -> list[int] | None:
    """The hours of a shift such as 20-04: 20, 21, 22, 23, 0, 1, 2, 3; None when the text is no shift."""
    start, mark, end = text.partition("-")
    if not (mark and start.isdecimal() and end.isdecimal() and len(start) <= 2 and len(end) <= 2):
        return None
    first, last = int(start), int(end)
    if first > 23 or last > 24 or first == last:
        return None
    return [hour % 24 for hour in range(first, last if last > first else last + 24)]


def us(instant: datetime) -> int:
    """Microseconds of a row's instant."""
    return clock.to_us(instant)


def _cell(row: dict[str, Any]) -> Cell:
    south, west = row["south"], row["west"]
    box = (south, west, south + row["high"], west + row["wide"])
    return Cell(box=box, incidents=row["incidents"], last_us=clock.to_us(row["last_at"]))


def _short(value: float) -> float:
    return float(f"{value:.4g}")
