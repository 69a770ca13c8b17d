"""The certificate of a purge: signed JSON that says what went, under which policies, and that holds were respected.

A DSSE envelope around an in-toto statement whose one subject is the file of tombstone lines. Its digest is in the log's
`done` entry, so that neither can be made later. BA pemusnahan is the same on paper.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from saksi.catalogue.database import Database
from saksi.custody.canonical import leaf
from saksi.custody.dsse import envelope
from saksi.custody.merkle import root
from saksi.custody.signing import Signer
from saksi.messages import register
from saksi.retention import tombstones
from saksi.retention.runs import PurgeRun

register(
    "certificate_unplaced",
    en=(
        "The log's entry of purge {purge} is under no published checkpoint yet.",
        "Checkpoints come each minute: try again in a minute or two.",
    ),
    id_=(
        "Entri pemusnahan {purge} dalam log belum tercakup titik periksa terbit.",
        "Titik periksa terbit tiap menit: coba lagi satu dua menit lagi.",
    ),
)

PREDICATE = "urn:saksi:purge-certificate:1"


@dataclass(frozen=True, kw_only=True)
class Totals:
    """All tombstones of a purge: their lines as a file, its digest, the root over them, and sums."""

    lines: bytes
    sha256: bytes
    root: bytes
    n: int
    sums: Mapping[str, int]
    agencies: list[dict[str, Any]]
    policies: list[dict[str, Any]]


def total(database: Database, purge_id: int) -> Totals:
    """Adds up what the tombstones say; the file of lines ends each with a line feed."""
    lines: list[bytes] = []
    by_agency: dict[str, dict[str, Any]] = defaultdict(_nothing)
    by_policy: dict[int, dict[str, Any]] = defaultdict(_nothing)
    cameras: set[str] = set()
    for one in tombstones.of_purge(database, purge_id):
        lines.append(one.line())
        cameras.add(one.camera)
        for sums in (by_agency[one.agency], by_policy[one.policy_id or 0]):
            sums["cameras"].add(one.camera)
            sums["hours"] += 1
            sums["chunks"] += one.n
            sums["bytes"] += one.size
    body = b"".join(line + b"\n" for line in lines)
    agencies = [{"agency": name, **_counted(by_agency[name])} for name in sorted(by_agency)]
    return Totals(
        lines=body,
        sha256=hashlib.sha256(body).digest(),
        root=root([leaf(line) for line in lines]),
        n=len(lines),
        sums={
            "cameras": len(cameras),
            "hours": len(lines),
            **{name: sum(one[name] for one in agencies) for name in ("chunks", "bytes")},
        },
        agencies=agencies,
        policies=[{"policy": number, **_counted(by_policy[number])} for number in sorted(by_policy)],
    )


def make(
    signer: Signer, run: PurgeRun, totals: Totals, *, archive: str, facts: Mapping[str, object]
) -> bytes:
    """The signed certificate. `archive` is the name of the log, `facts` what was seen of the purge's course."""
    statement: dict[str, object] = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {
                "name": f"purges/{run.purge_id}/tombstones.jsonl",
                "digest": {"sha256": totals.sha256.hex()},
            }
        ],
        "predicateType": PREDICATE,
        "predicate": {
            "archive": archive,
            "purge": run.purge_id,
            "kind": run.kind,
            "reason": run.reason,
            "asked_by": run.asked_by_name,
            "approved_by": run.approved_by_name,
            "noticed": run.noticed_us,
            "due": run.due_us,
            "started": run.started_us or 0,
            "notice": (run.notice_leaf or b"").hex(),
            "tombstones": {"n": totals.n, "root": totals.root.hex(), "sha256": totals.sha256.hex()},
            **totals.sums,
            "agencies": totals.agencies,
            "by_policy": totals.policies,
            **facts,
        },
    }
    return envelope(signer, statement)


def read(certificate: bytes) -> dict[str, Any]:
    """The predicate of a certificate, its signature not checked."""
    payload = json.loads(base64.b64decode(json.loads(certificate)["payload"]))
    predicate: dict[str, Any] = payload["predicate"]
    return predicate


def _nothing() -> dict[str, Any]:
    return {"cameras": set(), "hours": 0, "chunks": 0, "bytes": 0}


def _counted(sums: dict[str, Any]) -> dict[str, Any]:
    return {**sums, "cameras": len(sums["cameras"])}
