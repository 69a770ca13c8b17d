"""Where the log was told of what thinning kept: the entry, and a path from each thinned chunk's line to its root.

The lines are read from the store, where they lie since before the log was told: rows of others of that day may be gone.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.database import Connection, query
from saksi.catalogue.footage import Chunk
from saksi.custody.canonical import leaf
from saksi.custody.merkle import inclusion_paths, root
from saksi.errors import NotFound
from saksi.export.buried import PURGED
from saksi.export.scope import Scope
from saksi.objects.store import ObjectStore

log = logging.getLogger("saksi.export.left_proofs")

_Place = tuple[str, int]  # run, number


@dataclass(frozen=True, kw_only=True)
class Told:
    """That the log was told of a thinned chunk: by `entry`, whose root is over its line at `position`."""

    entry_id: int
    entry: bytes
    seal: str
    position: int
    path: Sequence[bytes]


def left(scope: Scope) -> list[Chunk]:
    """Chunks of a span that a purge took and of which keyframes are left."""
    return [one for one in scope.inside if one.state == PURGED and one.thinned is not None]


def key_of(chunk: Chunk) -> str:
    """Key of the object that is left of a thinned chunk."""
    return keys.thinned_key(chunk.entry.camera, chunk.entry.run, chunk.entry.seq)


def find(connection: Connection, store: ObjectStore, scopes: Sequence[Scope]) -> dict[str, Told]:
    """By key of the thinned chunk; nothing of those of which the log was not told or whose lines are lost.

    Raises Unavailable when the store does not answer.
    """
    batches: dict[int, tuple[Mapping[str, Any], set[_Place]]] = {}
    for scope in scopes:
        by_run: dict[str, list[Chunk]] = defaultdict(list)
        for one in left(scope):
            by_run[one.entry.run].append(one)
        for part in scope.runs:
            for row in _told(connection, scope.asked.camera_id, part.run_no, by_run.get(part.run, [])):
                batches.setdefault(row["batch_id"], (row, set()))[1].add((part.run, row["seq"]))
    return {key: one for row, places in batches.values() for key, one in _of_batch(store, row, places)}


def _told(
    connection: Connection, camera_id: int, run_no: int, chunks: Sequence[Chunk]
) -> list[dict[str, Any]]:
    if not chunks:
        return []
    values = {
        "camera_id": camera_id,
        "run_no": run_no,
        "from": clock.from_us(min(one.entry.start_us for one in chunks)),
        "to": clock.from_us(max(one.entry.start_us for one in chunks)),
        "seqs": [one.entry.seq for one in chunks],
    }
    return connection.execute(query("export.thinned_told"), values).fetchall()


def _of_batch(store: ObjectStore, row: Mapping[str, Any], places: set[_Place]) -> Iterator[tuple[str, Told]]:
    name = keys.thinning_key(row["camera"], clock.to_us(row["day"]), bytes(row["root"]))
    try:
        lines = store.get(name).split(b"\n")[:-1]
    except NotFound:
        lines = []
    leaves = [leaf(line) for line in lines]
    if not lines or root(leaves) != bytes(row["root"]):
        log.error("%s is lost or damaged: what it tells of goes into no package", name)
        return
    told = [json.loads(line) for line in lines]
    found = {at: one for at, one in enumerate(told) if (one["run"], one["seq"]) in places}
    paths = inclusion_paths(leaves, found)
    for at, one in found.items():
        yield (
            keys.thinned_key(one["camera"], one["run"], one["seq"]),
            Told(
                entry_id=row["entry_id"],
                entry=bytes(row["leaf"]),
                seal=one["original"]["seal"],
                position=at,
                path=paths[at],
            ),
        )
