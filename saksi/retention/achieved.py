"""Achieved retention: what a policy promises of each camera, what there is, and why it is less.

Every figure is of the *promised window*: from as long ago as the policy keeps (or from when the camera was added, if
that is later) to now. The definitions stand in docs/howto/plan-storage.md; a change here is a change there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue import footage, purged
from saksi.catalogue.database import Connection, query
from saksi.catalogue.timeline import Gap, coverage_of, mark_thinned
from saksi.retention.growth import HOUR_US

STATES = ("kept", "young", "thinned", "gaps", "purged_early", "nothing")
FULL = 0.99  # of the window: below it gaps are what a person should look at
_BATCH = 200
_SHORT = 10  # of a promise of less than so many hours, a part of so much is forgiven at either end instead of an hour


@dataclass(frozen=True, kw_only=True)
class Early:
    """What a purge took of a camera that is still promised: whose wish it was, when, how much."""

    purge_id: int
    kind: str
    by: str
    approved_by: str
    reason: str
    at_us: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Achieved:
    """One camera. Durations and instants in microseconds; `oldest_us` None: nothing is there.

    `covered_us` of `window_us` is there, of `thinned_us` only keyframes are, `purged_us` was recorded and purged; the
    rest was not recorded, and `gaps` tell how long for each reason.
    """

    camera: str
    name: str
    agency: str
    policy_id: int
    promised_us: int
    window_us: int
    oldest_us: int | None
    have_us: int
    continuous_us: int
    covered_us: int
    thinned_us: int
    purged_us: int
    gaps: dict[str, int]
    longest: Gap | None
    early: tuple[Early, ...]
    bytes: int

    @property
    def share(self) -> float:
        """How much of the promised window is there, 0 to 1."""
        return self.covered_us / self.window_us if self.window_us else 0.0

    @property
    def state(self) -> str:
        """The first that applies: nothing (is there), purged_early, gaps, thinned, young (not as old as promised yet),
        kept."""
        if self.oldest_us is None and not self.covered_us and not self.thinned_us:
            return "nothing"
        edge_us = _edge_us(self.promised_us)
        if self.early or self.purged_us > edge_us:
            return "purged_early"
        if self.covered_us + self.thinned_us + edge_us < FULL * self.window_us:
            return "gaps"
        if self.thinned_us:
            return "thinned"
        return "young" if self.window_us + edge_us < self.promised_us else "kept"


@dataclass(frozen=True, kw_only=True)
class RollUp:
    """An agency: cameras in each state, the shortest and the median of what they have, the share of all their time."""

    agency: str
    cameras: int
    states: dict[str, int]
    least_have_us: int
    median_have_us: int
    share: float
    purged_bytes: int


def report(
    connection: Connection,
    now_us: int,
    *,
    scope: Sequence[int] | None = None,
    agency: str | None = None,
    after: str = "",
    limit: int = 1 << 30,
) -> list[Achieved]:
    """Cameras of the agencies in `scope` (None: of all) in the order of their codes, from `after` on."""
    values = {"now": clock.from_us(now_us), "scope": None if scope is None else list(scope), "agency": agency}
    rows = connection.execute(
        query("achieved.cameras"), {**values, "after": after, "limit": limit}
    ).fetchall()
    cameras = {"cameras": [row["camera_id"] for row in rows]}
    size = {row["camera_id"]: row["bytes"] for row in connection.execute(query("achieved.bytes"), cameras)}
    found: list[Achieved] = []
    for start in range(0, len(rows), _BATCH):
        found += _batch(connection, rows[start : start + _BATCH], size, now_us)
    return found


def roll_up(cameras: Iterable[Achieved]) -> list[RollUp]:
    """By agency, in the order of their codes."""
    by_agency: dict[str, list[Achieved]] = defaultdict(list)
    for one in cameras:
        by_agency[one.agency].append(one)
    return [_rolled(agency, of) for agency, of in sorted(by_agency.items())]


def _rolled(agency: str, of: Sequence[Achieved]) -> RollUp:
    have = sorted(one.have_us for one in of)
    states, window_us = Counter(one.state for one in of), sum(one.window_us for one in of)
    return RollUp(
        agency=agency,
        cameras=len(of),
        states={state: states[state] for state in STATES},
        least_have_us=have[0],
        median_have_us=have[len(have) // 2],
        share=sum(one.covered_us for one in of) / window_us if window_us else 0.0,
        purged_bytes=sum(early.bytes for one in of for early in one.early),
    )


def _batch(
    connection: Connection, rows: Sequence[dict[str, Any]], size: Mapping[int, int], now_us: int
) -> Iterator[Achieved]:
    ids = [row["camera_id"] for row in rows]
    from_us = min(now_us - row["keep_us"] for row in rows)
    window = {"cameras": ids, "from": clock.from_us(from_us), "to": clock.from_us(now_us)}
    gone = purged.over(connection, ids, from_us, now_us)
    kept, taken = footage.stretches_of(connection, window, gone)
    left = purged.thinned_of(connection, ids, from_us, now_us, gone)
    outages: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for row in connection.execute(query("footage.outages"), window):
        end_us = now_us if row["end_at"] is None else clock.to_us(row["end_at"])
        outages[row["camera_id"]].append((clock.to_us(row["start_at"]), end_us, row["reason"]))
    ends = {row["camera_id"]: row for row in connection.execute(query("footage.cameras"), window)}
    begins = {row["camera_id"]: _begin(row, ends[row["camera_id"]], now_us) for row in rows}
    # At the edge of a policy what it ends and what it promises lie within one hour; where a camera begins nothing does.
    floors = {row["camera_id"]: now_us - int(row["keep_us"]) + _edge_us(int(row["keep_us"])) for row in rows}
    early = _early(connection, {one: max(begin_us, floors[one]) for one, begin_us in begins.items()})
    for row in rows:
        camera_id = row["camera_id"]
        spans, gaps = coverage_of(
            kept[camera_id],
            (),
            outages[camera_id],
            from_us=begins[camera_id],
            to_us=now_us,
            now_us=now_us,
            first_us=_us(ends[camera_id]["first_at"]),
            live_since_us=footage.live_since(ends[camera_id]),
            purged=taken[camera_id],
        )
        spans = mark_thinned(spans, left.get(camera_id, ()))
        there = [one for one in spans if one.state not in ("purged", "thinned")]
        purges = [one for one in spans if one.state == "purged"]
        thinned = [one for one in spans if one.state == "thinned"]
        oldest_us = _us(row["oldest_at"])
        if oldest_us is None and there:
            oldest_us = there[0].start_us
        have_us = 0 if oldest_us is None else max(0, now_us - oldest_us)
        reasons: Counter[str] = Counter()
        for gap in gaps:
            reasons[gap.reason] += gap.end_us - gap.start_us
        yield Achieved(
            camera=row["code"],
            name=row["name"],
            agency=row["agency"],
            policy_id=row["policy_id"],
            promised_us=row["keep_us"],
            window_us=now_us - begins[camera_id],
            oldest_us=oldest_us,
            have_us=have_us,
            continuous_us=min(have_us, now_us - max((one.end_us for one in (*purges, *thinned)), default=0)),
            covered_us=sum(one.end_us - one.start_us for one in there),
            thinned_us=sum(one.end_us - one.start_us for one in thinned),
            purged_us=sum(one.end_us - one.start_us for one in purges),
            gaps=dict(sorted(reasons.items())),
            longest=max(gaps, key=lambda gap: gap.end_us - gap.start_us, default=None),
            early=early[camera_id],
            bytes=size.get(camera_id, 0),
        )


def _edge_us(promised_us: int) -> int:
    """What a chunk or an hour not yet sealed may miss at either end of the window."""
    return min(HOUR_US, promised_us // _SHORT)


def _begin(row: dict[str, Any], ends: dict[str, Any], now_us: int) -> int:
    """When the promised window begins: no earlier than the camera, whose footage may be older than its row."""
    known_us = min(clock.to_us(row["created_at"]), _us(ends["first_at"]) or now_us)
    return min(now_us, max(now_us - int(row["keep_us"]), known_us))


def _early(connection: Connection, begins: dict[int, int]) -> dict[int, tuple[Early, ...]]:
    found: dict[int, list[Early]] = defaultdict(list)
    values = {
        "cameras": list(begins),
        "froms": [clock.from_us(begin_us) for begin_us in begins.values()],
    }
    for row in connection.execute(query("achieved.purges"), values):
        found[row["camera_id"]].append(
            Early(
                purge_id=row["purge_id"],
                kind=row["kind"],
                by=row["asked_by"] or "",
                approved_by=row["approved_by"] or "",
                reason=row["reason"],
                at_us=clock.to_us(row["at"]),
                bytes=row["bytes"],
            )
        )
    return defaultdict(tuple, {camera_id: tuple(of) for camera_id, of in found.items()})


def _us(instant: Any) -> int | None:
    return None if instant is None else clock.to_us(instant)
