"""The log's objects: tiles, entry bundles and the checkpoint in C2SP tlog-tiles layout under `ledger/`.

Commit order; every step is done again from its beginning by the next round, and writes the same bytes to the same keys:

1. Tiles and bundles of up to 64 x 256 entries go to the store, then `uploaded` is committed. A crash in between leaves
   objects that no checkpoint covers yet; they are written again.
2. The checkpoint goes to the store. A crash before it leaves the old one in force, over tiles that are still right.
3. `size` is committed: only now does anyone get to see the checkpoint from us. A crash before it leaves a store that is
   ahead of `size`, never of the signed checkpoints; the next round puts the same checkpoint again.
4. Partial tiles of tiles that are full by now go away. A crash leaves some behind, which harms nobody.

So at any moment everything that the store's checkpoint covers is in the store, and whoever restores an older catalogue
is found out by that checkpoint (saksi/ledger/outside.py).
"""

from __future__ import annotations

import hashlib

from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.keys import ledger_key
from saksi.catalogue.ledger_tree import Kept, LogKey, Published
from saksi.custody import tiles
from saksi.custody.notes import Checkpoint
from saksi.custody.strict import HASH
from saksi.custody.tiles import WIDTH, tile_path, width_in
from saksi.errors import IntegrityError
from saksi.ledger import outside
from saksi.objects.store import ObjectStore

_ROUND = 64 * WIDTH
_BYTES = "application/octet-stream"
_TEXT = "text/plain; charset=utf-8"


def publish(database: Database, store: ObjectStore, log: LogKey) -> int | None:
    """Brings the store up to the newest checkpoint; answers its size, None when another process is at it.

    Raises Unavailable when the store or the database does not answer, IntegrityError when the store is ahead of the
    catalogue or differs from it.
    """
    while True:
        with database.transaction() as connection:
            if not ledger_tree.lock_publishing(connection):
                return None
            there = outside.hold_to(connection, log, outside.seen(store))
            newest = ledger_tree.newest(connection)
            if newest is None:
                return 0
            state = _state(connection, there)
            if state.uploaded < newest.size:
                _upload_round(connection, store, state.uploaded, newest.size)
                continue
            if there is None or there.size < newest.size:
                _put_checkpoint(connection, store, newest)
            if state.size != newest.size:
                connection.execute(query("tree.set_published"), {"size": newest.size})
        _drop_partial(store, there.size if there else 0, newest.size)
        return newest.size


def publish_cosigned(database: Database, store: ObjectStore, log: LogKey) -> None:
    """Writes the store's checkpoint again with the cosignatures that came since; nothing when it is not the newest."""
    with database.transaction() as connection:
        if not ledger_tree.lock_publishing(connection):
            return
        there = outside.hold_to(connection, log, outside.seen(store))
        kept = ledger_tree.newest_published(connection)
        if kept is not None and there is not None and there.size == kept.size:
            _put_checkpoint(connection, store, kept)


def _state(connection: Connection, there: Checkpoint | None) -> Published:
    """How far the store is. One that lost its checkpoint (a new bucket) gets everything again."""
    state = ledger_tree.published(connection)
    if there is None and state.size:
        connection.execute(query("tree.publish_anew"))
        return ledger_tree.published(connection)
    return state


def _upload_round(connection: Connection, store: ObjectStore, start: int, size: int) -> None:
    """The objects between two sizes, partial ones only at the very end of the tree."""
    end = min(size, start // WIDTH * WIDTH + _ROUND)
    for n in range(start // WIDTH, (end - 1) // WIDTH + 1):
        _put_bundle(connection, store, n, width_in(end, None, n))
    level, first, last = 0, start, end
    while last:
        for n in range(first // WIDTH, (last - 1) // WIDTH + 1):
            width = width_in(end, level, n)
            if width == WIDTH or end == size:
                _put_tile(connection, store, level, n, width)
        level, first, last = level + 1, first // WIDTH, last // WIDTH
    connection.execute(query("tree.set_uploaded"), {"uploaded": end})


def put_bytes(store: ObjectStore, path: str, data: bytes) -> None:
    """One tile or bundle."""
    store.put(ledger_key(path), data, sha256=hashlib.sha256(data).digest(), content_type=_BYTES)


def bundle_bytes(connection: Connection, n: int, width: int) -> bytes:
    """Entry bundle `n`. Raises IntegrityError when an entry of it is not in the catalogue."""
    entries = ledger_tree.entries(connection, n * WIDTH, n * WIDTH + width)
    if len(entries) != width:
        raise IntegrityError("ledger_tree_broken", size=n * WIDTH + width)
    return tiles.bundle(entries)


def tile_bytes(connection: Connection, level: int, n: int, width: int) -> bytes:
    """Tile `n` of a level. Raises IntegrityError when it is not in the catalogue as wide as that."""
    data = ledger_tree.reader(connection)(level, n, width)
    if len(data) != width * HASH:
        raise IntegrityError("ledger_tree_broken", size=n * WIDTH + width)
    return data


def _put_bundle(connection: Connection, store: ObjectStore, n: int, width: int) -> None:
    put_bytes(store, tile_path(None, n, width), bundle_bytes(connection, n, width))


def _put_tile(connection: Connection, store: ObjectStore, level: int, n: int, width: int) -> None:
    put_bytes(store, tile_path(level, n, width), tile_bytes(connection, level, n, width))


def _put_checkpoint(connection: Connection, store: ObjectStore, kept: Kept) -> None:
    # Read here and not before: a transaction that was cut off meanwhile has lost its lock, and fails.
    whole = ledger_tree.cosigned(connection, kept).whole().encode()
    store.put(outside.CHECKPOINT, whole, sha256=hashlib.sha256(whole).digest(), content_type=_TEXT)


def _drop_partial(store: ObjectStore, before: int, size: int) -> None:
    """Partial tiles of what has become full since; clients find the full one (tlog-tiles, "Partial Tiles")."""
    level, first, last = 0, before, size
    while first:
        n = first // WIDTH
        if first % WIDTH and last // WIDTH > n:
            for one in [level] if level else [None, 0]:
                prefix = ledger_key(f"{tile_path(one, n)}.p/")
                store.delete([key for key, _ in store.list(prefix)])
        level, first, last = level + 1, first // WIDTH, last // WIDTH
