"""What breaks terms right now: by rule, whose it is, since when, and the facts behind it.

`down` a camera or its line has failed for longer than allowed; `uptime` less was recorded in the last 7 or 30 days than
agreed; `clock` a camera's clock was off for the last hours; `retention` the archive keeps less than agreed; `cameras`
fewer were recorded in the last week than must be connected. Cameras are looked at one by one where one can be mended,
agencies and sites (with terms of their own) where the whole is agreed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.compliance import figures, terms
from saksi.compliance.figures import CAMERA_FAULTS, DAY_US, Line, Report
from saksi.compliance.judging import Verdict

RULES = ("down", "uptime", "clock", "retention", "cameras")
Key = tuple[str, int, int | None, int | None]  # rule, agency, site, camera
MINUTE_US, HOUR_US = 60_000_000, 3_600_000_000
_UPTIME_DAYS = (7, 30)
_CLOCK_HOURS = 6
_WORST = 5  # cameras named in a ticket of many


@dataclass(frozen=True, kw_only=True)
class Breach:
    """Something that is wrong; `facts` are what a person is told of it, in numbers and codes."""

    key: Key
    since_us: int
    facts: dict[str, Any]


def breaches(connection: Connection, now_us: int, *, zone: str, down_minutes: int) -> list[Breach]:
    """All that is wrong now. Agencies without terms break none."""
    reports = {
        days: figures.report(connection, now_us - days * DAY_US, now_us, now_us=now_us, zone=zone)
        for days in _UPTIME_DAYS
    }
    recent = figures.report(connection, now_us - _CLOCK_HOURS * HOUR_US, now_us, now_us=now_us, zone=zone)
    found = [
        *_down(connection, now_us, down_minutes, _bound(connection, now_us, zone)),
        *_uptime(reports, now_us),
        *_clock(connection, recent, now_us),
        *_retention(reports[30], now_us),
        *_cameras(reports[7], now_us),
    ]
    first: dict[Key, Breach] = {}
    for one in found:
        first.setdefault(one.key, one)
    return list(first.values())


def _bound(connection: Connection, now_us: int, zone: str) -> set[int]:
    """Agencies that have terms today."""
    return {agency for agency, _ in terms.judging(connection, None, now_us, now_us + 1, zone)}


def _down(connection: Connection, now_us: int, minutes: int, bound: set[int]) -> Iterator[Breach]:
    values = {"since": clock.from_us(now_us - minutes * MINUTE_US), "reasons": list(CAMERA_FAULTS)}
    for row in connection.execute(query("tickets.down"), values):
        if row["agency_id"] in bound:
            yield Breach(
                key=("down", row["agency_id"], None, row["camera_id"]),
                since_us=clock.to_us(row["start_at"]),
                facts={"reason": row["reason"], "minutes": minutes},
            )


def _uptime(reports: dict[int, Report], now_us: int) -> Iterator[Breach]:
    for days, report in reports.items():
        for line in _with_terms(report):
            verdict = _broken(line, "uptime")
            measured = line.measured
            # One hour of a new agency says nothing yet.
            if verdict is None or measured.recorded_us + measured.camera_faults_us < DAY_US:
                continue
            worst = sorted(
                (one for one in report.cameras if _is_of(one, line) and one.measured.camera_faults_us),
                key=lambda one: -one.measured.camera_faults_us,
            )
            yield Breach(
                key=("uptime", *line.subject.key, None),
                since_us=now_us - days * DAY_US,
                facts={
                    **_numbers(verdict),
                    "days": days,
                    "cameras": [
                        {
                            "camera": one.camera,
                            "hours": round(one.measured.camera_faults_us / HOUR_US, 1),
                            "reason": _main_fault(one),
                        }
                        for one in worst[:_WORST]
                    ],
                    "more": max(0, len(worst) - _WORST),
                },
            )


def _clock(connection: Connection, report: Report, now_us: int) -> Iterator[Breach]:
    off = {line.camera: (line, verdict) for line in report.cameras if (verdict := _broken(line, "clock"))}
    if not off:
        return
    rows = connection.execute(query("tickets.camera_ids"), {"codes": list(off)}).fetchall()
    for row in rows:
        line, verdict = off[row["code"]]
        values = {
            "camera_id": row["camera_id"],
            "from": clock.from_us(now_us - 90 * DAY_US),
            "most_us": int(verdict.agreed * 1000),
        }
        since = connection.execute(query("tickets.clock_since"), values).fetchone()
        if since is None or since["since"] is None:
            continue  # the last hour was right again
        offset_us = line.measured.clocks.camera_offset_us
        yield Breach(
            key=("clock", line.subject.agency_id, None, row["camera_id"]),
            since_us=clock.to_us(since["since"]),
            facts={**_numbers(verdict), "offset_ms": None if offset_us is None else offset_us / 1000},
        )


def _retention(report: Report, now_us: int) -> Iterator[Breach]:
    for line in _with_terms(report):
        verdict = _broken(line, "retention")
        if verdict is not None and line.measured.cameras:
            early = line.measured.early_us is not None and line.measured.reached_us == line.measured.early_us
            yield Breach(
                key=("retention", *line.subject.key, None),
                since_us=now_us,
                facts={**_numbers(verdict), "cause": "purged_early" if early else "policy"},
            )


def _cameras(report: Report, now_us: int) -> Iterator[Breach]:
    for line in _with_terms(report):
        verdict = _broken(line, "cameras")
        if verdict is not None:
            yield Breach(
                key=("cameras", *line.subject.key, None),
                since_us=now_us,
                facts={**_numbers(verdict), "registered": line.measured.cameras},
            )


def _with_terms(report: Report) -> Iterator[Line]:
    """Agencies, and sites that have terms of their own: the others' are their agency's."""
    for line in report.lines:
        if line.agreed is not None and line.own_terms:
            yield line


def _is_of(camera: Line, line: Line) -> bool:
    same_agency = camera.subject.agency_id == line.subject.agency_id
    return same_agency and line.subject.site_id in (None, camera.subject.site_id)


def _main_fault(line: Line) -> str:
    missing = line.measured.missing
    return max(CAMERA_FAULTS, key=lambda reason: missing.get(reason, 0))


def _broken(line: Line, rule: str) -> Verdict | None:
    return next((one for one in line.verdicts if one.rule == rule and one.kept is False), None)


def _numbers(verdict: Verdict) -> dict[str, Any]:
    return {"agreed": verdict.agreed, "found": verdict.found}
