"""Small pictures of cameras are footage: who is given their addresses is on record, once in ten minutes a session."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from fastapi import Request

from archive_api.security import Caller, note
from saksi import clock
from saksi.access import Permission
from saksi.catalogue.cameras import Camera

_AGAIN_US = 600_000_000  # a console asks every few seconds
_MOST = 100_000  # sessions and cameras remembered
_PICTURE_US = 60_000_000  # a picture is of the last minute of what there is
_lock = threading.Lock()
_told: dict[tuple[int, str], int] = {}


def note_pictures(request: Request, caller: Caller, listed: Sequence[Camera]) -> None:
    """Adds a row for the cameras whose pictures this session has not been given lately."""
    if not caller.may(Permission.FOOTAGE_VIEW):
        return
    shown = {one.code: one.last_end_us or 0 for one in listed if one.thumbnail_key is not None}
    fresh = _not_told_lately(caller.session_id, sorted(shown))
    if not fresh:
        return
    ends = [shown[code] for code in fresh if shown[code]] or [clock.now_us()]
    span = {"from": clock.format_us(min(ends) - _PICTURE_US), "to": clock.format_us(max(ends))}
    note(request, caller, "pictures", {"cameras": fresh, **span})


def _not_told_lately(session_id: int, codes: Sequence[str]) -> list[str]:
    """Those of which no row was written in the last ten minutes by this process; they count as written now."""
    now_us = clock.monotonic_us()
    with _lock:
        if len(_told) > _MOST:
            for key in [key for key, at_us in _told.items() if now_us - at_us > _AGAIN_US] or list(_told):
                del _told[key]
        fresh = [code for code in codes if now_us - _told.get((session_id, code), -_AGAIN_US) >= _AGAIN_US]
        _told.update(dict.fromkeys(((session_id, code) for code in fresh), now_us))
    return fresh
