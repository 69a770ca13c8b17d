"""`frame.jpg`: the picture at an instant, decoded from one fragment."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from archive_api import parameters
from archive_api.case_context import InCase, told
from archive_api.context import Here
from archive_api.security import Caller, note, require
from archive_api.windows import nothing_there, thinned_header
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cameras, footage, thinned
from saksi.still import frame_at

router = APIRouter(tags=["playback"])


@router.get(
    "/cameras/{camera}/frame.jpg",
    dependencies=[Depends(parameters.only("at", "width", "case"))],
    response_class=Response,
)
def frame(
    camera: str,
    request: Request,
    here: Here,
    caller: Annotated[Caller, Depends(require(Permission.FOOTAGE_VIEW))],
    at: Annotated[str, Query(description="RFC 3339 with a zone.")],
    case: InCase,
    width: Annotated[int, Query(ge=64, le=3840)] = 1280,
) -> Response:
    """The frame shown at the instant; X-Saksi-Frame-Start says exactly when it began.

    Of thinned footage, the keyframe before it, with X-Saksi-Thinned.
    """
    at_us = clock.parse_rfc3339(at, "at")
    window = parameters.Window(from_us=at_us, to_us=at_us + 1)
    with here.database.transaction() as connection:
        found = cameras.find(connection, camera, caller.sight, seen_us=(at_us, at_us + 1))
        chunks = thinned.shown(connection, found.camera_id, window.from_us, window.to_us, limit=4)
        whole = sorted((one for one in chunks if one.state == "stored"), key=lambda one: one.imported)
        chunk = next(iter([*whole, *(one for one in chunks if one.state == "thinned")]), None)
        if chunk is None:
            raise nothing_there(connection, found, window, field="at")
        init = footage.init_body(connection, chunk.init.sha256)
    spans = [span for span in chunk.fragments if span.start_us <= at_us] or chunk.fragments[:1]
    # A long GOP is several fragments: decode from the one that begins with a keyframe.
    first = max(position for position, span in enumerate(spans) if span.sync or position == 0)
    parts = spans[first:]
    data = here.store.get(chunk.key, parts[0].offset, parts[-1].end - parts[0].offset)
    pieces = [data[span.offset - parts[0].offset : span.end - parts[0].offset] for span in parts]
    still = frame_at(init, pieces, at_us, width=width)
    told(request, here, caller, case, found, window.from_us, window.to_us, shown="still")
    note(request, caller, "still", {"camera": camera, "at": clock.format_us(at_us)})
    headers = {
        "X-Saksi-Frame-Start": clock.format_us(still.start_us),
        "Cache-Control": "private, max-age=3600",
        **thinned_header([chunk], window),
    }
    return Response(still.jpeg, media_type="image/jpeg", headers=headers)
