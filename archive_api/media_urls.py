"""Addresses of media objects: signed and short-lived, on the store's own origin or through the API."""

from __future__ import annotations

from urllib.parse import quote

from archive_api.context import Context
from saksi import clock
from saksi.errors import Denied
from saksi.messages import register

register(
    "link_expired",
    en=("This link is not valid, or not any more.", "Ask the API for a fresh one."),
    id_=("Tautan ini tidak atau tidak lagi berlaku.", "Minta yang baru dari API."),
)


def media_url(context: Context, key: str) -> str:
    """Where a player may read ranges of the object for the next minutes: the object alone."""
    seconds = context.settings.media_url_seconds
    if not context.settings.media_proxy:
        return context.store.presign(key, seconds=seconds)
    expires = clock.now_us() // 1_000_000 + seconds
    signature = context.vault.sign(_message(key, expires))
    return f"/api/v1/media/{quote(key)}?expires={expires}&signature={signature}"


def check_media_link(context: Context, key: str, expires: int, signature: str) -> None:
    """Raises Denied unless the link is ours and still good."""
    good = context.vault.check(_message(key, expires), signature)
    if not good or expires < clock.now_us() // 1_000_000:
        raise Denied("link_expired")


def _message(key: str, expires: int) -> bytes:
    return f"media\n{key}\n{expires}".encode()
