"""What a recorder finds in its spool when it starts, brought into order.

Every run left open by a crash is finished: its torn chunk is cut to its last whole fragment and sealed, and
the run is closed. What is not confirmed is handed back to be announced and shipped again. What cannot be
understood is moved to `_quarantine`, never deleted.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from zlib_ng import zlib_ng

from recorder import chunk_file
from recorder.sidecar import Closed, InitFacts, Sealed, read_opening
from saksi import clock, durable
from saksi.custody.canonical import tip as chain_tip
from saksi.custody.chain import ChunkEntry, ClockEvidence, RunClosing, RunOpening
from saksi.fmp4.boxes import Malformed
from saksi.fmp4.index import ScannedChunk, pack, scan
from saksi.fmp4.writer import sample_index

log = logging.getLogger("saksi.recorder.recovery")

QUARANTINE = "_quarantine"  # no camera code begins like this
_CAMERA = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_RUN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SIDECARS = ("entry", "stored", "dropped")
# A chunk found after a crash no longer knows what the host's clock said when it was recorded.
_UNKNOWN_CLOCK = ClockEvidence(
    source="free", offset_us=0, error_us=-1, camera_source="none", camera_offset_us=0, residual_us=0
)


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """One run as found. `sealed` are all its chunks still in the spool; those named in `confirmed` are in the
    store, those in `dropped` had to make room on a full disk.

    `closed` is None only for a run whose end the catalogue already has.
    """

    opening: RunOpening
    sealed: list[Sealed]
    confirmed: set[int] = field(default_factory=set)
    dropped: set[int] = field(default_factory=set)
    closed: Closed | None = None


def run_folders(spool: Path) -> list[Path]:
    """Every run in the spool. What else lies there (lost+found, somebody's notes) is none of ours."""
    return [
        run
        for camera in sorted(spool.iterdir())
        if _CAMERA.fullmatch(camera.name) and camera.is_dir()
        for run in sorted(camera.iterdir())
        if _RUN.fullmatch(run.name) and run.is_dir()
    ]


def recover_all(spool: Path, folders: Iterable[Path]) -> tuple[list[Recovered], list[Path]]:
    """Brings runs into order: those done, oldest first, and those that the disk did not let us finish yet."""
    found: list[Recovered] = []
    left: list[Path] = []
    for folder in folders:
        try:
            run = recover(spool, folder)
        except OSError as error:
            log.error("%s is not in order yet, it is tried again: %s", folder, error)
            left.append(folder)
            continue
        if run is not None:
            found.append(run)
    ends = {run.closed.tip.hex(): run for run in found if run.closed is not None}

    def place(run: Recovered) -> tuple[int, int, int]:
        """By the chain: the clock that dates openings may have been set back between two of them."""
        generations, before = 0, ends.get(run.opening.parent)
        while before is not None and generations < len(found):
            generations, before = generations + 1, ends.get(before.opening.parent)
        return run.opening.epoch, generations, run.opening.at_us

    return sorted(found, key=place), left


def recover(spool: Path, folder: Path) -> Recovered | None:
    """Brings one run into order. None when there was nothing in it, or nothing that can be understood.

    Raises OSError when the disk does not let it; doing it again is harmless.
    """
    for leftover in folder.glob(".*.tmp"):
        leftover.unlink()  # a durable write that never got its name
    try:
        opening = read_opening(folder / "run.json")
    except (OSError, ValueError, TypeError) as error:
        if any(folder.iterdir()):
            quarantine(spool, folder, f"its run.json cannot be read ({error})")
        else:
            folder.rmdir()
        return None
    sealed, states = _sidecars(spool, folder)
    tip = max(sealed, key=lambda s: s.entry.seq).tip if sealed else opening.tip()
    last_seq = max((s.entry.seq for s in sealed), default=0)
    for part in sorted(folder.glob("*.part")):
        chunk = _finish_part(spool, part, opening, sealed, last_seq, tip)
        if chunk is not None:
            sealed.append(chunk)
            tip, last_seq = chunk.tip, chunk.entry.seq
    closed = None
    if not (folder / "closed.announced").exists():
        closed = _closed(folder, opening, last_seq, tip)
    return Recovered(
        opening=opening, sealed=sealed, confirmed=states["stored"], dropped=states["dropped"], closed=closed
    )


def _sidecars(spool: Path, folder: Path) -> tuple[list[Sealed], dict[str, set[int]]]:
    sealed: list[Sealed] = []
    states: dict[str, set[int]] = {state: set() for state in SIDECARS}
    for state in SIDECARS:
        for path in sorted(folder.glob(f"*.{state}")):
            try:
                chunk = Sealed.read(path)
            except FileNotFoundError:
                continue  # confirmed or dropped this instant: it is met again under its next name
            except ValueError as error:
                quarantine(spool, path, str(error))
                continue
            sealed.append(chunk)
            states[state].add(chunk.entry.seq)
    return sorted(sealed, key=lambda s: s.entry.seq), states


def _finish_part(
    spool: Path, part: Path, opening: RunOpening, sealed: list[Sealed], last_seq: int, tip: bytes
) -> Sealed | None:
    """Seals the chunk that was open. None when it was sealed already, held nothing, or is not understood."""
    for chunk in sealed:
        if chunk.name == part.stem:
            if part.stat().st_size == chunk.entry.size:
                durable.rename(part, chunk.media)
            else:
                quarantine(spool, part, "it is not as long as its sidecar says")
            return None
    if part.stat().st_size == 0:
        part.unlink()
        return None
    try:
        with part.open("rb") as stream:
            found = scan(stream)
    except Malformed as error:
        quarantine(spool, part, str(error))
        return None
    told = found.description
    if (told.camera, told.run, told.seq) != (opening.camera, opening.run, last_seq + 1):
        quarantine(spool, part, f"it says it is chunk {told.seq} of run {told.run} of {told.camera}")
        return None
    if not found.fragments:
        part.unlink()
        return None
    try:
        init = InitFacts.read(part.parent, hashlib.sha256(found.init).hexdigest())
    except (OSError, ValueError) as error:
        quarantine(spool, part, f"its parameters are not known ({error})")
        return None
    return _seal(part, found, init, tip)


def _seal(part: Path, found: ScannedChunk, init: InitFacts, previous_tip: bytes) -> Sealed:
    """Steps 2 to 4 of chunk_file, over what is whole."""
    whole = found.spans[-1].end
    with part.open("r+b") as stream:
        stream.truncate(whole)
        stream.seek(0)
        sha256, crc32 = _digests(stream)
        index = sample_index(fragment.samples for fragment in found.fragments)
        sha256.update(index)
        stream.seek(whole)
        stream.write(index)
        stream.flush()
        os.fsync(stream.fileno())
    told = found.description
    entry = ChunkEntry(
        camera=told.camera,
        run=told.run,
        seq=told.seq,
        start_us=told.start_us,
        end_us=found.end_us,
        frames=found.frames,
        size=whole + len(index),
        init=init.sha256,
        sha256=sha256.hexdigest(),
        clock=_UNKNOWN_CLOCK,
        ended="recovered",
        lost=found.lost,
    )
    sealed = Sealed(
        entry=entry,
        tip=chain_tip(previous_tip, entry.leaf()),
        fragments=pack(found.spans, told.start_us),
        init=init,
        folder=part.parent,
        crc32=zlib_ng.crc32(index, crc32),
    )
    chunk_file.finish(sealed)
    log.info("sealed chunk %s of %s after a crash: %d frames", sealed.name, told.camera, entry.frames)
    return sealed


def _digests(stream: BinaryIO) -> tuple[hashlib._Hash, int]:
    sha256, crc32 = hashlib.sha256(), 0
    while block := stream.read(1 << 20):
        sha256.update(block)
        crc32 = zlib_ng.crc32(block, crc32)
    return sha256, crc32


def _closed(folder: Path, opening: RunOpening, last_seq: int, tip: bytes) -> Closed:
    try:
        return Closed.read(folder / "closed.json")
    except FileNotFoundError:
        closing = RunClosing(
            camera=opening.camera,
            run=opening.run,
            last_seq=last_seq,
            reason="recovered",
            at_us=clock.now_us(),
        )
        closed = Closed(closing=closing, tip=chain_tip(tip, closing.leaf()))
        durable.write(folder / "closed.json", closed.as_bytes())
        return closed


def quarantine(spool: Path, path: Path, why: str) -> None:
    """Moves what is not understood out of the way, under its own name."""
    target = spool / QUARANTINE / path.relative_to(spool)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target = target.with_name(f"{target.name}.{clock.now_us()}")
    durable.rename(path, target)
    durable.sync_directory(path.parent)
    log.warning("moved %s to %s: %s", path, target, why)
