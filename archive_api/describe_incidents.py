"""Incidents and what figures say of them as answers: objects, and GeoJSON (RFC 7946) for layers of a map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from saksi import clock
from saksi.incidents.bring import Told, counts
from saksi.incidents.lines import IncidentList
from saksi.incidents.records import Incident


def incident(one: Incident) -> dict[str, Any]:
    """One version. `to` null: the time is known."""
    return {
        "id": one.incident_id,
        "version": one.version,
        "kind": one.kind,
        "at": clock.format_us(one.from_us),
        "to": None if one.to_us == one.from_us else clock.format_us(one.to_us),
        "lat": one.lat,
        "lon": one.lon,
        "accuracy_m": one.accuracy_m,
        "case": one.case,
        "reference": one.reference,
        "source": one.source,
        "note": one.note,
        "withdrawn": one.withdrawn,
        "reason": one.reason,
        "entered_by": one.entered_by,
        "entered_at": clock.format_us(one.entered_us),
    }


def brought(told: list[Told], listed: IncidentList, language: str, *, dry_run: bool) -> dict[str, Any]:
    """What became of a list, line by line; lines that were added are only counted."""
    return {
        "dry_run": dry_run,
        "counts": counts(told),
        "ignored": list(listed.ignored),
        "lines": [_line(one, language) for one in told if one.done != "added"],
    }


def _line(one: Told, language: str) -> dict[str, Any]:
    if one.refused is None:
        return {"line": one.line, "done": one.done, "problem": None}
    what, remedy = one.refused.explain(language)
    problem = {"code": one.refused.code, "field": one.refused.field, "what": what, "remedy": remedy}
    return {"line": one.line, "done": one.done, "problem": problem}


def points(found: Iterable[tuple[float, float, Mapping[str, Any]]]) -> dict[str, Any]:
    """A FeatureCollection of (lat, lon, properties)."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": dict(properties),
            }
            for lat, lon, properties in found
        ],
    }


def boxes(found: Iterable[tuple[tuple[float, float, float, float], Mapping[str, Any]]]) -> dict[str, Any]:
    """A FeatureCollection of ((south, west, north, east), properties)."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [
                        [[west, south], [east, south], [east, north], [west, north], [west, south]]
                    ],
                },
                "properties": dict(properties),
            }
            for (south, west, north, east), properties in found
        ],
    }
