"""A file that somebody brought, in a synthetic installation: a run of the office's beside those of its recorders."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from saksi.custody.canonical import ZERO, tip
from saksi.custody.chain import ClockEvidence, RunClosing, RunOpening
from saksi.custody.entries import commitment
from saksi.custody.merkle import root
from tests.evidence.footage import footage
from tests.evidence.installation import SECOND, Brought, Camera, Installation, Run

if TYPE_CHECKING:
    from tests.evidence.exporting import Draft
    from tests.evidence.ledger import Logged

STATED = ClockEvidence(
    source="stated",
    offset_us=0,
    error_us=-1,
    camera_source="stated",
    camera_offset_us=-252_000_000,
    residual_us=0,
)
DATA = b"the file as it was, of which only a part is footage here"
FILE = hashlib.sha256(DATA).hexdigest()


def carry(draft: Draft, run: Run) -> None:
    """Puts the file of which a run was made into a package, as saksi.export.imported does."""
    path = f"data/import/{run.opening.camera}/20251123T000000.000000Z_{FILE[:16]}.mp4"
    draft.files[path] = DATA
    draft.records.append({"path": path, "class": "import", "camera": run.opening.camera, "run": run.name})
    draft.predicate["imported_files"] = []


def erase(city: Installation, run: Run) -> Logged:
    """The log is told that the file of a run was erased."""
    body = {"event": "erased", "camera": run.opening.camera, "run": run.name, "file": FILE}
    return city.ledger.append(city.office, "import", "imports", body, city.now_us)


def bring(city: Installation, camera: Camera, start_us: int, *, chunks: int = 3) -> Run:
    """Footage of a camera from `start_us` on, entered into the log after everything else."""
    name = f"{hashlib.sha256(str(start_us).encode()).hexdigest()[:8]}-0000-4000-8000-{0:012x}"
    opening = RunOpening(
        camera=camera.code, run=name, epoch=0, recorder="import", reason="import", parent=ZERO.hex(),
        at_us=start_us, origin="import", file=FILE,
    )  # fmt: skip
    run = Run(opening=opening, recorder="import")
    run.tips.append(opening.tip())
    place = start_us
    for seq in range(1, chunks + 1):
        made = footage(camera.code, name, seq, place, 4, codec="h265", ended="boundary", heard=camera.heard)
        run.chunks.append(replace(made, entry=replace(made.entry, clock=STATED)))
        run.tips.append(tip(run.tips[-1], run.chunks[-1].entry.leaf()))
        place = made.entry.end_us
    run.announced = run.sealed = chunks
    ledger, office, now = city.ledger, city.office, city.now_us
    opened = {"event": "open", "opening": json.loads(opening.canonical())}
    run.opened = ledger.append(office, "run", "office", opened, now)
    who = {
        "name": "Sari",
        "role": "records_officer",
        "unit": "",
        "rank": "",
        "id": "",
        "auth": "cli",
        "address": "",
    }
    what = {"camera": camera.code, "file": FILE, "name": "ch3.mp4", "source": "Bank Kaltim"}
    body = {"event": "import", "who": who, "what": what, "when": now, "why": {}}
    nonce = hashlib.sha256(name.encode()).digest()
    told = {
        "event": "import", "camera": camera.code, "run": name, "file": FILE, "size": len(DATA), "container": "mp4",
        "start": start_us, "clock_offset": -252_000_000, "role": "records_officer",
        "commitment": commitment(nonce, body),
    }  # fmt: skip
    city.brought.append(Brought(run, ledger.append(office, "import", "imports", told, now), nonce, body))
    run.closing = RunClosing(
        camera=camera.code, run=name, last_seq=chunks, reason="imported", at_us=now + SECOND
    )
    end = tip(run.tips[-1], run.closing.leaf())
    closed = {"event": "close", "closing": json.loads(run.closing.canonical()), "tip": end.hex()}
    run.closed = ledger.append(office, "run", "office", closed, now + SECOND)
    leaves = [one.entry.leaf() for one in run.chunks]
    first, last = run.chunks[0].entry, run.chunks[-1].entry
    seal = {
        "camera": camera.code, "hour": first.start_us // 3_600_000_000 * 3_600_000_000, "part": 9, "run": name,
        "first": 1, "last": chunks, "n": chunks, "bytes": sum(one.entry.size for one in run.chunks),
        "frames": sum(one.entry.frames for one in run.chunks), "spans": [[first.start_us, last.end_us]], "gaps": [],
        "chain_in": run.tips[0].hex(), "chain_out": run.tips[-1].hex(), "root": root(leaves).hex(),
    }  # fmt: skip
    run.seals.append((ledger.append(office, "seal", "office", seal, now + SECOND), leaves))
    camera.runs.append(run)
    return run
