"""`index.m3u8`: a camera's footage as HLS over byte ranges; the API hands out the index, the store the bytes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from archive_api import parameters, playlists
from archive_api.case_context import InCase, told
from archive_api.context import Context, Here
from archive_api.media_urls import media_url
from archive_api.security import Caller, note, require
from archive_api.tickets import Grant, check_ticket, check_watched, ticketed_url, watch_until, watched_url
from archive_api.windows import nothing_there, purged_header, purged_in, thinned_header
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cameras, keys, people, thinned
from saksi.catalogue.footage import Chunk
from saksi.catalogue.own_first import own_first
from saksi.errors import Denied, NotSignedIn

router = APIRouter(tags=["playback"])
Viewer = Annotated[Caller, Depends(require(Permission.FOOTAGE_VIEW))]
_MOST_HOURS = 24


@router.get(
    "/cameras/{camera}/index.m3u8",
    dependencies=[Depends(parameters.only("from", "to", "audio", "case"))],
    response_class=Response,
)
def playlist(
    camera: str,
    request: Request,
    here: Here,
    caller: Viewer,
    from_: parameters.From,
    to: parameters.To,
    case: InCase,
    audio: Annotated[
        Literal["playable", "original"], Query(description="original: also sound no browser plays")
    ] = "playable",
) -> Response:
    """HLS playlist of the stored footage in the window. 404 names the nearest footage when there is none, 410 the purge
    that took it; X-Saksi-Purged says what is missing of the window for that reason."""
    asked = parameters.window(from_, to, most_hours=_MOST_HOURS)
    return _answer(request, here, caller, camera, asked, audio, case)


@router.post(
    "/cameras/{camera}/ticket", dependencies=[Depends(parameters.only("from", "to"))], status_code=201
)
def ticket(
    camera: str, request: Request, here: Here, caller: Viewer, from_: parameters.From, to: parameters.To
) -> dict[str, str]:
    """An address of the playlist for players that send no headers (VLC, ffplay), to be opened within minutes. What it
    plays goes on for as long as the span and an hour, and ends with the session that asked."""
    asked = parameters.window(from_, to, most_hours=_MOST_HOURS)
    with here.database.transaction() as connection:
        cameras.find(connection, camera, caller.sight, seen_us=(asked.from_us, asked.to_us))
    grant = Grant(camera=camera, from_us=asked.from_us, to_us=asked.to_us, session_id=caller.session_id)
    path = ticketed_url(here, grant)
    note(request, caller, "ticket", {"camera": camera, "from": from_, "to": to})
    return {"url": str(request.base_url).rstrip("/") + path}


@router.get("/tickets/{ticket}/index.m3u8", response_class=Response)
def ticketed_playlist(ticket: str, request: Request, here: Here) -> Response:
    """The playlist a ticket was given for; the ticket is the permission, while its session is in force."""
    grant = check_ticket(here, ticket)
    caller = _holder(request, here, grant)
    asked = parameters.Window(from_us=grant.from_us, to_us=grant.to_us)
    until_s = watch_until(grant)
    return _answer(
        request, here, caller, grant.camera, asked, "playable",
        address=lambda key: watched_url(here, grant, key, until_s),
    )  # fmt: skip


@router.get("/tickets/{ticket}/media/{key:path}", response_class=Response, status_code=307)
def ticketed_media(ticket: str, key: str, request: Request, here: Here) -> Response:
    """Leads to one object of a playlist that a ticket opened, while its session is in force and sees the footage."""
    grant = check_watched(here, ticket, key)
    caller = _holder(request, here, grant)
    with here.database.transaction() as connection:
        cameras.find(connection, grant.camera, caller.sight, seen_us=(grant.from_us, grant.to_us))
    return Response(status_code=307, headers={"Location": media_url(here, key)})


def _holder(request: Request, here: Context, grant: Grant) -> Caller:
    """Who holds the ticket, as they may today. Raises Denied when its session has ended or may not view any more."""
    address = request.client.host if request.client else ""
    idle = timedelta(minutes=here.settings.session_idle_minutes)
    try:
        with here.database.transaction() as connection:
            person = people.person_of_session(connection, grant.session_id, idle=idle)
    except NotSignedIn as error:
        raise Denied("link_expired") from error
    caller = Caller.of(person, address=address, purpose="ticket")
    if not caller.may(Permission.FOOTAGE_VIEW):
        raise Denied("link_expired")
    return caller


def _answer(
    request: Request,
    here: Context,
    caller: Caller,
    camera: str,
    asked: parameters.Window,
    audio: str,
    case: str | None = None,
    *,
    address: Callable[[str], str] | None = None,
) -> Response:
    with here.database.transaction() as connection:
        found = cameras.find(connection, camera, caller.sight, seen_us=(asked.from_us, asked.to_us))
        chunks = thinned.all_shown(connection, found.camera_id, asked.from_us, asked.to_us)
        stored = own_first([one for one in chunks if one.state in ("stored", "thinned")])
        sound = audio == "original"
        listed = list(playlists.segments(stored, asked.from_us, asked.to_us, sound=sound))
        if not listed:
            raise nothing_there(connection, found, asked)
        gone = purged_in(connection, found, asked)
    of_key = address or functools.partial(media_url, here)
    addresses: dict[str, str] = {}

    def media(chunk: Chunk) -> str:
        if chunk.key not in addresses:
            addresses[chunk.key] = _absolute(request, of_key(chunk.key))
        return addresses[chunk.key]

    def silent_init(chunk: Chunk) -> str:
        return _absolute(request, of_key(keys.init_key(chunk.init.sha256, True)))

    text = playlists.media_playlist(listed, media=media, silent_init=None if sound else silent_init)
    span: dict[str, Any] = {"from": clock.format_us(asked.from_us), "to": clock.format_us(asked.to_us)}
    told(request, here, caller, case, found, asked.from_us, asked.to_us, shown="playlist")
    note(request, caller, "play", {"camera": camera, **span})
    headers = {**purged_header(gone), **thinned_header(stored, asked)}
    return Response(text, headers=headers, media_type="application/vnd.apple.mpegurl")


def _absolute(request: Request, address: str) -> str:
    return str(request.base_url).rstrip("/") + address if address.startswith("/") else address
