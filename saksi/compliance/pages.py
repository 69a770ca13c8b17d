"""A page of compliance: only what it shows is computed, since a city's month is a second of work."""

from __future__ import annotations

from dataclasses import dataclass

from saksi.catalogue.database import Connection, query
from saksi.compliance import figures, subjects
from saksi.compliance.figures import Line, Report
from saksi.compliance.subjects import Scope

BY = ("agency", "site", "camera")


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some lines of a report; `more` follow."""

    report: Report
    lines: tuple[Line, ...]
    more: bool


def page(
    connection: Connection,
    by: str,
    window: tuple[int, int],
    *,
    now_us: int,
    zone: str,
    scope: Scope,
    agency: str | None,
    after: int,
    limit: int,
) -> Page:
    """Up to `limit` lines after the first `after` ones, `by` one of BY: agencies with their sites for site."""
    from_us, to_us = window
    if by == "camera":
        values = {
            "scope": None if scope is None else list(scope),
            "agency": agency,
            "after": after,
            "limit": limit + 1,
        }
        codes = [row["code"] for row in connection.execute(query("compliance.codes"), values)]
        report = figures.report(
            connection, from_us, to_us, now_us=now_us, zone=zone, scope=scope, cameras=codes[:limit]
        )
        return Page(report=report, lines=report.cameras, more=len(codes) > limit)
    known = [one for one in subjects.every(connection, scope, agency) if by == "site" or one.site_id is None]
    shown = known[after : after + limit]
    report = figures.report(
        connection, from_us, to_us, now_us=now_us, zone=zone, scope=sorted({one.agency_id for one in shown})
    )
    keys = {one.key for one in shown}
    lines = tuple(one for one in report.lines if one.subject.key in keys)
    return Page(report=report, lines=lines, more=after + limit < len(known))
