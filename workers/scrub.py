"""Scrub: a little of it every few seconds, so that nobody waits for it."""

from __future__ import annotations

import functools
import logging

from saksi.catalogue import installation
from saksi.catalogue.authors import Author
from saksi.errors import IntegrityError, NotFound, Unavailable
from saksi.scrub import findings, rounds
from saksi.settings import settings
from workers.app import app
from workers.context import database, store

log = logging.getLogger("saksi.workers.scrub")

_MEGABYTE = 1e6


@app.task(name="scrub.round")  # type: ignore[untyped-decorator]
def scrub_round() -> int:
    """Lists, reads and follows up as much as is due; answers how many chunks were read."""
    rate = settings().scrub_mb_s * _MEGABYTE
    if not rate:
        return 0
    try:
        identity, by = _known()
        done = rounds.work(database(), store(), by, installation=identity, rate=rate)
    except (IntegrityError, NotFound) as error:  # another installation's bucket, or an empty one
        log.critical("scrub looks at nothing: %s", error)
        return 0
    except Unavailable as error:
        log.warning("scrub waits: %s", error)
        return 0
    if done is None:
        return 0
    if done.more:
        app.send_task("scrub.round", expires=rounds.BEAT_S)
    return done.chunks


@functools.cache
def _known() -> tuple[str, Author]:
    """This installation, and the office on the chain of findings."""
    with database().transaction() as connection:
        return str(installation.identity(connection)), findings.author(connection, settings().keys_folder)
