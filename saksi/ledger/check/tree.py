"""The tree over the entries: tiles and roots recomputed leaf by leaf, held to rows, checkpoints and store copies."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator

from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Database, query
from saksi.catalogue.keys import ledger_key
from saksi.catalogue.ledger_tree import Kept
from saksi.custody import tiles
from saksi.custody.merkle import Frontier
from saksi.custody.tiles import WIDTH, tile_path
from saksi.errors import NotFound
from saksi.ledger.check.anchors import AnchorCheck
from saksi.ledger.check.findings import Report
from saksi.objects.store import ObjectStore

_PAGE = 500


class TreeCheck:
    """Takes the leaves in order. `published`: how much of it the store must have; `anchors` are held to its roots."""

    def __init__(
        self,
        report: Report,
        database: Database,
        store: ObjectStore | None,
        *,
        published: int,
        anchors: AnchorCheck,
    ) -> None:
        self._report = report
        self._database = database
        self._store = store
        self._published = published
        self._anchors = anchors
        self._frontier = Frontier()
        self._open: list[list[bytes]] = []  # hashes of the tile that is being filled, for each level
        self._numbers: list[int] = []
        self._bundle: list[bytes] = []
        self._checkpoints = self._read_checkpoints()
        self._next = next(self._checkpoints, None)

    def take(self, hashed: bytes, data: bytes) -> None:
        """The next leaf and the bytes of its entry."""
        self._frontier.push(hashed)
        self._bundle.append(data)
        self._push(0, hashed)
        size = self._frontier.size
        if size % WIDTH == 0 or size == self._published:
            self._hold_bundle(size)
        if size == self._published:
            self._hold_partial()
        if self._anchors.awaited >= 0 and self._anchors.awaited <= size:
            self._anchors.grown(size, self._frontier.root())
        while self._next is not None and self._next.size == size:
            self._anchors.hold(self._next, self._frontier.root())
            self._next = next(self._checkpoints, None)

    def finish(self) -> None:
        """After the last leaf: the tiles that are not full, and checkpoints over more than there is."""
        for level, hashes in enumerate(self._open):
            self._hold_tile(level, self._numbers[level], b"".join(hashes), stored=False)
        while self._next is not None:
            self._report.add("checkpoint_beyond", f"checkpoint {self._next.size}", self._frontier.size)
            self._next = next(self._checkpoints, None)
        self._anchors.finish(self._frontier.size)

    def _push(self, level: int, hashed: bytes) -> None:
        if level == len(self._open):
            self._open.append([])
            self._numbers.append(0)
        self._open[level].append(hashed)
        if len(self._open[level]) == WIDTH:
            full = b"".join(self._open[level])
            self._hold_tile(level, self._numbers[level], full, stored=self._frontier.size <= self._published)
            self._open[level] = []
            self._numbers[level] += 1
            self._push(level + 1, tiles.tile_root(full))

    def _hold_tile(self, level: int, n: int, hashes: bytes, *, stored: bool) -> None:
        width = len(hashes) // 32
        if not width:
            return
        with self._database.transaction() as connection:
            found = ledger_tree.reader(connection)(level, n, width)
        if found != hashes:
            self._report.add("tile_differs", f"ledger_tile {tile_path(level, n)}")
        self._report.count("tiles")
        if stored:
            self._hold_object(tile_path(level, n, width), hashes)

    def _hold_partial(self) -> None:
        """At the published size: the tiles that the store has as partial ones."""
        for level, hashes in enumerate(self._open):
            if hashes:
                path = tile_path(level, self._numbers[level], len(hashes))
                self._hold_object(path, b"".join(hashes))
                self._hold_earlier(level, self._numbers[level], hashes, b"".join)

    def _hold_bundle(self, size: int) -> None:
        if self._bundle and size <= self._published:
            n, width = (size - 1) // WIDTH, (size - 1) % WIDTH + 1
            self._hold_object(tile_path(None, n, width), tiles.bundle(self._bundle))
            if width < WIDTH:
                self._hold_earlier(None, n, self._bundle, tiles.bundle)
        if size % WIDTH == 0:
            self._bundle = []

    def _hold_earlier(
        self, level: int | None, n: int, parts: list[bytes], joined: Callable[[list[bytes]], bytes]
    ) -> None:
        """What the store has of the same tile from when it was narrower."""
        if self._store is None:
            return
        before = f"{ledger_key(tile_path(level, n))}.p/"
        for key, _ in self._store.list(before):
            width = key.removeprefix(before)
            if width.isdecimal() and 0 < int(width) < len(parts):
                self._hold_object(tile_path(level, n, int(width)), joined(parts[: int(width)]))

    def _hold_object(self, path: str, data: bytes) -> None:
        if self._store is None:
            return
        found = self._object(path, len(data))
        if found is None:
            self._report.add("store_missing", ledger_key(path))
            return
        if found != data:
            self._report.add(
                "store_differs",
                ledger_key(path),
                hashlib.sha256(data).digest(),
                hashlib.sha256(found).digest(),
            )
        self._report.count("objects")

    def _object(self, path: str, length: int) -> bytes | None:
        """What the store has; a partial tile may have given way to the full one, which begins with it."""
        assert self._store is not None
        for name in dict.fromkeys((path, path.partition(".p/")[0])):
            with contextlib.suppress(NotFound):
                found = self._store.get(ledger_key(name))
                return found if name == path else found[:length]
        return None

    def _read_checkpoints(self) -> Iterator[Kept]:
        """Every checkpoint in order, a page at a time."""
        size = -1
        while True:
            with self._database.transaction() as connection:
                values = {"size": size, "limit": _PAGE}
                rows = connection.execute(query("tree.checkpoints_after"), values).fetchall()
            if not rows:
                return
            yield from map(Kept.from_row, rows)
            size = rows[-1]["size"]
