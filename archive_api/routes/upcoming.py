"""What the next seven days delete, of each agency."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from archive_api import parameters
from archive_api.context import Here
from archive_api.describe import instant
from archive_api.routes.purges import scope_of
from archive_api.security import Caller, require
from saksi import clock
from saksi.access import Permission
from saksi.retention import upcoming
from saksi.retention.upcoming import AgencyWeek, ByHand, Day

router = APIRouter(tags=["retention"])
Reader = Annotated[Caller, Depends(require(Permission.RETENTION_READ))]


@router.get("/retention/upcoming", dependencies=[Depends(parameters.only())])
def coming(here: Here, caller: Reader) -> dict[str, Any]:
    """Deletions of the next seven days by agency and night, those by hand, and holds to be reviewed.

    A forecast: policies and holds as they stand now, counted to the chunk as a dry run counts. Of `unsealed_cameras`
    more goes: what is under no seal yet, or still to be recorded. A share without `policy_id` is of originals that are
    thinned. Who is limited to agencies sees those.
    """
    with here.database.transaction() as connection:
        found = upcoming.week(connection, here.settings, clock.now_us()).of(scope_of(connection, caller))
    return {
        "from": instant(found.from_us),
        "to": instant(found.to_us),
        "agencies": [_agency(one) for one in found.agencies],
    }


def _agency(one: AgencyWeek) -> dict[str, Any]:
    return {
        "agency": one.agency,
        "name": one.name,
        "days": [_day(day) for day in one.days],
        "unsealed_cameras": one.unsealed,
        "by_hand": [_by_hand(asked) for asked in one.by_hand],
        "holds_to_review": [
            {"hold": hold.hold_id, "review_on": hold.review_on.isoformat(), "cameras": hold.cameras}
            for hold in one.reviews
        ],
    }


def _day(day: Day) -> dict[str, Any]:
    return {
        "due": instant(day.due_us),
        "cameras": day.cameras,
        "hours": day.hours,
        "chunks": day.chunks,
        "bytes": day.bytes,
        "oldest": instant(day.oldest_us),
        "newest": instant(day.newest_us),
        "held_hours": day.held_hours,
        "held_bytes": day.held_bytes,
        "policies": [asdict(share) for share in day.policies],
    }


def _by_hand(asked: ByHand) -> dict[str, Any]:
    return {
        "id": asked.purge_id,
        "cameras": list(asked.cameras),
        "from": instant(asked.from_us),
        "to": instant(asked.to_us),
        "undo_until": instant(asked.undo_until_us),
        "awaits_approval": asked.undo_until_us is None,
    }
