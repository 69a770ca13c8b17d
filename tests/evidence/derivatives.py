"""Derivatives of synthetic exhibits: a processed file each, and the signed statement of what it was made of."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from saksi.custody.dsse import envelope
from saksi.custody.signing import Signer
from tests.evidence.footage import Footage

Record = Callable[[dict[str, Any]], None]


def statement_of(
    path: str,
    film: bytes,
    chunks: Sequence[Footage],
    *,
    number: int,
    case: str,
    exhibit: str,
    camera: str,
    span: tuple[int, int],
    made_us: int,
) -> dict[str, Any]:
    """As saksi.export.redaction writes it."""
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": path, "digest": {"sha256": hashlib.sha256(film).hexdigest()}}],
        "predicateType": "urn:saksi:derivation:1",
        "predicate": {
            "class": "processed",
            "kind": "redaction",
            "case": case,
            "derivative": number,
            "exhibit": int(exhibit),
            "camera": camera,
            "from": span[0],
            "to": span[1],
            "inputs": [
                {
                    "run": one.entry.run,
                    "seq": one.entry.seq,
                    "leaf": one.entry.leaf().hex(),
                    "sha256": one.entry.sha256,
                }
                for one in chunks
            ],
            "reason": "wajah saksi anak",
            "made_at": made_us,
        },
    }


def opened(data: bytes) -> dict[str, Any]:
    """The statement of a derivation.json."""
    told: dict[str, Any] = json.loads(base64.b64decode(json.loads(data)["payload"]))
    return told


def add(
    files: dict[str, bytes],
    records: list[dict[str, Any]],
    signer: Signer,
    statement: dict[str, Any],
    film: bytes,
    record: Record,
) -> None:
    """Puts film and statement among the files, their records among the records, and the making into the case."""
    path = statement["subject"][0]["name"]
    beside = path.rpartition("/")[0] + "/derivation.json"
    data = envelope(signer, statement)
    files |= {path: film, beside: data}
    records += [{"path": one, "class": "processed", "derivation": beside} for one in (path, beside)]
    number = statement["predicate"]["derivative"]
    record({"derivative": number, "statement": hashlib.sha256(data).hexdigest()})


def add_some(
    draft: Any, city: Any, case: str, at_us: int, record: Callable[..., None], gone: set[tuple[str, int]]
) -> None:
    """None, one or two redacted copies for a draft, of the footage of one exhibit x camera and of what is gone."""
    before = [
        one for camera in city.cameras for run in camera.runs for one in run.chunks if one.place in gone
    ]
    wanted = int(draft.name[-8:], 16) % 4
    for number, told in enumerate(draft.cameras[: min(wanted, 2)], 1):
        start, end = told["from"], told["to"]
        mine = [one for one in [*draft.chunks, *before] if one.entry.camera == told["camera"]]
        chunks = [one for one in mine if one.entry.start_us < end and one.entry.end_us > start]
        if not chunks:
            continue
        name = f"{told['exhibit']}-{told['camera']}-redacted.mp4"
        film = b"film of " + name.encode()
        statement = statement_of(
            f"data/derivative/{number}/{name}",
            film,
            chunks,
            number=number,
            case=case,
            exhibit=told["exhibit"],
            camera=told["camera"],
            span=(start, end),
            made_us=at_us,
        )
        signer = city.office if number == 2 else city.export
        redact = partial(record, "custody", f"case/{case}", "redact", {"event": "redact"})
        add(draft.files, draft.records, signer, statement, film, redact)
