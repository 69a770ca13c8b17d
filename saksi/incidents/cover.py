"""Points that cover the most incidents within a radius, one after the other: the greedy cover.

Its count is at least 63 % of the most that so many points could cover (Nemhauser, Wolsey, Fisher, Mathematical
Programming 14, 1978). Candidates are the middles of what lies in one square of half a radius.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

_DEGREE_M = 111_194.93  # of latitude on the mean sphere
Place = tuple[float, float]  # latitude, longitude in degrees


@dataclass(frozen=True, kw_only=True)
class Point:
    """A point chosen; `covered` are the places, by number, that no point before it covers.

    `tied` says how many other candidates would have covered as many then.
    """

    lat: float
    lon: float
    covered: tuple[int, ...]
    tied: int


def greedy(places: Sequence[Place], radius_m: float, count: int) -> list[Point]:
    """At most `count` points, the one that covers the most first; fewer when everything is covered.

    Of equals the southernmost, then the westernmost comes first. Distances are of a plane that touches the middle of
    the places, exact to a thousandth within a city.
    """
    if not places:
        return []
    level = math.cos(math.radians(sum(lat for lat, _ in places) / len(places)))
    flat = [(lat * _DEGREE_M, lon * _DEGREE_M * level) for lat, lon in places]
    middles = candidates(flat, radius_m)
    reach = _within(flat, middles, radius_m)
    left = [len(one) for one in reach]
    holders: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(reach):
        for place in one:
            holders[place].append(number)
    queue = [(-left[number], middles[number], number) for number in range(len(middles))]
    heapq.heapify(queue)
    covered: set[int] = set()
    chosen: list[Point] = []
    while queue and len(chosen) < count:
        gain, middle, number = heapq.heappop(queue)
        if -gain != left[number]:
            if left[number]:
                heapq.heappush(queue, (-left[number], middle, number))
            continue
        if not gain:
            break
        tied = sum(1 for one in left if one == -gain) - 1
        new = tuple(place for place in reach[number] if place not in covered)
        covered.update(new)
        for place in new:
            for other in holders[place]:
                left[other] -= 1
        chosen.append(
            Point(lat=middle[0] / _DEGREE_M, lon=middle[1] / (_DEGREE_M * level), covered=new, tied=tied)
        )
    return chosen


def candidates(flat: Sequence[Place], radius_m: float) -> list[Place]:
    """The middle of the places in each square of half a radius, in metres, from south to north."""
    squares: dict[tuple[int, int], list[Place]] = defaultdict(list)
    side = radius_m / 2
    for y, x in flat:
        squares[math.floor(y / side), math.floor(x / side)].append((y, x))
    return sorted(
        (math.fsum(y for y, _ in held) / len(held), math.fsum(x for _, x in held) / len(held))
        for held in squares.values()
    )


def _within(flat: Sequence[Place], middles: Sequence[Place], radius_m: float) -> list[list[int]]:
    """The places within the radius of each middle, by number; only the cells around it are looked at."""
    cells: dict[tuple[int, int], list[tuple[int, float, float]]] = defaultdict(list)
    for number, (y, x) in enumerate(flat):
        cells[math.floor(y / radius_m), math.floor(x / radius_m)].append((number, y, x))
    square = radius_m * radius_m
    found: list[list[int]] = []
    for y, x in middles:
        row, column = math.floor(y / radius_m), math.floor(x / radius_m)
        found.append(
            [
                number
                for dy in (-1, 0, 1)
                for dx in (-1, 0, 1)
                for number, py, px in cells.get((row + dy, column + dx), ())
                if (py - y) * (py - y) + (px - x) * (px - x) <= square
            ]
        )
    return found
