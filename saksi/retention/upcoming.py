"""What will be deleted in the next seven days, of each agency: by policy, by hand, and which holds are to be reviewed.

A forecast of the nightly purges with the policies and holds as they stand. Holds never end by themselves: those whose
review date comes are told, and nothing of them goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.local_time import HOURS
from saksi.retention import policies, runs, windows
from saksi.settings import Settings

DAYS = 7
_DAY_US = 86_400_000_000


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one policy asks for of a day: hours end to end; `policy` says what it is of, such as "agency dishub"."""

    policy_id: int
    policy: str
    hours: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Day:
    """What the purge due at `due_us` would take of an agency, and what holds would keep of it.

    `oldest_us` and `newest_us` are of what would go; None when that is nothing.
    """

    due_us: int
    cameras: int
    hours: int
    bytes: int
    oldest_us: int | None
    newest_us: int | None
    held_hours: int
    held_bytes: int
    policies: tuple[Share, ...]


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """A deletion by hand that has not begun, with the agency's cameras; `undo_until_us` None until it is approved."""

    purge_id: int
    cameras: tuple[str, ...]
    from_us: int
    to_us: int
    undo_until_us: int | None


@dataclass(frozen=True, kw_only=True)
class Review:
    """A hold that is to be looked at, and how many cameras of the agency it covers."""

    hold_id: int
    review_on: date
    cameras: int


@dataclass(kw_only=True)
class AgencyWeek:
    """The coming week of one agency."""

    agency: str
    name: str
    days: list[Day] = field(default_factory=list)
    by_hand: list[ByHand] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Week:
    """From now until `to_us`, agencies by code; those of which nothing is to be told are left out."""

    from_us: int
    to_us: int
    agencies: tuple[AgencyWeek, ...]

    def of(self, codes: frozenset[str] | None) -> Week:
        """The same for these agencies alone; None: all."""
        if codes is None:
            return self
        kept = tuple(one for one in self.agencies if one.agency in codes)
        return Week(from_us=self.from_us, to_us=self.to_us, agencies=kept)


def week(connection: Connection, settings: Settings, now_us: int) -> Week:
    """The next seven days, from the whole second of `now_us` on. Changes nothing."""
    now_us -= now_us % 1_000_000
    dues = purges_ahead(settings, now_us)
    found: dict[str, AgencyWeek] = {}
    _expiring(connection, dues, found)
    _by_hand(connection, now_us + DAYS * _DAY_US, found)
    until = clock.from_us(now_us + DAYS * _DAY_US).astimezone(_zone(settings)).date()
    for row in connection.execute(query("upcoming.reviews"), {"until": until}):
        review = Review(hold_id=row["hold_id"], review_on=row["review_on"], cameras=row["cameras"])
        _agency(found, row["agency"], row["agency_name"]).reviews.append(review)
    agencies = tuple(found[code] for code in sorted(found))
    return Week(from_us=now_us, to_us=now_us + DAYS * _DAY_US, agencies=agencies)


def purges_ahead(settings: Settings, now_us: int) -> list[int]:
    """When the nightly purges of the next seven days are due, microseconds UTC."""
    hour, minute = settings.purge_at.split(":")
    zone = _zone(settings)
    today = clock.from_us(now_us).astimezone(zone).date()
    first = clock.to_us(datetime.combine(today, time(int(hour), int(minute)), zone))
    first += 0 if first >= now_us else _DAY_US
    return [first + n * _DAY_US for n in range(DAYS)]


def _expiring(connection: Connection, dues: Sequence[int], found: dict[str, AgencyWeek]) -> None:
    """Each camera's hours at the purge that takes them: from the furthest cutoff before it to its own."""
    reached: dict[int, int] = {}
    columns: dict[str, list[object]] = {
        name: [] for name in ("cameras", "steps", "froms", "cutoffs", "policies")
    }
    for step, due_us in enumerate(dues):
        for one in windows.of_policy(connection, due_us):
            before_us = reached.get(one.camera_id, 0)
            if one.cutoff_us <= before_us:
                continue
            reached[one.camera_id] = one.cutoff_us
            values = (
                one.camera_id,
                step,
                clock.from_us(before_us),
                clock.from_us(one.cutoff_us),
                one.policy_id,
            )
            for name, value in zip(columns, values, strict=True):
                columns[name].append(value)
    days: dict[tuple[str, int], list[dict[str, object]]] = {}
    names: dict[str, str] = {}
    for row in connection.execute(query("upcoming.expiring"), columns):
        days.setdefault((row["agency"], row["step"]), []).append(row)
        names[row["agency"]] = row["agency_name"]
    known: dict[int, str] = {}
    for (agency, step), rows in days.items():
        _agency(found, agency, names[agency]).days.append(_day(connection, dues[step], rows, known))


def _day(
    connection: Connection, due_us: int, rows: Sequence[dict[str, object]], known: dict[int, str]
) -> Day:
    def total(name: str) -> int:
        return sum(int(str(row[name])) for row in rows)

    shares = []
    for row in rows:
        number = row["policy_id"]
        assert isinstance(number, int)
        if number not in known:
            policy = policies.get(connection, number)
            known[number] = f"{policy.scope} {policy.subject}".strip()
        share = {"hours": int(str(row["hours"])), "bytes": int(str(row["bytes"]))}
        shares.append(Share(policy_id=number, policy=known[number], **share))
    ends = {
        name: [clock.to_us(row[name]) for row in rows if isinstance(row[name], datetime)]  # type: ignore[arg-type]
        for name in ("oldest", "newest")
    }
    return Day(
        due_us=due_us,
        cameras=total("cameras"),
        hours=total("hours"),
        bytes=total("bytes"),
        oldest_us=min(ends["oldest"], default=None),
        newest_us=max(ends["newest"], default=None),
        held_hours=total("held_hours"),
        held_bytes=total("held_bytes"),
        policies=tuple(shares),
    )


def _by_hand(connection: Connection, until_us: int, found: dict[str, AgencyWeek]) -> None:
    for row in connection.execute(query("upcoming.waiting")).fetchall():
        run = runs.get(connection, row["purge_id"])
        approved = run.approved_by is not None
        if approved and run.due_us > until_us:
            continue
        codes = {"codes": run.wanted["cameras"]}
        for agency in connection.execute(query("upcoming.agencies_of_cameras"), codes):
            told = ByHand(
                purge_id=run.purge_id,
                cameras=tuple(agency["cameras"]),
                from_us=run.wanted["from"],
                to_us=run.wanted["to"],
                undo_until_us=run.due_us if approved else None,
            )
            _agency(found, agency["code"], agency["name"]).by_hand.append(told)


def _agency(found: dict[str, AgencyWeek], code: str, name: str) -> AgencyWeek:
    return found.setdefault(code, AgencyWeek(agency=code, name=name))


def _zone(settings: Settings) -> timezone:
    return timezone(timedelta(hours=HOURS[settings.zone]))
