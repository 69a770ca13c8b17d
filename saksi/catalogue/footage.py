"""The search: coverage with reasons for its gaps, and the chunks behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from saksi import clock
from saksi.catalogue import codes, imports, keys, purged
from saksi.catalogue.database import Connection, query
from saksi.catalogue.purged import Purged
from saksi.catalogue.timeline import (
    JITTER_US,
    Gap,
    Pair,
    Span,
    coverage_of,
    mark_held,
    mark_thinned,
    subtract,
    unite,
)
from saksi.custody.chain import STATED, ChunkEntry, ClockEvidence
from saksi.fmp4.spans import FragmentSpan, unpack

PAGE = 1000


@dataclass(frozen=True, kw_only=True)
class CameraCoverage:
    """What a camera has in a window. `bytes` counts whole chunks that touch it; `imported` is footage of other
    recorders, which may overlap the camera's own.
    """

    coverage: list[Span]
    gaps: list[Gap]
    bytes: int
    thumbnail_key: str | None
    imported: Sequence[Pair] = ()


@dataclass(frozen=True, kw_only=True)
class InitFacts:
    """The init segment of a chunk: its first `length` bytes."""

    sha256: str
    codec: str
    codecs: str
    width: int
    height: int
    audio: str
    length: int


@dataclass(frozen=True, kw_only=True)
class ThinnedFile:
    """The object that is left of a thinned chunk; `sha256` in hex. Its entry stays that of the original."""

    mode: str
    size: int
    sha256: str
    crc32: int
    frames: int
    made_us: int


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A chunk of the archive. `state` is stored, pending or dropped; `cursor` continues a listing after it.

    Of state `thinned` (see catalogue/thinned.py) only keyframes are left; `entry` tells of the original that is gone.

    An export that finds it missing from the store calls it lost or damaged: the catalogue does not know of that.
    `crc32` is that of the object, as ZIP takes it; -1 for chunks recorded before it was taken.
    """

    entry: ChunkEntry
    state: str
    key: str
    init: InitFacts
    fragments: list[FragmentSpan]
    cursor: tuple[int, int]
    crc32: int
    thinned: ThinnedFile | None = None

    @property
    def imported(self) -> bool:
        """Whether it was made of a file that somebody brought: its time was stated, not measured."""
        return self.entry.clock.source == STATED

    @property
    def size(self) -> int:
        """Bytes of the object at `key`."""
        return self.entry.size if self.thinned is None else self.thinned.size

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Chunk:
        """From a row of footage.segments."""
        start_us = clock.to_us(row["start_at"])
        entry = entry_of(row)
        return cls(
            entry=entry,
            state="dropped" if row["dropped"] else "pending" if row["pending"] else "stored",
            key=keys.chunk_key(entry.camera, entry.run, entry.seq),
            init=InitFacts(
                sha256=entry.init,
                codec=row["codec"],
                codecs=row["codecs"],
                width=row["width"],
                height=row["height"],
                audio=row["audio"],
                length=row["init_length"],
            ),
            fragments=unpack(row["fragments"], start_us),
            cursor=(start_us, row["run_no"]),
            crc32=row["crc32"],
        )


def entry_of(row: dict[str, Any]) -> ChunkEntry:
    """The chain entry, rebuilt from columns: nothing is stored twice."""
    start_us = clock.to_us(row["start_at"])
    run: UUID = row["run"]
    return ChunkEntry(
        camera=row["camera"],
        run=str(run),
        seq=row["seq"],
        start_us=start_us,
        end_us=start_us + row["dur_us"],
        frames=row["frames"],
        size=row["size"],
        init=row["init_sha256"].hex(),
        sha256=row["sha256"].hex(),
        clock=ClockEvidence(
            source=codes.word(codes.CLOCK, row["clock_source"]),
            offset_us=row["clock_offset_us"],
            error_us=row["clock_error_us"],
            camera_source=codes.word(codes.CAMERA_CLOCK, row["camera_clock"]),
            camera_offset_us=row["camera_offset_us"],
            residual_us=row["residual_us"],
        ),
        ended=codes.word(codes.ENDED, row["ended"]),
        lost=row["lost"],
    )


def coverage(
    connection: Connection, camera_ids: Sequence[int], from_us: int, to_us: int
) -> dict[int, CameraCoverage]:
    """Coverage of each camera in [from_us, to_us), read from stretches, not from chunks."""
    window = {"cameras": list(camera_ids), "from": clock.from_us(from_us), "to": clock.from_us(to_us)}
    gone = purged.over(connection, camera_ids, from_us, to_us)
    stretches, taken = stretches_of(connection, window, gone)
    left = purged.thinned_of(connection, camera_ids, from_us, to_us, gone)
    pending = _pairs(connection, "footage.pending", window)
    held = _pairs(connection, "holds.covering", window)
    imported = imports.over(connection, window)
    now_us = clock.now_us()
    outages: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for row in connection.execute(query("footage.outages"), window):
        end_us = now_us if row["end_at"] is None else clock.to_us(row["end_at"])
        outages[row["camera_id"]].append((clock.to_us(row["start_at"]), end_us, row["reason"]))
    size = {row["camera_id"]: int(row["bytes"]) for row in connection.execute(query("footage.bytes"), window)}
    thumbnails = {
        row["camera_id"]: row["object_key"] for row in connection.execute(query("footage.thumbnails"), window)
    }
    found: dict[int, CameraCoverage] = {}
    for row in connection.execute(query("footage.cameras"), window):
        camera_id = row["camera_id"]
        spans, gaps = coverage_of(
            stretches[camera_id],
            pending[camera_id],
            outages[camera_id],
            from_us=from_us,
            to_us=to_us,
            now_us=now_us,
            first_us=None if row["first_at"] is None else clock.to_us(row["first_at"]),
            live_since_us=live_since(row),
            purged=taken[camera_id],
        )
        found[camera_id] = CameraCoverage(
            coverage=mark_held(mark_thinned(spans, left.get(camera_id, ())), held[camera_id]),
            gaps=gaps,
            bytes=size.get(camera_id, 0),
            thumbnail_key=thumbnails.get(camera_id),
            imported=_left_of(imported.get(camera_id, []), spans),
        )
    return found


def segments(
    connection: Connection,
    camera_id: int,
    from_us: int,
    to_us: int,
    *,
    limit: int,
    after: tuple[int, int] | None = None,
) -> list[Chunk]:
    """Chunks of a camera that touch [from_us, to_us), in order of time; `after` is the last one's cursor."""
    values = page_values(camera_id, from_us, to_us, limit=limit, after=after)
    return [Chunk.from_row(row) for row in connection.execute(query("footage.segments"), values)]


def page_values(
    camera_id: int, from_us: int, to_us: int, *, limit: int, after: tuple[int, int] | None
) -> dict[str, Any]:
    """What the statements that list chunks of a window are asked with."""
    after_us, after_run = after or (0, 0)
    return {
        "camera_id": camera_id,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
        "after_start": clock.from_us(after_us),
        "after_run": after_run,
        "limit": limit,
    }


def all_segments(connection: Connection, camera_id: int, from_us: int, to_us: int) -> list[Chunk]:
    """Every chunk of a camera that touches [from_us, to_us), in order of time."""
    return every(lambda after: segments(connection, camera_id, from_us, to_us, limit=PAGE, after=after))


def every(page_after: Callable[[tuple[int, int] | None], list[Chunk]]) -> list[Chunk]:
    """All chunks of a listing that is read in pages of PAGE, each behind the last one's cursor."""
    found: list[Chunk] = []
    while True:
        page = page_after(found[-1].cursor if found else None)
        found += page
        if len(page) < PAGE:
            return found


def chunk(connection: Connection, camera_id: int, start_us: int, run_no: int) -> Chunk | None:
    """One chunk by its key."""
    values = {"camera_id": camera_id, "start_at": clock.from_us(start_us), "run_no": run_no}
    row = connection.execute(query("footage.chunk"), values).fetchone()
    return None if row is None else Chunk.from_row(row)


def init_body(connection: Connection, sha256: str) -> bytes:
    """The init segment with this hash (hex). Raises KeyError when there is none."""
    row = connection.execute(query("footage.init_body"), {"sha256": bytes.fromhex(sha256)}).fetchone()
    if row is None:
        raise KeyError(sha256)
    body: bytes = row["body"]
    return body


def stored_until(connection: Connection, camera_id: int) -> int | None:
    """End of the newest footage of the last day that the store holds; None without any."""
    row = connection.execute(query("footage.stored_until"), {"camera_id": camera_id}).fetchone()
    assert row is not None
    return None if row["until"] is None else clock.to_us(row["until"])


def nearest(connection: Connection, camera_id: int, at_us: int) -> tuple[int | None, int | None]:
    """End of the footage before `at_us`, and start of the footage after it."""
    values = {"camera_id": camera_id, "at": clock.from_us(at_us)}
    row = connection.execute(query("footage.nearest"), values).fetchone()
    assert row is not None
    before, after = row["before"], row["after"]
    return (None if before is None else clock.to_us(before), None if after is None else clock.to_us(after))


def live_since(row: dict[str, Any]) -> int | None:
    """From when on a camera that is being recorded has footage that nobody announced yet."""
    if row["recording_since"] is None:
        return None
    since_us = clock.to_us(row["recording_since"])
    return since_us if row["last_at"] is None else max(since_us, clock.to_us(row["last_at"]))


def stretches_of(
    connection: Connection, window: dict[str, Any], gone: Iterable[Purged]
) -> tuple[dict[int, list[Pair]], dict[int, list[Pair]]]:
    """Stretches of footage that is there and of footage that was purged, run by run.

    What a full disk took out of a run is in neither.
    """
    dropped: dict[int, list[Pair]] = defaultdict(list)
    for row in connection.execute(query("footage.dropped"), window):
        dropped[row["run_no"]].append((clock.to_us(row["start_at"]), clock.to_us(row["end_at"])))
    taken: dict[int, list[Pair]] = defaultdict(list)
    for one in gone:
        taken[one.run_no].append((one.from_us, one.to_us))
    kept: dict[int, list[Pair]] = defaultdict(list)
    lost: dict[int, list[Pair]] = defaultdict(list)
    for row in connection.execute(query("footage.stretches"), window):
        stretch = clock.to_us(row["start_at"]), clock.to_us(row["end_at"])
        recorded = subtract([stretch], unite(dropped[row["run_no"]]))
        left = subtract(recorded, unite(taken[row["run_no"]], JITTER_US))
        kept[row["camera_id"]] += left
        lost[row["camera_id"]] += subtract(recorded, left)
    return kept, lost


def _left_of(imported: Sequence[Pair], spans: Iterable[Span]) -> list[Pair]:
    """What of the imported stretches is still there to be seen."""
    gone = [(one.start_us, one.end_us) for one in spans if one.state == "purged"]
    return subtract(unite(imported), gone)


def _pairs(connection: Connection, name: str, window: dict[str, Any]) -> dict[int, list[Pair]]:
    found: dict[int, list[Pair]] = defaultdict(list)
    for row in connection.execute(query(name), window):
        found[row["camera_id"]].append((clock.to_us(row["start_at"]), clock.to_us(row["end_at"])))
    return found
