"""Incidents: enter, find, correct, withdraw, bring in a list."""

from __future__ import annotations

import contextlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi import Body as RawBody
from pydantic import Field

from archive_api import describe_incidents, parameters
from archive_api.context import Here
from archive_api.problems import language_of
from archive_api.security import Caller, note, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue.database import Connection
from saksi.errors import BadInput
from saksi.incidents import bring, lines, records, rights
from saksi.incidents.records import Facts, Filter

router = APIRouter(tags=["incidents"])
Reader = Annotated[Caller, Depends(require(Permission.INCIDENT_READ))]
Writer = Annotated[Caller, Depends(require(Permission.INCIDENT_WRITE))]
Id = Annotated[int, Path(ge=1, lt=1 << 31)]
Kinds = Annotated[str | None, Query(max_length=500, description="Kinds, separated by commas.")]
WHERE = ("area", "bbox", "kind", "from", "to")
_SEARCH = (*WHERE, "near", "radius_m", "limit", "cursor")
_NOTE = (
    "What happened, without personal data: no names, identity or telephone numbers, plates. / "
    "Apa yang terjadi, tanpa data pribadi: tanpa nama, NIK, nomor telepon, pelat nomor."
)


class NewIncident(Body):
    """What happened, where and when."""

    kind: str = Field(max_length=63)
    at: str = Field(max_length=60, description="RFC 3339 with a zone; the first moment it can have happened.")
    to: str | None = Field(None, max_length=60, description="The last such moment; left out: `at` is known.")
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    accuracy_m: float = Field(
        ge=records.LEAST_ACCURACY_M,
        le=records.MOST_ACCURACY_M,
        description="It happened within so many metres of there.",
    )
    case: str | None = Field(None, max_length=100)
    reference: str = Field("", max_length=100, description="Number in the source's own books.")
    source: str = Field("", max_length=100, description="Who tells of it, such as SPKT.")
    note: str = Field("", max_length=500, description=_NOTE)


class IncidentChange(Body):
    """What was wrong, and why; what is left out stays, and a `to` or `case` of null takes it away."""

    kind: str | None = Field(None, max_length=63)
    at: str | None = Field(None, max_length=60)
    to: str | None = Field(None, max_length=60)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    accuracy_m: float | None = Field(None, ge=records.LEAST_ACCURACY_M, le=records.MOST_ACCURACY_M)
    case: str | None = Field(None, max_length=100)
    reference: str | None = Field(None, max_length=100)
    source: str | None = Field(None, max_length=100)
    note: str | None = Field(None, max_length=500, description=_NOTE)
    withdraw: bool = Field(False, description="It did not happen, or stands twice.")
    reason: str = Field(min_length=1, max_length=500)


class NewKind(Body):
    """A kind of incident, in both languages."""

    id: str = Field(max_length=63)
    name_en: str = Field(min_length=1, max_length=100)
    name_id: str = Field(min_length=1, max_length=100)


@router.get("/incidents/kinds", dependencies=[Depends(parameters.only())])
def list_kinds(here: Here, _caller: Reader) -> dict[str, Any]:
    """Kinds of incidents."""
    with here.database.transaction() as connection:
        found = records.kinds(connection)
    items = [{"id": one["code"], "name_en": one["name_en"], "name_id": one["name_id"]} for one in found]
    return {"items": items, "next": None}


@router.post("/incidents/kinds", status_code=201)
def add_kind(new: NewKind, here: Here, caller: Writer) -> dict[str, Any]:
    """Adds a kind."""
    with here.database.transaction() as connection:
        records.add_kind(connection, code=new.id, name_en=new.name_en, name_id=new.name_id)
        note_change(connection, caller, "add incident kind", new.model_dump())
    return new.model_dump()


@router.post("/incidents/import")
def import_incidents(
    request: Request,
    here: Here,
    caller: Writer,
    csv: Annotated[bytes, RawBody(media_type="text/csv", description="The list, UTF-8, at most 1 MiB.")],
    dry_run: Annotated[bool, Query(description="Only say what would become of each line.")] = True,
) -> dict[str, Any]:
    """Brings in a CSV list; unless `dry_run=false` it is only looked at. The same list twice adds nothing."""
    listed = lines.read(csv, here.settings.zone)
    with here.database.transaction() as connection:
        with connection.transaction(force_rollback=True) if dry_run else contextlib.nullcontext():
            told = bring.bring(connection, caller, listed)
        note_change(connection, caller, "import incidents", {"dry_run": dry_run, **bring.counts(told)})
    return describe_incidents.brought(told, listed, language_of(request), dry_run=dry_run)


@router.get("/incidents", dependencies=[Depends(parameters.only(*_SEARCH))])
def find_incidents(
    request: Request,
    here: Here,
    caller: Reader,
    area: Annotated[str | None, Query(description="Id of an area, or a GeoJSON Polygon.")] = None,
    bbox: Annotated[str | None, Query(description="SOUTH,WEST,NORTH,EAST")] = None,
    near: Annotated[str | None, Query(description="LATITUDE,LONGITUDE")] = None,
    radius_m: Annotated[float | None, Query(description="At most so far from near.")] = None,
    kind: Kinds = None,
    from_: Annotated[str | None, Query(alias="from", description="Happened then or later.")] = None,
    to: Annotated[str | None, Query(description="Happened before.")] = None,
    limit: parameters.Limit = 200,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Incidents, the newest first."""
    place, radius = parameters.near(near, radius_m if near is None else radius_m or 300.0)
    before = parameters.read_chunk_cursor(cursor)
    with here.database.transaction() as connection:
        wanted = Filter(
            from_us=None if from_ is None else clock.parse_rfc3339(from_, "from"),
            to_us=None if to is None else clock.parse_rfc3339(to, "to"),
            kinds=kinds_of(kind),
            bbox=parameters.bbox(bbox),
            boundary=parameters.area(connection, area),
            near=place,
            radius_m=radius,
        )
        found = records.search(connection, caller, wanted, limit=limit, before=before)
    note(request, caller, "list incidents", asked(request))
    last = found[-1] if len(found) == limit else None
    return {
        "items": [describe_incidents.incident(one) for one in found],
        "next": parameters.write_cursor(None if last is None else (last.from_us, last.incident_id)),
    }


@router.post("/incidents", status_code=201)
def add_incident(new: NewIncident, here: Here, caller: Writer) -> dict[str, Any]:
    """Enters an incident."""
    facts = Facts(
        from_us=clock.parse_rfc3339(new.at, "at"),
        to_us=None if new.to is None else clock.parse_rfc3339(new.to, "to"),
        **new.model_dump(exclude={"at", "to"}),
    )
    with here.database.transaction() as connection:
        made = records.add(connection, caller, facts)
        assert made is not None
        note_change(connection, caller, "add incident", {"incident": made, "kind": new.kind})
        return describe_incidents.incident(records.versions(connection, caller, made)[0])


@router.get("/incidents/{incident}", dependencies=[Depends(parameters.only())])
def one_incident(incident: Id, request: Request, here: Here, caller: Reader) -> dict[str, Any]:
    """An incident as it counts, and every version before it."""
    with here.database.transaction() as connection:
        newest, *earlier = records.versions(connection, caller, incident)
    note(request, caller, "view incident", {"incident": incident})
    shown = describe_incidents.incident(newest)
    return {**shown, "earlier": [describe_incidents.incident(one) for one in earlier]}


@router.patch("/incidents/{incident}")
def change_incident(incident: Id, change: IncidentChange, here: Here, caller: Writer) -> dict[str, Any]:
    """Corrects an incident by a new version, or withdraws it; what it said before stays to be read. Who is limited to
    agencies or areas changes what they entered themselves."""
    given = change.model_dump(exclude_unset=True)
    with here.database.transaction() as connection:
        found = records.versions(connection, caller, incident)
        rights.check_theirs(caller, caller.name, found)
        before = found[0]
        facts = _corrected(before, change, given)
        made = records.correct(
            connection, caller, before, facts, reason=change.reason, withdraw=change.withdraw
        )
        what = {
            "incident": incident,
            "version": made.version,
            "changed": sorted(given),
            "withdrawn": made.withdrawn,
        }
        note_change(connection, caller, "change incident", what)
    return describe_incidents.incident(made)


def kinds_of(text: str | None) -> list[str] | None:
    """The kinds of a list; None: all."""
    return None if text is None else [one.strip() for one in text.split(",") if one.strip()]


def asked(request: Request) -> dict[str, object]:
    """The parameters of a search, for the audit."""
    return {name: value[:200] for name, value in request.query_params.items()}


def filter_of(
    connection: Connection, *, area: str | None, bbox: str | None, kind: str | None, from_: str, to: str
) -> Filter:
    """What figures are of: a window of at most five years, up to now, in an area or a box. Raises BadInput.

    What has not happened yet has no rate: days to come would only make all rates smaller.
    """
    window = parameters.window(from_, to, most_hours=5 * 366 * 24)
    now_us = clock.now_us()
    if window.from_us >= now_us:
        raise BadInput("incident_future", field="from")
    wanted = kinds_of(kind)
    records.check_kinds(connection, wanted or ())
    return Filter(
        from_us=window.from_us,
        to_us=min(window.to_us, now_us),
        kinds=wanted,
        bbox=parameters.bbox(bbox),
        boundary=parameters.area(connection, area),
    )


def _corrected(before: records.Incident, change: IncidentChange, given: dict[str, Any]) -> Facts:
    from_us = before.from_us if change.at is None else clock.parse_rfc3339(change.at, "at")
    if "to" in given:
        to_us = None if change.to is None else clock.parse_rfc3339(change.to, "to")
    else:
        to_us = None if before.to_us == before.from_us else before.to_us
    kept = {
        name: getattr(before, name) if given.get(name) is None else given[name]
        for name in ("kind", "lat", "lon", "accuracy_m", "reference", "source", "note")
    }
    return Facts(from_us=from_us, to_us=to_us, case=given.get("case", before.case), **kept)
