"""BA pemusnahan of a purge that is done: its signed certificate on paper, and its cameras with their spans."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from saksi import clock
from saksi.catalogue.database import query
from saksi.catalogue.ledger_tree import Kept
from saksi.catalogue.timeline import JITTER_US, unite
from saksi.errors import Conflict, NotFound
from saksi.filing import destroyed
from saksi.filing.desk import Office
from saksi.messages import register
from saksi.papers import destruction, model, parts
from saksi.retention import certificate, policies
from saksi.retention.runs import PurgeRun

register(
    "certificate_none",
    en=("Purge {purge} is {state}: it has no certificate yet.", "Ask again when its state is done."),
    id_=(
        "Pemusnahan {purge} berstatus {state}: belum ada berita acara.",
        "Tanya lagi bila sudah selesai (done).",
    ),
)
MOST_CAMERAS = 150  # rows; the whole is bound by its digest
MOST_SPANS = 4
_DAY_US = 86_400_000_000


def paper(office: Office, run: PurgeRun) -> model.Purge:
    """The paper, the same whenever it is made. Raises NotFound before the purge is done, Conflict before it is told."""
    if run.certificate is None or run.done_leaf is None:
        raise NotFound("certificate_none", field="purge", purge=run.purge_id, state=run.state)
    said = certificate.read(run.certificate)
    done = _entry(office, run.done_leaf)
    kept = None if done is None else _checkpoint(office, done.index)
    if done is None or kept is None:
        raise Conflict("certificate_unplaced", field="purge", purge=run.purge_id)
    objects = office.connection.execute(query("destruction.objects"), {"purge_id": run.purge_id}).fetchone()
    assert objects is not None
    names = {row["code"]: row["name"] for row in office.connection.execute(query("destruction.agency_names"))}
    lines = said["tombstones"]
    return model.Purge(
        issue=office.issue(f"BAPR-{run.purge_id}", made_us=said["finished"]),
        run=str(run.purge_id),
        kind=said["kind"],
        due_us=said["due"],
        started_us=said["started"],
        policies=_policies(office, said),
        policy_set=said["policies"]["sha256"],
        policies_in_force=said["policies"]["n"],
        notice=None if run.notice_leaf is None else _entry(office, run.notice_leaf),
        done=done,
        hold_set_before=said["holds_before"]["root"],
        hold_set_root=said["holds"]["root"],
        holds_in_force=said["holds"]["n"],
        stayed=tuple(
            destruction.Stayed(cause=one["why"], hours=one["hours"], bytes=one["bytes"])
            for one in said["kept"]
        ),
        objects=int(objects["objects"]),
        confirmed_absent=int(objects["absent"]),
        agencies=tuple(
            destruction.PurgedAgency(
                agency=names.get(one["agency"], one["agency"]),
                **{name: one[name] for name in ("cameras", "hours", "chunks", "bytes")},
            )
            for one in said["agencies"]
        ),
        cameras=_cameras(office, run.purge_id),
        cameras_in_all=said["cameras"],
        lines=destruction.Lines(count=lines["n"], sha256=lines["sha256"], root=lines["root"]),
        thinned=destruction.ThinnedGone(**said["thinned"]) if "thinned" in said else None,
        certificate=hashlib.sha256(run.certificate).hexdigest(),
        asked_by=parts.Person(name=said["asked_by"]) if said["asked_by"] else None,
        at_once=said["kind"] != "pressure" and said["due"] <= said["noticed"],
        approved_by=(parts.Person(name=said["approved_by"]),) if said["approved_by"] else (),
        reason=said["reason"],
        by_hand=_by_hand(said.get("by_hand"), said["due"]),
        ledger=office.at(kept),
        signatories=(parts.Signatory(capacity="records_officer"), parts.Signatory(capacity="superior")),
    )


def _entry(office: Office, leaf: bytes) -> parts.EntryRef | None:
    """None until it has a place in the tree."""
    row = office.connection.execute(query("destruction.placed"), {"leaf": leaf}).fetchone()
    if row is None:
        return None
    return parts.EntryRef(index=row["idx"], leaf=leaf.hex(), at_us=clock.to_us(row["at"]))


def _checkpoint(office: Office, index: int) -> Kept | None:
    row = office.connection.execute(query("destruction.checkpoint_over"), {"idx": index}).fetchone()
    return None if row is None else Kept.from_row(row)


def _policies(office: Office, said: Mapping[str, Any]) -> tuple[model.PolicyShare, ...]:
    """The versions that asked for it; each digest is of its line among those in force."""
    known = {}
    for line in policies.in_force(office.connection, said["due"]).lines:
        known[json.loads(line)["policy"]] = line
    shares = []
    for one in said["by_policy"]:
        number = one["policy"]
        shares.append(
            model.PolicyShare(
                policy=None if not number else _policy(office, number, known.get(number, b"")),
                thinning=destroyed.thinning(said) if not number else None,
                cameras=one["cameras"],
                hours=one["hours"],
                bytes=one["bytes"],
            )
        )
    return tuple(shares)


def _policy(office: Office, number: int, line: bytes) -> model.Policy:
    found = policies.get(office.connection, number)
    return model.Policy(
        name=f"{found.scope} {found.subject}".strip(),
        version=number,
        days=(found.keep_us or 0) / _DAY_US,
        sha256=hashlib.sha256(line).hexdigest() if line else "",
        basis=found.basis,
    )


def _cameras(office: Office, purge_id: int) -> tuple[destruction.PurgedCamera, ...]:
    values = {"purge_id": purge_id, "limit": MOST_CAMERAS}
    found = []
    for row in office.connection.execute(query("destruction.cameras"), values):
        spans = unite(
            ((clock.to_us(one.lower), clock.to_us(one.upper)) for one in row["spans"]),
            JITTER_US,
        )
        found.append(
            destruction.PurgedCamera(
                camera=parts.Camera(id=row["code"], name=row["name"]),
                spans=tuple(parts.Span(start_us=a, end_us=b) for a, b in spans[:MOST_SPANS]),
                hours=row["hours"],
                chunks=int(row["chunks"]),
                bytes=int(row["bytes"]),
                more=max(len(spans) - MOST_SPANS, 0),
            )
        )
    return tuple(found)


def _by_hand(asked: Mapping[str, Any] | None, due_us: int) -> destruction.ByHand | None:
    if asked is None:
        return None
    cameras = asked["cameras"]
    return destruction.ByHand(
        span=parts.Span(start_us=asked["from"], end_us=asked["to"]),
        cameras=tuple(cameras[:20]),
        more=max(len(cameras) - 20, 0),
        basis=asked["basis"],
        undo_until_us=due_us,
        young=asked["young_hours"],
        order=asked["order"],
    )
