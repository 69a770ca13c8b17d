"""`clip.mp4`: one plain MP4, lossless and frame-accurate, streamed with Range."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse

from archive_api import parameters
from archive_api.case_context import InCase, told
from archive_api.context import Here
from archive_api.disposition import attachment
from archive_api.downloads import asked_range
from archive_api.methods import is_head
from archive_api.ranges import Range, not_satisfiable
from archive_api.security import Caller, note, require
from archive_api.windows import nothing_there, purged_header, purged_in, thinned_header
from saksi import clips, clock
from saksi.access import Permission
from saksi.catalogue import cameras, footage, thinned
from saksi.catalogue.own_first import own_first
from saksi.fmp4.splice import ClipPlan, NoFootage

router = APIRouter(tags=["playback"])
_MOST_HOURS = clips.LONGEST_US // parameters.HOUR_US


@router.get(
    "/cameras/{camera}/clip.mp4",
    dependencies=[Depends(parameters.only("from", "to", "case"))],
    response_class=Response,
)
def clip(
    camera: str,
    request: Request,
    here: Here,
    caller: Annotated[Caller, Depends(require(Permission.FOOTAGE_VIEW))],
    from_: parameters.From,
    to: parameters.To,
    case: InCase,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The footage of the window. Gaps stand still and are named in X-Saksi-Gaps, those that a purge left also in
    X-Saksi-Purged; nothing is cut out. Where only keyframes are left they stand still until the next, and
    X-Saksi-Thinned, the file's name and its comment say so. 410 where a purge took all there was."""
    asked = parameters.window(from_, to, most_hours=_MOST_HOURS)
    with here.database.transaction() as connection:
        found = cameras.find(connection, camera, caller.sight, seen_us=(asked.from_us, asked.to_us))
        chunks = [
            one
            for one in thinned.all_shown(connection, found.camera_id, asked.from_us, asked.to_us)
            if one.state in ("stored", "thinned")
        ]
        chunks = own_first(chunks)
        if not chunks:
            raise nothing_there(connection, found, asked)
        gone = purged_in(connection, found, asked)
        inits = {
            sha256: footage.init_body(connection, sha256) for sha256 in {one.init.sha256 for one in chunks}
        }
    try:
        planned = clips.plan_clip(here.store, chunks, inits, asked.from_us, asked.to_us, camera=found.code)
    except NoFootage as error:
        with here.database.transaction() as connection:
            raise nothing_there(connection, found, asked) from error
    told_thinned = thinned_header(chunks, asked)
    tag = f'"{planned.etag}"'
    if if_none_match is not None and _holds(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    wanted, partial = asked_range(request, planned.length, tag)
    if wanted is None:
        return not_satisfiable(planned.length)
    headers = {
        **_headers(planned, camera, tag, wanted, bool(told_thinned)),
        **purged_header(gone),
        **told_thinned,
    }
    if partial:
        headers["Content-Range"] = f"bytes {wanted.first}-{wanted.last}/{planned.length}"
    status = 206 if partial else 200
    if is_head(request):
        return Response(status_code=status, headers=headers, media_type="video/mp4")
    # A row for every part that leaves: which bytes someone holds is known only when no request goes unwritten. Players
    # read a clip in a few open-ended ranges, and finding the part again costs more than its row.
    window = {"from": clock.format_us(asked.from_us), "to": clock.format_us(asked.to_us)}
    part = {"bytes": planned.length, "first": wanted.first, "last": wanted.last}
    told(request, here, caller, case, found, asked.from_us, asked.to_us, shown="clip")
    note(request, caller, "clip", {"camera": camera, **window, **part})
    body = clips.stream(here.store, planned, wanted.first, wanted.last)
    return StreamingResponse(body, status, headers, "video/mp4")


def _headers(planned: ClipPlan, camera: str, tag: str, wanted: Range, thinned: bool) -> dict[str, str]:
    mark = "_thinned" if thinned else ""
    name = f"{camera}_{_stamp(planned.start_us)}_{_stamp(planned.end_us)}{mark}.mp4"
    gaps = ", ".join(f"{clock.format_us(start)}/{clock.format_us(end)}" for start, end in planned.gaps[:100])
    return {
        "Accept-Ranges": "bytes",
        "Content-Length": str(wanted.length),
        **attachment(name),
        "ETag": tag,
        "X-Saksi-Start": clock.format_us(planned.start_us),
        "X-Saksi-End": clock.format_us(planned.end_us),
        "X-Saksi-Gaps": gaps,
    }


def _holds(if_none_match: str, tag: str) -> bool:
    """Whether the client says that it has what `tag` names (RFC 9110 section 13.1.2)."""
    tags = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return tag in tags or tags == ["*"]


def _stamp(instant_us: int) -> str:
    return clock.from_us(instant_us).strftime("%Y%m%dT%H%M%SZ")
