"""When an instant of footage really was: by which clock it is known, how exactly, and what the camera's own showed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from archive_api import describe, parameters
from archive_api.context import Here
from archive_api.problems import language_of
from archive_api.security import Caller, require
from archive_api.windows import nothing_there
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cameras, thinned

router = APIRouter(tags=["footage"])


@router.get("/cameras/{camera}/time", dependencies=[Depends(parameters.only("at"))])
def time(
    camera: str,
    request: Request,
    here: Here,
    caller: Annotated[Caller, Depends(require(Permission.FOOTAGE_VIEW))],
    at: Annotated[str, Query(description="RFC 3339 with a zone.")],
) -> dict[str, Any]:
    """How the time of the footage at an instant is known, as `time` of `/segments` tells it of whole chunks.

    Where footage was imported too, it is the camera's own that is told of. `text` is in your language.
    """
    at_us = clock.parse_rfc3339(at, "at")
    window = parameters.Window(from_us=at_us, to_us=at_us + 1)
    with here.database.transaction() as connection:
        found = cameras.find(connection, camera, caller.sight, seen_us=(at_us, at_us + 1))
        chunks = thinned.shown(connection, found.camera_id, window.from_us, window.to_us, limit=4)
        if not chunks:
            raise nothing_there(connection, found, window, field="at")
    chunk = min(chunks, key=lambda one: one.imported)
    return {
        "camera": found.code,
        "run": chunk.entry.run,
        "seq": chunk.entry.seq,
        **describe.time(chunk.entry, at_us, here.settings.zone, language_of(request)),
    }
