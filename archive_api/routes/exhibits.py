"""Exhibits: spans of cameras that belong to a case, each with the hold that keeps it."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from archive_api import case_context, describe_cases, parameters
from archive_api.context import Here
from archive_api.problems import language_of
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import exhibits, sight
from saksi.catalogue.cameras import Filter
from saksi.catalogue.database import Connection
from saksi.errors import BadInput
from saksi.messages import Phrase, register_phrase

register_phrase(
    "exhibit_empty",
    en="There is no footage in this span of: {cameras}. Check date and zone; what arrives later is held too.",
    id_="Tidak ada rekaman dalam rentang ini dari: {cameras}. Periksa tanggal dan zona waktu; yang datang"
    " kemudian ikut ditahan.",
)

register_phrase(
    "exhibit_purged",
    en="Footage in this span was deleted by retention before it could be held, and cannot be brought back: {spans}.",
    id_="Rekaman dalam rentang ini sudah dihapus sesuai retensi sebelum sempat ditahan, dan tidak dapat dikembalikan:"
    " {spans}.",
)
_MOST_SPANS = 20

router = APIRouter(tags=["cases"])
Reader = Annotated[Caller, Depends(require(Permission.CASE_READ))]
Writer = Annotated[Caller, Depends(require(Permission.CASE_WRITE))]


class NewExhibit(Body):
    """Which cameras, by exactly one of `cameras`, `near` with `radius_m`, `area`; and from when to when."""

    cameras: list[str] | None = Field(None, min_length=1, max_length=10_000)
    near: str | None = Field(None, description="LATITUDE,LONGITUDE")
    radius_m: float | None = None
    area: str | dict[str, Any] | None = Field(None, description="Id of an area, or a GeoJSON Polygon.")
    from_: str = Field(alias="from", max_length=60, description="Begin, RFC 3339 with a zone.")
    to: str = Field(max_length=60, description="End, not part of the span; not in the future.")
    note: str = Field("", max_length=5000)


@router.post("/cases/{case}/exhibits", status_code=201)
def add_exhibit(case: str, new: NewExhibit, request: Request, here: Here, caller: Writer) -> dict[str, Any]:
    """Makes an exhibit and places the hold on its span. The cameras are those that stood there at `from`.

    Of cameras without any footage in the span `warnings` tells: it may still arrive, or the span is mistyped; and of
    footage that a purge had taken before.
    """
    from_us, to_us = clock.parse_rfc3339(new.from_, "from"), clock.parse_rfc3339(new.to, "to")
    exhibits.check_window(from_us, to_us)
    found, signer = case_context.find(here, caller, case), here.signer()
    with here.database.transaction() as connection:
        wanted = _wanted(connection, caller, new, from_us, to_us)
        chosen = exhibits.resolve(
            connection, caller.sight, (from_us, to_us), codes=new.cameras or (), wanted=wanted
        )
        made = exhibits.add(
            connection,
            signer,
            found,
            caller,
            caller.who(),
            found=chosen,
            from_us=from_us,
            to_us=to_us,
            note=new.note,
            chosen=new.model_dump(include={"cameras", "near", "radius_m", "area"}, exclude_none=True),
            why=caller.why(),
        )
        window = {"from": clock.format_us(from_us), "to": clock.format_us(to_us)}
        what = {"case": found.code, "exhibit": made.number, "cameras": [one.code for one in chosen], **window}
        note_change(connection, caller, "add exhibit", what)
        empty = exhibits.without_footage(connection, made)
        gone = exhibits.purged_before(connection, made)
    warnings = []
    if empty:
        told = Phrase("exhibit_empty", {"cameras": ", ".join(empty)}).text(language_of(request))
        warnings.append({"code": "no_footage", "text": told})
    if gone:
        spans = [
            f"{code} {clock.format_us(start)}/{clock.format_us(end)}"
            for code, start, end in gone[:_MOST_SPANS]
        ]
        more = ["…"] if len(gone) > _MOST_SPANS else []
        told = Phrase("exhibit_purged", {"spans": ", ".join(spans + more)}).text(language_of(request))
        warnings.append({"code": "footage_purged", "text": told})
    return {**describe_cases.exhibit(made, None), "warnings": warnings}


@router.get("/cases/{case}/exhibits", dependencies=[Depends(parameters.only("limit", "cursor"))])
def list_exhibits(
    case: str, here: Here, caller: Reader, limit: parameters.Limit = 100, cursor: parameters.Cursor = None
) -> dict[str, Any]:
    """The exhibits of a case by number."""
    after = parameters.read_id_cursor(cursor)
    found = case_context.find(here, caller, case)
    with here.database.transaction() as connection:
        listed = exhibits.list_exhibits(connection, found, limit=limit, after=after or 0)
        shown = sight.seen(connection, caller.sight, (span for one in listed for span in one.spans()))
    return {
        "items": [describe_cases.exhibit(one, shown) for one in listed],
        "next": parameters.write_cursor((listed[-1].number,) if len(listed) == limit else None),
    }


@router.get("/cases/{case}/exhibits/{number}", dependencies=[Depends(parameters.only())])
def one_exhibit(
    case: str, number: Annotated[int, Path(ge=1, lt=1 << 31)], here: Here, caller: Reader
) -> dict[str, Any]:
    """One exhibit."""
    found = case_context.find(here, caller, case)
    with here.database.transaction() as connection:
        one = exhibits.find(connection, found, number)
        shown = sight.seen(connection, caller.sight, one.spans())
    return describe_cases.exhibit(one, shown)


def _wanted(
    connection: Connection, caller: Caller, new: NewExhibit, from_us: int, to_us: int
) -> Filter | None:
    """What to look for when cameras are not named one by one. Raises BadInput unless it is said once."""
    if sum(one is not None for one in (new.cameras, new.near, new.area)) != 1:
        raise BadInput("exhibit_where", field="cameras")
    place, radius_m = parameters.near(new.near, new.radius_m)
    if new.cameras is not None:
        return None
    if place is not None and radius_m is None:
        raise BadInput("parameter_missing", field="radius_m")
    area = json.dumps(new.area) if isinstance(new.area, dict) else new.area
    return Filter(
        sight=caller.sight,
        seen_us=(from_us, to_us),
        near=place,
        radius_m=radius_m,
        boundary=parameters.area(connection, area),
        at_us=from_us,
    )
