"""Chunks that a purge took, told of from the lines of their seals: so a package shows that nothing else is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from saksi import clock
from saksi.catalogue import keys, seal_lines, thinned
from saksi.catalogue.database import Connection, query
from saksi.catalogue.footage import Chunk, InitFacts
from saksi.custody.chain import ChunkEntry
from saksi.objects.store import ObjectStore
from saksi.retention.tombstones import numbers

PURGED = "purged"


@dataclass(frozen=True, kw_only=True)
class Tomb:
    """Where the tombstone with some numbers of a run stands; `done` is the leaf of the entry that its purge is done."""

    purge_id: int
    camera: str
    hour_us: int
    part: int
    seqs: tuple[tuple[int, int], ...]
    done: bytes


@dataclass(frozen=True, kw_only=True)
class Buried:
    """Purged chunks of a run by number; `entry_ids` are what the log has of the purges that took them.

    `tombs` are of the purges that are done: the others have told the log of no tombstones yet.
    """

    chunks: Mapping[int, Chunk] = field(default_factory=dict, repr=False)
    entry_ids: frozenset[int] = frozenset()
    tombs: tuple[Tomb, ...] = ()


def find(connection: Connection, store: ObjectStore, run: Mapping[str, Any], first: int, last: int) -> Buried:
    """What purges took of a run's numbers `first` to `last`, and of the rest of their seals.

    `run` has camera_id, run_no and opened_at. Those of which keyframes are left say so by `thinned`. Raises
    IntegrityError when the lines of a seal are not its own, and Unavailable.
    """
    values = {**run, "first": first, "last": last}
    rows = connection.execute(query("export.purged_numbers"), values).fetchall()
    chunks: dict[int, Chunk] = {}
    tombs: list[Tomb] = []
    for row in rows:
        hour_us = clock.to_us(row["hour"])
        if row["done"] is not None:
            seqs = numbers(row["seqs"])
            place = {
                "purge_id": row["purge_id"],
                "camera": row["camera"],
                "hour_us": hour_us,
                "part": row["part"],
            }
            tombs.append(Tomb(**place, seqs=seqs, done=row["done"]))
        lines = seal_lines.entries_of(connection, store, row["camera"], hour_us, row["part"])
        for span in row["seqs"]:
            for seq in range(span.lower, span.upper):
                entry = ChunkEntry.parse(lines[seq - row["first_seq"]])
                chunks[seq] = _chunk(entry, run["run_no"])
    left = thinned.files(connection, run, first, last) if chunks else {}
    chunks |= {seq: replace(chunks[seq], thinned=file) for seq, file in left.items() if seq in chunks}
    told = {row[name] for row in rows for name in ("notice_entry", "done_entry")} - {None}
    return Buried(chunks=chunks, entry_ids=frozenset(told), tombs=tuple(tombs))


def with_rows(
    connection: Connection,
    run: Mapping[str, Any],
    rows: Sequence[Chunk],
    buried: Buried,
    window: Mapping[str, int],
) -> list[Chunk]:
    """Chunks of a run that touch the window, purged or there, with the one before and the one after.

    `rows` are those that are there; `run` also has `until`, when the run's footage ends.
    """
    known = {**buried.chunks, **{one.entry.seq: one for one in rows}}
    inside = [
        seq
        for seq, one in known.items()
        if one.entry.end_us > window["from_us"] and one.entry.start_us < window["to_us"]
    ]
    before = max((seq for seq, one in known.items() if one.entry.start_us < window["from_us"]), default=0)
    wanted = range(min(inside) - 1, max(inside) + 2) if inside else range(before, before + 2)
    values = {**run, "seqs": [seq for seq in wanted if seq not in known]}
    for row in connection.execute(query("export.chunks_numbered"), values):
        known[row["seq"]] = Chunk.from_row(row)
    return [known[seq] for seq in wanted if seq in known]


def _chunk(entry: ChunkEntry, run_no: int) -> Chunk:
    """A chunk of which the lines of its seal are all there is."""
    return Chunk(
        entry=entry,
        state=PURGED,
        key=keys.chunk_key(entry.camera, entry.run, entry.seq),
        init=InitFacts(sha256=entry.init, codec="", codecs="", width=0, height=0, audio="none", length=0),
        fragments=[],
        cursor=(entry.start_us, run_no),
        crc32=-1,
    )
