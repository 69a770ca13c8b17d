"""Agencies, sites and areas: list and add."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from archive_api import parameters
from archive_api.context import Here
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi.access import Permission
from saksi.catalogue import places

router = APIRouter(tags=["places"])
Reader = Annotated[Caller, Depends(require(Permission.CAMERA_READ))]
Writer = Annotated[Caller, Depends(require(Permission.CAMERA_WRITE))]
_PAGED = [Depends(parameters.only("limit", "cursor"))]


class NewAgency(Body):
    """An agency to add; `id` is made from the name when left out."""

    id: str | None = Field(None, max_length=63)
    name: str = Field(min_length=1, max_length=200)
    category: str


class AgencyChange(Body):
    """What may change of an agency."""

    contact_email: str = Field(
        max_length=254, description="Told each day what will be deleted; empty: nobody."
    )


class NewSite(Body):
    """A site of an agency to add."""

    id: str | None = Field(None, max_length=63)
    agency: str
    name: str = Field(min_length=1, max_length=200)
    address: str = Field("", max_length=500)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)


class NewArea(Body):
    """An area to add: a GeoJSON Polygon (RFC 7946)."""

    id: str | None = Field(None, max_length=63)
    name: str = Field(min_length=1, max_length=200)
    geometry: dict[str, Any]


@router.get("/agencies", dependencies=_PAGED)
def agencies(
    here: Here, caller: Reader, limit: parameters.Limit = 200, cursor: parameters.Cursor = None
) -> dict[str, Any]:
    """Agencies by id."""
    after = parameters.read_cursor(cursor, str)
    with here.database.transaction() as connection:
        rows = places.list_agencies(
            connection, sight=caller.sight, limit=limit, after=after[0] if after else ""
        )
    return _page(rows, limit)


@router.post("/agencies", status_code=201)
def add_agency(new: NewAgency, here: Here, caller: Writer) -> dict[str, Any]:
    """Adds an agency."""
    code = new.id or places.code_from(new.name)
    with here.database.transaction() as connection:
        places.check_scope(connection, code, caller.agency_ids)
        places.add_agency(connection, code=code, name=new.name, category=new.category)
        note_change(connection, caller, "add agency", {"agency": code})
    return {"id": code, "name": new.name, "category": new.category}


@router.patch("/agencies/{agency}")
def change_agency(agency: str, change: AgencyChange, here: Here, caller: Writer) -> dict[str, Any]:
    """Sets whom the daily mail of coming deletions goes to."""
    with here.database.transaction() as connection:
        places.check_scope(connection, agency, caller.agency_ids)
        places.set_contact(connection, agency, change.contact_email)
        note_change(connection, caller, "change agency", {"agency": agency, **change.model_dump()})
    return {"id": agency, **change.model_dump()}


@router.get("/sites", dependencies=_PAGED)
def sites(
    here: Here, caller: Reader, limit: parameters.Limit = 200, cursor: parameters.Cursor = None
) -> dict[str, Any]:
    """Sites by id."""
    after = parameters.read_cursor(cursor, str)
    with here.database.transaction() as connection:
        rows = places.list_sites(connection, sight=caller.sight, limit=limit, after=after[0] if after else "")
    return _page(rows, limit)


@router.post("/sites", status_code=201)
def add_site(new: NewSite, here: Here, caller: Writer) -> dict[str, Any]:
    """Adds a site."""
    code = new.id or places.code_from(new.name)
    with here.database.transaction() as connection:
        places.check_scope(connection, new.agency, caller.agency_ids)
        places.add_site(
            connection,
            code=code,
            agency=new.agency,
            name=new.name,
            address=new.address,
            lat=new.lat,
            lon=new.lon,
        )
        note_change(connection, caller, "add site", {"site": code})
    return {"id": code, **new.model_dump(exclude={"id"})}


@router.get("/areas", dependencies=_PAGED)
def areas(
    here: Here, _caller: Reader, limit: parameters.Limit = 200, cursor: parameters.Cursor = None
) -> dict[str, Any]:
    """Areas by id, with their geometry."""
    after = parameters.read_cursor(cursor, str)
    with here.database.transaction() as connection:
        rows = places.list_areas(connection, limit=limit, after=after[0] if after else "")
    return _page([{**row, "geometry": row.pop("geojson")} for row in rows], limit)


@router.post("/areas", status_code=201)
def add_area(new: NewArea, here: Here, caller: Writer) -> dict[str, Any]:
    """Adds an area."""
    code = new.id or places.code_from(new.name)
    with here.database.transaction() as connection:
        kept = places.add_area(connection, code=code, name=new.name, geometry=new.geometry)
        note_change(connection, caller, "add area", {"area": code})
    return {"id": code, "name": new.name, "geometry": kept}


def _page(rows: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    items = [
        {"id": row["code"], **{name: value for name, value in row.items() if name != "code"}} for row in rows
    ]
    return {
        "items": items,
        "next": parameters.write_cursor((items[-1]["id"],) if len(items) == limit else None),
    }
