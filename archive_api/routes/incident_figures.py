"""What incidents say: by hour, hot spots, blind spots, points for patrols. Lists, or GeoJSON layers of a map."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from archive_api import describe_incident_figures, parameters
from archive_api.context import Here
from archive_api.routes.incidents import WHERE, Kinds, Reader, asked, filter_of
from archive_api.security import note
from saksi.errors import BadInput
from saksi.incidents import blind_spots, figures, patrols
from saksi.messages import register

register(
    "shift_malformed",
    en=("hours is not a shift: {given}.", "Write the hours it begins and ends at, such as 20-04."),
    id_=("hours bukan giliran jaga: {given}.", "Tulis jam mulai dan selesainya, misalnya 20-04."),
)

router = APIRouter(tags=["incidents"])
Area = Annotated[str | None, Query(description="Id of an area, or a GeoJSON Polygon.")]
Box = Annotated[str | None, Query(description="SOUTH,WEST,NORTH,EAST")]
Radius = Annotated[float, Query(ge=10, le=2000, description="How near a camera, or a patrol, is near.")]
Format = Annotated[Literal["json", "geojson"], Query(description="geojson: a layer for a map.")]


@router.get("/incidents/hours", dependencies=[Depends(parameters.only(*WHERE, "by", "radius_m"))])
def hours(
    request: Request,
    here: Here,
    caller: Reader,
    from_: parameters.From,
    to: parameters.To,
    area: Area = None,
    bbox: Box = None,
    kind: Kinds = None,
    by: Literal["hour", "weekday_hour"] = "hour",
    radius_m: Radius = 100.0,
) -> dict[str, Any]:
    """Incidents by hour of the archive's zone and by area, beside how many a camera near them recorded."""
    with here.database.transaction() as connection:
        wanted = filter_of(connection, area=area, bbox=bbox, kind=kind, from_=from_, to=to)
        rows = figures.by_hour(
            connection,
            caller.sight,
            wanted,
            zone=here.settings.zone,
            radius_m=radius_m,
            weekdays=by == "weekday_hour",
        )
    note(request, caller, "incidents by hour", asked(request))
    named = area if area is not None and not area.lstrip().startswith("{") else None
    return {
        **_basis(here, caller, radius_m),
        **describe_incident_figures.hours(rows, wanted, named),
    }


@router.get(
    "/incidents/hotspots", dependencies=[Depends(parameters.only(*WHERE, "cell_m", "limit", "format"))]
)
def hot_spots(
    request: Request,
    here: Here,
    caller: Reader,
    from_: parameters.From,
    to: parameters.To,
    area: Area = None,
    bbox: Box = None,
    kind: Kinds = None,
    cell_m: Annotated[float, Query(ge=50, le=5000, description="Side of a cell.")] = 250.0,
    limit: parameters.Limit = 100,
    format: Format = "json",
) -> Any:
    """The cells of a grid in which the most happened: counts, rates a month, and the exact interval of each."""
    with here.database.transaction() as connection:
        wanted = filter_of(connection, area=area, bbox=bbox, kind=kind, from_=from_, to=to)
        found = figures.grid(connection, wanted, cell_m=cell_m, limit=limit)
    note(request, caller, "incident hot spots", asked(request))
    if format == "geojson":
        return _layer(describe_incident_figures.grid_layer(found, wanted))
    return describe_incident_figures.grid(found, wanted)


@router.get(
    "/incidents/blind-spots",
    response_model=dict[str, Any],
    dependencies=[Depends(parameters.only(*WHERE, "radius_m", "kept", "limit", "cursor", "format"))],
)
def blind(
    request: Request,
    here: Here,
    caller: Reader,
    from_: parameters.From,
    to: parameters.To,
    area: Area = None,
    bbox: Box = None,
    kind: Kinds = None,
    radius_m: Radius = 100.0,
    kept: Annotated[bool, Query(description="Footage that was purged since counts as none.")] = False,
    limit: parameters.Limit = 200,
    cursor: parameters.Cursor = None,
    format: Format = "json",
) -> Any:
    """Incidents that no camera near them recorded, the newest first, with the nearest camera and why it did not."""
    before = parameters.read_chunk_cursor(cursor)
    with here.database.transaction() as connection:
        wanted = filter_of(connection, area=area, bbox=bbox, kind=kind, from_=from_, to=to)
        found = blind_spots.find(
            connection, caller.sight, wanted, radius_m=radius_m, kept=kept, limit=limit, before=before
        )
    note(request, caller, "incident blind spots", asked(request))
    if format == "geojson":
        return _layer(describe_incident_figures.blind_layer(found))
    last = found.shown[-1] if len(found.shown) == limit else None
    return {
        **_basis(here, caller, radius_m),
        **describe_incident_figures.blind(found),
        "next": parameters.write_cursor(None if last is None else (last.from_us, last.incident_id)),
    }


@router.get("/incidents/patrols", dependencies=[Depends(parameters.only(*WHERE, "hours", "n", "radius_m"))])
def strong_points(
    request: Request,
    here: Here,
    caller: Reader,
    from_: parameters.From,
    to: parameters.To,
    area: Area = None,
    bbox: Box = None,
    kind: Kinds = None,
    hours: Annotated[
        str | None, Query(max_length=5, description="A shift such as 20-04; else the fullest.")
    ] = None,
    n: Annotated[int, Query(ge=1, le=50, description="At most so many points.")] = 5,
    radius_m: Radius = 200.0,
) -> dict[str, Any]:
    """Hours and points at which patrols would have been near the most incidents, ranked, with their numbers."""
    shift = None if hours is None else figures.hours_of(hours)
    if hours is not None and shift is None:
        raise BadInput("shift_malformed", field="hours", given=hours)
    with here.database.transaction() as connection:
        wanted = filter_of(connection, area=area, bbox=bbox, kind=kind, from_=from_, to=to)
        found = patrols.suggest(
            connection,
            caller.sight,
            wanted,
            zone=here.settings.zone,
            radius_m=radius_m,
            count=n,
            hours=shift,
        )
    note(request, caller, "incident patrols", asked(request))
    return {**_basis(here, caller, radius_m), **describe_incident_figures.patrols(found, wanted)}


def _layer(layer: dict[str, Any]) -> Response:
    return JSONResponse(layer, media_type="application/geo+json")


def _basis(here: Here, caller: Reader, radius_m: float) -> dict[str, Any]:
    """What the figures of cameras rest on: `all_cameras` false, only those the caller may see."""
    return {"zone": here.settings.zone, "radius_m": radius_m, "all_cameras": caller.sight is None}
