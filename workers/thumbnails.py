"""Thumbnails: one keyframe of each stored chunk, read by its byte range, not the whole chunk.

What is owed stands in the outbox of the catalogue. A task takes a few items, makes them, and asks for another round
when there is more. A picture goes with its footage: it gets a row only while the chunk has one (docs/decisions/0012).
"""

from __future__ import annotations

import hashlib
import logging

from prometheus_client import Counter

from saksi.catalogue import keys, thumbnails
from saksi.catalogue.footage import Chunk
from saksi.catalogue.thumbnails import Owed, Picture
from saksi.errors import SaksiError
from saksi.fmp4.boxes import Malformed
from saksi.still import decode_keyframe
from workers.app import app
from workers.context import database, store

log = logging.getLogger("saksi.workers.thumbnails")

_BATCH = 16
_CLAIM_S = 60.0
_WIDTH = 320

made = Counter("saksi_worker_thumbnails_total", "Thumbnails made.")
failed = Counter("saksi_worker_thumbnail_failures_total", "Tries that failed; each is tried again later.")


@app.task(name="thumbnails.make_due")  # type: ignore[untyped-decorator]
def make_due() -> int:
    """Makes what is owed; answers how many were tried."""
    with database().transaction() as connection:
        batch = thumbnails.claim(connection, limit=_BATCH, claim_s=_CLAIM_S)
    for owed in batch:
        _pay(owed)
    if len(batch) == _BATCH:
        app.send_task("thumbnails.make_due", expires=10)
    return len(batch)


def _pay(owed: Owed) -> None:
    try:
        thumbnails.pay(database(), store(), owed, _picture)
    except (SaksiError, Malformed) as error:
        failed.inc()
        log.warning("thumbnail of item %d failed (try %d): %s", owed.outbox_id, owed.attempts, error)
        with database().transaction() as connection:
            thumbnails.fail(connection, owed, str(error))
        return
    made.inc()


def _picture(chunk: Chunk) -> Picture | None:
    """Makes and stores the picture of the first keyframe. None without a keyframe."""
    fragment = next((one for one in chunk.fragments if one.sync), None)
    if fragment is None:
        return None
    # The init segment stands at the very start and the first fragment right behind it: one small read gets both.
    head = store().get(chunk.key, 0, fragment.offset + fragment.keyframe_length)
    picture = decode_keyframe(head[: chunk.init.length], head[fragment.offset :], width=_WIDTH)
    key = keys.thumbnail_key(chunk.entry.camera, fragment.start_us)
    store().put(key, picture, sha256=hashlib.sha256(picture).digest(), content_type="image/jpeg")
    return Picture(key=key, at_us=fragment.start_us, size=len(picture))
