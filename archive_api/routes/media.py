"""Media ranges through the API's own origin, for networks where browsers must not reach the store."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse

from archive_api.context import Here
from archive_api.media_urls import check_media_link
from archive_api.methods import is_head
from archive_api.ranges import Range, counted, not_satisfiable, parse_range

router = APIRouter(tags=["playback"])
_TYPES = {"mp4": "video/mp4", "jpg": "image/jpeg"}


@router.get("/media/{key:path}", response_class=Response)
def media(
    key: str,
    expires: int,
    signature: str,
    request: Request,
    here: Here,
    range_: Annotated[str | None, Header(alias="range")] = None,
) -> Response:
    """A range of an object, by a signed and short-lived address."""
    check_media_link(here, key, expires, signature)
    facts = here.store.stat(key)
    range_ = counted(request, range_)
    asked = parse_range(range_, facts.size)
    if asked is None and range_ is not None:
        return not_satisfiable(facts.size)
    wanted = asked or Range(first=0, last=facts.size - 1)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(wanted.length),
        "Cache-Control": "private, max-age=3600, immutable",
    }
    if range_ is not None:
        headers["Content-Range"] = f"bytes {wanted.first}-{wanted.last}/{facts.size}"
    kind = _TYPES.get(key.rpartition(".")[2], "application/octet-stream")
    if is_head(request):
        return Response(headers=headers, media_type=kind)
    body = here.store.stream(key, wanted.first, wanted.length)
    return StreamingResponse(body, 206 if range_ is not None else 200, headers, kind)
