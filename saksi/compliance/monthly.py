"""Everything that the report of a calendar month is made of."""

from __future__ import annotations

from dataclasses import dataclass

from saksi.catalogue.database import Connection
from saksi.compliance import figures, months, subjects, tickets
from saksi.compliance.figures import Line, Report
from saksi.compliance.subjects import Scope
from saksi.compliance.tickets import Ticket

MOST_TICKETS = 10_000


@dataclass(frozen=True, kw_only=True)
class Monthly:
    """A month (2026-11) of all agencies of a scope, or of one; `tickets` were open at some time in it, in order."""

    month: str
    agency: str | None
    report: Report
    tickets: tuple[Ticket, ...]

    @property
    def over(self) -> bool:
        """Whether its figures change no more by time going on."""
        return self.report.until_us >= self.report.to_us

    @property
    def opened(self) -> int:
        """Tickets that were opened in it."""
        return sum(self._within(one.opened_us) for one in self.tickets)

    @property
    def closed(self) -> int:
        """Tickets that were closed in it, and are."""
        return sum(one.closed_us is not None and self._within(one.closed_us) for one in self.tickets)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Agencies and sites, without sites that would say the same twice: all of an agency, under its terms."""
        of_agency = {one.subject.agency_id: one for one in self.report.lines if one.subject.site_id is None}
        return tuple(
            one
            for one in self.report.lines
            if one.subject.site_id is None
            or one.own_terms
            or one.measured != of_agency[one.subject.agency_id].measured
        )

    def _within(self, at_us: int) -> bool:
        return self.report.from_us <= at_us < self.report.to_us


def of(
    connection: Connection,
    month: str,
    *,
    now_us: int,
    zone: str,
    scope: Scope = None,
    agency: str | None = None,
) -> Monthly:
    """The report of a month. Raises BadInput for none or one ahead, NotFound for an agency that is not theirs."""
    from_us, to_us = months.begun(month, zone, now_us)
    if agency is not None:
        subjects.agency(connection, agency, scope)
    report = figures.report(connection, from_us, to_us, now_us=now_us, zone=zone, scope=scope, agency=agency)
    found = tickets.find(connection, scope, now_us, agency=agency, span=(from_us, to_us), limit=MOST_TICKETS)
    return Monthly(month=month, agency=agency, report=report, tickets=tuple(reversed(found)))
