"""Tickets: signed grants for players that can send no headers. One camera, one window, and the session that asked.

An address that anyone could play is good for minutes only. So a ticket opens its playlist within minutes; addresses in
there, each of one object, go on while the playlist lasts, but every use asks whether the session is still in force and
still sees the footage: they end with it, and lead to an address of the store that is good for minutes.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from urllib.parse import quote

from archive_api.context import Context
from saksi import clock
from saksi.errors import Denied

_WATCH_S = 3600  # that a playlist may be watched longer than its span: pauses


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a ticket allows, and whose session it was given to."""

    camera: str
    from_us: int
    to_us: int
    session_id: int


def ticketed_url(context: Context, grant: Grant) -> str:
    """Path of the playlist with a fresh ticket in it."""
    signed = _signed(context, "open", grant, context.settings.media_url_seconds)
    return f"/api/v1/tickets/{signed}/index.m3u8"


def watched_url(context: Context, grant: Grant, key: str, expires_s: int) -> str:
    """Path of one object of the playlist that was opened, which lasts until `expires_s` (Unix time)."""
    body = _body("watch", grant, expires_s)
    signature = context.vault.sign(_object(body, key))
    return f"/api/v1/tickets/{body}.{signature}/media/{quote(key)}"


def watch_until(grant: Grant) -> int:
    """Until when (Unix time) a playlist opened now can be watched: its span and an hour."""
    return clock.now_us() // 1_000_000 + (grant.to_us - grant.from_us) // 1_000_000 + _WATCH_S


def check_ticket(context: Context, ticket: str) -> Grant:
    """What the ticket grants. Raises Denied when it is not ours or too old."""
    body, _, signature = ticket.partition(".")
    if not context.vault.check(_message(body), signature):
        raise Denied("link_expired")
    return _read("open", body)


def check_watched(context: Context, ticket: str, key: str) -> Grant:
    """What an address of one object grants. Raises Denied when it is not ours, another object's, or too old."""
    body, _, signature = ticket.partition(".")
    if not context.vault.check(_object(body, key), signature):
        raise Denied("link_expired")
    return _read("watch", body)


def _signed(context: Context, kind: str, grant: Grant, seconds: int) -> str:
    body = _body(kind, grant, clock.now_us() // 1_000_000 + seconds)
    return f"{body}.{context.vault.sign(_message(body))}"


def _body(kind: str, grant: Grant, expires_s: int) -> str:
    told = [kind, grant.camera, grant.from_us, grant.to_us, grant.session_id, expires_s]
    return base64.urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).rstrip(b"=").decode()


def _read(wanted: str, body: str) -> Grant:
    try:
        told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        kind, camera, from_us, to_us, session_id, expires_s = told
    except (ValueError, binascii.Error) as error:
        raise Denied("link_expired") from error
    if kind != wanted or expires_s < clock.now_us() // 1_000_000:
        raise Denied("link_expired")
    return Grant(camera=camera, from_us=from_us, to_us=to_us, session_id=session_id)


def _message(body: str) -> bytes:
    return f"ticket\n{body}".encode()


def _object(body: str, key: str) -> bytes:
    return f"ticket object\n{body}\n{key}".encode()
