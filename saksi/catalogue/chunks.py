"""Runs, chunks and confirmations as recorders tell them. Telling anything twice is the same as once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue import codes
from saksi.catalogue.database import Connection, query
from saksi.custody.canonical import tip as chain_tip
from saksi.custody.chain import ChunkEntry, RunClosing, RunOpening
from saksi.errors import IntegrityError, NotFound
from saksi.messages import register

register(
    "run_unknown",
    en=(
        "Run {run} was never opened.",
        "The recorder opens a run before its chunks; keep its spool for examination.",
    ),
    id_=(
        "Run {run} tidak pernah dibuka.",
        "Perekam membuka run sebelum chunk-nya; simpan spool-nya untuk diperiksa.",
    ),
)
register(
    "run_differs",
    en=("Run {run} is on record with another opening.", "Keep the recorder's spool for examination."),
    id_=("Run {run} tercatat dengan pembukaan lain.", "Simpan spool perekam untuk diperiksa."),
)
register(
    "run_end_differs",
    en=(
        "The end told of run {run} does not follow from its chain as recorded.",
        "A chunk of it was refused or altered; keep the recorder's spool for examination.",
    ),
    id_=(
        "Penutup run {run} tidak sesuai dengan rantainya yang tercatat.",
        "Ada chunk yang ditolak atau diubah; simpan spool perekam untuk diperiksa.",
    ),
)
register(
    "init_differs",
    en=("An init segment does not have the hash {sha256}.", "Keep the recorder's spool for examination."),
    id_=("Segmen init tidak memiliki hash {sha256}.", "Simpan spool perekam untuk diperiksa."),
)


@dataclass(frozen=True, kw_only=True)
class InitSegment:
    """ftyp + moov of a chunk. `sha256` is hex; `audio` is none, aac, pcmu or pcma."""

    sha256: str
    codec: str
    codecs: str
    width: int
    height: int
    audio: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """A sealed chunk: its chain entry, the tip after it, its packed fragment index and init segment.

    `recorder` is the name under which its run was opened; `crc32` that of the file as in ZIP, -1 where it was not
    taken.
    """

    recorder: str
    entry: ChunkEntry
    tip: bytes
    fragments: bytes
    init: InitSegment
    crc32: int = -1


def open_run(connection: Connection, opening: RunOpening) -> int:
    """Records that a run began; answers its number.

    Raises NotFound for an unknown camera, IntegrityError when this run is known with another opening.
    """
    values = {
        "run": opening.run,
        "camera": opening.camera,
        "epoch": opening.epoch,
        "recorder": opening.recorder,
        "reason": opening.reason,
        "parent": bytes.fromhex(opening.parent),
        "opened_at": clock.from_us(opening.at_us),
        "tip": opening.tip(),
        "origin": opening.origin,
        "file": bytes.fromhex(opening.file) or None,
    }
    connection.execute(query("chunks.open_run"), values)
    row = connection.execute(query("chunks.run_known"), values).fetchone()
    if row is None:
        raise NotFound("camera_unknown", field="camera", camera=opening.camera)
    if any(row[name] != values[name] for name in ("recorder", "epoch", "parent")):
        raise IntegrityError("run_differs", run=opening.run)
    number: int = row["run_no"]
    return number


def close_run(connection: Connection, closing: RunClosing, tip: bytes) -> None:
    """Records that a run ended with this tip; does nothing when that is known.

    Raises IntegrityError when the run was never opened, or when its chain as recorded does not lead to this tip.
    """
    run = connection.execute(query("chunks.run_end"), {"run": closing.run}).fetchone()
    if run is None:
        raise IntegrityError("run_unknown", run=closing.run)
    if run["closed_tip"] == tip:
        return
    follows = run["last_seq"] == closing.last_seq and tip == chain_tip(run["tip"], closing.leaf())
    if run["closed_tip"] is not None or not follows:
        raise IntegrityError("run_end_differs", run=closing.run)
    values = {
        "run": closing.run,
        "closed_at": clock.from_us(closing.at_us),
        "reason": closing.reason,
        "closed_tip": tip,
        "last_seq": closing.last_seq,
    }
    connection.execute(query("chunks.close_run"), values)
    connection.execute(query("chunks.forget_stretch"), values)


def announce(connection: Connection, chunks: Sequence[Announcement]) -> list[str]:
    """Appends chunks to their runs, in the order given; answers an outcome for each.

    appended · duplicate (told before) · fenced (the run is another recorder's) · fork (does not follow the chain).
    The leaf is computed here from the entry's fields, so a tip that does not follow from them is a fork. Raises
    IntegrityError when a run was never opened or an init segment has another hash.
    """
    # Inits, then runs, each in one order for everybody: writers of the same rows never wait for each other.
    inits = {one: _init_id(connection, chunks, one) for one in sorted({one.init.sha256 for one in chunks})}
    connection.execute(query("chunks.lock_runs"), {"runs": list({one.entry.run for one in chunks})})
    outcomes: list[str] = []
    for chunk in chunks:
        row = connection.execute(query("chunks.append"), _values(chunk, inits[chunk.init.sha256])).fetchone()
        assert row is not None
        if row["outcome"] == "unknown_run":
            raise IntegrityError("run_unknown", run=chunk.entry.run)
        outcomes.append(row["outcome"])
    return outcomes


def stored(connection: Connection, chunks: Sequence[tuple[str, int]]) -> None:
    """The object store holds these (run, seq); their thumbnails are owed from now on."""
    values = {"runs": [run for run, _ in chunks], "seqs": [seq for _, seq in chunks]}
    connection.execute(query("chunks.stored"), values)


def _init_id(connection: Connection, chunks: Sequence[Announcement], sha256: str) -> int:
    init = next(one.init for one in chunks if one.init.sha256 == sha256)
    if hashlib.sha256(init.body).hexdigest() != sha256:
        raise IntegrityError("init_differs", sha256=sha256)
    values = {
        "sha256": bytes.fromhex(sha256),
        "codec": init.codec,
        "codecs": init.codecs,
        "width": init.width,
        "height": init.height,
        "audio": init.audio,
        "body": init.body,
    }
    row = connection.execute(query("chunks.init_id"), values).fetchone()
    if row is None:
        connection.execute(query("chunks.add_init"), values)
        row = connection.execute(query("chunks.init_id"), values).fetchone()
    assert row is not None
    found: int = row["init_id"]
    return found


def _values(chunk: Announcement, init_id: int) -> dict[str, object]:
    entry, evidence = chunk.entry, chunk.entry.clock
    return {
        "recorder": chunk.recorder,
        "run": entry.run,
        "leaf": entry.leaf(),
        "tip": chunk.tip,
        "seq": entry.seq,
        "start_at": clock.from_us(entry.start_us),
        "dur_us": entry.end_us - entry.start_us,
        "size": entry.size,
        "frames": entry.frames,
        "lost": entry.lost,
        "init_id": init_id,
        "clock_offset_us": evidence.offset_us,
        "clock_error_us": evidence.error_us,
        "residual_us": evidence.residual_us,
        "camera_offset_us": evidence.camera_offset_us,
        "clock_source": codes.number(codes.CLOCK, evidence.source),
        "camera_clock": codes.number(codes.CAMERA_CLOCK, evidence.camera_source),
        "ended": codes.number(codes.ENDED, entry.ended),
        "sha256": bytes.fromhex(entry.sha256),
        "fragments": chunk.fragments,
        "crc32": chunk.crc32,
    }
