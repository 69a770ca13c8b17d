"""Media ranges through the API's own origin, for networks where browsers must not reach the store."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from archive_api.context import Here
from archive_api.downloads import asked_range, download
from archive_api.media_urls import check_media_link

router = APIRouter(tags=["playback"])
_TYPES = {"mp4": "video/mp4", "jpg": "image/jpeg"}


@router.get("/media/{key:path}", response_class=Response)
def media(key: str, expires: int, signature: str, request: Request, here: Here) -> Response:
    """A range of an object, by a signed and short-lived address."""
    check_media_link(here, key, expires, signature)
    size = here.store.stat(key).size
    wanted, partial = asked_range(request, size)
    kind = _TYPES.get(key.rpartition(".")[2], "application/octet-stream")
    kept = {"Cache-Control": "private, max-age=300, immutable"}
    return download(request, here.store, key, size, kind, kept, wanted=wanted, partial=partial)
