"""Bookmarks: one's own marks in footage, and those of everyone in a case."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from archive_api import describe_cases, parameters
from archive_api.context import Here
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import bookmarks, cameras, cases
from saksi.catalogue.cases import CaseFile
from saksi.catalogue.database import Connection
from saksi.errors import NotFound

router = APIRouter(tags=["cases"])
Marker = Annotated[Caller, Depends(require(Permission.BOOKMARK_WRITE))]
Id = Annotated[int, Path(ge=1, lt=1 << 31)]


class NewBookmark(Body):
    """A mark at `from`, or over [from, to)."""

    camera: str = Field(max_length=63)
    from_: str = Field(alias="from", max_length=60, description="RFC 3339 with a zone.")
    to: str | None = Field(None, max_length=60)
    label: str = Field(min_length=1, max_length=500)
    case: str | None = Field(None, max_length=100)


class BookmarkChange(Body):
    """What to change; what is left out stays, and a `to` of null makes it an instant."""

    from_: str | None = Field(None, alias="from", max_length=60)
    to: str | None = Field(None, max_length=60)
    label: str | None = Field(None, min_length=1, max_length=500)


@router.post("/bookmarks", status_code=201)
def add_bookmark(new: NewBookmark, here: Here, caller: Marker) -> dict[str, Any]:
    """Marks an instant or a span of a camera."""
    from_us = clock.parse_rfc3339(new.from_, "from")
    to_us = None if new.to is None else clock.parse_rfc3339(new.to, "to")
    signer = here.signer()
    with here.database.transaction() as connection:
        made = bookmarks.add(
            connection,
            signer,
            caller,
            caller.who(),
            camera=cameras.find(
                connection, new.camera, caller.sight, seen_us=(from_us, max(to_us or 0, from_us + 1))
            ),
            from_us=from_us,
            to_us=to_us,
            label=new.label,
            case=_case(connection, caller, new.case),
            why=caller.why(),
        )
        what = {"bookmark": made.bookmark_id, "camera": made.camera, "from": new.from_, "to": new.to}
        note_change(connection, caller, "add bookmark", what)
    return describe_cases.bookmark(made)


@router.get("/bookmarks", dependencies=[Depends(parameters.only("case", "camera", "limit", "cursor"))])
def list_bookmarks(
    here: Here,
    caller: Marker,
    case: Annotated[str | None, Query(max_length=100, description="Everyone's in this case.")] = None,
    camera: Annotated[str | None, Query(max_length=63)] = None,
    limit: parameters.Limit = 100,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Your marks, or everyone's in a case, newest first."""
    before = parameters.read_id_cursor(cursor)
    with here.database.transaction() as connection:
        at = None if camera is None else cameras.find(connection, camera, caller.sight).camera_id
        of = _case(connection, caller, case)
        found = bookmarks.list_bookmarks(
            connection, caller, case=of, camera_id=at, limit=limit, before=before
        )
    return {
        "items": [describe_cases.bookmark(one) for one in found],
        "next": parameters.write_cursor((found[-1].bookmark_id,) if len(found) == limit else None),
    }


@router.get("/bookmarks/{bookmark}", dependencies=[Depends(parameters.only())])
def one_bookmark(bookmark: Id, here: Here, caller: Marker) -> dict[str, Any]:
    """One of your marks."""
    with here.database.transaction() as connection:
        return describe_cases.bookmark(bookmarks.find(connection, caller, bookmark))


@router.patch("/bookmarks/{bookmark}")
def change_bookmark(bookmark: Id, change: BookmarkChange, here: Here, caller: Marker) -> dict[str, Any]:
    """Moves or renames one of your marks."""
    given = change.model_dump(exclude_unset=True)
    signer = here.signer()
    with here.database.transaction() as connection:
        mark = bookmarks.find(connection, caller, bookmark)
        to_us = mark.to_us
        if "to" in given:
            to_us = None if given["to"] is None else clock.parse_rfc3339(given["to"], "to")
        changed = bookmarks.change(
            connection,
            signer,
            caller,
            caller.who(),
            mark,
            from_us=mark.from_us if change.from_ is None else clock.parse_rfc3339(change.from_, "from"),
            to_us=to_us,
            label=change.label or mark.label,
            case=_case(connection, caller, mark.case_code),
            why=caller.why(),
        )
        note_change(connection, caller, "change bookmark", {"bookmark": bookmark})
    return describe_cases.bookmark(changed)


@router.delete("/bookmarks/{bookmark}", status_code=204)
def drop_bookmark(bookmark: Id, here: Here, caller: Marker) -> None:
    """Removes one of your marks."""
    signer = here.signer()
    with here.database.transaction() as connection:
        mark = bookmarks.find(connection, caller, bookmark)
        case = _case(connection, caller, mark.case_code)
        bookmarks.drop(connection, signer, caller.who(), mark, case=case, why=caller.why())
        note_change(connection, caller, "remove bookmark", {"bookmark": bookmark})


def _case(connection: Connection, caller: Caller, code: str | None) -> CaseFile | None:
    if code is None:
        return None
    if not caller.may(Permission.CASE_READ):
        raise NotFound("case_unknown", field="case", case=code)
    return cases.find(connection, code, caller)
