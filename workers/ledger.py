"""The log's regular duties: a checkpoint each minute, then what others sign over it, and the WORM canary once a day."""

from __future__ import annotations

import logging

from prometheus_client import Counter

from saksi import clock
from saksi.catalogue import installation
from saksi.catalogue.ledger_tree import LogKey
from saksi.errors import IntegrityError, SaksiError
from saksi.ledger import copies, cosigning, identity, publishing, sequencer, stamping
from saksi.ledger.witness_policy import witnesses_of
from saksi.settings import settings
from workers.app import app
from workers.context import database, store

log = logging.getLogger("saksi.workers.ledger")

_CANARY_US = 24 * 3_600_000_000
_RESTARTED_US = 600_000_000  # a worker that starts again and again does not fill the log
_failed = Counter("saksi_ledger_anchor_failures_total", "Duties beside the checkpoint that failed.", ["duty"])


@app.task(name="ledger.checkpoint")  # type: ignore[untyped-decorator]
def checkpoint() -> int | None:
    """Places, signs and publishes what is pending; answers the size, None while another process is at it."""
    try:
        size = sequencer.checkpoint(database(), store(), _key())
    except IntegrityError as error:  # a person must look; what is not signed stays pending
        log.error("%s", error)
        return None
    app.send_task("ledger.anchor", expires=60)
    return size


@app.task(name="ledger.anchor")  # type: ignore[untyped-decorator]
def anchor() -> None:
    """Witnesses, time stamp and copies under lock; each may fail without the others."""
    chosen = settings()
    for duty in (_cosign, _stamp, _copy):
        try:
            duty()
        except SaksiError as error:
            _failed.labels(duty.__name__.strip("_")).inc()
            log.warning("%s", error.diagnostics(chosen.lang))


@app.task(name="ledger.canary")  # type: ignore[untyped-decorator]
def canary(at_start: bool = False) -> None:
    """Runs the WORM canary when the last one is a day old (`at_start`: ten minutes), or was on another bucket."""
    locked = copies.locked_store(settings())
    if locked is None:
        return
    with database().transaction() as connection:
        last = copies.last_sung(connection)
        identity_ = str(installation.identity(connection))
    often = _RESTARTED_US if at_start else _CANARY_US
    fresh = last is not None and clock.now_us() - last.at_us < often
    if last is not None and fresh and last.bucket == locked.bucket:
        return
    for finding in copies.sing(database(), locked, _key(), installation=identity_):
        if not finding.holds:
            log.warning("WORM canary: %s: %s", finding.code, finding.seen)


def _key() -> LogKey:
    with database().transaction() as connection:
        return identity.log_key(connection, settings())


def _cosign() -> None:
    outcomes = cosigning.ask_all(database(), witnesses_of(settings().ledger_witnesses))
    if any(outcome.result == "cosigned" for outcome in outcomes):
        publishing.publish_cosigned(database(), store(), _key())


def _stamp() -> None:
    chosen = settings()
    if chosen.ledger_tsa is not None:
        stamping.stamp_due(database(), chosen.ledger_tsa, minutes=chosen.ledger_tsa_minutes)


def _copy() -> None:
    locked = copies.locked_store(settings())
    if locked is not None:
        copies.copy(database(), locked, days=settings().ledger_lock_days)
