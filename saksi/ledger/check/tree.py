"""The tree over the entries: tiles and roots recomputed leaf by leaf, held to rows, checkpoints and store copies."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator

from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.keys import ledger_key
from saksi.catalogue.ledger_tree import Kept
from saksi.custody import tiles
from saksi.custody.merkle import Frontier
from saksi.custody.notes import Checkpoint, Note, VerifierKey, parse_lines
from saksi.custody.policy import Policy
from saksi.custody.strict import Malformed
from saksi.custody.tiles import WIDTH, tile_path
from saksi.errors import NotFound
from saksi.ledger.check.findings import Report
from saksi.objects.store import ObjectStore

_PAGE = 500


class TreeCheck:
    """Takes the leaves in order. `published`: how much of it the store must have; `keys`: the log's."""

    def __init__(
        self,
        report: Report,
        database: Database,
        store: ObjectStore | None,
        *,
        published: int,
        keys: list[VerifierKey],
        policy: Policy,
    ) -> None:
        self._report = report
        self._database = database
        self._store = store
        self._published = published
        self._keys = keys
        self._policy = policy
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
        while self._next is not None and self._next.size == size:
            self._hold_checkpoint(self._next)
            self._next = next(self._checkpoints, None)

    def finish(self) -> None:
        """After the last leaf: the tiles that are not full, and checkpoints over more than there is."""
        for level, hashes in enumerate(self._open):
            self._hold_tile(level, self._numbers[level], b"".join(hashes), stored=False)
        while self._next is not None:
            self._report.add("checkpoint_beyond", f"checkpoint {self._next.size}", self._frontier.size)
            self._next = next(self._checkpoints, None)

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

    def _hold_bundle(self, size: int) -> None:
        if self._bundle and size <= self._published:
            n, width = (size - 1) // WIDTH, (size - 1) % WIDTH + 1
            self._hold_object(tile_path(None, n, width), tiles.bundle(self._bundle))
        if size % WIDTH == 0:
            self._bundle = []

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
                return self._store.get(ledger_key(name))[:length]
        return None

    def _hold_checkpoint(self, kept: Kept) -> None:
        where = f"checkpoint {kept.size}"
        self._report.count("checkpoints")
        if kept.root != self._frontier.root():
            self._report.add("checkpoint_root", where, self._frontier.root(), kept.root)
        try:
            note = Note.parse(kept.note)
            at = Checkpoint.parse(note.text)
            signed = any(note.signed_by(key) is not None for key in self._keys)
        except Malformed as error:
            self._report.add("checkpoint_note", where, found=error)
            return
        if (at.size, at.root) != (kept.size, kept.root):
            self._report.add("checkpoint_note", where, kept.root, at.root)
        if not signed:
            self._report.add("checkpoint_signature", where)
        self._hold_anchors(kept, note)

    def _hold_anchors(self, kept: Kept, note: Note) -> None:
        with self._database.transaction() as connection:
            lines = connection.execute(query("tree.cosignatures"), {"size": kept.size}).fetchall()
            stamp = connection.execute(query("tree.stamp"), {"size": kept.size}).fetchone()
        for row in lines:
            self._report.count("cosignatures")
            try:
                self._hold_line(Note(text=note.text, lines=tuple(parse_lines(row["line"]))))
            except Malformed:
                self._report.add("cosignature_false", f"checkpoint {kept.size}: {row['name']}")
        if stamp is not None:
            self._report.count("stamps")
            if hashlib.sha256(kept.note.encode()).digest() not in bytes(stamp["tsr"]):
                self._report.add("stamp_differs", f"checkpoint {kept.size}")

    def _hold_line(self, note: Note) -> None:
        for witness in self._policy.witnesses:
            note.signed_by(witness.key)

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


def hold_store_checkpoint(
    report: Report, connection: Connection, store: ObjectStore, keys: list[VerifierKey], published: int
) -> None:
    """The store's own checkpoint: ours, as large as what was published, with the root of the tree."""
    where = ledger_key("checkpoint")
    try:
        note = Note.parse(store.get(where))
        at = Checkpoint.parse(note.text)
        signed = any(note.signed_by(key) is not None for key in keys)
    except NotFound:
        if published:
            report.add("store_checkpoint", where, f"size {published}")
        return
    except Malformed as error:
        report.add("store_checkpoint", where, found=error)
        return
    kept = ledger_tree.at(connection, at.size)
    if not signed or kept is None or kept.root != at.root or at.size < published:
        report.add("store_checkpoint", where, f"size {published}", f"size {at.size}, signed: {signed}")
