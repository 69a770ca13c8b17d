"""Laporan kepatuhan: a month's figures as a paper."""

from __future__ import annotations

from saksi.compliance import remedies
from saksi.compliance.figures import Line
from saksi.compliance.monthly import Monthly
from saksi.compliance.tickets import Ticket
from saksi.filing.desk import Office
from saksi.papers import obligations, parts

MOST_TICKETS = 500


def report(
    office: Office, month: Monthly, *, made_by: parts.Person, made_us: int, language: str
) -> obligations.Compliance:
    """The paper in "id" or "en": what is wrong is said in a ticket's own words."""
    number = f"LK-{month.month}" + ("" if month.agency is None else f"-{month.agency}")
    found = month.report
    names = {one.camera: one.camera_name for one in found.cameras}
    return obligations.Compliance(
        issue=office.issue(number, made_us=made_us),
        month=parts.Span(start_us=found.from_us, end_us=found.to_us),
        until_us=found.until_us,
        made_by=made_by,
        subjects=tuple(_kept(line, names) for line in month.lines),
        opened=month.opened,
        closed=month.closed,
        tickets=tuple(_ticket(one, language) for one in month.tickets[:MOST_TICKETS]),
        tickets_in_all=len(month.tickets),
        signatories=(parts.Signatory(capacity="records_officer"), parts.Signatory(capacity="superior")),
    )


def _kept(line: Line, names: dict[str | None, str | None]) -> obligations.Kept:
    measured, terms, gap = line.measured, line.terms, line.measured.longest
    return obligations.Kept(
        name=line.subject.name,
        site=line.subject.site_id is not None,
        state=line.state,
        terms=None
        if terms is None or not line.own_terms
        else obligations.Agreement(
            obliged=terms.obliged,
            basis=terms.basis,
            since=terms.from_day,
            cameras=terms.cameras,
            uptime_percent=terms.uptime_percent,
            retention_days=terms.retention_days,
            clock_error_ms=terms.clock_error_ms,
        ),
        judged=tuple(
            obligations.Judged(kind=one.rule, agreed=one.agreed, kept=one.kept) for one in line.verdicts
        ),
        cameras=measured.cameras,
        connected=measured.connected,
        due_us=measured.due_us,
        recorded_us=measured.recorded_us,
        agency_us=measured.camera_faults_us,
        archive_us=measured.archive_faults_us,
        unknown_us=measured.due_us
        - measured.recorded_us
        - measured.camera_faults_us
        - measured.archive_faults_us,
        longest=None
        if gap is None
        else obligations.LongestGap(
            camera=names.get(gap.camera) or gap.camera,
            span=parts.Span(start_us=gap.start_us, end_us=gap.end_us),
            cause=gap.reason,
        ),
        recorder_error_us=measured.clocks.recorder_error_us,
        off_us=measured.clocks.surely_off_us,
        reached_us=measured.reached_us,
    )


def _ticket(one: Ticket, language: str) -> obligations.TicketLine:
    what, _ = remedies.said(one.rule, one.facts, language)
    where = [one.agency_name, one.site_name, one.camera_name or one.camera]
    return obligations.TicketLine(
        number=one.ticket_id,
        of=" · ".join(part for part in where if part),
        what=what,
        opened_us=one.opened_us,
        closed_us=one.closed_us,
    )
