"""Places around a place: the box that holds a circle on the sphere, and which way something lies."""

from __future__ import annotations

import math

EARTH_M = 6_371_008.8  # mean radius, IUGG


def square(lat: float, lon: float, radius_m: float) -> tuple[float, float, float, float]:
    """South, west, north and east of the circle around a place, in degrees: what an index can narrow by."""
    high = math.degrees(radius_m / EARTH_M) * 1.0001
    # The circle is widest a little poleward of its centre.
    widest = math.sin(math.radians(high)) / max(math.cos(math.radians(lat)), 1e-9)
    wide = math.degrees(math.asin(widest)) if widest < 1 else 180.0
    return lat - high, lon - wide, lat + high, lon + wide


def bearing_deg(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Initial great-circle bearing, degrees clockwise from north."""
    here, there, turn = math.radians(lat), math.radians(to_lat), math.radians(to_lon - lon)
    east = math.sin(turn) * math.cos(there)
    north = math.cos(here) * math.sin(there) - math.sin(here) * math.cos(there) * math.cos(turn)
    return math.degrees(math.atan2(east, north)) % 360
