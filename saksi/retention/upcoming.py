"""What will be deleted in the next seven days, of each agency: by policy, by hand, and which holds are to be reviewed.

A forecast of the nightly purges with the policies and holds as they stand, to the chunk as a dry run counts: what is
under a seal by now. Holds never end by themselves: those whose review date comes are told, and nothing of them goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.local_time import HOURS
from saksi.retention import going, policies, runs, thinned_purge, windows
from saksi.retention.going import Going, Reach
from saksi.settings import Settings

DAYS = 7
_DAY_US = 86_400_000_000


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one policy asks for of a day; `policy` says what it is of, such as "agency dishub".

    Of originals that go because they are thinned, `policy_id` is None and `policy` empty.
    """

    policy_id: int | None
    policy: str
    hours: int
    chunks: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Day:
    """What the purge due at `due_us` would take of an agency, and what holds would keep of it.

    `oldest_us` and `newest_us` are of what would go; None when that is nothing.
    """

    due_us: int
    cameras: int
    hours: int
    chunks: int
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
    """The coming week of one agency.

    `unsealed`: cameras of which more goes than is counted, as it is under no seal yet or still to be recorded.
    """

    agency: str
    name: str
    unsealed: int = 0
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
    _expiring(connection, now_us, dues, found)
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


def _expiring(connection: Connection, now_us: int, dues: Sequence[int], found: dict[str, AgencyWeek]) -> None:
    """Each chunk at the first purge that takes it: by policy, or because it is thinned by then."""
    reached: dict[int, int] = {}
    asked: list[Reach] = []
    reasons: list[tuple[int, int | None]] = []  # of each number: which night, and the policy
    numbers: dict[tuple[int, int | None], int] = {}
    for night, due_us in enumerate(dues):
        thinned = thinned_purge.windows(connection, due_us)
        for one in (*windows.of_policy(connection, due_us), *thinned):
            before_us = reached.get(one.camera_id, 0)
            if one.cutoff_us <= before_us:
                continue
            reached[one.camera_id] = one.cutoff_us
            reason = night, one.policy_id
            number = numbers.setdefault(reason, len(reasons))
            if number == len(reasons):
                reasons.append(reason)
            asked.append(
                Reach(camera_id=one.camera_id, number=number, after_us=before_us, cutoff_us=one.cutoff_us)
            )
    owners = {row["camera_id"]: row for row in connection.execute(query("upcoming.cameras"))}
    nights: dict[tuple[str, int], dict[int | None, list[Going]]] = {}
    for gone in going.count(connection, asked):
        night, policy_id = reasons[gone.number]
        owner = owners[gone.camera_id]
        _agency(found, owner["agency"], owner["agency_name"])
        shares = nights.setdefault((owner["agency"], night), {})
        shares.setdefault(policy_id, []).append(gone)
    known: dict[int, str] = {}
    for (agency, night), shares in sorted(nights.items()):
        found[agency].days.append(_day(connection, dues[night], shares, known))
    values = {
        "cameras": list(reached),
        "cutoffs": [clock.from_us(cutoff_us) for cutoff_us in reached.values()],
        "now": clock.from_us(now_us),
    }
    for row in connection.execute(query("upcoming.unsealed"), values):
        _agency(found, row["agency"], row["agency_name"]).unsealed = row["cameras"]


def _day(
    connection: Connection, due_us: int, by_policy: Mapping[int | None, list[Going]], known: dict[int, str]
) -> Day:
    shares = []
    for number, parts in sorted(by_policy.items(), key=lambda item: item[0] or 0):
        if number is not None and number not in known:
            policy = policies.get(connection, number)
            known[number] = f"{policy.scope} {policy.subject}".strip()
        sums = {name: sum(getattr(one, name) for one in parts) for name in ("hours", "chunks", "bytes")}
        if sums["chunks"]:
            shares.append(Share(policy_id=number, policy="" if number is None else known[number], **sums))
    every = [one for parts in by_policy.values() for one in parts]
    return Day(
        due_us=due_us,
        cameras=len({one.camera_id for one in every if one.chunks}),
        hours=sum(one.hours for one in every),
        chunks=sum(one.chunks for one in every),
        bytes=sum(one.bytes for one in every),
        oldest_us=min((one.oldest_us for one in every if one.oldest_us is not None), default=None),
        newest_us=max((one.newest_us for one in every if one.newest_us is not None), default=None),
        held_hours=sum(one.held_hours for one in every),
        held_bytes=sum(one.held_bytes for one in every),
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
