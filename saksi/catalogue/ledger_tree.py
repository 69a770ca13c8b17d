"""The tree over the log's entries, in the catalogue: places, tiles, checkpoints. No object store here.

Entries get their places first, in a transaction of its own; a checkpoint is signed only over places that are
committed. So even a signature that is lost in a crash was over a beginning of every later tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.custody import notes, tiles
from saksi.custody.notes import ED25519, Checkpoint, Note, VerifierKey
from saksi.custody.proofs import Proof
from saksi.custody.signing import Signer
from saksi.custody.strict import HASH, Malformed
from saksi.custody.tiles import Tree
from saksi.errors import IntegrityError
from saksi.messages import register

register(
    "ledger_tree_broken",
    en=(
        "The tree of the log at size {size} does not have the root that was signed; nothing is signed on top of it.",
        "Tiles or checkpoints were changed in the database. Keep it as it is, and run: saksi ledger verify",
    ),
    id_=(
        "Pohon log pada ukuran {size} tidak memiliki akar yang sudah ditandatangani; tidak ada yang ditandatangani.",
        "Ubin atau titik periksa diubah di basis data. Jangan ubah apa pun, lalu jalankan: saksi ledger verify",
    ),
)

register(
    "ledger_empty",
    en=("The log has no checkpoint yet.", "The first one comes within a minute or two; try again then."),
    id_=("Log belum memiliki titik periksa.", "Yang pertama terbit dalam satu dua menit; coba lagi nanti."),
)


@dataclass(frozen=True, kw_only=True)
class LogKey:
    """Who signs checkpoints: the name of the log (its origin) and its key."""

    origin: str
    signer: Signer

    @property
    def verifier(self) -> VerifierKey:
        """The public half, under the log's name."""
        return VerifierKey(name=self.origin, kind=ED25519, public=self.signer.public)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A checkpoint of the catalogue. `note` carries our signature alone, so its bytes never change."""

    size: int
    root: bytes
    note: str
    made_us: int

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Kept:
        """From a row of ledger_checkpoint."""
        return cls(size=row["size"], root=row["root"], note=row["note"], made_us=clock.to_us(row["made_at"]))


@dataclass(frozen=True, kw_only=True)
class Published:
    """How much is in the object store, in leaves, see sql/schema.sql."""

    size: int
    uploaded: int
    locked: int


def lock(connection: Connection) -> bool:
    """Whether this transaction may give places and sign: only one at a time does."""
    return _held(connection, "tree.lock")


def lock_publishing(connection: Connection) -> bool:
    """Whether this transaction may write the log's objects."""
    return _held(connection, "tree.lock_publishing")


def lock_copying(connection: Connection) -> bool:
    """Whether this transaction may write the copies under object lock."""
    return _held(connection, "tree.lock_copying")


def place(connection: Connection, limit: int) -> int:
    """Gives places to at most `limit` entries that have none, oldest first; answers how many. Under `lock`."""
    rows = connection.execute(query("tree.pending"), {"limit": limit}).fetchall()
    if not rows:
        return 0
    size = placed(connection)
    entries = [row["entry_id"] for row in rows]
    values = {"places": list(range(size, size + len(rows))), "entries": entries}
    connection.execute(query("tree.place"), values)
    connection.execute(query("tree.no_longer_pending"), values)
    changed = tiles.grow(size, [row["leaf"] for row in rows], reader(connection))
    grown = {
        "levels": [tile.level for tile in changed],
        "tiles": [tile.n for tile in changed],
        "hashes": [tile.hashes for tile in changed],
    }
    connection.execute(query("tree.keep_tiles"), grown)
    return len(rows)


def sign(connection: Connection, log: LogKey) -> Kept | None:
    """Signs and keeps the checkpoint of all places given so far; None when there is nothing new. Under `lock`.

    Raises IntegrityError when the tree does not continue the newest checkpoint.
    """
    last, size = newest(connection), placed(connection)
    before = last.size if last else 0
    tree_then = Tree(before, reader(connection))
    if size < before or (last is not None and _root(tree_then) != last.root):
        raise IntegrityError("ledger_tree_broken", size=before)
    if size == before:
        return None
    root = _root(Tree(size, reader(connection)))
    text = Checkpoint(origin=log.origin, size=size, root=root).text()
    note = Note(text=text, lines=(notes.sign(text, log.origin, log.signer),)).whole()
    connection.execute(query("tree.add_checkpoint"), {"size": size, "root": root, "note": note})
    return newest(connection)


def placed(connection: Connection) -> int:
    """How many entries have a place: the size of the tree, of which the newest part may not be signed yet."""
    row = connection.execute(query("tree.placed")).fetchone()
    assert row is not None
    size: int = row["size"]
    return size


def newest(connection: Connection) -> Kept | None:
    """The newest checkpoint that was signed, published or not."""
    row = connection.execute(query("tree.newest")).fetchone()
    return None if row is None else Kept.from_row(row)


def newest_published(connection: Connection) -> Kept | None:
    """The newest checkpoint that may be shown: the object store has it, so no restored backup can undo it unseen."""
    return at(connection, published(connection).size)


def newest_cosigned(connection: Connection) -> Kept | None:
    """The newest published checkpoint that a witness has signed."""
    row = connection.execute(query("tree.newest_cosigned")).fetchone()
    return None if row is None else Kept.from_row(row)


def cosigned_from(connection: Connection, size: int) -> list[Kept]:
    """Published checkpoints over `size` leaves or more that outsiders signed: those with most signatures first."""
    return [Kept.from_row(row) for row in connection.execute(query("tree.cosigned_from"), {"size": size})]


def at(connection: Connection, size: int) -> Kept | None:
    """The checkpoint of exactly this size; None where none was signed."""
    row = connection.execute(query("tree.newest_until"), {"size": size}).fetchone()
    return Kept.from_row(row) if row is not None and row["size"] == size else None


def published(connection: Connection) -> Published:
    """How much of the log is in the object store."""
    row = connection.execute(query("tree.published")).fetchone()
    assert row is not None
    return Published(**row)


def cosigned(connection: Connection, kept: Kept) -> Note:
    """A checkpoint with every cosignature that came in so far."""
    rows = connection.execute(query("tree.cosignatures"), {"size": kept.size})
    lines = [line for row in rows for line in notes.parse_lines(row["line"])]
    return notes.with_lines(Note.parse(kept.note), lines)


def reader(connection: Connection) -> tiles.Read:
    """Reads tiles of the catalogue. A tile that is not there reads as nothing, which a Tree refuses."""

    def read(level: int, n: int, width: int) -> bytes:
        values = {"level": level, "tile": n, "bytes": width * HASH}
        row = connection.execute(query("tree.tile"), values).fetchone()
        return b"" if row is None else bytes(row["hashes"])

    return read


def tree(connection: Connection, size: int) -> Tree:
    """The tree at a size, for roots and proofs. Its errors are Malformed when the tiles are not whole."""
    return Tree(size, reader(connection))


def place_of(connection: Connection, leaf: bytes) -> int | None:
    """The place of the entry with this leaf hash; None when there is no such entry, or it has no place yet."""
    row = connection.execute(query("tree.place_of"), {"leaf": leaf}).fetchone()
    return None if row is None else row["idx"]


def proof(connection: Connection, index: int, kept: Kept) -> Proof:
    """The C2SP tlog-proof of the entry at a place, on a checkpoint. Raises Malformed for a place outside of it."""
    path = tree(connection, kept.size).inclusion(index)
    return Proof(index=index, path=tuple(path), note=cosigned(connection, kept))


def entries(connection: Connection, start: int, end: int) -> list[bytes]:
    """Exact bytes of the entries at the places [start, end)."""
    rows = connection.execute(query("tree.entries"), {"start": start, "end": end})
    return [bytes(row["bytes"]) for row in rows]


def log_keys(connection: Connection, origin: str) -> list[VerifierKey]:
    """Every key that ever signed checkpoints of ours, under the log's name."""
    rows = connection.execute(query("tree.log_keys"))
    return [VerifierKey(name=origin, kind=ED25519, public=bytes(row["public"])) for row in rows]


def _root(tree: Tree) -> bytes:
    try:
        return tree.root()
    except Malformed as error:
        raise IntegrityError("ledger_tree_broken", size=tree.size) from error


def _held(connection: Connection, name: str) -> bool:
    row = connection.execute(query(name)).fetchone()
    assert row is not None
    held: bool = row["held"]
    return held
