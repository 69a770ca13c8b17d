"""What the log is told of thinned chunks of synthetic footage: a line each, under one root for a camera."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from saksi.custody.canonical import canonical, leaf
from saksi.custody.merkle import inclusion_path, root
from tests.evidence.installation import Installation
from tests.evidence.ledger import Logged

Told = dict[str, Any]
Place = tuple[str, int]


def film_of(place: Place) -> bytes:
    """What is left of a chunk."""
    return f"keyframes of {place[0]}/{place[1]}".encode()


@dataclass
class Thinning:
    """What the log was told of a camera's thinned chunks."""

    entry: Logged
    lines: list[Told]

    def told(self, place: Place) -> Told:
        """Where a chunk's line stands in it."""
        leaves = [leaf(canonical(line)) for line in self.lines]
        at = next(i for i, line in enumerate(self.lines) if (line["run"], line["seq"]) == place)
        path = [node.hex() for node in inclusion_path(leaves, at)]
        return {"entry": self.entry.leaf.hex(), "position": at, "path": path}


def keep(city: Installation, places: set[Place], at_us: int) -> dict[str, Thinning]:
    """The log is told of what is kept of these chunks and of one more of each camera, which nobody exports."""
    found = {}
    for camera in city.cameras:
        lines = [_line("00000000-0000-4000-8000-000000000000", camera.code)]
        for run in camera.runs:
            for logged, _ in run.seals:
                body: Any = logged.entry.body
                for one in run.chunks[body["first"] - 1 : body["last"]]:
                    if one.place in places:
                        original = {
                            "sha256": one.entry.sha256,
                            "leaf": one.entry.leaf().hex(),
                            "bytes": one.entry.size,
                            "seal": body["root"],
                        }
                        lines.append(_line(run.name, camera.code, one.entry, original))
        told = {
            "event": "thinned",
            "camera": camera.code,
            "day": 0,
            "n": len(lines),
            "root": root([leaf(canonical(line)) for line in lines]).hex(),
            "bytes": {"original": 9, "thinned": 1},
        }
        entry = city.ledger.append(city.office, "thinned", "thinning", told, at_us)
        found[camera.code] = Thinning(entry, lines)
    return found


def _line(run: str, camera: str, entry: Any = None, original: Told | None = None) -> Told:
    seq, start, end = (1, 0, 9) if entry is None else (entry.seq, entry.start_us, entry.end_us)
    film = film_of((run, seq))
    return {
        "t": "saksi/thinned/1",
        "camera": camera,
        "run": run,
        "seq": seq,
        "start": start,
        "end": end,
        "mode": "keyframes",
        "original": original or {"sha256": "ab" * 32, "leaf": "ab" * 32, "bytes": 9, "seal": "ab" * 32},
        "thinned": {"sha256": hashlib.sha256(film).hexdigest(), "bytes": len(film), "frames": 4},
    }
