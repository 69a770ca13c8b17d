"""Which runs, chunks and seals one camera's span of an exhibit needs, so that its completeness can be shown.

Beside the chunks that touch the span: the one before and the one after in each run (nothing was trimmed), and where
the span begins or ends outside a run, the run before with its end and the opening of the run after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.catalogue.footage import Chunk
from saksi.export import buried
from saksi.export.buried import Tomb
from saksi.objects.store import ObjectStore

_FAR = clock.from_us(253_402_300_799_000_000)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One camera of an exhibit and the span asked for, [from_us, to_us)."""

    exhibit: int
    camera_id: int
    camera: str
    from_us: int
    to_us: int


@dataclass(frozen=True, kw_only=True)
class RunPart:
    """A run and its chunks that are told of: those inside the span and the brackets."""

    row: dict[str, Any]
    chunks: Sequence[Chunk]
    purges: frozenset[int] = frozenset()  # entries of the log that tell of purges of them
    tombs: tuple[Tomb, ...] = ()  # of those purges, as far as they are done

    @property
    def run(self) -> str:
        """Its id."""
        return str(self.row["run"])

    @property
    def run_no(self) -> int:
        """Its number in the catalogue."""
        number: int = self.row["run_no"]
        return number

    @property
    def seqs(self) -> tuple[int, int]:
        """First and last chunk told of; (1, 0) without any."""
        return (self.chunks[0].entry.seq, self.chunks[-1].entry.seq) if self.chunks else (1, 0)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What was found for a camera's span; `runs` in order of opening."""

    asked: Asked
    runs: Sequence[RunPart]
    inside: Sequence[Chunk] = field(repr=False)

    @property
    def stored(self) -> list[Chunk]:
        """Chunks inside the span whose files are in the archive, in order of run and seq."""
        return [chunk for chunk in self.inside if chunk.state == "stored"]

    def without(self, absent: Mapping[str, str]) -> Scope:
        """The same where chunks that the store does not give have that as their state; by key of the object."""
        inside = [
            replace(chunk, state=absent[chunk.key])
            if chunk.state == "stored" and chunk.key in absent
            else chunk
            for chunk in self.inside
        ]
        return replace(self, inside=inside)


def find(connection: Connection, store: ObjectStore, asked: Asked) -> Scope:
    """The scope of one camera's span. Chunks that a purge took are told of from their seals' lines, in the store."""
    window = {
        "camera_id": asked.camera_id,
        "from": clock.from_us(asked.from_us),
        "to": clock.from_us(asked.to_us),
    }
    rows = connection.execute(query("export.runs"), window).fetchall()
    parts = [_part(connection, store, window, row) for row in rows]
    inside = [
        chunk
        for part in parts
        for chunk in part.chunks
        if chunk.entry.end_us > asked.from_us and chunk.entry.start_us < asked.to_us
    ]
    known = {part.run_no for part in parts}
    if not any(part.chunks and part.chunks[0].entry.start_us < asked.from_us for part in parts):
        before = connection.execute(query("export.run_before"), window).fetchone()
        if before is not None and before["run_no"] not in known:
            parts.insert(0, _end_of(connection, store, asked.camera_id, before))
    if not any(part.chunks and part.chunks[-1].entry.end_us >= asked.to_us for part in parts):
        after = connection.execute(query("export.run_after"), window).fetchone()
        if after is not None:
            parts.append(RunPart(row=after, chunks=()))
    _add_parents(connection, store, asked.camera_id, parts)
    return Scope(asked=asked, runs=parts, inside=inside)


def _add_parents(connection: Connection, store: ObjectStore, camera_id: int, parts: list[RunPart]) -> None:
    """Every run but the first follows from one that is told of; where it is another one, that one is added."""
    for part in list(parts[1:]):
        parent = part.row["parent"]
        if any(parent in (one.row["closed_tip"], one.row["tip"]) for one in parts) or not any(parent):
            continue
        row = connection.execute(
            query("export.run_of_tip"), {"camera_id": camera_id, "tip": parent}
        ).fetchone()
        if row is not None:
            parts.insert(0, _end_of(connection, store, camera_id, row))


def _part(connection: Connection, store: ObjectStore, window: dict[str, Any], row: dict[str, Any]) -> RunPart:
    values = {
        **window,
        "run_no": row["run_no"],
        "opened_at": row["opened_at"],
        "until": row["last_end"] or _FAR,
    }
    rows = [Chunk.from_row(one) for one in connection.execute(query("export.run_chunks"), values)]
    around = connection.execute(query("export.sealed_around"), values).fetchone()
    assert around is not None
    gone = buried.find(connection, store, values, around["first"] - 1, around["last"] + 1)
    if not gone.chunks:
        return RunPart(row=row, chunks=rows)
    span = {"from_us": clock.to_us(window["from"]), "to_us": clock.to_us(window["to"])}
    chunks = buried.with_rows(connection, values, rows, gone, span)
    return RunPart(row=row, chunks=chunks, purges=gone.entry_ids, tombs=gone.tombs)


def _end_of(connection: Connection, store: ObjectStore, camera_id: int, row: dict[str, Any]) -> RunPart:
    """A run with its last chunk alone."""
    values = {
        "camera_id": camera_id,
        "run_no": row["run_no"],
        "seq": row["last_seq"],
        "opened_at": row["opened_at"],
        "until": row["last_end"] or row["opened_at"],
    }
    found = connection.execute(query("export.last_chunk"), values).fetchone()
    if found is not None:
        return RunPart(row=row, chunks=[Chunk.from_row(found)])
    gone = buried.find(connection, store, values, row["last_seq"], row["last_seq"])
    chunks = [gone.chunks[seq] for seq in (row["last_seq"],) if seq in gone.chunks]
    return RunPart(row=row, chunks=chunks, purges=gone.entry_ids if chunks else frozenset())
