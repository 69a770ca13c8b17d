"""How cameras were recorded in a window, and how agencies and sites kept what they agreed to.

Time counts while a camera was there and switched on (`due`). What is missing of it is told by the reason of the
outages: faults of the camera or its line, which the agency answers for, and faults of the archive's own, which it does
not; what no outage explains is nobody's. Purged footage was recorded; imported footage was not recorded live and never
counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.compliance import subjects, terms
from saksi.compliance.judging import Verdict, judged
from saksi.compliance.subjects import Scope, Subject
from saksi.compliance.terms import Agreed, Terms

CAMERA_FAULTS = (
    "unreachable",
    "auth_failed",
    "address_refused",
    "no_keyframe",
    "stalled",
    "unsupported_codec",
)
ARCHIVE_FAULTS = ("recorder_down", "spool_full", "disabled")
UNKNOWN = "unknown"
DAY_US = 86_400_000_000
_US = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class LongestGap:
    """The longest time without footage; `reason` is of most of it."""

    camera: str
    start_us: int
    end_us: int
    reason: str

    @property
    def length_us(self) -> int:
        """How long it was."""
        return self.end_us - self.start_us


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """How clocks ran, in microseconds; None: nothing is known.

    `recorder_error_us` bounds the archive's own, `camera_offset_us` is the camera's furthest from it (the median of an
    hour), `surely_off_us` what of that is left when the bound is taken off.
    """

    recorder_error_us: int | None = None
    camera_offset_us: int | None = None
    surely_off_us: int | None = None


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Cameras of one subject, or one camera, over a window. Durations in microseconds.

    `missing` tells for each reason how much of `due_us` there is no footage of. `cameras` were in service at its end,
    `connected` ones of them were recorded at some time in it. `keep_us` is the shortest promise of the archive's
    policies, `early_us` how young footage was that was purged against it; None: none was.
    """

    cameras: int
    connected: int
    due_us: int
    recorded_us: int
    missing: dict[str, int]
    longest: LongestGap | None
    clocks: Clocks
    keep_us: int | None
    early_us: int | None

    @property
    def camera_faults_us(self) -> int:
        """Missing by faults that the agency answers for."""
        return sum(self.missing.get(reason, 0) for reason in CAMERA_FAULTS)

    @property
    def archive_faults_us(self) -> int:
        """Missing by faults of the archive's own."""
        return sum(self.missing.get(reason, 0) for reason in ARCHIVE_FAULTS)

    @property
    def recorded_percent(self) -> float | None:
        """Of all the time in which there was to be footage; None: there was none."""
        return _percent(self.recorded_us, self.due_us)

    @property
    def uptime_percent(self) -> float | None:
        """Of the time that is not missing by the archive's own fault, or for no known reason."""
        return _percent(self.recorded_us, self.recorded_us + self.camera_faults_us)

    @property
    def reached_us(self) -> int | None:
        """How long footage is kept at least: what is promised, or less where some was purged earlier."""
        known = [one for one in (self.keep_us, self.early_us) if one is not None]
        return min(known, default=None)


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is agreed with an agency, a site or for a camera, what was, and which terms were kept.

    `own_terms` false: of a site that has only its agency's.
    """

    subject: Subject
    camera: str | None
    camera_name: str | None
    terms: Terms | None
    agreed: Agreed | None
    measured: Measured
    verdicts: tuple[Verdict, ...]
    own_terms: bool = True

    @property
    def state(self) -> str:
        """broken, kept, unjudged (nothing could be measured), or none (nothing is agreed)."""
        if any(one.kept is False for one in self.verdicts):
            return "broken"
        if any(one.kept for one in self.verdicts):
            return "kept"
        return "unjudged" if self.verdicts else "none"


@dataclass(frozen=True, kw_only=True)
class Report:
    """A window, ended at `until_us` where it is not over; `lines` are of agencies, each before its sites."""

    from_us: int
    to_us: int
    until_us: int
    lines: tuple[Line, ...]
    cameras: tuple[Line, ...]


def report(
    connection: Connection,
    from_us: int,
    to_us: int,
    *,
    now_us: int,
    zone: str,
    scope: Scope = None,
    agency: str | None = None,
    cameras: Sequence[str] | None = None,
) -> Report:
    """Everything of a window, of the agencies in `scope` (None: all), or of one.

    With `cameras` nothing is known but of these: lines of agencies and sites are of them alone.
    """
    known = subjects.every(connection, scope, agency)
    agreed = terms.judging(connection, scope, from_us, to_us, zone)
    values = {
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
        "now": clock.from_us(now_us),
        "scope": None if scope is None else list(scope),
        "agency": agency,
        "cameras": None if cameras is None else list(cameras),
    }
    connection.execute(query("compliance.room"))
    rows = connection.execute(query("compliance.cameras"), values).fetchall()
    of: dict[tuple[int, int | None], list[tuple[dict[str, Any], Measured]]] = defaultdict(list)
    found: list[tuple[dict[str, Any], Measured]] = [(row, _measured(row)) for row in rows]
    for row, one in found:
        of[row["agency_id"], None].append((row, one))
        if row["site_id"] is not None:
            of[row["agency_id"], row["site_id"]].append((row, one))
    by_key = {subject.key: subject for subject in known}
    return Report(
        from_us=from_us,
        to_us=to_us,
        until_us=max(from_us, min(to_us, now_us)),
        lines=tuple(_line(subject, agreed, summed([one for _, one in of[subject.key]])) for subject in known),
        cameras=tuple(
            _line(by_key[row["agency_id"], row["site_id"]], agreed, one, row) for row, one in found
        ),
    )


def summed(of: Sequence[Measured]) -> Measured:
    """Cameras together."""
    missing: Counter[str] = Counter()
    for one in of:
        missing.update(one.missing)
    gaps = [one.longest for one in of if one.longest is not None]
    offsets = [one.clocks.camera_offset_us for one in of if one.clocks.camera_offset_us is not None]
    return Measured(
        cameras=sum(one.cameras for one in of),
        connected=sum(one.connected for one in of),
        due_us=sum(one.due_us for one in of),
        recorded_us=sum(one.recorded_us for one in of),
        missing=dict(sorted(missing.items())),
        longest=max(gaps, key=lambda gap: gap.length_us, default=None),
        clocks=Clocks(
            recorder_error_us=_most(one.clocks.recorder_error_us for one in of),
            camera_offset_us=max(offsets, key=abs, default=None),
            surely_off_us=_most(one.clocks.surely_off_us for one in of),
        ),
        keep_us=min((one.keep_us for one in of if one.keep_us is not None), default=None),
        early_us=min((one.early_us for one in of if one.early_us is not None), default=None),
    )


def _line(
    subject: Subject,
    agreed: dict[tuple[int, int | None], Terms],
    measured: Measured,
    camera: dict[str, Any] | None = None,
) -> Line:
    of_agency = agreed.get((subject.agency_id, None))
    of_site = None if subject.site_id is None else agreed.get(subject.key)
    bound = of_agency if of_site is None else of_site.over(of_agency)
    if bound is not None and (camera is not None or (of_site is None and subject.site_id is not None)):
        # A number of cameras is agreed with whom it is agreed with, not with each of its parts.
        bound = Agreed(**{**_agreed(bound), "cameras": None})
    return Line(
        subject=subject,
        camera=None if camera is None else camera["code"],
        camera_name=None if camera is None else camera["name"],
        terms=of_site or of_agency,
        own_terms=of_site is not None or subject.site_id is None,
        agreed=bound,
        measured=measured,
        verdicts=() if bound is None else judged(bound, measured),
    )


def _agreed(one: Agreed) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Agreed.__dataclass_fields__}


def _measured(row: dict[str, Any]) -> Measured:
    due_us, recorded_us = _length(row["due"]), _length(row["recorded"])
    reasons = zip(row["reasons"] or (), row["lengths"] or (), strict=True)
    missing = {reason: _length(length) for reason, length in reasons}
    unknown_us = due_us - recorded_us - sum(missing.values())
    if unknown_us:
        missing[UNKNOWN] = unknown_us
    longest = None
    if row["gap_start"] is not None:
        longest = LongestGap(
            camera=row["code"],
            start_us=clock.to_us(row["gap_start"]),
            end_us=clock.to_us(row["gap_end"]),
            reason=row["gap_reason"],
        )
    offsets = [row[name] for name in ("least_offset_us", "most_offset_us") if row[name] is not None]
    return Measured(
        cameras=int(row["in_service"]),
        connected=int(row["in_service"] and recorded_us > 0),
        due_us=due_us,
        recorded_us=recorded_us,
        missing=missing,
        longest=longest,
        clocks=Clocks(
            recorder_error_us=row["error_us"],
            camera_offset_us=max(offsets, key=abs, default=None),
            surely_off_us=None if row["surely_off_us"] is None else max(0, row["surely_off_us"]),
        ),
        keep_us=row["keep_us"],
        early_us=None if row["early_s"] is None else round(row["early_s"] * 1_000_000),
    )


def _length(interval: timedelta | None) -> int:
    return 0 if interval is None else interval // _US


def _percent(part: int, whole: int) -> float | None:
    """In hundredths, rounded down: no 100 that is none."""
    return None if whole <= 0 else part * 10_000 // whole / 100


def _most(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)
