"""The custody of a case: who had its footage, when and why, each event with its place in the log."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from archive_api import case_context, describe_cases, parameters
from archive_api.context import Here
from archive_api.problems import language_of
from archive_api.security import Caller, note, require
from saksi.access import Permission
from saksi.catalogue import cameras, custody
from saksi.catalogue.cameras import Filter

router = APIRouter(tags=["cases"])


@router.get("/cases/{case}/custody", dependencies=[Depends(parameters.only("limit", "cursor"))])
def history(
    case: str,
    request: Request,
    here: Here,
    caller: Annotated[Caller, Depends(require(Permission.CUSTODY_READ))],
    limit: parameters.Limit = 100,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Events in the order of the case's chain: in your language and the archive's zone, with places in the log."""
    after = parameters.read_id_cursor(cursor)
    seen = None
    found = case_context.find(here, caller, case, history=True)
    with here.database.transaction() as connection:
        events = custody.events(connection, found, limit=limit, after=after or 0)
        if caller.sight is not None:
            named = describe_cases.cameras_named(events)
            wanted = Filter(sight=caller.sight, codes=named)
            seen = frozenset(one.code for one in cameras.search(connection, wanted, limit=len(named) or 1))
    note(request, caller, "custody", {"case": found.code})
    language = language_of(request)
    return {
        "items": [describe_cases.custody(one, language, here.settings.zone, seen) for one in events],
        "next": parameters.write_cursor((events[-1].seq,) if len(events) == limit else None),
    }
