"""What the archive holds by age, and what its cameras add a day: the numbers that forecast and pressure stand on.

Footage is counted by whole camera-hours: an hour of which a hold covers a minute counts as held, so that neither the
forecast nor a plan ever reckons with space that a purge would refuse to give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000
WINDOWS = (1, 7, 30)  # days
_LEAST_COVERED_US = 60_000_000  # from less footage no day can be told
_FEW_HOURS = 50_000  # an archive this small is looked at hour by hour


@dataclass(frozen=True, kw_only=True)
class Rated:
    """A camera, its policy and what it writes. `bytes_by` and `covered_by`: of the last 1, 7, 30 days, microseconds.

    `thin_us`: the age at which its originals give way to keyframes, None where they do not.
    """

    camera_id: int
    code: str
    name: str
    agency_id: int
    agency: str
    enabled: bool
    keep_us: int
    min_us: int
    days: int = 0
    bytes_by: Mapping[int, int] = field(default_factory=dict)
    covered_by: Mapping[int, int] = field(default_factory=dict)
    held_until_us: int | None = None
    thin_us: int | None = None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Rated:
        """From a row of forecast.cameras."""
        names = (
            "camera_id",
            "code",
            "name",
            "agency_id",
            "agency",
            "enabled",
            "keep_us",
            "min_us",
            "days",
            "thin_us",
        )
        until = row["held_until"]
        return cls(
            **{name: row[name] for name in names},
            bytes_by={days: row[f"bytes_{days}"] or 0 for days in WINDOWS},
            covered_by={days: row[f"covered_{days}"] or 0 for days in WINDOWS},
            held_until_us=None if until is None else clock.to_us(until),
        )

    def rates(self) -> list[float]:
        """Bytes a whole day of recording takes, by each window that has footage, the shortest first.

        By the time recorded, not by the calendar: neither an outage nor having been added yesterday makes it less.
        """
        return [
            self.bytes_by[days] * DAY_US / self.covered_by[days]
            for days in WINDOWS
            if self.covered_by.get(days, 0) >= _LEAST_COVERED_US
        ]

    @property
    def bytes_a_day(self) -> float:
        """What it writes a day: by the last 7 days, else by the last 30; 0 when switched off or never heard of."""
        if not self.enabled:
            return 0.0
        for days in (7, 30):
            if self.covered_by.get(days, 0) >= _LEAST_COVERED_US:
                return self.bytes_by[days] * DAY_US / self.covered_by[days]
        return 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """Footage of a camera that is between `age` and `age` + 1 steps old, and what of it may not go.

    `end_us` is where its newest hour ends; None: where the stretch itself does. `thinned`: it is keyframes, whose
    originals may be there too, in another bin.
    """

    camera_id: int
    age: int
    bytes: int
    held: int = 0
    waiting: int = 0
    end_us: int | None = None
    thinned: bool = False


@dataclass(frozen=True, kw_only=True)
class Archive:
    """All cameras and all footage as of `now_us`; bins in steps of `step_us`, in no order.

    `shares`: what thinning keeps of its originals, by agency id, where it was measured.
    """

    now_us: int
    step_us: int
    cameras: Mapping[int, Rated]
    bins: Sequence[Bin]
    shares: Mapping[int, float] = field(default_factory=dict)

    @property
    def footage(self) -> int:
        """Bytes of all footage that is under seals and there, and of what thinning left."""
        return sum(one.bytes for one in self.bins)

    def young(self, one: Bin) -> bool:
        """Whether any of a bin may be under the legal minimum of its camera's class."""
        return self._least_age_us(one) < self.cameras[one.camera_id].min_us

    def expired(self, one: Bin) -> bool:
        """Whether all of a bin is older than its camera's policy: the next purge takes it anyway."""
        return self._least_age_us(one) >= self.cameras[one.camera_id].keep_us

    def due_for_thinning(self, one: Bin) -> bool:
        """Whether all of a bin is old enough to be thinned."""
        thin_us = self.cameras[one.camera_id].thin_us
        return thin_us is not None and self._least_age_us(one) >= thin_us

    def _least_age_us(self, one: Bin) -> int:
        """Of its newest hour, which may be a policy of minutes older than where the stretch ends."""
        stretch_us = one.age * self.step_us
        return stretch_us if one.end_us is None else max(stretch_us, self.now_us - one.end_us)


def archive(connection: Connection, now_us: int) -> Archive:
    """Reads it all: about a second for 2,000 cameras and 30 days. By days, or by hours while there are few."""
    now = clock.from_us(now_us)
    values = {"now": now, "today": now.date()}
    cameras = [Rated.from_row(row) for row in connection.execute(query("forecast.cameras"), values)]
    row = connection.execute(query("forecast.few"), {"most": _FEW_HOURS}).fetchone()
    assert row is not None
    step_us = HOUR_US if row["few"] else DAY_US
    binned = {"now": now, "bin": timedelta(microseconds=step_us)}
    connection.execute(query("forecast.roomy"))
    bound = {
        (row["camera_id"], row["since"]): (row["held"], row["waiting"])
        for row in connection.execute(query("forecast.bound"), binned)
    }
    # A stretch that begins n steps ago holds ages over n - 1 to n steps; what lies ahead of now is new.
    ages: dict[datetime, int] = {}
    sums: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    for row in connection.execute(query("forecast.kept"), binned):
        camera_id, since = row["camera_id"], row["since"]
        age = ages.get(since)
        if age is None:
            age = ages[since] = max(0, (now_us - clock.to_us(since)) // step_us - 1)
        held, waiting = bound.get((camera_id, since), (0, 0))
        before = sums.get((camera_id, age), (0, 0, 0, 0))
        end_us = max(before[3], clock.to_us(row["end_at"]))
        sums[camera_id, age] = (before[0] + row["bytes"], before[1] + held, before[2] + waiting, end_us)
    return Archive(
        now_us=now_us,
        step_us=step_us,
        cameras={one.camera_id: one for one in cameras},
        bins=[
            Bin(camera_id=camera_id, age=age, bytes=size, held=held, waiting=waiting, end_us=end_us)
            for (camera_id, age), (size, held, waiting, end_us) in sums.items()
        ]
        + _thinned(connection, now_us, step_us),
        shares=_shares(connection),
    )


def _thinned(connection: Connection, now_us: int, step_us: int) -> list[Bin]:
    """What thinning left, by whole days: as old as the last of the day."""
    found = []
    for row in connection.execute(query("forecast.thinned")):
        end_us = min(now_us, clock.to_us(row["day"]) + DAY_US)
        found.append(
            Bin(
                camera_id=row["camera_id"],
                age=(now_us - end_us) // step_us,
                bytes=row["bytes"],
                held=row["bytes"] if row["held"] else 0,
                end_us=end_us,
                thinned=True,
            )
        )
    return found


def _shares(connection: Connection) -> dict[int, float]:
    rows = connection.execute(query("forecast.thinned_share"))
    return {row["agency_id"]: row["thinned"] / row["original"] for row in rows if row["original"]}
