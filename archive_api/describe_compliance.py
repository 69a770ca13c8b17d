"""Terms, contacts and compliance as answers. Percent to hundredths, rounded down."""

from __future__ import annotations

from datetime import date
from typing import Any

from saksi import clock
from saksi.compliance import terms
from saksi.compliance.connection import Connected
from saksi.compliance.contacts import Contact
from saksi.compliance.figures import DAY_US, Line, Measured, Report
from saksi.compliance.subjects import Subject
from saksi.compliance.terms import Agreed, Terms

AGREED = ("obliged", "basis", "cameras", "uptime_percent", "retention_days", "clock_error_ms")


def of_subject(subject: Subject) -> dict[str, Any]:
    """Whom it is of; `site` null: the agency as a whole."""
    return {
        "agency": subject.agency,
        "name": subject.agency_name,
        "category": subject.category,
        "site": subject.site,
        "site_name": subject.site_name,
    }


def agreed(one: Agreed | None) -> dict[str, Any] | None:
    """What is agreed; null: nothing."""
    return None if one is None else {name: getattr(one, name) for name in AGREED}


def version(one: Terms, found: list[Terms]) -> dict[str, Any]:
    """A version of terms; `until` null: it has no end."""
    last = terms.until(found, one)
    return {
        "id": one.terms_id,
        "from": one.from_day.isoformat(),
        "until": None if last is None else last.isoformat(),
        "overruled": one.overruled,
        **{name: getattr(one, name) for name in AGREED},
        "reason": one.reason,
        "made_by": one.made_by,
        "made_at": clock.format_us(one.made_us),
    }


def all_terms(
    subject: Subject, found: list[Terms], on: date, connected: Connected, inherited: Terms | None
) -> dict[str, Any]:
    """Of an agency or a site: what is in force, whether it is connected, and every version."""
    now = terms.in_force(found, on)
    effective: Agreed | None = now
    if subject.site_id is not None:
        effective = inherited if now is None else now.over(inherited)
    return {
        **of_subject(subject),
        "in_force": agreed(effective),
        "connection": connection(connected),
        "items": [version(one, found) for one in found],
        "next": None,
    }


def connection(one: Connected) -> dict[str, Any]:
    """`state` none, some or all of the cameras that are switched on; `last_at` null: never."""
    return {
        "state": one.state,
        "cameras": one.cameras,
        "recording": one.recording,
        "last_at": None if one.last_us is None else clock.format_us(one.last_us),
    }


def contact(one: Contact) -> dict[str, Any]:
    """Somebody to call."""
    return {
        "id": one.contact_id,
        "site": one.site,
        "name": one.name,
        "role": one.role,
        "phone": one.phone,
        "email": one.email,
    }


def report(found: Report, zone: str) -> dict[str, Any]:
    """What a compliance report is of."""
    return {
        "from": clock.format_us(found.from_us),
        "to": clock.format_us(found.to_us),
        "until": clock.format_us(found.until_us),
        "zone": zone,
    }


def line(one: Line) -> dict[str, Any]:
    """An agency, a site or a camera."""
    return {
        **of_subject(one.subject),
        "camera": one.camera,
        "camera_name": one.camera_name,
        "state": one.state,
        "terms": None
        if one.terms is None
        else {"from": one.terms.from_day.isoformat(), **(agreed(one.agreed) or {})},
        **measured(one.measured),
        "verdicts": [
            {"rule": verdict.rule, "agreed": verdict.agreed, "found": verdict.found, "kept": verdict.kept}
            for verdict in one.verdicts
        ],
    }


def measured(one: Measured) -> dict[str, Any]:
    """Figures of cameras; `reasons` of what is missing in seconds, the most first."""
    gap = one.longest
    reached = one.reached_us
    return {
        "cameras": one.cameras,
        "connected": one.connected,
        "due_s": _seconds(one.due_us),
        "recorded_s": _seconds(one.recorded_us),
        "recorded_percent": one.recorded_percent,
        "uptime_percent": one.uptime_percent,
        "missing": {
            "camera_s": _seconds(one.camera_faults_us),
            "archive_s": _seconds(one.archive_faults_us),
            "unknown_s": _seconds(one.missing.get("unknown", 0)),
            "reasons": {
                reason: _seconds(length)
                for reason, length in sorted(one.missing.items(), key=lambda item: (-item[1], item[0]))
            },
        },
        "longest_gap": None
        if gap is None
        else {
            "camera": gap.camera,
            "from": clock.format_us(gap.start_us),
            "to": clock.format_us(gap.end_us),
            "seconds": _seconds(gap.length_us),
            "reason": gap.reason,
        },
        "clock": {
            "recorder_error_ms": _ms(one.clocks.recorder_error_us),
            "camera_offset_ms": _ms(one.clocks.camera_offset_us),
            "camera_surely_off_ms": _ms(one.clocks.surely_off_us),
        },
        "retention_days": None if reached is None else round(reached / DAY_US, 2),
    }


def _seconds(length_us: int) -> float:
    return length_us / 1_000_000


def _ms(value_us: int | None) -> float | None:
    return None if value_us is None else value_us / 1000
