"""The audit trail for an auditor, as one file with what proves it. That it was taken is a row of the trail itself."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from archive_api import parameters
from archive_api.context import Here
from archive_api.methods import is_head
from archive_api.routes.audit import Auditor, Kind, Text
from archive_api.security import note
from saksi import clock
from saksi.catalogue.audit_trail import Wanted
from saksi.export import trail
from saksi.ledger import identity

router = APIRouter(tags=["audit"])
_ASKED = ("from", "to", "person", "camera", "case", "action", "kind", "result", "span_from", "span_to")


@router.get(
    "/audit/export",
    dependencies=[Depends(parameters.only(*_ASKED))],
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}, "description": "The export."}},
)
def export(
    request: Request,
    here: Here,
    caller: Auditor,
    from_: parameters.From,
    to: parameters.To,
    person: Text = None,
    camera: Annotated[str | None, Query(max_length=63, description="Rows about this camera.")] = None,
    case: Annotated[str | None, Query(max_length=100, description="Id or number.")] = None,
    action: Text = None,
    kind: Annotated[Kind | None, Query(description="Actions of one kind.")] = None,
    result: Literal["ok", "denied", "failed"] | None = None,
    span_from: Annotated[str | None, Query(max_length=60, description="About footage after.")] = None,
    span_to: Annotated[str | None, Query(max_length=60, description="About footage before.")] = None,
) -> Response:
    """Rows of a span of at most 366 days with what proves that the log has them, for `saksi verify`. Without a filter
    every row is in it, and the verifier shows that none is left out; with one, or for who is limited to agencies or
    areas, the rest is withheld and counted. Rows of the last minute may not be in the log yet: the export says so."""
    asked = parameters.window(from_, to, most_hours=24 * trail.MOST_DAYS)
    spans = [
        None if given is None else clock.parse_rfc3339(given, name)
        for name, given in (("span_from", span_from), ("span_to", span_to))
    ]
    wanted = Wanted(
        person=person,
        camera=camera,
        case=case,
        action=action,
        kind=kind,
        result=result,
        done_us=(asked.from_us, asked.to_us),
        span_us=(spans[0], spans[1]),
    )
    export_asked = trail.Asked(wanted=wanted, sight=caller.sight, by=caller.name, reason=caller.purpose)
    signer = here.signer()
    with here.database.transaction() as connection:
        policy = identity.policy(connection, here.settings)
        ready = trail.ready(connection, export_asked, signer, policy, here.settings)
    note(request, caller, "export audit", export_asked.told(), cameras=[] if camera is None else [camera])
    headers = {"Content-Disposition": f'attachment; filename="{ready.name}.zip"'}
    if is_head(request):
        return Response(headers=headers, media_type="application/zip")
    body = trail.pieces(here.database, ready, signer)
    return StreamingResponse(body, headers=headers, media_type="application/zip")
