"""The end of thinned chunks: every purge but that of their originals takes those in its windows, as it takes footage.

Rows go under the camera's lock and leave a tombstone, then the objects are erased and looked for: docs/decisions/0012.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from saksi import clock
from saksi.catalogue import holds, keys
from saksi.catalogue.database import Connection, Database, query
from saksi.custody.canonical import canonical, leaf
from saksi.custody.merkle import root
from saksi.errors import SaksiError
from saksi.objects.store import ObjectStore
from saksi.retention import windows
from saksi.retention.erase_run import Eraser
from saksi.retention.runs import PurgeRun
from saksi.retention.tombstones import numbers
from saksi.retention.windows import Window


def take(
    database: Database,
    store: ObjectStore,
    run: PurgeRun,
    targets: Sequence[Window],
    *,
    keep: Callable[[Connection], None],
    a_second: float = 0,
) -> Iterator[SaksiError | None]:
    """Takes and erases a camera-day a step; each gives what the store refused, if anything.

    `keep` keeps the claim on the purge, in each transaction that writes; `a_second` objects go at the most, 0 without a
    bound. Raises Unavailable; to be begun anew then.
    """
    if run.kind == "thinned":
        return
    refused = _erase(database, store, run.purge_id, keep, a_second)  # what a turn before had claimed
    if refused is not None:
        yield refused
    by_camera = {one.camera_id: one for one in targets}
    with database.transaction() as connection:
        rows = connection.execute(query("thinning.due_days"), windows.columns(targets)).fetchall()
    for row in rows:
        window = by_camera[row["camera_id"]]
        values = {
            "camera_id": window.camera_id,
            "purge_id": run.purge_id,
            "policy_id": window.policy_id,
            "from": clock.from_us(window.from_us),
            "cutoff": clock.from_us(window.cutoff_us),
            "day": row["day"],
            "day_end": clock.from_us(clock.to_us(row["day"]) + 86_400_000_000),
            "now": clock.now(),
        }
        with database.transaction() as connection:
            keep(connection)
            holds.lock_cameras(connection, [window.camera_id])
            connection.execute(query("thinning.take"), values)
        yield _erase(database, store, run.purge_id, keep, a_second)


def totals(connection: Connection, purge_id: int) -> dict[str, object]:
    """What went, for log and certificate: hours, chunks, bytes, and the root over a line an hour; {} when nothing."""
    lines, chunks, size = [], 0, 0
    for row in connection.execute(query("thinning.gone_lines"), {"purge_id": purge_id}):
        told = {
            "t": "saksi/thinned-tombstone/1",
            "camera": row["camera"],
            "hour": clock.to_us(row["hour"]),
            "part": row["part"],
            "run": row["run"],
            "seqs": [list(pair) for pair in numbers(row["seqs"])],
            "n": row["n"],
            "bytes": row["bytes"],
            "purge": purge_id,
        }
        lines.append(canonical(told))
        chunks += row["n"]
        size += row["bytes"]
    if not lines:
        return {}
    top = root([leaf(one) for one in lines]).hex()
    return {"thinned": {"hours": len(lines), "chunks": chunks, "bytes": size, "root": top}}


class _Eraser(Eraser):
    """The same of what was left of thinned footage."""

    claimed = query("thinning.claimed")
    gone = query("thinning.gone")

    def key_of(self, camera: str, run: str, seq: int) -> str:
        """As its base."""
        return keys.thinned_key(camera, run, seq)


def _erase(
    database: Database,
    store: ObjectStore,
    purge_id: int,
    keep: Callable[[Connection], None],
    a_second: float,
) -> SaksiError | None:
    """Everything that is claimed, each once; answers what the store refused last."""
    eraser = _Eraser(database, store, purge_id, keep=keep, a_second=a_second)
    while eraser.step() is not None:
        pass
    return eraser.refused
