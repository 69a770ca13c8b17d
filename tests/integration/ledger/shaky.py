"""A database and a store in which any one step can fail, before it is done or after; and what must hold afterwards."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from saksi import clock
from saksi.catalogue import ledger, ledger_tree
from saksi.catalogue.database import Connection, Database, query, query_names
from saksi.catalogue.keys import ledger_key
from saksi.catalogue.ledger_tree import LogKey
from saksi.custody import entries, merkle, tiles
from saksi.custody.entries import Entry
from saksi.custody.notes import Checkpoint, Note
from saksi.custody.signing import Signer
from saksi.custody.strict import Malformed
from saksi.custody.tiles import Tree, tile_path, width_in
from saksi.errors import Unavailable
from saksi.objects.store import ObjectStore

_NAMES = {query(name): name for name in query_names()}
_PLACE = re.compile(r"/(x\d{3}/)*\d{3}(\.p/\d+)?$|/\d+(?=/[a-z])")


@dataclass
class Steps:
    """Counts steps by name; `at` (name, its number, "before" or "after") is where `act` happens."""

    at: tuple[str, int, str] | None = None
    act: Callable[[], None] = lambda: None
    seen: list[tuple[str, int]] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Around one step."""
        number = self._counts[name] = self._counts.get(name, 0) + 1
        self.seen.append((name, number))
        if self.at == (name, number, "before"):
            self.act()
        yield
        if self.at == (name, number, "after"):
            self.act()


class ShakyConnection:
    """Executes, with a step around each statement."""

    def __init__(self, real: Connection, steps: Steps) -> None:
        self._real = real
        self._steps = steps

    def execute(self, statement: Any, values: Any = None) -> Any:
        """As psycopg's."""
        with self._steps.step(_NAMES.get(statement, "other")):
            return self._real.execute(statement, values)


class ShakyDatabase(Database):
    """A database whose statements and commits are steps."""

    steps: Steps

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A failing commit either rolls back (before) or loses its answer (after)."""
        with contextlib.ExitStack() as stack:
            with super().transaction() as connection:
                yield ShakyConnection(connection, self.steps)  # type: ignore[misc]
                stack.enter_context(self.steps.step("commit"))


class ShakyStore(ObjectStore):
    """A store whose calls are steps."""

    steps: Steps

    def put(self, key: str, data: bytes | Path, **more: Any) -> None:
        """Named by what kind of object it is."""
        with self.steps.step("put " + _PLACE.sub("/N", key)):
            super().put(key, data, **more)

    def get(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        """Only the log's own."""
        with self.steps.step("get " + _PLACE.sub("/N", key)):
            return super().get(key, offset, length)

    def ask(self, operation: str, method: str, key: str = "", **more: Any) -> Any:
        """Deletions and listings of erasing among them."""
        with self.steps.step(f"{operation} {method}"):
            return super().ask(operation, method, key, **more)

    def delete(self, keys: Iterable[str]) -> None:
        """Bulk."""
        with self.steps.step("delete"):
            super().delete(keys)


def fail() -> None:
    """What a step that fails raises, whichever server it was."""
    raise Unavailable("database_unavailable")


class RecordingSigner(Signer):
    """Remembers all that it ever signed that was a checkpoint, whether or not anybody kept the signature."""

    signed: list[Checkpoint]

    def sign(self, message: bytes) -> bytes:
        """As its base."""
        with contextlib.suppress(Malformed, UnicodeDecodeError):
            self.signed.append(Checkpoint.parse(message.decode()))
        return super().sign(message)


def recording_key(origin: str = "uji.example/log") -> LogKey:
    """A log key of a fixed seed with an empty memory."""
    signer = RecordingSigner.from_seed(bytes([9]) * 32)
    assert isinstance(signer, RecordingSigner)
    signer.signed = []
    return LogKey(origin=origin, signer=signer)


def add(database: Database, signer: Signer, count: int, *, chain: str = "uji") -> None:
    """Appends entries to a chain, in one transaction and one statement: as `ledger.append` does one by one."""
    with database.transaction() as connection:
        ledger.enrol(connection, signer, role="office")
        connection.execute(query("ledger.open_chain"), {"chain": chain})
        end = connection.execute(query("ledger.lock_chain"), {"chain": chain}).fetchone()
        assert end is not None
        seq, prev, rows, now = end["seq"], end["leaf"], [], clock.now()
        for _ in range(count):
            seq += 1
            entry = Entry(
                kind="note",
                chain=chain,
                seq=seq,
                prev=prev.hex(),
                at_us=clock.to_us(now),
                by=signer.key_id,
                body={},
            )
            data, prev = entry.canonical(), entry.leaf()
            rows.append((seq, prev, data, entries.sign(signer, data)))
        seqs, leaves, data_, signatures = (list(column) for column in zip(*rows, strict=True))
        connection.execute(
            "with fresh as (insert into ledger_entry (chain, seq, kind, at, leaf, bytes, signature, key_id)"
            " select %s, seq, 'note', %s, leaf, bytes, signature, %s"
            " from unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[]) as x (seq, leaf, bytes, signature)"
            " order by seq returning entry_id) insert into ledger_pending select entry_id from fresh",
            (chain, now, signer.key_id, seqs, leaves, data_, signatures),
        )
        connection.execute(query("ledger.advance_chain"), {"chain": chain, "seq": seq, "leaf": prev})


def hold(database: Database, store: ObjectStore, log: LogKey) -> tuple[int, int]:
    """Asserts all that must hold at any moment; answers how many entries have places and how many wait for one."""
    with database.transaction() as connection:
        count = connection.execute(
            "select count(*) as entries, count(idx) as placed, count(p.entry_id) as waiting,"
            " count(*) filter (where (idx is null) = (p.entry_id is null)) as wrong, coalesce(max(idx) + 1, 0) as size"
            " from ledger_entry left join ledger_leaf using (entry_id) left join ledger_pending p using (entry_id)"
        ).fetchone()
        assert count is not None
        assert count["wrong"] == 0  # none lost, none doubled
        assert count["placed"] == count["size"]
        rows = connection.execute(
            "select leaf from ledger_leaf join ledger_entry using (entry_id) order by idx"
        )
        leaves = [row["leaf"] for row in rows]
        tree = ledger_tree.tree(connection, len(leaves))
        assert tree.root() == merkle.root(leaves)
        kept = connection.execute("select note from ledger_checkpoint order by size desc limit 3").fetchall()
        signed = [Checkpoint.parse(Note.parse(row["note"]).text) for row in kept]
        assert isinstance(log.signer, RecordingSigner)
        for at in [*signed, *log.signer.signed]:
            assert at.size <= len(leaves)
            assert (
                at.root == ledger_tree.tree(connection, at.size).root()
            )  # whatever was ever signed is one log
        log.signer.signed = log.signer.signed[-1:]
        published = ledger_tree.published(connection).size
        _hold_store(connection, store, published)
    return count["placed"], count["waiting"]


def _hold_store(connection: Connection, store: ObjectStore, published: int) -> None:
    if not published:
        return
    at = Checkpoint.parse(Note.parse(ObjectStore.get(store, ledger_key("checkpoint"))).text)
    assert at.size >= published
    n = (at.size - 1) // 256
    got = ObjectStore.get(store, ledger_key(tile_path(None, n, width_in(at.size, None, n))))
    assert tiles.unbundle(got) == ledger_tree.entries(connection, n * 256, at.size)
    tree = Tree(
        at.size, lambda level, n, width: ObjectStore.get(store, ledger_key(tile_path(level, n, width)))
    )
    assert tree.root() == at.root
    assert tree.leaf(0) == ledger_tree.tree(connection, at.size).leaf(0)
