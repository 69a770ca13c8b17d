"""Deletions by hand: asked for by one officer, approved by another, taken back until the grace has passed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from archive_api.context import Here
from archive_api.describe import instant
from archive_api.routes.purges import described, scope_of
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.errors import SaksiError
from saksi.retention import by_hand, by_hand_refusals
from saksi.retention.by_hand_preview import CameraPreview, Preview

router = APIRouter(tags=["retention"])
Writer = Annotated[Caller, Depends(require(Permission.RETENTION_WRITE))]
Approver = Annotated[Caller, Depends(require(Permission.RETENTION_APPROVE))]
Id = Annotated[int, Path(ge=1, lt=1 << 31)]


class NewDeletion(Body):
    """Footage to delete although no policy asks for it, and on which legal basis. Neither text may name a person."""

    dry_run: bool = True
    cameras: list[Annotated[str, Field(max_length=63)]] = Field(min_length=1, max_length=by_hand.MOST_CAMERAS)
    from_: str = Field(alias="from", max_length=60, description="RFC 3339 with a zone.")
    to: str = Field(max_length=60, description="RFC 3339 with a zone; it has passed.")
    reason: str = Field(min_length=1, max_length=500)
    basis: str = Field(min_length=1, max_length=500, description="Law or regulation; it stands in the log.")
    order: str = Field(
        "", max_length=500, description="Court order or article that allows to go below the legal minimum."
    )
    clock_checked: str = Field(
        "", max_length=500, description="Why the clock is believed although nothing was recorded lately."
    )


class Undo(Body):
    """Why it is taken back."""

    reason: str = Field("", max_length=500, description="Needed.")


@router.post("/retention/deletions", status_code=201, responses={200: {"model": dict[str, Any]}})
def ask(new: NewDeletion, here: Here, caller: Writer, response: Response) -> dict[str, Any]:
    """With `dry_run` 200 and what would go and stay; else 201 and the deletion, which another officer must approve.

    `refused` is the code with which it would be refused as it is asked for; null when it would be taken.
    """
    from_us, to_us = clock.parse_rfc3339(new.from_, "from"), clock.parse_rfc3339(new.to, "to")
    told: dict[str, object] = {"cameras": new.cameras, "from": new.from_, "to": new.to, "reason": new.reason}
    if new.dry_run:
        with here.database.transaction() as connection:
            found = by_hand.look(connection, here.settings, new.cameras, from_us, to_us, caller)
            note_change(connection, caller, "preview deletion", told)
        response.status_code = 200
        return {"dry_run": True, "refused": _refused(found, new.order), "preview": _preview(found)}
    signer = here.signer()
    with here.database.transaction() as connection:
        run, found = by_hand.ask(
            connection,
            signer,
            here.settings,
            caller,
            caller.who(),
            codes=new.cameras,
            from_us=from_us,
            to_us=to_us,
            reason=new.reason,
            basis=new.basis,
            order=new.order,
            clock_checked=new.clock_checked,
        )
        note_change(connection, caller, "ask deletion", {"purge": run.purge_id, **told, "basis": new.basis})
        return {**described(run, scope_of(connection, caller)), "preview": _preview(found)}


@router.post("/retention/deletions/{purge}/approve")
def approve(purge: Id, here: Here, caller: Approver) -> dict[str, Any]:
    """Another officer's word: announced in the log, and due when the grace (SAKSI_PURGE_GRACE_HOURS) has passed."""
    signer = here.signer()
    with here.database.transaction() as connection:
        run = by_hand.approve(connection, signer, here.settings, caller, caller.who(), purge)
        note_change(connection, caller, "approve deletion", {"purge": purge, "due": instant(run.due_us)})
        return described(run, scope_of(connection, caller))


@router.post("/retention/deletions/{purge}/undo")
def undo(purge: Id, given: Undo, here: Here, caller: Writer) -> dict[str, Any]:
    """Takes it back, by any records officer, until it begins; afterwards 409 says what is gone."""
    signer = here.signer()
    with here.database.transaction() as connection:
        run = by_hand.undo(connection, signer, caller, caller.who(), purge, reason=given.reason)
        note_change(connection, caller, "undo deletion", {"purge": purge, "reason": given.reason})
        return described(run, scope_of(connection, caller))


def _refused(found: Preview, order: str) -> str | None:
    try:
        by_hand_refusals.check(found, order)
    except SaksiError as error:
        return error.code
    return None


def _preview(found: Preview) -> dict[str, Any]:
    return {
        **found.sums(),
        "by_camera": [_camera(one) for one in found.cameras],
        "holds": list(found.holds),
        "unsealed_cameras": list(found.unsealed),
        "needs_order": found.too_young,
    }


def _camera(one: CameraPreview) -> dict[str, Any]:
    told = asdict(one)
    ends = {name: instant(told.pop(f"{name}_us")) for name in ("oldest", "newest")}
    return {**told, **ends}
