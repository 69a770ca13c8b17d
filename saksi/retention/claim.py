"""Takes the footage of one camera's day out of the catalogue, in one short transaction: docs/decisions/0012.

From the commit on its objects are owed to be erased, and nobody can hold, see or export it any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from saksi import clock
from saksi.catalogue import holds
from saksi.catalogue.database import Connection, query
from saksi.retention.windows import Window

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How much a claim took."""

    hours: int
    chunks: int
    bytes: int


def claim_day(
    connection: Connection, purge_id: int, window: Window, day: datetime, *, thinned: bool = False
) -> Taken:
    """Takes what the window reaches of the UTC day that begins at `day`, whatever no hold covers.

    `thinned`: only that of which keyframes stay, and its thumbnails stay with those.
    Holds of the camera wait until the transaction ends; what they cover is seen by the statement behind the lock.
    """
    holds.lock_cameras(connection, [window.camera_id])
    values = {
        "purge_id": purge_id,
        "camera_id": window.camera_id,
        "policy_id": window.policy_id,
        "day": day,
        "day_end": day + _DAY,
        "from": clock.from_us(window.from_us),
        "cutoff": clock.from_us(window.cutoff_us),
        "now": clock.now(),
        "thinned": thinned,
    }
    row = connection.execute(query("purge.claim"), values).fetchone()
    assert row is not None
    return Taken(hours=row["hours"], chunks=row["chunks"], bytes=row["bytes"])
