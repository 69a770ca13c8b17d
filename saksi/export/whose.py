""" "Punya kita?": whether an MP4 that someone brings was recorded here, by which camera and when.

Chunks and clips say in themselves whose they are; that is only where to look. Of a chunk the answer is the hash under
its seal, which stays when the footage was purged; of a clip, its frames. Files of packages are known by either.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from saksi import clock
from saksi.catalogue import cameras, seals
from saksi.catalogue.askers import Asker, sees_everything
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.footage import Chunk, entry_of
from saksi.errors import BadInput, IntegrityError, NotFound
from saksi.export import whose_clip
from saksi.fmp4.boxes import Malformed
from saksi.fmp4.clip_claim import ClipClaim, read_claim
from saksi.fmp4.index import Description, describe
from saksi.fmp4.nal_identity import nal_identity
from saksi.messages import register
from saksi.objects.store import ObjectStore

register(
    "not_a_file",
    en=("{path} is not a file that can be read.", "Name an MP4 file."),
    id_=("{path} bukan berkas yang dapat dibaca.", "Sebutkan berkas MP4."),
)

_PIECE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What is known of the file itself; digests in hex. `claim` is what a chunk or clip says of itself."""

    size: int
    sha256: str
    nal_sha256: str | None
    claim: Description | ClipClaim | None


@dataclass(frozen=True, kw_only=True)
class Known:
    """One thing of ours that it is. `by` is bytes or frames; `kind` chunk, clip, master, court, processed or import.

    `state` is of the footage in the archive now: stored, pending, dropped, purged (by `purge`), or missing when its row
    is gone and no purge took it. Files of packages have none; they are named by `package` and `path`, unless the case
    is not the asker's to see.
    """

    by: str
    kind: str
    camera: str
    name: str
    start_us: int
    end_us: int
    state: str = ""
    package: str = ""
    path: str = ""
    purge: int | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`claim` of a file that says it is ours: "holds", "differs", "gone" when the footage to compare it with is no
    longer there, "damaged" when what is stored of it is not what was recorded, "large" when there is too much of it,
    "unknown" when nothing is known of it. Else "none".
    """

    claim: str
    known: Sequence[Known]


def look_at(path: Path) -> Brought:
    """Reads a file once or twice. Raises BadInput when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return examine(stream)
    except OSError as error:
        raise BadInput("not_a_file", field="FILE", path=path) from error


def examine(stream: BinaryIO) -> Brought:
    """The facts of a seekable file."""
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    try:
        nal_sha256: str | None = nal_identity(stream).sha256
    except Malformed:
        nal_sha256 = None
    return Brought(size=size, sha256=digest.hexdigest(), nal_sha256=nal_sha256, claim=_claim(stream))


def whose(
    database: Database,
    store: ObjectStore,
    brought: Brought,
    *,
    asker: Asker | None = None,
    most_bytes: int | None = None,
) -> Answer:
    """What it is, as far as it is the `asker`'s to know (None: all); compares with `most_bytes` of footage at most.

    Raises Unavailable when the store must be asked and does not answer.
    """
    with database.transaction() as connection:
        known = _files(connection, brought, asker)
    if brought.claim is None:
        return Answer(claim="none", known=known)
    if isinstance(brought.claim, ClipClaim):
        return _clip(database, store, brought, brought.claim, known, asker, most_bytes)
    return _chunk(database, store, brought, brought.claim, known, asker, most_bytes)


def _claim(stream: BinaryIO) -> Description | ClipClaim | None:
    for read in (describe, read_claim):
        try:
            return read(stream)
        except Malformed:
            continue
    return None


def _files(connection: Connection, brought: Brought, asker: Asker | None) -> list[Known]:
    values = {
        "sha256": bytes.fromhex(brought.sha256),
        "nal_sha256": None if brought.nal_sha256 is None else bytes.fromhex(brought.nal_sha256),
        "everything": asker is None or sees_everything(asker),
        "person_id": None if asker is None else asker.person_id,
        "sight": None if asker is None else asker.sight,
    }
    found = [
        Known(
            by="bytes" if row["sha256"] == values["sha256"] else "frames",
            kind=row["class"],
            camera=row["camera"],
            name=row["name"],
            start_us=clock.to_us(row["start_at"]),
            end_us=clock.to_us(row["end_at"]),
            # That the footage is ours is told to everyone who may search the camera, of the case nothing.
            package=row["package"] if row["seen"] else "",
            path=row["path"] if row["seen"] else "",
        )
        for row in connection.execute(query("exports.files_known"), values)
    ]
    return list(dict.fromkeys(found))


def _clip(
    database: Database,
    store: ObjectStore,
    brought: Brought,
    claim: ClipClaim,
    known: Sequence[Known],
    asker: Asker | None,
    most_bytes: int | None,
) -> Answer:
    with database.transaction() as connection:
        camera = _camera(connection, claim.camera, asker)
    if camera is None:
        return Answer(claim="unknown", known=known)
    told = whose_clip.compare(
        database,
        store,
        camera,
        claim,
        sha256=brought.sha256,
        nal_sha256=brought.nal_sha256,
        most_bytes=most_bytes,
    )
    if told.claim != "holds":
        return Answer(claim=told.claim, known=known)
    clip = Known(
        by=told.by,
        kind="clip",
        camera=camera.code,
        name=camera.name,
        start_us=claim.from_us,
        end_us=claim.to_us,
        state="stored",
    )
    return Answer(claim="holds", known=[clip, *known])


def _chunk(
    database: Database,
    store: ObjectStore,
    brought: Brought,
    claim: Description,
    known: Sequence[Known],
    asker: Asker | None,
    most_bytes: int | None,
) -> Answer:
    with database.transaction() as connection:
        entry, chunk = _entry(connection, store, claim)
        purge = None if entry is None or chunk is not None else _purge(connection, claim)
        camera = None if entry is None else _camera(connection, entry["camera"], asker)
    if entry is None or camera is None:
        return Answer(claim="unknown", known=known)
    by = "bytes" if entry["sha256"] == brought.sha256 else ""
    if not by and brought.nal_sha256 is not None and chunk is not None and chunk.state == "stored":
        if most_bytes is not None and chunk.entry.size > most_bytes:
            return Answer(claim="large", known=known)
        frames = _frames(store, chunk, entry["sha256"])
        if frames is None:
            return Answer(claim="damaged", known=known)
        by = "frames" if frames == brought.nal_sha256 else ""
    if not by:
        return Answer(claim="differs", known=known)
    found = Known(
        by=by,
        kind="chunk",
        camera=camera.code,
        name=camera.name,
        start_us=entry["start"],
        end_us=entry["end"],
        state=chunk.state if chunk is not None else "missing" if purge is None else "purged",
        purge=purge,
    )
    return Answer(claim="holds", known=[found, *known])


def _purge(connection: Connection, claim: Description) -> int | None:
    """The purge that took a chunk, where one did."""
    seal = connection.execute(query("exports.seal_of"), {"run": claim.run, "seq": claim.seq}).fetchone()
    if seal is None:
        return None
    row = connection.execute(query("exports.purged_chunk"), {**seal, "seq": claim.seq}).fetchone()
    return None if row is None else int(row["purge_id"])


def _frames(store: ObjectStore, chunk: Chunk, sha256: str) -> str | None:
    """The NAL identity (hex) of a stored chunk; empty when it was purged this moment.

    None when its object has not the digest `sha256` (hex): frames that someone put there vouch for nothing.
    """
    try:
        data = store.get(chunk.key)
    except NotFound:
        return ""
    return nal_identity(data).sha256 if hashlib.sha256(data).hexdigest() == sha256 else None


def _camera(connection: Connection, code: str, asker: Asker | None) -> cameras.Camera | None:
    """The camera, when it is one of the asker's agencies."""
    try:
        return cameras.find(connection, code, None if asker is None else asker.sight)
    except NotFound:
        return None


def _entry(
    connection: Connection, store: ObjectStore, claim: Description
) -> tuple[dict[str, Any] | None, Chunk | None]:
    """The chain entry that the claim points at, and the chunk where it is still there."""
    try:
        run = uuid.UUID(claim.run)
    except ValueError:
        return None, None
    seal = connection.execute(query("exports.seal_of"), {"run": run, "seq": claim.seq}).fetchone()
    row = connection.execute(
        query("exports.chunk_of"),
        {"run": run, "seq": claim.seq, "start": _instant(claim.start_us)},
    ).fetchone()
    chunk = None if row is None else Chunk.from_row(row)
    if seal is None:
        return (None, None) if row is None else (json.loads(entry_of(row).canonical()), chunk)
    try:
        hour_us = clock.to_us(seal["hour"])
        lines = seals.entries_of(connection, store, seal["camera"], hour_us, seal["part"])
    except (NotFound, IntegrityError):
        return None, None
    told: dict[str, Any] = json.loads(lines[claim.seq - seal["first_seq"]])
    return told, chunk


def _instant(start_us: int) -> object:
    """A claim may name any time; one that no timestamp holds matches nothing."""
    try:
        return clock.from_us(start_us)
    except (OverflowError, ValueError):
        return None
