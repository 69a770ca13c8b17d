"""Tickets: signed grants for players that can send no headers. One camera, one window, a short life."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from archive_api.context import Context
from saksi import clock
from saksi.errors import Denied


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a ticket allows, and to whom it was given."""

    camera: str
    from_us: int
    to_us: int
    person: str


def ticketed_url(context: Context, camera: str, from_us: int, to_us: int, person: str) -> str:
    """Path of the playlist with a fresh ticket in it."""
    expires = clock.now_us() // 1_000_000 + context.settings.media_url_seconds
    body = _encode(json.dumps([camera, from_us, to_us, person, expires]).encode())
    return f"/api/v1/tickets/{body}.{context.vault.sign(_message(body))}/index.m3u8"


def check_ticket(context: Context, ticket: str) -> Grant:
    """What the ticket grants. Raises Denied when it is not ours or too old."""
    body, _, signature = ticket.partition(".")
    if not context.vault.check(_message(body), signature):
        raise Denied("link_expired")
    try:
        camera, from_us, to_us, person, expires = json.loads(
            base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        )
    except (ValueError, binascii.Error) as error:
        raise Denied("link_expired") from error
    if expires < clock.now_us() // 1_000_000:
        raise Denied("link_expired")
    return Grant(camera=camera, from_us=from_us, to_us=to_us, person=person)


def _message(body: str) -> bytes:
    return f"ticket\n{body}".encode()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
