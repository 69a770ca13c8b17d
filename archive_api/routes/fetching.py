"""Footage on demand: what has been announced and is still on a site's recorder can be asked for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from archive_api import parameters
from archive_api.context import Here
from archive_api.describe import instant
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi.access import Permission
from saksi.catalogue import cameras, fetching
from saksi.catalogue.fetching import MOST_DAYS, Request

router = APIRouter(tags=["footage"])
Viewer = Annotated[Caller, Depends(require(Permission.FOOTAGE_VIEW))]


class Wanted(Body):
    """Whose footage, of when, and why."""

    camera: str = Field(max_length=63)
    from_: str = Field(alias="from", max_length=60, description="RFC 3339 with a zone.")
    to: str = Field(max_length=60)
    reason: str = Field("", max_length=500)


@router.post("/footage/requests", status_code=202)
def ask(wanted: Wanted, here: Here, caller: Viewer) -> dict[str, Any]:
    """Has a recorder send the footage of a span before all else, also outside its hours. What holds cover, and so
    exhibits and packages, is asked for by itself. `state` says whether it is `coming`, has all `arrived`, or whether
    there is `none` on record."""
    span = parameters.window(wanted.from_, wanted.to, most_hours=24 * MOST_DAYS)
    with here.database.transaction() as connection:
        found = cameras.find(connection, wanted.camera, caller.sight, seen_us=(span.from_us, span.to_us))
        made = fetching.ask(
            connection, found.camera_id, span.from_us, span.to_us, person=caller.name, reason=wanted.reason
        )
        what = {"camera": found.code, "from": instant(span.from_us), "to": instant(span.to_us)}
        note_change(connection, caller, "footage.request", {**what, "request": made.request_id})
    return _told(made)


@router.get("/footage/requests", dependencies=[Depends(parameters.only("camera", "limit"))])
def listed(
    here: Here,
    caller: Viewer,
    camera: Annotated[str | None, Query(max_length=63, description="Of this camera alone.")] = None,
    limit: parameters.Limit = 100,
) -> dict[str, Any]:
    """The newest requests, and what of each is still on its way."""
    with here.database.transaction() as connection:
        if camera is not None:
            cameras.find(connection, camera, caller.sight)
        found = fetching.list_requests(connection, caller.sight, camera=camera, limit=limit)
    return {"items": [_told(one) for one in found]}


def _told(one: Request) -> dict[str, Any]:
    return {
        "id": one.request_id,
        "camera": one.camera,
        "from": instant(one.from_us),
        "to": instant(one.to_us),
        "reason": one.reason,
        "by": one.person,
        "asked_at": instant(one.asked_us),
        "expires_at": instant(one.expires_us),
        "state": one.state,
        "pending": {"chunks": one.chunks, "bytes": one.bytes, "recorders": list(one.recorders)},
    }
