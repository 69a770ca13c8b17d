"""Thinning policies: after which age only keyframes are kept. None is in force unless two officers say so."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from archive_api import parameters
from archive_api.context import Here
from archive_api.describe import instant
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.retention import thinning_policies, thinning_waiting
from saksi.retention.thinning_policies import Thinning
from saksi.retention.thinning_waiting import Waiting

router = APIRouter(tags=["retention"])
Reader = Annotated[Caller, Depends(require(Permission.RETENTION_READ))]
Writer = Annotated[Caller, Depends(require(Permission.RETENTION_WRITE))]
Approver = Annotated[Caller, Depends(require(Permission.RETENTION_APPROVE))]
Id = Annotated[int, Path(ge=1, lt=1 << 31)]
_DAY_US = 86_400_000_000


class NewThinning(Body):
    """What to keep of which footage, from which age on; without mode and age, nothing is thinned there any more."""

    scope: Literal["default", "agency", "site", "camera"]
    subject: str = Field("", max_length=63, description="Id of the agency, site or camera.")
    mode: Literal["keyframes", "one_a_second"] | None = None
    after_days: float | None = Field(None, gt=0, le=36_500, allow_inf_nan=False)
    basis: str = Field(min_length=1, max_length=500, description="The law or regulation it rests on.")
    reason: str = Field("", max_length=500)


@router.get("/retention/thinning", dependencies=[Depends(parameters.only())])
def list_thinning(here: Here, caller: Reader) -> dict[str, Any]:
    """Thinning policies, newest first, also those that were replaced or withdrawn."""
    with here.database.transaction() as connection:
        found = thinning_policies.list_all(connection, agency_ids=caller.agency_ids)
    return {"items": [described(one) for one in found]}


@router.get("/retention/thinning/waiting", dependencies=[Depends(parameters.only("limit", "cursor"))])
def what_waits(
    here: Here, caller: Reader, limit: parameters.Limit = 100, cursor: parameters.Cursor = None
) -> dict[str, Any]:
    """What thinning has before it, by camera: originals to thin, thinned ones that wait for their purge, what is left.

    `due` originals are old enough and not thinned yet, `held` ones are and stay whole, `beside` ones are thinned and
    still there, of `alone` ones only keyframes are left. `purge` is the one of thinned originals that is due first.
    """
    after = parameters.read_cursor(cursor, str) or ("",)
    with here.database.transaction() as connection:
        found = thinning_waiting.waiting(connection, clock.now_us(), agency_ids=caller.agency_ids)
        ahead = thinning_waiting.next_purge(connection)
    page = [one for one in found if one.camera > after[0]][:limit]
    return {
        "items": [_waiting(one) for one in page],
        "purge": None
        if ahead is None
        else {"id": ahead.purge_id, "state": ahead.state, "due": instant(ahead.due_us)},
        "next": parameters.write_cursor((page[-1].camera,) if len(page) == limit else None),
    }


@router.post("/retention/thinning", status_code=201)
def propose_thinning(new: NewThinning, here: Here, caller: Writer) -> dict[str, Any]:
    """Proposes a policy, which another officer accepts; one that ends thinning counts at once.

    `reaches` is what is old enough by now: hours of footage and bytes of originals that would go.
    """
    signer = here.signer()
    with here.database.transaction() as connection:
        made = thinning_policies.propose(
            connection,
            signer,
            scope=new.scope,
            subject=new.subject,
            mode=new.mode,
            after_us=None if new.after_days is None else round(new.after_days * _DAY_US),
            basis=new.basis,
            reason=new.reason,
            by=caller.person_id,
            agency_ids=caller.agency_ids,
        )
        reaches = thinning_policies.reaches(connection, made)
        told = described(made)
        note_change(connection, caller, "propose thinning" if new.mode else "end thinning", told)
    return told | {"reaches": reaches}


@router.post("/retention/thinning/{thinning}/accept")
def accept_thinning(thinning: Id, here: Here, caller: Approver) -> dict[str, Any]:
    """The second officer's word: it counts from now on."""
    signer = here.signer()
    with here.database.transaction() as connection:
        thinning_policies.get(connection, thinning, agency_ids=caller.agency_ids, change=True)
        made = thinning_policies.accept(connection, signer, thinning, by=caller.person_id)
        note_change(connection, caller, "accept thinning", described(made))
    return described(made)


@router.post("/retention/thinning/{thinning}/withdraw")
def withdraw_thinning(thinning: Id, here: Here, caller: Writer) -> dict[str, Any]:
    """A proposal that shall never count."""
    signer = here.signer()
    with here.database.transaction() as connection:
        thinning_policies.get(connection, thinning, agency_ids=caller.agency_ids, change=True)
        made = thinning_policies.withdraw(connection, signer, thinning, by=caller.person_id)
        note_change(connection, caller, "withdraw thinning", described(made))
    return described(made)


def _waiting(one: Waiting) -> dict[str, Any]:
    told = asdict(one)
    after_us = told.pop("after_us")
    return told | {"after_days": None if after_us is None else after_us / _DAY_US}


def described(one: Thinning) -> dict[str, Any]:
    """As JSON."""
    return {
        "id": one.thinning_id,
        "scope": one.scope,
        "subject": one.subject,
        "mode": one.mode,
        "after_days": None if one.after_us is None else one.after_us / _DAY_US,
        "basis": one.basis,
        "reason": one.reason,
        "state": one.state,
        "proposed_by": one.proposed_name,
        "proposed": instant(one.proposed_us),
        "decided_by": one.decided_name or None,
        "decided": instant(one.decided_us),
    }
