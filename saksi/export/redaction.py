"""One redaction from the list to the signed copy: clip, hide, store, tell.

Commit order: the copy is put into the store first; then it becomes `ready` with its statement and the custody event in
one transaction. A worker that dies before leaves a claim that runs out; the next one begins anew in the same folder and
writes the same key. Nobody is told of a copy before it is whole.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from prometheus_client import Counter

from saksi import __version__, clips, clock
from saksi.catalogue import cases, custody, derivatives, footage
from saksi.catalogue.custody import Why
from saksi.catalogue.database import query
from saksi.catalogue.derivatives import Derivative
from saksi.catalogue.footage import Chunk
from saksi.custody import dsse
from saksi.desk import Desk, Lost
from saksi.errors import Conflict, SaksiError, Unavailable
from saksi.export import awaited, redact
from saksi.export.awaited import Awaited
from saksi.export.redact import Region
from saksi.fmp4.boxes import Malformed
from saksi.fmp4.splice import ClipPlan, NoFootage
from saksi.messages import register

register(
    "redaction_nothing",
    en=("There is no stored footage in the span.", "Choose a span with footage."),
    id_=("Tidak ada rekaman tersimpan dalam rentang itu.", "Pilih rentang yang ada rekamannya."),
)
register(
    "redaction_changed",
    en=(
        "Chunk {seq} of run {run} is not what its entry says.",
        "Run `saksi fsck --deep`; nothing was made of it.",
    ),
    id_=(
        "Potongan {seq} dari run {run} tidak sama dengan entrinya.",
        "Jalankan `saksi fsck --deep`; tidak ada yang dibuat darinya.",
    ),
)

log = logging.getLogger("saksi.export.redaction")

PREDICATE = "urn:saksi:derivation:1"
CLAIM_S = 180.0  # longer than one request to the store may take
_MOST_ATTEMPTS = 5
_PAUSE_S = 15.0
_TELL_US = 1_000_000

made = Counter("saksi_redactions_total", "Redacted copies made.")
failed = Counter("saksi_redaction_failures_total", "Redactions that cannot be made.")


def run_next(desk: Desk) -> Derivative | None:
    """Claims the oldest due and makes it; None when nothing is due. A failure is recorded, not raised."""
    with desk.database.transaction() as connection:
        one = derivatives.claim(connection, claim_s=CLAIM_S)
    if one is None:
        return None
    folder = desk.settings.data / "redactions" / str(one.derivative_id)  # cleared when it is begun anew
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        _run(desk, one, folder)
    except Lost:
        log.warning("redaction %s is another worker's by now", one.derivative_id)
    except Unavailable as error:
        _again(desk, one, error)
    except Awaited as error:
        with desk.database.transaction() as connection:
            awaited.wait(connection, one, str(error))
    except (SaksiError, Malformed, NoFootage) as error:
        _fail(desk, one, str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return one


def _run(desk: Desk, one: Derivative, folder: Path) -> None:
    clip, target = folder / "clip.mp4", folder / "redacted.mp4"
    told_us = 0

    def passed(share: float) -> None:
        nonlocal told_us
        if clock.monotonic_us() - told_us > _TELL_US:
            told_us = clock.monotonic_us()
            with desk.database.transaction() as connection:
                if not derivatives.progress(connection, one, share, claim_s=CLAIM_S):
                    raise Lost

    chunks, inits = _footage(desk, one)
    for chunk in chunks:
        _check(desk, chunk, passed)
    planned = clips.plan_clip(desk.store, chunks, inits, one.from_us, one.to_us)
    clip_sha256 = _write(desk, planned, clip, passed)
    length_us = planned.end_us - planned.start_us
    redact.encode(
        clip,
        target,
        size=(chunks[0].init.width, chunks[0].init.height),
        start_us=planned.start_us,
        length_us=length_us,
        regions=[Region.of(region) for region in one.parameters["regions"]],
        method=one.parameters["method"],
        sound=one.parameters["sound"] == "kept" and chunks[0].init.audio is not None,
        timeout_s=120 + 30 * length_us / 1e6,
        passed=passed,
    )
    size, sha256, crc32 = _facts(target)
    desk.store.put(one.key, target, sha256=sha256)
    exporter, office = desk.signer("export"), desk.signer("office")
    statement = dsse.envelope(exporter, _statement(one, chunks, planned, clip_sha256, sha256.hex()))
    with desk.database.transaction() as connection:
        values = {
            "camera_id": one.camera_id,
            "from": clock.from_us(one.from_us),
            "to": clock.from_us(one.to_us),
        }
        seals = connection.execute(query("papers.seals_over"), values).fetchall()
        if not derivatives.ready(connection, one, size=size, sha256=sha256, crc32=crc32, statement=statement):
            raise Lost
        custody.record(
            connection,
            office,
            cases.find(connection, one.case, None),
            "redact",
            who=one.who,
            what=_what(one, sha256.hex(), statement),
            why=Why(reason=one.reason),
            refs=[bytes(row["leaf"]) for row in seals],
        )
    made.inc()
    log.info("redaction %s ready: %d bytes", one.derivative_id, size)


def _footage(desk: Desk, one: Derivative) -> tuple[list[Chunk], dict[str, bytes]]:
    with desk.database.transaction() as connection:
        there = footage.all_segments(connection, one.camera_id, one.from_us, one.to_us)
        awaited.check(connection, one)
        chunks = [chunk for chunk in there if chunk.state == "stored"]
        inits = {sha: footage.init_body(connection, sha) for sha in {chunk.init.sha256 for chunk in chunks}}
    if not chunks:
        raise Conflict("redaction_nothing", field="from")
    return chunks, inits


def _write(desk: Desk, planned: ClipPlan, path: Path, passed: Callable[[float], None]) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for piece in clips.stream(desk.store, planned, 0, planned.length - 1):
            passed(0.0)
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _check(desk: Desk, chunk: Chunk, passed: Callable[[float], None]) -> None:
    """What was read is what was sealed: a statement about inputs must not rest on the catalogue's word."""
    digest = hashlib.sha256()
    for piece in desk.store.stream(chunk.key, 0, chunk.entry.size):
        passed(0.0)
        digest.update(piece)
    if digest.hexdigest() != chunk.entry.sha256:
        raise Conflict("redaction_changed", run=chunk.entry.run, seq=chunk.entry.seq)


def _facts(path: Path) -> tuple[int, bytes, int]:
    digest, crc32, size = hashlib.sha256(), 0, 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            crc32 = zlib.crc32(piece, crc32)
            size += len(piece)
    return size, digest.digest(), crc32


def _statement(
    one: Derivative, chunks: Sequence[Chunk], planned: ClipPlan, clip_sha256: str, sha256: str
) -> dict[str, Any]:
    """derivation.json's statement: what it was made of, with what, by whom, and why; never what is hidden."""
    used = redact.tool()
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": one.path, "digest": {"sha256": sha256}}],
        "predicateType": PREDICATE,
        "predicate": {
            "class": "processed",
            "kind": "redaction",
            "case": one.case,
            "derivative": one.number,
            "exhibit": one.exhibit,
            "camera": one.camera,
            "from": planned.start_us,
            "to": planned.end_us,
            "inputs": [
                {
                    "run": chunk.entry.run,
                    "seq": chunk.entry.seq,
                    "leaf": chunk.entry.leaf().hex(),
                    "sha256": chunk.entry.sha256,
                }
                for chunk in chunks
            ],
            "clip_sha256": clip_sha256,
            "tool": {"name": "ffmpeg", "version": used.version, "sha256": used.sha256},
            "software": {"name": "saksi", "version": __version__},
            "parameters": {
                "method": one.parameters["method"],
                "sound": one.parameters["sound"],
                "video": "h264",
                "commitment": one.commitment,
            },
            "operator": {"name": one.who.name, "rank": one.who.rank, "unit": one.who.unit},
            "reason": one.reason,
            "made_at": clock.now_us(),
        },
    }


def _what(one: Derivative, sha256: str, statement: bytes) -> dict[str, object]:
    return {
        "derivative": one.number,
        "exhibit": one.exhibit,
        "camera": one.camera,
        "from": one.from_us,
        "to": one.to_us,
        "sha256": sha256,
        "statement": hashlib.sha256(statement).hexdigest(),
        "commitment": one.commitment,
    }


def _again(desk: Desk, one: Derivative, error: SaksiError) -> None:
    if one.attempts >= _MOST_ATTEMPTS:
        _fail(desk, one, str(error))
        return
    log.warning("redaction %s, try %d: %s", one.derivative_id, one.attempts, error)
    with desk.database.transaction() as connection:
        derivatives.try_later(connection, one, str(error), _PAUSE_S)


def _fail(desk: Desk, one: Derivative, why: str) -> None:
    failed.inc()
    log.error("redaction %s cannot be made: %s", one.derivative_id, why)
    with desk.database.transaction() as connection:
        derivatives.fail(connection, one, why)
