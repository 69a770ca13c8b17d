"""The audit trail: who searched, viewed, exported and changed what, and why. Reading it is written down, too."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request

from archive_api import parameters
from archive_api.context import Here
from archive_api.describe import instant
from archive_api.problems import language_of
from archive_api.security import Caller, note, require
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import audit_trail, cameras
from saksi.catalogue.audit_trail import AuditRow, Viewer, Wanted
from saksi.catalogue.audit_words import sentence

router = APIRouter(tags=["audit"])
Auditor = Annotated[Caller, Depends(require(Permission.AUDIT_READ))]
Kind = Literal["view", "search", "log-in", "export", "hold"]
Text = Annotated[str | None, Query(max_length=200)]
Instant = Annotated[str | None, Query(max_length=60, description="RFC 3339 with a zone.")]
_SEARCH = (
    "person", "camera", "case", "action", "kind", "result", "from", "to", "span_from", "span_to", "limit", "cursor",
)  # fmt: skip
_MOST_DAYS = 366


@router.get("/audit", dependencies=[Depends(parameters.only(*_SEARCH))])
def trail(
    request: Request,
    here: Here,
    caller: Auditor,
    person: Text = None,
    camera: Annotated[str | None, Query(max_length=63, description="Rows about this camera.")] = None,
    case: Annotated[str | None, Query(max_length=100, description="Id or number.")] = None,
    action: Text = None,
    kind: Annotated[Kind | None, Query(description="Actions of one kind.")] = None,
    result: Literal["ok", "denied", "failed"] | None = None,
    from_: Annotated[str | None, Query(alias="from", max_length=60, description="Done at or after.")] = None,
    to: Annotated[str | None, Query(max_length=60, description="Done before.")] = None,
    span_from: Annotated[str | None, Query(max_length=60, description="About footage after.")] = None,
    span_to: Annotated[str | None, Query(max_length=60, description="About footage before.")] = None,
    limit: parameters.Limit = 100,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Who did what, newest first, each row in your language too. Who is limited to agencies or areas reads rows about
    the cameras that they may know of."""
    wanted = Wanted(
        person=person,
        camera=camera,
        case=case,
        action=action,
        kind=kind,
        result=result,
        done_us=(_us(from_, "from"), _us(to, "to")),
        span_us=(_us(span_from, "span_from"), _us(span_to, "span_to")),
    )
    before = parameters.read_id_cursor(cursor)
    with here.database.transaction() as connection:
        found = audit_trail.rows(connection, wanted, caller.sight, limit=limit, before=before)
    given = {name: value for name, value in request.query_params.items() if name not in ("limit", "cursor")}
    note(request, caller, "audit", {"asked": given}, cameras=[] if camera is None else [camera])
    language = language_of(request)
    return {
        "items": [_row(one, language, here.settings.zone) for one in found],
        "next": parameters.write_cursor((found[-1].audit_id,) if len(found) == limit else None),
    }


@router.get("/cameras/{camera}/viewers", dependencies=[Depends(parameters.only("from", "to", "limit"))])
def viewers(
    camera: str,
    request: Request,
    here: Here,
    caller: Auditor,
    from_: parameters.From,
    to: parameters.To,
    limit: parameters.Limit = 100,
) -> dict[str, Any]:
    """Who was shown footage of the camera that lies in the span, when, how often and why; the last first."""
    asked = parameters.window(from_, to, most_hours=24 * _MOST_DAYS)
    with here.database.transaction() as connection:
        seen_us = (asked.from_us, asked.to_us)
        found = cameras.find(connection, camera, caller.sight, seen_us=seen_us)
        people = audit_trail.viewers(connection, found.code, *seen_us, limit=limit)
    note(request, caller, "viewers", {"camera": found.code, "from": from_, "to": to})
    return {"items": [_viewer(one) for one in people], "next": None}


def _us(given: str | None, field: str) -> int | None:
    return None if given is None else clock.parse_rfc3339(given, field)


def _row(one: AuditRow, language: str, zone: str) -> dict[str, Any]:
    return {
        "id": one.audit_id,
        "at": instant(one.at_us),
        "person": one.person or None,
        "role": one.role or None,
        "address": one.address,
        "action": one.action,
        "object": one.object,
        "purpose": one.purpose or None,
        "result": one.result,
        "cameras": list(one.cameras),
        "case": one.case or None,
        "from": instant(one.from_us),
        "to": instant(one.to_us),
        "text": sentence(one, language, zone),
    }


def _viewer(one: Viewer) -> dict[str, Any]:
    return {
        "person": one.person,
        "role": one.role,
        "case": one.case or None,
        "times": one.times,
        "first": instant(one.first_us),
        "last": instant(one.last_us),
        "from": instant(one.from_us),
        "to": instant(one.to_us),
        "actions": list(one.actions),
        "purpose": one.purpose or None,
        "address": one.address,
    }
