"""An object of the store through the API's own origin, by Range, so that a broken download can be taken up again."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from archive_api.methods import is_head
from archive_api.ranges import Range, counted, not_satisfiable, parse_range
from saksi.objects.store import ObjectStore


def asked_range(request: Request, size: int, tag: str = "") -> tuple[Range | None, bool]:
    """The range to answer with and whether it is a part; no range when it cannot be satisfied.

    With `If-Range` naming another `tag` than ours the whole is meant.
    """
    header = counted(request, request.headers.get("range"))
    if header is not None and request.headers.get("if-range") not in (None, tag):
        header = None
    if header is None:
        return Range(first=0, last=size - 1), False
    return parse_range(header, size), True


def download(
    request: Request,
    store: ObjectStore,
    key: str,
    size: int,
    media_type: str,
    headers: Mapping[str, str],
    *,
    wanted: Range | None,
    partial: bool,
) -> Response:
    """The bytes asked for, streamed from the store; 416 without a range."""
    if wanted is None:
        return not_satisfiable(size)
    told = {**headers, "Accept-Ranges": "bytes", "Content-Length": str(wanted.length)}
    if partial:
        told["Content-Range"] = f"bytes {wanted.first}-{wanted.last}/{size}"
    status = 206 if partial else 200
    if is_head(request):
        return Response(status_code=status, headers=told, media_type=media_type)
    body = store.stream(key, wanted.first, wanted.length)
    return StreamingResponse(body, status, told, media_type)
