""" "Punya kita?": whether an MP4 that someone brings was recorded here, by which camera and when.

A chunk says in itself whose it is; that claim is only where to look: the answer is whether its bytes are those under
the seal, which stays when the footage was purged. Files of packages are known by their hash, and court-playable copies
also by their frames, however they were packed since.
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
from saksi.catalogue import seals
from saksi.catalogue.database import Connection, query
from saksi.catalogue.footage import entry_of
from saksi.errors import BadInput, IntegrityError, NotFound
from saksi.fmp4.boxes import Malformed
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
    """What is known of the file itself; digests in hex. `claim` is what a chunk says of itself."""

    size: int
    sha256: str
    nal_sha256: str | None
    claim: Description | None


@dataclass(frozen=True, kw_only=True)
class Known:
    """One thing of ours that it is. `by` is bytes or frames; `kind` chunk, master, court or processed.

    `state` is of the footage in the archive now: stored, pending, dropped or purged; packages name it by `package`.
    """

    by: str
    kind: str
    camera: str
    start_us: int
    end_us: int
    state: str
    package: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`claim` is "holds" or "differs" for a chunk that says it is ours, "unknown" for a claim nothing is known of,
    "none" for a file that claims nothing."""

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
        claim: Description | None = describe(stream)
    except Malformed:
        claim = None
    try:
        nal_sha256: str | None = nal_identity(stream).sha256
    except Malformed:
        nal_sha256 = None
    return Brought(size=size, sha256=digest.hexdigest(), nal_sha256=nal_sha256, claim=claim)


def whose(connection: Connection, store: ObjectStore, brought: Brought) -> Answer:
    """What it is. Raises Unavailable when the store must be asked and does not answer."""
    known = [*_files(connection, brought)]
    if brought.claim is None:
        return Answer(claim="none", known=known)
    entry, state = _entry(connection, store, brought.claim)
    if entry is None:
        return Answer(claim="unknown", known=known)
    if entry["sha256"] != brought.sha256:
        return Answer(claim="differs", known=known)
    chunk = Known(
        by="bytes",
        kind="chunk",
        camera=entry["camera"],
        start_us=entry["start"],
        end_us=entry["end"],
        state=state,
        package="",
        path="",
    )
    return Answer(claim="holds", known=[chunk, *known])


def _files(connection: Connection, brought: Brought) -> list[Known]:
    values = {
        "sha256": bytes.fromhex(brought.sha256),
        "nal_sha256": None if brought.nal_sha256 is None else bytes.fromhex(brought.nal_sha256),
    }
    return [
        Known(
            by="bytes" if row["sha256"] == values["sha256"] else "frames",
            kind=row["class"],
            camera=row["camera"],
            start_us=clock.to_us(row["start_at"]),
            end_us=clock.to_us(row["end_at"]),
            state="",
            package=row["package"],
            path=row["path"],
        )
        for row in connection.execute(query("exports.files_known"), values)
    ]


def _entry(
    connection: Connection, store: ObjectStore, claim: Description
) -> tuple[dict[str, Any] | None, str]:
    """The chain entry that the claim points at, and the state of its footage."""
    try:
        run = uuid.UUID(claim.run)
    except ValueError:
        return None, ""
    seal = connection.execute(query("exports.seal_of"), {"run": run, "seq": claim.seq}).fetchone()
    row = connection.execute(
        query("exports.chunk_of"),
        {"run": run, "seq": claim.seq, "start": _instant(claim.start_us)},
    ).fetchone()
    state = "purged" if row is None else _state(row)
    if seal is None:
        return (None, "") if row is None else (json.loads(entry_of(row).canonical()), state)
    try:
        hour_us = clock.to_us(seal["hour"])
        lines = seals.entries_of(connection, store, seal["camera"], hour_us, seal["part"])
    except (NotFound, IntegrityError):
        return None, ""
    told: dict[str, Any] = json.loads(lines[claim.seq - seal["first_seq"]])
    return told, state


def _state(row: dict[str, Any]) -> str:
    return "dropped" if row["dropped"] else "pending" if row["pending"] else "stored"


def _instant(start_us: int) -> object:
    """A claim may name any time; one that no timestamp holds matches nothing."""
    try:
        return clock.from_us(start_us)
    except (OverflowError, ValueError):
        return None
