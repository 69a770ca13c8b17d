"""Takes the footage of some camera-hours out of the catalogue, in one short transaction: docs/decisions/0012.

From the commit on its objects are owed to be erased, and nobody can hold, see or export it any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from saksi import clock
from saksi.catalogue import holds
from saksi.catalogue.database import Connection, query
from saksi.retention.windows import Window

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Due:
    """A UTC hour of a window's camera; `chunks` of it are left."""

    window: Window
    hour: datetime
    chunks: int = 0


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How much a claim took."""

    hours: int
    chunks: int
    bytes: int


def claim_hours(connection: Connection, purge_id: int, due: Sequence[Due], *, thinned: bool = False) -> Taken:
    """Takes what their windows reach of these hours, whatever no hold covers.

    `thinned`: only that of which keyframes stay, and its thumbnails stay with those.
    Holds of the cameras wait until the transaction ends; what they cover is seen by the statement behind the lock.
    """
    holds.lock_cameras(connection, {one.window.camera_id for one in due})
    values = {
        "purge_id": purge_id,
        "cameras": [one.window.camera_id for one in due],
        "hours": [one.hour for one in due],
        "froms": [clock.from_us(one.window.from_us) for one in due],
        "cutoffs": [clock.from_us(one.window.cutoff_us) for one in due],
        "policies": [one.window.policy_id for one in due],
        "low": min(one.hour for one in due),
        "high": max(one.hour for one in due) + _HOUR,
        "now": clock.now(),
        "thinned": thinned,
    }
    row = connection.execute(query("purge.claim"), values).fetchone()
    assert row is not None
    return Taken(hours=row["hours"], chunks=row["chunks"], bytes=row["bytes"])
