"""What the log is told of thinned chunks: a root over one line each, that ties its digest to the original's.

`{"t":"saksi/thinned/1","camera","run","seq","start","end","mode","original":{"sha256","leaf","bytes","seal"},
"thinned":{"sha256","bytes","frames"}}`: `leaf` is the original's leaf under the root `seal`. Ordered by start and run.
The lines lie in the store, under `thinnings/`; one entry (kind `thinned`, chain `thinning`) a camera-day or part of it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from saksi import clock
from saksi.catalogue import keys, ledger
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.footage import entry_of
from saksi.custody.canonical import canonical, leaf
from saksi.custody.merkle import root
from saksi.custody.signing import Signer
from saksi.objects.store import ObjectStore
from saksi.retention.thinning_policies import CHAIN, KIND


def tell_owed(
    database: Database, store: ObjectStore, signer: Signer, *, busy: tuple[int, datetime] = (0, clock.from_us(0))
) -> int:  # fmt: skip
    """Tells of every camera-day that is owed, but for the one that is `busy` while that is younger than an hour."""
    values = {"camera_id": busy[0], "day": busy[1], "now": clock.now()}
    with database.transaction() as connection:
        owed = connection.execute(query("thinning.untold_days"), values).fetchall()
    for row in owed:
        with database.transaction() as connection:
            _tell(connection, store, signer, row["camera_id"], row["day"])
    return len(owed)


def line(row: dict[str, Any]) -> bytes:
    """The line of a thinned chunk (a row of thinning.untold), without a line feed."""
    entry = entry_of(row)
    return canonical(
        {
            "t": "saksi/thinned/1",
            "camera": entry.camera,
            "run": entry.run,
            "seq": entry.seq,
            "start": entry.start_us,
            "end": entry.end_us,
            "mode": row["mode"],
            "original": {
                "sha256": entry.sha256,
                "leaf": entry.leaf().hex(),
                "bytes": entry.size,
                "seal": row["seal"].hex(),
            },
            "thinned": {
                "sha256": row["thin_sha256"].hex(),
                "bytes": row["thin_size"],
                "frames": row["thin_frames"],
            },
        }
    )


def _tell(connection: Connection, store: ObjectStore, signer: Signer, camera_id: int, day: datetime) -> None:
    """The lines are in the store before the log says so."""
    place = {"camera_id": camera_id, "day": day}
    rows = connection.execute(query("thinning.untold"), place).fetchall()
    if not rows:
        return
    lines = [line(row) for row in rows]
    top = root([leaf(one) for one in lines])
    day_us = clock.to_us(day)
    data = b"".join(one + b"\n" for one in lines)
    key = keys.thinning_key(rows[0]["camera"], day_us, top)
    store.put(key, data, sha256=hashlib.sha256(data).digest(), content_type="application/json")
    now_us = clock.now_us()
    sizes = {
        "original": sum(row["size"] for row in rows),
        "thinned": sum(row["thin_size"] for row in rows),
    }
    body = {
        "event": "thinned",
        "camera": rows[0]["camera"],
        "day": day_us,
        "n": len(rows),
        "root": top.hex(),
        "bytes": sizes,
    }
    entry = ledger.append(connection, signer, kind=KIND, chain=CHAIN, body=body, at_us=now_us)
    values = {
        **place, **sizes, "n": len(rows), "root": top, "now": clock.from_us(now_us), "entry_id": entry.entry_id,
    }  # fmt: skip
    batch = connection.execute(query("thinning.add_batch"), values).fetchone()
    assert batch is not None
    connection.execute(query("thinning.told"), {**place, "batch_id": batch["batch_id"]})
