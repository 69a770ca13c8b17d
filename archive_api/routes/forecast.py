"""Growth of the archive: when the store is full, quotas of agencies, alarms."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from archive_api import describe_retention, parameters
from archive_api.context import Here
from archive_api.disposition import attachment
from archive_api.problems import language_of
from archive_api.security import Caller, note, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import places
from saksi.errors import BadInput
from saksi.retention import achieved, achieved_csv, alarms, quotas, watch

router = APIRouter(tags=["retention"])
Reader = Annotated[Caller, Depends(require(Permission.RETENTION_READ))]
Writer = Annotated[Caller, Depends(require(Permission.RETENTION_WRITE))]


class NewQuota(Body):
    """How much of the store an agency may use: bytes, days of what its cameras record a day, or the lesser of both."""

    agency: str = Field(max_length=63)
    bytes: int | None = Field(None, description="From 1 on; both left out: the quota ends.")
    days: int | None = Field(None, description="From 1 to 3650.")
    reason: str = Field("", max_length=500)


@router.get("/retention/forecast", dependencies=[Depends(parameters.only())])
def forecast(request: Request, here: Here, caller: Reader) -> dict[str, Any]:
    """When the store is full at what is recorded and what expires; what an early purge would take; what stands.

    Agency operators are told of their own agency. `full.at` null with `known`: never.
    """
    with here.database.transaction() as connection:
        seen = watch.look(connection, here.settings, clock.now_us())
        found = quotas.in_force(connection, caller.agency_ids)
    note(request, caller, "retention forecast", {})
    return describe_retention.forecast(seen, here.settings, language_of(request), caller.agency_ids, found)


@router.get(
    "/retention/achieved",
    dependencies=[Depends(parameters.only("agency", "by", "format", "limit", "cursor"))],
    response_model=None,
)
def achieved_retention(
    request: Request,
    here: Here,
    caller: Reader,
    agency: Annotated[str | None, Query(max_length=63)] = None,
    by: Annotated[
        Literal["camera", "agency"], Query(description="agency: each in all, over every camera.")
    ] = "camera",
    format_: Annotated[
        Literal["json", "csv"], Query(alias="format", description="csv: every camera at once.")
    ] = "json",
    limit: parameters.Limit = 100,
    cursor: parameters.Cursor = None,
) -> Response | dict[str, Any]:
    """What each camera was promised, what there is, and why it is less.

    What each figure means: docs/howto/plan-storage.md.
    """
    after = parameters.read_cursor(cursor, str) or ("",)
    now_us = clock.now_us()
    with here.database.transaction() as connection:
        if agency is not None:
            if not places.agency_exists(connection, agency):
                raise BadInput("agency_unknown", field="agency", given=agency)
            places.check_scope(connection, agency, caller.agency_ids)
        paged = format_ == "json" and by == "camera"
        found = achieved.report(
            connection,
            now_us,
            scope=caller.agency_ids,
            agency=agency,
            **({"after": after[0], "limit": limit} if paged else {}),
        )
    note(request, caller, "achieved retention", {"agency": agency, "format": format_})
    if format_ == "csv":
        return Response(
            achieved_csv.text(found, now_us),
            media_type="text/csv; charset=utf-8",
            headers=attachment(achieved_csv.name(now_us)),
        )
    if by == "agency":
        items = [describe_retention.rolled(one) for one in achieved.roll_up(found)]
        return {"at": clock.format_us(now_us), "items": items, "next": None}
    return {
        "at": clock.format_us(now_us),
        "items": [describe_retention.achieved(one) for one in found],
        "next": parameters.write_cursor((found[-1].camera,) if len(found) == limit else None),
    }


@router.get("/retention/alarms", dependencies=[Depends(parameters.only("limit"))])
def list_alarms(here: Here, caller: Reader, limit: parameters.Limit = 100) -> dict[str, Any]:
    """Alarms of the store's space: those that stand, then those that are over, the latest first."""
    with here.database.transaction() as connection:
        found = alarms.standing(connection, caller.agency_ids)
        found += alarms.past(connection, caller.agency_ids, limit=limit)
    everything = caller.agency_ids is None
    return {"items": [describe_retention.alarm(one, everything) for one in found[:limit]], "next": None}


@router.get("/retention/quotas", dependencies=[Depends(parameters.only("limit", "cursor"))])
def list_quotas(
    here: Here, caller: Reader, limit: parameters.Limit = 100, cursor: parameters.Cursor = None
) -> dict[str, Any]:
    """Quotas in force, and every version that there was, the newest first."""
    before = parameters.read_id_cursor(cursor)
    with here.database.transaction() as connection:
        now = quotas.in_force(connection, caller.agency_ids)
        found = quotas.history(connection, caller.agency_ids, limit=limit, before=before)
    return {
        "in_force": [describe_retention.quota(one) for one in now],
        "items": [describe_retention.quota(one) for one in found],
        "next": parameters.write_cursor((found[-1].quota_id,) if len(found) == limit else None),
    }


@router.put("/retention/quotas")
def put_quota(new: NewQuota, here: Here, caller: Writer) -> dict[str, Any]:
    """Sets the quota of an agency from now on, or ends it; the versions before stay on record."""
    with here.database.transaction() as connection:
        made = quotas.put(
            connection,
            agency=new.agency,
            size=new.bytes,
            days=new.days,
            reason=new.reason,
            person_id=caller.person_id,
            scope=caller.agency_ids,
        )
        told = {"agency": new.agency, "bytes": new.bytes, "days": new.days, "reason": new.reason}
        note_change(connection, caller, "set quota", told)
    return {"agency": new.agency, "quota": None if made is None else describe_retention.quota(made)}
