"""Where the work stands: one worker at a time, how fast it may read, and whether it stopped in doubt of the store.

A claim runs out by itself, and every change names it, so a worker that was killed or hung changes nothing any more.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi.catalogue.database import Connection, Database, query

log = logging.getLogger("saksi.scrub")

CLAIM_S = 120  # longer than a task may run
FEW_LOST = 20  # so many may be missing at once whatever their share
_KEYS_KEPT = 20
SHARE_LOST = 100  # beyond them, one in so many of what was looked at


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The work is ours until it is let go. `due`: reading; `stopped_keys`: what must be back before it goes on."""

    number: int
    due: bool
    list_due: bool
    list_after: str | None
    recheck_due: bool
    stopped: bool
    stopped_keys: Sequence[str]


def claim(database: Database) -> Claim | None:
    """Takes the work; None while another has it."""
    with database.transaction() as connection:
        row = connection.execute(query("scrub.claim"), {"claim_s": CLAIM_S}).fetchone()
    if row is None:
        return None
    return Claim(
        number=row["claims"],
        due=row["due"],
        list_due=row["list_due"],
        list_after=row["list_after"],
        recheck_due=row["recheck_due"],
        stopped=row["stopped"],
        stopped_keys=row["stopped_keys"],
    )


def let_go(database: Database, claimed: Claim) -> None:
    """Another may take it."""
    with database.transaction() as connection:
        connection.execute(query("scrub.let_go"), {"claim": claimed.number})


def spend(database: Database, claimed: Claim, *, bytes_: int, chunks: int, rate: float) -> bool:
    """Tells what was read; `rate` in bytes a second. Whether more may be read at once."""
    values = {"claim": claimed.number, "bytes": bytes_, "chunks": chunks, "seconds": bytes_ / rate}
    with database.transaction() as connection:
        row = connection.execute(query("scrub.spend"), values).fetchone()
    return row is not None and bool(row["more"])


def pause(database: Database, claimed: Claim, *, seconds: float) -> None:
    """Nothing is due before so many seconds have passed."""
    with database.transaction() as connection:
        connection.execute(query("scrub.pause"), {"claim": claimed.number, "seconds": seconds})


def doubtful(connection: Connection, claimed: Claim, *, looked: int, lost: Sequence[str]) -> bool:
    """Whether so much is missing that the store itself is in doubt: then scrub stops, and nothing is told.

    `lost` are keys that are newly missing or unreadable. A wrong bucket, or a disk that is not mounted, must not become
    thousands of findings.
    """
    values = {"claim": claimed.number, "looked": looked, "lost": len(lost)}
    row = connection.execute(query("scrub.looked_at"), values).fetchone()
    if row is None:
        return True  # the claim is another's by now
    if not lost or row["lifted"] or not too_many(row["looked"], row["lost"]):
        return False
    connection.execute(query("scrub.stop"), {"claim": claimed.number, "keys": list(lost[:_KEYS_KEPT])})
    log.critical(
        "scrub stops: %d of %d chunks that were looked at are missing or cannot be read, such as %s. Nothing was told"
        " of them and nothing is deleted. Look whether the store is the right one and whole; `saksi fsck` lists what"
        " is missing, and `saksi fsck --resume` says that it is lost indeed",
        row["lost"],
        row["looked"],
        lost[0],
    )
    return True


def too_many(looked: int, lost: int) -> bool:
    """Whether so much is missing that it is rather the store than the footage."""
    return lost > max(FEW_LOST, looked // SHARE_LOST)


def lifted(connection: Connection) -> bool:
    """Whether a person said, since the last listing began, that so much is lost indeed."""
    return bool(current(connection)["lifted"])


def go_on(connection: Connection, *, lifted: bool) -> bool:
    """Ends a stop; with `lifted` a person says that so much is lost indeed. Whether it had stopped."""
    return connection.execute(query("scrub.go_on"), {"lifted": lifted}).fetchone() is not None


def current(connection: Connection) -> dict[str, Any]:
    """The row as it stands."""
    row = connection.execute(query("scrub.state")).fetchone()
    assert row is not None
    return row
