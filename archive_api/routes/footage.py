"""The search: what was recorded where and when, and the chunks behind it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from archive_api import describe, parameters
from archive_api.case_context import InCase, told
from archive_api.context import Here
from archive_api.problems import language_of
from archive_api.security import Caller, note, require
from archive_api.windows import purged_in
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cameras, footage, imports, thinned
from saksi.catalogue.cameras import Filter
from saksi.catalogue.database import Connection
from saksi.errors import BadInput
from saksi.messages import register

register(
    "where_missing",
    en=("Nothing says which cameras.", "Give camera=ID (repeated), near and radius_m, bbox, area or agency."),
    id_=(
        "Kamera mana tidak disebutkan.",
        "Beri camera=ID (berulang), near dan radius_m, bbox, area atau agency.",
    ),
)

router = APIRouter(tags=["footage"])
Searcher = Annotated[Caller, Depends(require(Permission.FOOTAGE_SEARCH))]
_MOST_HOURS = 31 * 24
_SEARCH = ("camera", "near", "radius_m", "bbox", "area", "agency", "from", "to", "limit", "cursor")


@router.get("/footage", dependencies=[Depends(parameters.only(*_SEARCH))])
def search(
    request: Request,
    here: Here,
    caller: Searcher,
    from_: parameters.From,
    to: parameters.To,
    camera: Annotated[list[str] | None, Query(description="Camera id; may be repeated.")] = None,
    near: Annotated[str | None, Query(description="LATITUDE,LONGITUDE; nearest first.")] = None,
    radius_m: float | None = None,
    bbox: Annotated[str | None, Query(description="SOUTH,WEST,NORTH,EAST")] = None,
    area: Annotated[str | None, Query(description="Id of an area, or a GeoJSON Polygon.")] = None,
    agency: str | None = None,
    limit: parameters.Limit = 100,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Per camera: coverage with states, gaps with reasons, bytes and a picture. Places are those at `from`."""
    asked = parameters.window(from_, to, most_hours=_MOST_HOURS)
    if (
        camera is None
        and near is None
        and radius_m is None
        and bbox is None
        and area is None
        and agency is None
    ):
        raise BadInput("where_missing", field="camera")
    place, radius = parameters.near(near, radius_m)
    if place is not None and radius is None:
        raise BadInput("parameter_missing", field="radius_m")
    after = parameters.read_cursor(cursor, float, str)
    with here.database.transaction() as connection:
        wanted = Filter(
            sight=caller.sight,
            seen_us=(asked.from_us, asked.to_us),
            codes=camera,
            near=place,
            radius_m=radius,
            bbox=parameters.bbox(bbox),
            boundary=parameters.area(connection, area),
            agency=agency,
            at_us=asked.from_us,
        )
        found = cameras.search(connection, wanted, limit=limit, after=after or (-1.0, ""))
        _check_known(connection, caller, set(camera or ()) - {one.code for one in found}, asked)
        seen = footage.coverage(connection, [one.camera_id for one in found], asked.from_us, asked.to_us)
    asked_for = {name: request.query_params.getlist(name) for name in request.query_params}
    note(request, caller, "search", asked_for, cameras=[one.code for one in found])
    last = found[-1] if len(found) == limit else None
    return {
        "items": [
            {
                "camera": describe.camera(here, one, caller),
                **describe.coverage(here, seen[one.camera_id], caller),
            }
            for one in found
        ],
        "next": parameters.write_cursor(None if last is None else (float(last.distance_m or 0), last.code)),
    }


@router.get(
    "/cameras/{camera}/segments",
    dependencies=[Depends(parameters.only("from", "to", "limit", "cursor", "case"))],
)
def segments(
    camera: str,
    request: Request,
    here: Here,
    caller: Annotated[Caller, Depends(require(Permission.FOOTAGE_VIEW))],
    from_: parameters.From,
    to: parameters.To,
    case: InCase,
    limit: parameters.Limit = 200,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """The chunks of a camera that touch the window, each with a signed address, its fragments, and how its
    time is known (`time`, in words too); what of the window was purged, by which purge and policy; runs of imported
    files that end before the length they state (`cut_short`)."""
    asked = parameters.window(from_, to, most_hours=_MOST_HOURS)
    after = parameters.read_chunk_cursor(cursor)
    with here.database.transaction() as connection:
        found = cameras.find(connection, camera, caller.sight, seen_us=(asked.from_us, asked.to_us))
        chunks = thinned.shown(
            connection,
            found.camera_id,
            asked.from_us,
            asked.to_us,
            limit=limit,
            after=after,
        )
        gone = purged_in(connection, found, asked)
        short = imports.shorter(connection, {one.entry.run for one in chunks if one.imported})
    window = {"from": clock.format_us(asked.from_us), "to": clock.format_us(asked.to_us)}
    told(request, here, caller, case, found, asked.from_us, asked.to_us, shown="segments")
    note(request, caller, "segments", {"camera": camera, **window})
    return {
        "items": [describe.chunk(here, one, language_of(request)) for one in chunks],
        "purged": gone,
        "cut_short": [describe.cut_short(run, what, language_of(request)) for run, what in short.items()],
        "next": parameters.write_cursor(chunks[-1].cursor if len(chunks) == limit else None),
    }


def _check_known(connection: Connection, caller: Caller, codes: set[str], asked: parameters.Window) -> None:
    """A camera that is asked for by id and not to be seen is an error, never a silent absence.

    Asked about those that the page does not show: other filters may leave one out, or another page may hold it.
    """
    seen_us = (asked.from_us, asked.to_us)
    wanted = Filter(sight=caller.sight, seen_us=seen_us, codes=sorted(codes))
    known = {one.code for one in cameras.search(connection, wanted, limit=len(codes))} if codes else set()
    for code in sorted(codes - known):
        cameras.find(connection, code, caller.sight, seen_us=seen_us)  # raises what there is to say of it
