"""What an agency sees of itself: its cameras and their faults, this month, its tickets, its terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.compliance import connection as connected
from saksi.compliance import figures, months, subjects, tickets
from saksi.compliance.connection import Connected
from saksi.compliance.figures import Line, Report
from saksi.compliance.subjects import Scope, Subject
from saksi.compliance.tickets import Ticket

MOST_TICKETS = 200


@dataclass(frozen=True, kw_only=True)
class CameraNow:
    """A camera as it is now; `reason` and `since_us` of what is wrong where it is not recorded. `line`: this month."""

    code: str
    name: str
    site: str | None
    site_name: str | None
    enabled: bool
    state: str
    reason: str | None
    since_us: int | None
    line: Line

    @property
    def fault(self) -> str | None:
        """Why it is not recorded; None while it is."""
        return None if self.state == "recording" else self.reason or "unknown"


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One agency, now and in `month`; those that are wrong stand first among its cameras."""

    subject: Subject
    month: str
    report: Report
    connection: Connected
    cameras: tuple[CameraNow, ...]
    tickets: tuple[Ticket, ...]

    @property
    def line(self) -> Line:
        """The whole agency."""
        return self.report.lines[0]


def choices(connection: Connection, scope: Scope) -> list[tuple[str, str]]:
    """Agencies that somebody may look at: id and name."""
    values = {"scope": None if scope is None else list(scope)}
    return [(row["code"], row["name"]) for row in connection.execute(query("terms.known"), values)]


def of(connection: Connection, code: str, scope: Scope, now_us: int, zone: str) -> Overview:
    """The agency of this id. Raises NotFound for one that is not there, or not theirs."""
    subject = subjects.agency(connection, code, scope)
    month = months.current(now_us, zone)
    from_us, to_us = months.span(month, zone)
    report = figures.report(
        connection, from_us, to_us, now_us=now_us, zone=zone, scope=[subject.agency_id], agency=code
    )
    lines = {line.camera: line for line in report.cameras}
    rows = connection.execute(query("terms.cameras_now"), {"agency_id": subject.agency_id}).fetchall()
    cameras = [
        CameraNow(
            **{
                name: row[name]
                for name in ("code", "name", "site", "site_name", "enabled", "state", "reason")
            },
            since_us=None if row["since"] is None else clock.to_us(row["since"]),
            line=lines[row["code"]],
        )
        for row in rows
        if row["code"] in lines
    ]
    standing = tickets.find(
        connection, [subject.agency_id], now_us, agency=code, state="standing", limit=MOST_TICKETS
    )
    return Overview(
        subject=subject,
        month=month,
        report=report,
        connection=connected.now(connection, subject),
        cameras=tuple(_worst_first(cameras)),
        tickets=tuple(standing),
    )


def _worst_first(cameras: Sequence[CameraNow]) -> list[CameraNow]:
    """Those that fail, then those switched off, then by how little of them was recorded."""
    percent = {one.code: one.line.measured.recorded_percent for one in cameras}
    return sorted(
        cameras,
        key=lambda one: (one.fault is None, not one.enabled, _share(percent[one.code]), one.code),
    )


def _share(percent: float | None) -> float:
    return 101 if percent is None else percent
