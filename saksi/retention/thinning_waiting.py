"""What thinning has before it, by camera: originals to thin, thinned ones that wait for their purge, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.retention import runs, thinning_policies
from saksi.retention.runs import PurgeRun


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Of one camera. `mode` and `after_us` (microseconds) are None where nothing is thinned any more.

    `due` originals are old enough and not thinned yet, `held` ones are and stay whole, `beside` ones are thinned and
    wait for their purge, of `alone` ones only keyframes are left: chunks, and bytes of what would go or is there.
    """

    camera: str
    mode: str | None = None
    after_us: int | None = None
    due: int = 0
    due_bytes: int = 0
    held: int = 0
    beside: int = 0
    beside_bytes: int = 0
    alone: int = 0
    alone_bytes: int = 0


def waiting(connection: Connection, at_us: int, *, agency_ids: Sequence[int] | None = None) -> list[Waiting]:
    """Cameras that are thinned at an instant, or of which something was, by code; to the chunk.

    Those of these agencies; None: all.
    """
    policies = thinning_policies.windows(connection, at_us)
    if agency_ids is not None:
        mine = {
            row["camera_id"]
            for row in connection.execute(query("thinning.of_agencies"), {"agencies": list(agency_ids)})
        }
        policies = [one for one in policies if one[0].camera_id in mine]
    values = {
        "cameras": [window.camera_id for window, _ in policies],
        "cutoffs": [clock.from_us(window.cutoff_us) for window, _ in policies],
    }
    counted = {row.pop("camera_id"): row for row in connection.execute(query("thinning.waiting"), values)}
    left = {
        row["camera_id"]: row
        for row in connection.execute(query("thinning.alone"))
        if agency_ids is None or row["camera_id"] in mine
    }
    found = []
    for window, mode in policies:
        alone = left.pop(window.camera_id, {"chunks": 0, "bytes": 0})
        found.append(
            Waiting(
                camera=window.camera,
                mode=mode,
                after_us=at_us - window.cutoff_us,
                **counted.get(window.camera_id, {}),
                alone=alone["chunks"],
                alone_bytes=alone["bytes"],
            )
        )
    found += [
        Waiting(camera=row["code"], alone=row["chunks"], alone_bytes=row["bytes"]) for row in left.values()
    ]
    return sorted(found, key=lambda one: one.camera)


def next_purge(connection: Connection) -> PurgeRun | None:
    """The purge of thinned originals that is announced or running and due first."""
    ahead = [
        run
        for run in runs.list_runs(connection, limit=100, kind="thinned")
        if run.state in ("noticed", "running")
    ]
    return min(ahead, key=lambda run: run.due_us, default=None)
