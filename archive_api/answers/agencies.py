"""Answers about agencies: terms, whether they are kept, what is wrong."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from archive_api.answers.base import Day, Instant, Named, Page, Told


class Contact(TypedDict):
    """Somebody to call."""

    id: int
    site: str | None
    name: str
    role: str
    phone: str
    email: str


class Subject(TypedDict):
    """Whom it is of; `site` null: the agency as a whole."""

    agency: str
    name: str
    category: str
    site: str | None
    site_name: str | None


class Agreed(TypedDict):
    """What is agreed; null: not."""

    obliged: bool | None
    basis: str
    cameras: int | None
    uptime_percent: float | None
    retention_days: int | None
    clock_error_ms: int | None


TermsVersion = TypedDict(
    "TermsVersion",
    {
        "id": int,
        "from": Day,
        "until": Day | None,
        "overruled": bool,
        "obliged": bool | None,
        "basis": str,
        "cameras": int | None,
        "uptime_percent": float | None,
        "retention_days": int | None,
        "clock_error_ms": int | None,
        "reason": str,
        "made_by": str,
        "made_at": Instant,
    },
)


class NewTerms(Subject, TermsVersion):
    """A version that was made, and of whom."""


class Connection(TypedDict):
    """Whether the cameras that are switched on record."""

    state: Literal["none", "some", "all"]
    cameras: int
    recording: int
    last_at: Instant | None


class Terms(Subject, Page[TermsVersion]):
    """Every version, what is in force, and whether the cameras are connected."""

    in_force: Agreed | None
    connection: Connection


JudgedBy = TypedDict(
    "JudgedBy",
    {
        "from": Day,
        "obliged": bool | None,
        "basis": str,
        "cameras": int | None,
        "uptime_percent": float | None,
        "retention_days": int | None,
        "clock_error_ms": int | None,
    },
)
ReportSpan = TypedDict("ReportSpan", {"from": Instant, "to": Instant, "until": Instant, "zone": str})
GapOfCamera = TypedDict(
    "GapOfCamera", {"camera": str, "from": Instant, "to": Instant, "seconds": float, "reason": str}
)


class Missing(TypedDict):
    """Seconds without footage, by whose fault they are."""

    camera_s: float
    archive_s: float
    unknown_s: float
    reasons: dict[str, float]


class Clocks(TypedDict):
    """How far clocks were off."""

    recorder_error_ms: float | None
    camera_offset_ms: float | None
    camera_surely_off_ms: float | None


class Verdict(TypedDict):
    """One term, what was found, and whether it is kept (null: not known)."""

    rule: str
    agreed: float
    found: float | None
    kept: bool | None


class ComplianceLine(Subject):
    """An agency, a site or a camera in a window."""

    camera: str | None
    camera_name: str | None
    state: str
    terms: JudgedBy | None
    cameras: int
    connected: int
    due_s: float
    recorded_s: float
    recorded_percent: float | None
    uptime_percent: float | None
    missing: Missing
    longest_gap: GapOfCamera | None
    clock: Clocks
    retention_days: float | None
    verdicts: list[Verdict]


class Compliance(ReportSpan, Page[ComplianceLine]):
    """Lines of a window."""


class Ticket(TypedDict):
    """Something that breaks terms."""

    id: int
    rule: str
    state: str
    agency: str
    agency_name: str
    site: str | None
    site_name: str | None
    camera: str | None
    camera_name: str | None
    what: str
    remedy: str
    since: Instant
    opened_at: Instant
    closed_at: Instant | None
    promised: Day | None
    aside_until: Instant | None
    facts: Told


class TicketEvent(TypedDict):
    """Something that happened to a ticket."""

    at: Instant
    kind: str
    person: str
    text: str
    day: Day | None
    until: Instant | None
    facts: Told


class WholeTicket(Ticket):
    """A ticket and all that happened to it."""

    history: list[TicketEvent]


class Month(ComplianceLine, ReportSpan):
    """A month against the terms."""

    month: str


class Fault(TypedDict):
    """What is wrong with a camera and what to do."""

    reason: str
    since: Instant | None
    what: str
    remedy: str


class OwnCamera(TypedDict):
    """A camera as its agency sees it."""

    id: str
    name: str
    site: str | None
    site_name: str | None
    state: str
    fault: Fault | None
    compliance: str
    recorded_percent: float | None
    uptime_percent: float | None


class OwnAgency(TypedDict):
    """An agency's own page; `agency` null: one is to be chosen."""

    at: Instant
    choices: list[Named]
    agency: Subject | None
    connection: NotRequired[Connection]
    month: NotRequired[Month]
    cameras: NotRequired[list[OwnCamera]]
    tickets: NotRequired[list[Ticket]]
