"""The page on which an agency sees what is wrong and what to do."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request

from archive_api import describe_compliance, describe_tickets, parameters
from archive_api.context import Here
from archive_api.problems import language_of
from archive_api.routes.compliance import Agency
from archive_api.routes.terms import Reader
from archive_api.security import note
from saksi import clock
from saksi.compliance import overview, remedies
from saksi.compliance.overview import CameraNow

router = APIRouter(tags=["compliance"])


@router.get("/me/agency", dependencies=[Depends(parameters.only("agency"))])
def own_agency(request: Request, here: Here, caller: Reader, agency: Agency = None) -> dict[str, Any]:
    """An agency's cameras and faults, what to fix, this month and its tickets; of one's own where none is named.

    `choices` are the agencies that one may name; `agency` null: there is none.
    """
    now_us, zone, language = clock.now_us(), here.settings.zone, language_of(request)
    with here.database.transaction() as connection:
        known = overview.choices(connection, caller.agency_ids)
        chosen = agency or (known[0][0] if known else None)
        found = None
        if chosen is not None:
            found = overview.of(connection, chosen, caller.agency_ids, now_us, zone)
    note(request, caller, "own agency", {"agency": chosen})
    listed = [{"id": code, "name": name} for code, name in known]
    if found is None:
        return {"at": clock.format_us(now_us), "choices": listed, "agency": None}
    return {
        "at": clock.format_us(now_us),
        "choices": listed,
        "agency": describe_compliance.of_subject(found.subject),
        "connection": describe_compliance.connection(found.connection),
        "month": {
            "month": found.month,
            **describe_compliance.report(found.report, zone),
            **describe_compliance.line(found.line),
        },
        "cameras": [_camera(one, language) for one in found.cameras],
        "tickets": [describe_tickets.ticket(one, language) for one in found.tickets],
    }


def _camera(one: CameraNow, language: str) -> dict[str, Any]:
    fault = None
    if one.fault is not None:
        what, remedy = remedies.of_outage(one.fault, language)
        since = None if one.since_us is None else clock.format_us(one.since_us)
        fault = {"reason": one.fault, "since": since, "what": what, "remedy": remedy}
    return {
        "id": one.code,
        "name": one.name,
        "site": one.site,
        "site_name": one.site_name,
        "state": one.state,
        "fault": fault,
        "compliance": one.line.state,
        "recorded_percent": one.line.measured.recorded_percent,
        "uptime_percent": one.line.measured.uptime_percent,
    }
