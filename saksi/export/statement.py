"""The predicate of a package's statement: what was asked for, what is delivered, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from saksi import __version__, clock
from saksi.catalogue.exports import Export
from saksi.export.gather import Gathered
from saksi.export.record import Record
from saksi.export.scope import Scope


def predicate(
    gathered: Gathered,
    export: Export,
    log: Record,
    origin: str,
    made_us: int,
    zone: str,
    imported_absent: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """The statement's predicate but for files and meta. `zone` is the one in which people here read times.

    `imported_absent` are runs whose imported file was asked for and is not there, each with the cause.
    """
    size, root = log.tree.size, log.tree.root().hex()
    exhibits: dict[int, dict[str, Any]] = {}
    for row in gathered.exhibits:
        told = exhibits.setdefault(
            row["number"],
            {
                "exhibit": str(row["number"]),
                "from": clock.to_us(row["from_at"]),
                "to": clock.to_us(row["to_at"]),
                "note": row["note"],
                "cameras": [],
            },
        )
        told["cameras"].append(row["camera"])
    return {
        "package": export.package,
        "case": gathered.case.number,
        "export": str(export.export_id),
        "made_at": made_us,
        "zone": zone,
        "software": {"name": "saksi", "version": __version__},
        "request": {
            "by": export.person,
            "at": export.requested_us,
            "reason": export.reason,
            "recipient": export.recipient,
            "letter": export.letter,
        },
        "checkpoint": {"origin": origin, "size": size, "root": root},
        "exhibits": list(exhibits.values()),
        "cameras": [_camera(gathered, one) for one in gathered.scopes],
        **({"only": "derivatives"} if export.only_derivatives else {}),
        **({"imported_files": [list(one) for one in imported_absent]} if export.imported_files else {}),
    }


def _camera(gathered: Gathered, one: Scope) -> dict[str, Any]:
    row = next(
        row
        for row in gathered.exhibits
        if row["number"] == one.asked.exhibit and row["camera"] == one.asked.camera
    )
    entries = [chunk.entry for chunk in one.inside]
    worst = max(
        (entry.clock for entry in entries), key=lambda two: (two.error_us < 0, two.error_us), default=None
    )
    farthest = max(
        (entry.clock for entry in entries if entry.clock.camera_source != "none"),
        key=lambda two: abs(two.camera_offset_us),
        default=None,
    )
    return {
        "camera": one.asked.camera,
        "name": row["name"],
        "exhibit": str(one.asked.exhibit),
        "from": one.asked.from_us,
        "to": one.asked.to_us,
        "chunks": len(one.stored),
        "bytes": sum(chunk.entry.size for chunk in one.stored),
        "frames": sum(chunk.entry.frames for chunk in one.stored),
        "gaps": [list(gap) for gap in gathered.gaps[one.asked.exhibit, one.asked.camera]],
        "missing": [
            [chunk.entry.run, chunk.entry.seq, chunk.state] for chunk in one.inside if chunk.state != "stored"
        ],
        "clock": {
            "source": worst.source if worst else "free",
            "offset_us": worst.offset_us if worst else 0,
            "error_us": worst.error_us if worst else -1,
            "camera_source": farthest.camera_source if farthest else "none",
            "camera_offset_us": farthest.camera_offset_us if farthest else 0,
        },
    }
