"""A picture of each camera for the report: the first keyframe of its footage in the package."""

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
        for chunk in one.stored[:1]:
            fragment = next((part for part in chunk.fragments if part.sync), None)
            if fragment is None:
                continue
            try:
                head = store.get(chunk.key, 0, fragment.offset + fragment.keyframe_length)
                picture = decode_keyframe(head[: chunk.init.length], head[fragment.offset :], width=_WIDTH)
            except (SaksiError, Malformed) as error:
                log.warning("no picture of %s for the report: %s", camera, error)
                continue
            found[camera] = {"jpeg": base64.b64encode(picture).decode(), "at": fragment.start_us}
    return found
