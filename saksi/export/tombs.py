"""Tombstones of the chunks that a package states as purged, each with its path to the root that the log has.

A purge of a city's night has some 48,000 tombstones: only their hashes are kept while they are gone through.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

from saksi.catalogue.database import Connection
from saksi.custody.canonical import canonical, leaf
from saksi.custody.merkle import inclusion_paths
from saksi.export.buried import PURGED, Tomb
from saksi.export.scope import Scope
from saksi.retention import tombstones

_Place = tuple[str, int, int]


def lines(connection: Connection, scopes: Sequence[Scope]) -> list[bytes]:
    """Lines of `meta/tombstones.jsonl` by purge and position: of purges that are done, over chunks of the spans."""
    wanted: dict[tuple[int, bytes], set[_Place]] = defaultdict(set)
    for one in _over(scopes):
        wanted[one.purge_id, one.done].add((one.camera, one.hour_us, one.part))
    return [
        line
        for purge_id, done in sorted(wanted)
        for line in _of_purge(connection, purge_id, done, wanted[purge_id, done])
    ]


def _over(scopes: Sequence[Scope]) -> Iterator[Tomb]:
    """Those that have at least one chunk that is stated as purged."""
    for scope in scopes:
        gone = {(chunk.entry.run, chunk.entry.seq) for chunk in scope.inside if chunk.state == PURGED}
        for part in scope.runs:
            seqs = {seq for run, seq in gone if run == part.run}
            for tomb in part.tombs:
                if any(first <= seq <= last for first, last in tomb.seqs for seq in seqs):
                    yield tomb


def _of_purge(connection: Connection, purge_id: int, done: bytes, places: set[_Place]) -> Iterator[bytes]:
    leaves: list[bytes] = []
    found: dict[int, bytes] = {}
    for one in tombstones.within(connection, purge_id):
        line = one.line()
        if (one.camera, one.hour_us, one.part) in places:
            found[len(leaves)] = line
        leaves.append(leaf(line))
    paths = inclusion_paths(leaves, found)
    for position, line in found.items():
        path = [node.hex() for node in paths[position]]
        yield canonical({"done": done.hex(), "position": position, "line": json.loads(line), "path": path})
