"""The monthly report on agencies: what is agreed with each, what was, and whose fault it was where it was not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from saksi.papers.parts import Issue, Person, Signatory, Span

KEPT_STATES = ("kept", "broken", "unjudged", "none")
JUDGED_KINDS = ("cameras", "uptime", "clock", "retention")


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Terms from a day on; what is None is not agreed, or of a site is as its agency's."""

    obliged: bool | None
    basis: str
    since: date
    cameras: int | None
    uptime_percent: float | None
    retention_days: int | None
    clock_error_ms: int | None


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Whether one of JUDGED_KINDS was kept: what was agreed, in cameras, percent, milliseconds or days."""

    kind: str
    agreed: float
    kept: bool | None


@dataclass(frozen=True, kw_only=True)
class LongestGap:
    """The longest time without footage, of which camera, and why."""

    camera: str
    span: Span
    cause: str


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An agency, or a `site` of the one before it; `terms` are its own. Lengths in microseconds, None: not known.

    `agency_us`, `archive_us` and `unknown_us` are what is missing of `due_us`: by faults of cameras and their lines, by
    faults of the archive, and by nothing that anybody knows. `off_us` is by how much cameras' clocks were surely off.
    """

    name: str
    site: bool
    state: str
    terms: Agreement | None
    judged: tuple[Judged, ...]
    cameras: int
    connected: int
    due_us: int
    recorded_us: int
    agency_us: int
    archive_us: int
    unknown_us: int
    longest: LongestGap | None
    recorder_error_us: int | None
    off_us: int | None
    reached_us: int | None


@dataclass(frozen=True, kw_only=True)
class TicketLine:
    """A ticket that was open at some time in the month; `of` is the camera, site or agency."""

    number: int
    of: str
    what: str
    opened_us: int
    closed_us: int | None


@dataclass(frozen=True, kw_only=True)
class Compliance:
    """Laporan Kepatuhan: a calendar month, judged by the terms of its first day.

    `until_us` is where the figures end, before the month's own end where it is not over. `tickets` may be the first of
    `tickets_in_all`.
    """

    issue: Issue
    month: Span
    until_us: int
    made_by: Person
    subjects: tuple[Kept, ...]
    opened: int
    closed: int
    tickets: tuple[TicketLine, ...]
    tickets_in_all: int
    signatories: tuple[Signatory, ...] = ()
