"""When the store is full: day by day, with what is recorded a day coming in and what its policy ends going out.

What is there leaves on the day on which all of it is older than its policy; held footage never does. What is yet to
come is reckoned at what each camera writes on a whole day of recording (growth.py), so neither an outage last week nor
a camera added yesterday makes the forecast rosier than the archive is.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from saksi.retention.capacity import Room
from saksi.retention.growth import DAY_US, WINDOWS, Archive, Rated

Rate = Callable[[Rated], float]  # bytes a day

HORIZON = 1100  # days: longer than any class keeps, so whatever is not full by then never is
_AHEAD = 7  # days over which what goes out is averaged


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Bytes now, of them `held`, `under_minimum` (not held), `waiting` and `expired` (the next purge takes it); bytes
    a day in, and out over the next week; what it settles at; when `limit` is reached (None: never, or no limit).
    """

    cameras: int
    bytes: int
    held: int
    under_minimum: int
    expired: int
    in_a_day: int
    out_a_day: int
    steady: int
    recorded: Mapping[int, int]
    days_of_data: int
    cameras_unknown: int
    limit: int | None = None
    full_us: int | None = None


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """The whole archive and each agency by its code. `earliest_us` and `latest_us`: by the highest and the lowest of
    what cameras wrote over 1, 7 and 30 days; None: never.
    """

    at_us: int
    room: Room
    total: Figures
    earliest_us: int | None
    latest_us: int | None
    agencies: Mapping[str, Figures]

    @property
    def sure(self) -> str:
        """How much is known: none, low (under a week of data), fair (under a month) or good."""
        days = self.total.days_of_data
        return "none" if days == 0 else "low" if days < 7 else "fair" if days < 30 else "good"


@dataclass(frozen=True, kw_only=True)
class Group:
    """Cameras of one agency and one policy, and their footage by age in steps: bytes, and of them held.

    `under_minimum` and `expired`: bytes that are not held, of hours younger than the one, older than the other.
    """

    agency: str
    keep_us: int
    min_us: int
    cameras: list[Rated] = field(default_factory=list)
    ages: dict[int, list[int]] = field(default_factory=dict)
    under_minimum: list[int] = field(default_factory=list)
    expired: list[int] = field(default_factory=list)

    @property
    def keep_days(self) -> int:
        """Days of footage that its cameras come to hold: a day goes when all of it has expired."""
        return -(-self.keep_us // DAY_US)


def forecast(archive: Archive, room: Room, quotas: Mapping[int, int]) -> Forecast:
    """Works it out; `quotas` are bytes by agency id."""
    groups = _groups(archive)
    of_agency: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        of_agency[group.agency].append(group)
    limit = room.footage + room.free if room.known and room.free is not None else None
    return Forecast(
        at_us=archive.now_us,
        room=room,
        total=_figures(archive, groups, limit),
        earliest_us=_full_us(archive, groups, limit, lambda camera: max(camera.rates(), default=0.0)),
        latest_us=_full_us(archive, groups, limit, lambda camera: min(camera.rates(), default=0.0)),
        agencies={
            code: _figures(archive, of, quotas.get(of[0].cameras[0].agency_id))
            for code, of in sorted(of_agency.items())
        },
    )


def _groups(archive: Archive) -> list[Group]:
    found: dict[tuple[str, int, int], Group] = {}
    of_camera: dict[int, Group] = {}
    for camera in archive.cameras.values():
        key = camera.agency, camera.keep_us, camera.min_us
        group = found.get(key)
        if group is None:
            group = found[key] = Group(agency=camera.agency, keep_us=camera.keep_us, min_us=camera.min_us)
        group.cameras.append(camera)
        of_camera[camera.camera_id] = group
    for one in archive.bins:
        group = of_camera[one.camera_id]
        sums = group.ages.setdefault(one.age, [0, 0])
        sums[0] += one.bytes
        sums[1] += one.held
        if archive.young(one):
            group.under_minimum.append(one.bytes - one.held)
        if archive.expired(one):
            group.expired.append(one.bytes - one.held)
    return list(found.values())


def net_by_day(archive: Archive, groups: Iterable[Group], rate: Rate) -> tuple[float, list[float]]:
    """Bytes that come in a day, and that go out on each of the next HORIZON days, the coming one first."""
    going, starting = [0.0] * (HORIZON + 1), [0.0] * (HORIZON + 1)
    coming = 0.0
    for group in groups:
        for age, (size, held) in group.ages.items():
            day = max(1, -(-(group.keep_us - age * archive.step_us) // DAY_US))
            if day <= HORIZON:
                going[day] += size - held
        first = 1 + group.keep_days
        for camera in group.cameras:
            written = rate(camera) if camera.enabled else 0.0
            coming += written
            if first > HORIZON or not written:
                continue
            starting[first] += written
            if camera.held_until_us is not None:  # what it records until then stays
                held_days = (camera.held_until_us - archive.now_us) / DAY_US
                for day in range(min(HORIZON - first + 1, math.ceil(held_days))):
                    going[first + day] -= written * min(1.0, held_days - day)
    leaving, out = 0.0, []
    for day in range(1, HORIZON + 1):
        leaving += starting[day]
        out.append(leaving + going[day])
    return coming, out


def _full_us(archive: Archive, groups: Iterable[Group], limit: int | None, rate: Rate) -> int | None:
    if limit is None:
        return None
    there = float(sum(size for group in groups for size, _ in group.ages.values()))
    if there >= limit:
        return archive.now_us
    coming, out = net_by_day(archive, groups, rate)
    for day, leaving in enumerate(out):
        more = coming - leaving
        if there + more >= limit:
            return archive.now_us + int((day + (limit - there) / more) * DAY_US)
        there += more
    return None


def _figures(archive: Archive, groups: Sequence[Group], limit: int | None) -> Figures:
    def usual(camera: Rated) -> float:
        return camera.bytes_a_day

    coming, out = net_by_day(archive, groups, usual)
    cameras = [camera for group in groups for camera in group.cameras]
    days_of_data = max((camera.days for camera in cameras), default=0)
    held = sum(part for group in groups for _, part in group.ages.values())
    steady = sum(group.keep_days * sum(usual(camera) for camera in group.cameras) for group in groups)
    return Figures(
        cameras=len(cameras),
        bytes=sum(size for group in groups for size, _ in group.ages.values()),
        held=held,
        under_minimum=sum(sum(group.under_minimum) for group in groups),
        expired=sum(sum(group.expired) for group in groups),
        in_a_day=round(coming),
        out_a_day=round(sum(out[:_AHEAD]) / _AHEAD),
        steady=held + round(steady),
        recorded={
            days: sum(camera.bytes_by.get(days, 0) for camera in cameras) // max(1, min(days, days_of_data))
            for days in WINDOWS
        },
        days_of_data=days_of_data,
        cameras_unknown=sum(camera.enabled and not camera.rates() for camera in cameras),
        limit=limit,
        full_us=_full_us(archive, groups, limit, usual),
    )
