"""Figures of incidents as answers. Each count stands beside the days it is of and what the true mean may be (95 %)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from archive_api.describe_incidents import boxes, points
from saksi import clock
from saksi.incidents.blind_spots import BlindSpot, BlindSpots
from saksi.incidents.figures import FEW, Cell, Grid, months, rate, window_days
from saksi.incidents.patrols import Patrols, StrongPoint
from saksi.incidents.records import Filter


def hours(rows: Sequence[dict[str, Any]], wanted: Filter, named: str | None) -> dict[str, Any]:
    """By area: totals, and a row for each hour in which something happened. An area of null: outside every one."""
    areas: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        areas[row["area"]].append(row)
    days = window_days(wanted)
    return {
        "days": round(days, 3),
        "items": [_area(code or named, held, days) for code, held in areas.items()],
        "next": None,
    }


def _area(code: str | None, held: Sequence[dict[str, Any]], days: float) -> dict[str, Any]:
    total = sum(row["incidents"] for row in held)
    return {
        "area": code,
        "name": held[0]["area_name"],
        "incidents": total,
        "enough": total >= FEW,
        "time_vague": sum(row["incidents"] for row in held if row["hour"] is None),
        "hours": [_hour(row, days) for row in held if row["hour"] is not None],
    }


def _hour(row: dict[str, Any], days: float) -> dict[str, Any]:
    judged = row["incidents"] - row["vague"]
    days_of_it = days if row["weekday"] is None else days / 7
    return {
        "weekday": row["weekday"],
        "hour": row["hour"],
        "incidents": row["incidents"],
        "per_day": rate(row["incidents"], days_of_it),
        "place_vague": row["vague"],
        "near_camera": row["near_camera"],
        "recorded": row["recorded"],
        "recorded_share": None if judged == 0 else round(row["recorded"] / judged, 4),
    }


def grid(found: Grid, wanted: Filter) -> dict[str, Any]:
    """Cells, the fullest first, and what they rest on."""
    return {**_grid(found, wanted), "items": [_cell(one, found, wanted) for one in found.shown], "next": None}


def grid_layer(found: Grid, wanted: Filter) -> dict[str, Any]:
    """The same as squares."""
    layer = boxes((one.box, _cell(one, found, wanted)) for one in found.shown)
    return {**layer, **_grid(found, wanted)}


def _grid(found: Grid, wanted: Filter) -> dict[str, Any]:
    return {
        "cell_m": found.cell_m,
        "days": round(window_days(wanted), 3),
        "incidents": found.total,
        "enough": found.total - found.vague >= FEW,
        "place_vague": found.vague,
        "cells": found.cells,
    }


def _cell(one: Cell, found: Grid, wanted: Filter) -> dict[str, Any]:
    south, west, north, east = one.box
    return {
        "lat": round((south + north) / 2, 6),
        "lon": round((west + east) / 2, 6),
        "bbox": [round(edge, 7) for edge in one.box],
        "incidents": one.incidents,
        "share": round(one.incidents / (found.total - found.vague), 4),
        "per_month": rate(one.incidents, months(wanted)),
        "last_at": clock.format_us(one.last_us),
    }


def blind(found: BlindSpots) -> dict[str, Any]:
    """Counts of the whole window, and one page of blind spots."""
    return {**_blind(found), "items": [_spot(one) for one in found.shown]}


def blind_layer(found: BlindSpots) -> dict[str, Any]:
    """The same as points."""
    return {**points((one.lat, one.lon, _spot(one)) for one in found.shown), **_blind(found)}


def _blind(found: BlindSpots) -> dict[str, Any]:
    judged = found.total - found.vague
    return {
        "incidents": found.total,
        "place_vague": found.vague,
        "blind": found.blind,
        "blind_share": None if judged == 0 else round(found.blind / judged, 4),
        "enough": judged >= FEW,
        "camera_near_not_recording": found.near,
    }


def _spot(one: BlindSpot) -> dict[str, Any]:
    near = one.nearest
    return {
        "incident": one.incident_id,
        "kind": one.kind,
        "at": clock.format_us(one.from_us),
        "to": None if one.to_us == one.from_us else clock.format_us(one.to_us),
        "lat": one.lat,
        "lon": one.lon,
        "accuracy_m": one.accuracy_m,
        "cameras": one.cameras,
        "why": one.why,
        "nearest": None
        if near is None
        else {
            "camera": near.camera,
            "lat": near.lat,
            "lon": near.lon,
            "distance_m": round(near.distance_m, 1),
            "faces_away": near.faces_away,
        },
    }


def patrols(found: Patrols, wanted: Filter) -> dict[str, Any]:
    """Points in order, with the numbers behind each."""
    return {
        "days": round(window_days(wanted), 3),
        "incidents": found.total,
        "time_vague": found.vague_time,
        "place_vague": found.vague_place,
        "considered": found.considered,
        "enough": found.considered >= FEW,
        "hours": list(found.hours),
        "hours_tied_with": found.shift_tied,
        "by_hour": [{"hour": hour, "incidents": count} for hour, count in found.by_hour.items()],
        "covered": sum(one.incidents for one in found.points),
        "items": [{"rank": place, **_point(one, found, wanted)} for place, one in enumerate(found.points, 1)],
        "next": None,
    }


def _point(one: StrongPoint, found: Patrols, wanted: Filter) -> dict[str, Any]:
    return {
        "lat": round(one.lat, 6),
        "lon": round(one.lon, 6),
        "incidents": one.incidents,
        "share": round(one.incidents / found.considered, 4),
        "per_month": rate(one.incidents, months(wanted)),
        "tied_with": one.tied,
        "recorded": one.recorded,
        "cameras": one.cameras,
        "last_at": clock.format_us(one.last_us),
        "hours": [{"hour": hour, "incidents": count} for hour, count in one.hours.items()],
        "weekdays": [{"weekday": day, "incidents": count} for day, count in one.weekdays.items()],
    }
