"""The monthly report on agencies, as a paper or as a list for spreadsheets."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from archive_api import parameters
from archive_api.context import Here
from archive_api.pdf import Language, pdf
from archive_api.routes.compliance import Agency
from archive_api.routes.terms import Reader
from archive_api.security import note
from saksi import clock
from saksi.compliance import monthly, monthly_csv
from saksi.filing import compliance as filing
from saksi.filing import desk
from saksi.filing.desk import Office

router = APIRouter(tags=["compliance"])


@router.get(
    "/compliance/report",
    dependencies=[Depends(parameters.only("month", "format", "lang", "agency"))],
    response_class=Response,
)
def monthly_report(
    request: Request,
    here: Here,
    caller: Reader,
    month: Annotated[str, Query(max_length=20, description="Such as 2026-11, in the zone of the papers.")],
    format_: Annotated[
        Literal["csv", "pdf"],
        Query(alias="format", description="csv: a line an agency, a site and a camera."),
    ] = "pdf",
    lang: Language = "id",
    agency: Agency = None,
) -> Response:
    """Laporan kepatuhan of a calendar month: terms, what was kept, whose fault gaps were, tickets.

    Of a month that is not over it goes up to now, and says so.
    """
    now_us, zone = clock.now_us(), here.settings.zone
    with here.database.transaction() as connection:
        found = monthly.of(
            connection, month, now_us=now_us, zone=zone, scope=caller.agency_ids, agency=agency
        )
        office = Office(connection=connection, settings=here.settings)
        maker = desk.caller(caller.who())
        filled = filing.report(office, found, made_by=maker, made_us=now_us, language=lang)
    if format_ == "csv":
        attached = {"Content-Disposition": f'attachment; filename="{monthly_csv.name(found)}"'}
        answer = Response(monthly_csv.text(found, lang), 200, attached, "text/csv; charset=utf-8")
    else:
        answer = pdf(filled, lang)
    digest = hashlib.sha256(bytes(answer.body)).hexdigest()
    told = {"month": month, "format": format_, "language": lang, "agency": agency, "sha256": digest}
    note(request, caller, "compliance report", told)
    return answer
