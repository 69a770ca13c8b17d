"""Thinning where a policy asks for it, in short turns; and the notice of the purge that follows it."""

from __future__ import annotations

from saksi.catalogue import authors
from saksi.retention import thinned_purge, thinning
from saksi.settings import settings
from workers.app import app
from workers.context import database, store
from workers.retention import announce_by

_TURN_S = 8.0


@app.task(name="thinning.work")  # type: ignore[untyped-decorator]
def work() -> int:
    """One turn; answers how many chunks were thinned."""
    with database().transaction() as connection:
        office = authors.office(connection, settings().keys_folder)
    done = thinning.work(
        database(), store(), office.signer, rate=settings().thinning_mb_s * 1e6, seconds=_TURN_S
    )
    if done is None:
        return 0
    if done.more:
        app.send_task("thinning.work", expires=60)
    return done.chunks


@app.task(name="thinning.announce")  # type: ignore[untyped-decorator]
def announce() -> int | None:
    """Announces the purge of originals of which keyframes stay, unless it is, or there is none; answers its number."""
    return announce_by(thinned_purge.announce_next, "purge %d of thinned originals is announced")
