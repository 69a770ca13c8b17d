"""What thinning left of footage: chunks of keyframes, shown only where the original is gone.

They are never listed as originals: whoever wants them asks here, and each says itself what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from saksi import clock
from saksi.catalogue import footage, keys
from saksi.catalogue.database import Connection, query
from saksi.catalogue.footage import Chunk, InitFacts, ThinnedFile, entry_of
from saksi.fmp4.spans import unpack


def shown(
    connection: Connection,
    camera_id: int,
    from_us: int,
    to_us: int,
    *,
    limit: int,
    after: tuple[int, int] | None = None,
) -> list[Chunk]:
    """Chunks as `footage.segments` gives them, and among them, of state `thinned`, what is left of others."""
    chunks = footage.segments(connection, camera_id, from_us, to_us, limit=limit, after=after)
    values = footage.page_values(camera_id, from_us, to_us, limit=limit, after=after)
    left = [_chunk(row) for row in connection.execute(query("footage.thinned"), values)]
    return sorted([*chunks, *left], key=lambda one: one.cursor)[:limit]


def all_shown(connection: Connection, camera_id: int, from_us: int, to_us: int) -> list[Chunk]:
    """Every one that touches [from_us, to_us)."""
    return footage.every(
        lambda after: shown(connection, camera_id, from_us, to_us, limit=footage.PAGE, after=after)
    )


def files(connection: Connection, run: Mapping[str, Any], first: int, last: int) -> dict[int, ThinnedFile]:
    """What was kept of a run's numbers `first` to `last`; `run` has camera_id, run_no and opened_at."""
    values = {**run, "first": first, "last": last}
    return {row["seq"]: _file(row) for row in connection.execute(query("footage.thinned_numbers"), values)}


def _file(row: dict[str, Any]) -> ThinnedFile:
    return ThinnedFile(
        mode=row["mode"],
        size=row["thin_size"],
        sha256=row["thin_sha256"].hex(),
        crc32=row["thin_crc32"],
        frames=row["thin_frames"],
        made_us=clock.to_us(row["made_at"]),
    )


def _chunk(row: dict[str, Any]) -> Chunk:
    entry = entry_of(row)
    return Chunk(
        entry=entry,
        state="thinned",
        key=keys.thinned_key(entry.camera, entry.run, entry.seq),
        init=InitFacts(
            sha256=row["thin_init_sha256"].hex(),
            codec=row["codec"],
            codecs=row["codecs"],
            width=row["width"],
            height=row["height"],
            audio=row["audio"],
            length=row["init_length"],
        ),
        fragments=unpack(row["thin_fragments"], entry.start_us),
        cursor=(entry.start_us, row["run_no"]),
        crc32=row["thin_crc32"],
        thinned=_file(row),
    )
