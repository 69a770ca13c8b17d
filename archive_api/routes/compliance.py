"""Whether agencies, sites and cameras keep what is agreed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request

from archive_api import describe_compliance, parameters
from archive_api.context import Here
from archive_api.routes.terms import Reader
from archive_api.security import note
from saksi import clock
from saksi.compliance import pages, subjects

MOST_HOURS = 24 * 93  # a quarter

router = APIRouter(tags=["compliance"])
Agency = Annotated[str | None, Query(max_length=63, description="Of one agency only.")]


@router.get(
    "/compliance", dependencies=[Depends(parameters.only("from", "to", "agency", "by", "limit", "cursor"))]
)
def compliance(
    request: Request,
    here: Here,
    caller: Reader,
    from_: parameters.From,
    to: parameters.To,
    agency: Agency = None,
    by: Annotated[
        Literal["agency", "site", "camera"], Query(description="site: each agency, then its sites.")
    ] = "agency",
    limit: parameters.Limit = 200,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Obliged, connected, recorded, why it was not, longest gap, clocks, retention, and which terms were kept.

    What each figure means: docs/howto/check-compliance.md. At most 93 days.
    """
    window = parameters.window(from_, to, most_hours=MOST_HOURS)
    after = parameters.read_id_cursor(cursor) or 0
    with here.database.transaction() as connection:
        if agency is not None:
            subjects.agency(connection, agency, caller.agency_ids)
        found = pages.page(
            connection,
            by,
            (window.from_us, window.to_us),
            now_us=clock.now_us(),
            zone=here.settings.zone,
            scope=caller.agency_ids,
            agency=agency,
            after=after,
            limit=limit,
        )
    note(request, caller, "compliance", {"agency": agency, "by": by, "from": from_[:40], "to": to[:40]})
    return {
        **describe_compliance.report(found.report, here.settings.zone),
        "items": [describe_compliance.line(one) for one in found.lines],
        "next": parameters.write_cursor((after + limit,) if found.more else None),
    }
