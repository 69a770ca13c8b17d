"""A picture of each camera for the report: the first keyframe inside the span."""

from __future__ import annotations

import base64
import logging
from collections.abc import Sequence
from typing import Any

from saksi.errors import SaksiError
from saksi.export.scope import Scope
from saksi.fmp4.boxes import Malformed
from saksi.objects.store import ObjectStore
from saksi.still import decode_keyframe

log = logging.getLogger("saksi.export.stills")
_WIDTH = 640


def stills(store: ObjectStore, scopes: Sequence[Scope]) -> dict[str, dict[str, Any]]:
    """Camera → picture and its instant; a camera whose picture cannot be decoded has none."""
    found: dict[str, dict[str, Any]] = {}
    for one in scopes:
        camera = one.asked.camera
        if camera in found:
            continue
        picture = _first(store, one)
        if picture is not None:
            found[camera] = picture
    return found


def _first(store: ObjectStore, one: Scope) -> dict[str, Any] | None:
    """The first picture inside the span that can be decoded by itself."""
    for chunk in one.stored[:2]:
        for fragment in chunk.fragments:
            if not fragment.sync or fragment.start_us < one.asked.from_us:
                continue
            try:
                head = store.get(chunk.key, 0, chunk.init.length)
                data = store.get(chunk.key, fragment.offset, fragment.keyframe_length)
                jpeg = decode_keyframe(head, data, width=_WIDTH)
            except (SaksiError, Malformed) as error:
                log.warning("no picture of %s for the report: %s", one.asked.camera, error)
                return None
            return {"jpeg": base64.b64encode(jpeg).decode(), "at": fragment.start_us}
    return None
