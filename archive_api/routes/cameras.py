"""Cameras: find, add, change, look around."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from archive_api import describe, parameters
from archive_api.context import Here
from archive_api.pictures_shown import note_pictures
from archive_api.security import Caller, note, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import around, cameras, places, site_networks
from saksi.catalogue.camera_input import checked_source
from saksi.catalogue.cameras import Filter
from saksi.errors import BadInput
from saksi.messages import register
from saksi.retention import admission
from saksi.secrets import mask_url

register(
    "camera_placeless",
    en=(
        "Camera {camera} has no place at that time.",
        "Give its lat and lon with PATCH /api/v1/cameras/{camera}.",
    ),
    id_=(
        "Kamera {camera} tidak punya lokasi saat itu.",
        "Beri lat dan lon dengan PATCH /api/v1/cameras/{camera}.",
    ),
)

router = APIRouter(tags=["cameras"])
Reader = Annotated[Caller, Depends(require(Permission.CAMERA_READ))]
Searcher = Annotated[Caller, Depends(require(Permission.FOOTAGE_SEARCH))]
Writer = Annotated[Caller, Depends(require(Permission.CAMERA_WRITE))]
_SEARCH = ("near", "radius_m", "bbox", "area", "agency", "category", "status", "q", "limit", "cursor")


class NewCamera(Body):
    """A camera to add. `id` is made from the name when left out."""

    id: str | None = Field(None, max_length=63)
    name: str = Field(min_length=1, max_length=200)
    agency: str
    site: str | None = None
    source: str = Field(
        max_length=2000, description="Address with credentials; never shown again, only masked."
    )
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    heading_deg: float | None = Field(None, ge=0, lt=360)
    fov_deg: float | None = Field(None, gt=0, le=360)


class CameraChange(Body):
    """What to change; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=200)
    enabled: bool | None = None
    source: str | None = Field(None, max_length=2000)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    heading_deg: float | None = Field(None, ge=0, lt=360)
    fov_deg: float | None = Field(None, gt=0, le=360)


@router.get("/cameras", dependencies=[Depends(parameters.only(*_SEARCH))])
def find_cameras(
    request: Request,
    here: Here,
    caller: Reader,
    near: Annotated[str | None, Query(description="LATITUDE,LONGITUDE; nearest first.")] = None,
    radius_m: Annotated[float | None, Query(description="At most so far from near.")] = None,
    bbox: Annotated[str | None, Query(description="SOUTH,WEST,NORTH,EAST")] = None,
    area: Annotated[str | None, Query(description="Id of an area, or a GeoJSON Polygon.")] = None,
    agency: str | None = None,
    category: str | None = None,
    status: str | None = None,
    q: Annotated[str | None, Query(max_length=100, description="Words in id, name, agency or site.")] = None,
    limit: parameters.Limit = 200,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Cameras, nearest first when `near` is given."""
    place, radius = parameters.near(near, radius_m)
    after = parameters.read_cursor(cursor, float, str)
    with here.database.transaction() as connection:
        wanted = Filter(
            sight=caller.sight,
            near=place,
            radius_m=radius,
            bbox=parameters.bbox(bbox),
            boundary=parameters.area(connection, area),
            agency=agency,
            category=category,
            status=status,
            q=q,
        )
        found = cameras.search(connection, wanted, limit=limit, after=after or (-1.0, ""))
    note_pictures(request, caller, found)
    manages = caller.may(Permission.CAMERA_WRITE)
    last = found[-1] if len(found) == limit else None
    return {
        "items": [describe.camera(here, one, caller, with_source=manages) for one in found],
        "next": parameters.write_cursor(None if last is None else (float(last.distance_m or 0), last.code)),
    }


@router.get("/cameras/{camera}", dependencies=[Depends(parameters.only())])
def one_camera(camera: str, request: Request, here: Here, caller: Reader) -> dict[str, Any]:
    """One camera."""
    with here.database.transaction() as connection:
        found = cameras.find(connection, camera, caller.sight)
    note_pictures(request, caller, [found])
    return describe.camera(here, found, caller, with_source=caller.may(Permission.CAMERA_WRITE))


@router.post("/cameras", status_code=201)
def add_camera(new: NewCamera, here: Here, caller: Writer) -> dict[str, Any]:
    """Adds a camera; a recorder takes it within seconds."""
    source = checked_source(new.source)
    code = places.checked_code(new.id if new.id is not None else places.code_from(new.name))
    with here.database.transaction() as connection:
        admission.check(connection)
        places.check_scope(connection, new.agency, caller.agency_ids)
        site_networks.check_source(connection, source, site=new.site)
        cameras.add_camera(
            connection,
            code=code,
            name=new.name,
            agency=new.agency,
            site=new.site,
            source_sealed=here.vault.seal(source),
            source_masked=mask_url(source),
            lat=new.lat,
            lon=new.lon,
            heading_deg=new.heading_deg,
            fov_deg=new.fov_deg,
        )
        found = cameras.find(connection, code)
        note_change(connection, caller, "add camera", {"camera": code, "source": mask_url(source)})
    return describe.camera(here, found, caller, with_source=True)


@router.patch("/cameras/{camera}")
def change_camera(camera: str, change: CameraChange, here: Here, caller: Writer) -> dict[str, Any]:
    """Changes a camera. Moving it keeps where it stood before, for searches in the past."""
    source = None if change.source is None else checked_source(change.source)
    with here.database.transaction() as connection:
        before = cameras.find(connection, camera, caller.sight)
        if change.enabled and not before.enabled:
            admission.check(connection)
        if source is not None:
            site_networks.check_source(connection, source, camera=camera)
        cameras.change_camera(
            connection,
            camera,
            name=change.name,
            enabled=change.enabled,
            source_sealed=None if source is None else here.vault.seal(source),
            source_masked=None if source is None else mask_url(source),
        )
        given = change.model_dump(exclude_unset=True)
        if given.keys() & {"lat", "lon", "heading_deg", "fov_deg"}:
            new = {
                name: given.get(name, getattr(before, name))
                for name in ("lat", "lon", "heading_deg", "fov_deg")
            }
            if new["lat"] is None or new["lon"] is None:
                raise BadInput("camera_placeless", field="lat", camera=camera)
            cameras.place(connection, before.camera_id, clock.now_us(), **new)
        found = cameras.find(connection, camera)
        told = {name: value for name, value in given.items() if name != "source"}
        what = {"camera": camera, **told, "source_changed": source is not None}
        note_change(connection, caller, "change camera", what)
    return describe.camera(here, found, caller, with_source=True)


@router.get("/cameras/{camera}/neighbours", dependencies=[Depends(parameters.only("at", "radius_m"))])
def neighbours(
    camera: str,
    request: Request,
    here: Here,
    caller: Searcher,
    at: Annotated[str, Query(description="RFC 3339 with a zone.")],
    radius_m: float = 300.0,
) -> dict[str, Any]:
    """Cameras around: bearing, distance, whether there is footage of that instant, whole or thinned, or was purged."""
    at_us = clock.parse_rfc3339(at, "at")
    with here.database.transaction() as connection:
        centre = cameras.find(connection, camera, caller.sight, at_us=at_us)
        if centre.lat is None or centre.lon is None:
            raise BadInput("camera_placeless", field="camera", camera=camera)
        place, radius = parameters.near(f"{centre.lat!r},{centre.lon!r}", radius_m)
        nearby = Filter(
            sight=caller.sight, seen_us=(at_us, at_us + 1), near=place, radius_m=radius, at_us=at_us
        )
        found = [one for one in cameras.search(connection, nearby, limit=100) if one.code != camera]
        recorded = cameras.recorded_at(connection, [one.camera_id for one in found], at_us)
    note(request, caller, "neighbours", {"camera": camera, "at": clock.format_us(at_us), "radius_m": radius})
    return {
        "items": [
            {
                "camera": describe.camera(here, one, caller),
                "distance_m": round(one.distance_m or 0.0, 1),
                "bearing_deg": round(
                    around.bearing_deg(centre.lat, centre.lon, one.lat or 0.0, one.lon or 0.0), 1
                ),
                "recorded": recorded.get(one.camera_id) in ("stored", "thinned"),
                "thinned": recorded.get(one.camera_id) == "thinned",
                "purged": recorded.get(one.camera_id) == "purged",
            }
            for one in found
        ],
        "next": None,
    }
