"""When the store is full: day by day, with what is recorded a day coming in and what its policy ends going out.

What is there leaves on the day on which all of it is older than its policy; held footage never does. What is yet to
come is reckoned at what each camera writes on a whole day of recording (growth.py), so neither an outage last week nor
a camera added yesterday makes the forecast rosier than the archive is.

Where originals are thinned they leave at that age, but for the share that stays as keyframes until the policy ends:
the agency's own share where some was thinned, else ASSUMED_SHARE. What a worker cannot read in time is not thinned.
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
ASSUMED_SHARE = 0.25  # of originals; real clips kept 0.16 to 0.19 (docs/decisions/0013)
_AHEAD = 7  # days over which what goes out is averaged


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Bytes now, of them `held`, `under_minimum` (not held), `waiting` and `expired` (the next purge takes it), and
    `thinned` (keyframes); bytes a day in, and out over the next week; what it settles at; when `limit` is reached
    (None: never, or no limit). `cameras_thinned`: of how many cameras originals give way to keyframes, which are
    `thinned_share` of them (None: of none).
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
    thinned: int = 0
    cameras_thinned: int = 0
    thinned_share: float | None = None


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

    `thinned`: the same of what is keyframes already. `under_minimum` and `expired`: bytes that are not held, of hours
    younger than the one, older than the other. `share`: what is left of originals from `thin_us` on, 1 without
    thinning; what is that old already goes by `late_days`.
    """

    agency: str
    keep_us: int
    min_us: int
    thin_us: int | None = None
    share: float = 1.0
    late_days: int = 1
    cameras: list[Rated] = field(default_factory=list)
    ages: dict[int, list[int]] = field(default_factory=dict)
    thinned: dict[int, list[int]] = field(default_factory=dict)
    under_minimum: list[int] = field(default_factory=list)
    expired: list[int] = field(default_factory=list)

    @property
    def keep_days(self) -> int:
        """Days of footage that its cameras come to hold: a day goes when all of it has expired."""
        return -(-self.keep_us // DAY_US)

    @property
    def there(self) -> list[list[int]]:
        """All its footage: bytes, and of them held."""
        return [*self.ages.values(), *self.thinned.values()]

    def leaves(self) -> list[tuple[int, float]]:
        """After how many whole days which part of what a camera writes goes."""
        if self.thin_us is None:
            return [(self.keep_days, 1.0)]
        return [(-(-self.thin_us // DAY_US), 1 - self.share), (self.keep_days, self.share)]


def forecast(
    archive: Archive, room: Room, quotas: Mapping[int, int], *, thin_a_day: float = math.inf
) -> Forecast:
    """Works it out; `quotas` are bytes by agency id, `thin_a_day` the bytes of originals that can be thinned a day."""
    groups = _groups(archive, thin_a_day)
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


def _groups(archive: Archive, thin_a_day: float) -> list[Group]:
    found: dict[tuple[str, int, int, int | None], Group] = {}
    of_camera: dict[int, Group] = {}
    done, late_days = _thinning(archive, thin_a_day)
    for camera in archive.cameras.values():
        key = camera.agency, camera.keep_us, camera.min_us, camera.thin_us
        group = found.get(key)
        if group is None:
            kept = 1.0 if camera.thin_us is None else archive.shares.get(camera.agency_id, ASSUMED_SHARE)
            group = found[key] = Group(
                agency=camera.agency,
                keep_us=camera.keep_us,
                min_us=camera.min_us,
                thin_us=camera.thin_us,
                share=1 - done * (1 - kept),
                late_days=late_days,
            )
        group.cameras.append(camera)
        of_camera[camera.camera_id] = group
    for one in archive.bins:
        group = of_camera[one.camera_id]
        sums = (group.thinned if one.thinned else group.ages).setdefault(one.age, [0, 0])
        sums[0] += one.bytes
        sums[1] += one.held
        if archive.young(one) and not one.thinned:
            group.under_minimum.append(one.bytes - one.held)
        if archive.expired(one):
            group.expired.append(one.bytes - one.held)
    return list(found.values())


def _thinning(archive: Archive, thin_a_day: float) -> tuple[float, int]:
    """Which part of what is old enough comes to be thinned, and in how many days what waits for it now."""
    thinned = [camera for camera in archive.cameras.values() if camera.thin_us is not None]
    coming = sum(camera.bytes_a_day for camera in thinned)
    late = sum(
        one.bytes - one.held
        for one in archive.bins
        if not one.thinned and archive.due_for_thinning(one) and not archive.expired(one)
    )
    done = min(1.0, thin_a_day / coming) if coming else 1.0
    return done, max(1, math.ceil(late / thin_a_day))


def net_by_day(archive: Archive, groups: Iterable[Group], rate: Rate) -> tuple[float, list[float]]:
    """Bytes that come in a day, and that go out on each of the next HORIZON days, the coming one first."""
    going, starting = [0.0] * (HORIZON + 1), [0.0] * (HORIZON + 1)
    coming = 0.0
    for group in groups:
        for (age, (size, held)), thinned in (
            *((one, False) for one in group.ages.items()),
            *((one, True) for one in group.thinned.items()),
        ):
            last = max(1, -(-(group.keep_us - age * archive.step_us) // DAY_US))
            early = 0.0
            if group.thin_us is not None and not thinned:
                day = -(-(group.thin_us - age * archive.step_us) // DAY_US)
                day = min(last, day if day > 0 else group.late_days)
                early = (1 - group.share) * (size - held)
                if day <= HORIZON:
                    going[day] += early
            if last <= HORIZON:
                going[last] += size - held - early
        leaves = [(1 + days, part) for days, part in group.leaves() if days < HORIZON]
        for camera in group.cameras:
            written = rate(camera) if camera.enabled else 0.0
            coming += written
            if not written:
                continue
            for first, part in leaves:
                starting[first] += part * written
                if camera.held_until_us is not None:  # what it records until then stays
                    held_days = (camera.held_until_us - archive.now_us) / DAY_US
                    for day in range(min(HORIZON - first + 1, math.ceil(held_days))):
                        going[first + day] -= part * written * min(1.0, held_days - day)
    leaving, out = 0.0, []
    for day in range(1, HORIZON + 1):
        leaving += starting[day]
        out.append(leaving + going[day])
    return coming, out


def _full_us(archive: Archive, groups: Iterable[Group], limit: int | None, rate: Rate) -> int | None:
    if limit is None:
        return None
    there = float(sum(size for group in groups for size, _ in group.there))
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
    held = sum(part for group in groups for _, part in group.there)
    steady = sum(
        sum(days * part for days, part in group.leaves()) * sum(usual(camera) for camera in group.cameras)
        for group in groups
    )
    shares = [
        (group.share, sum(usual(camera) for camera in group.cameras))
        for group in groups
        if group.thin_us is not None
    ]
    return Figures(
        cameras=len(cameras),
        bytes=sum(size for group in groups for size, _ in group.there),
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
        thinned=sum(size for group in groups for size, _ in group.thinned.values()),
        cameras_thinned=sum(camera.thin_us is not None for camera in cameras),
        thinned_share=_mean(shares),
    )


def _mean(weighed: Sequence[tuple[float, float]]) -> float | None:
    """Of values by their weights; None when there is none."""
    if not weighed:
        return None
    weight = sum(one for _, one in weighed)
    return sum(value * one for value, one in weighed) / weight if weight else weighed[0][0]
