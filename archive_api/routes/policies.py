"""Retention policies: how long footage is kept. What keeps footage shorter takes a preview and two officers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from archive_api import describe_policies, parameters
from archive_api.context import Here
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cameras, places
from saksi.catalogue.database import Connection
from saksi.errors import Conflict
from saksi.retention import policy_change, policy_listing, policy_setting
from saksi.retention.policies import Policy
from saksi.retention.policy_change import Change

router = APIRouter(tags=["retention"])
Reader = Annotated[Caller, Depends(require(Permission.RETENTION_READ))]
Writer = Annotated[Caller, Depends(require(Permission.RETENTION_WRITE))]
Approver = Annotated[Caller, Depends(require(Permission.RETENTION_APPROVE))]
Id = Annotated[int, Path(ge=1, lt=1 << 31)]
_Days = Annotated[float | None, Field(allow_inf_nan=False)]


class PolicyChange(Body):
    """How long to keep what `scope` and `subject` name, or within which limits a class; on which legal basis."""

    scope: Literal["default", "agency", "site", "camera", "class"]
    subject: str = Field("", max_length=63, description="Id of the agency, site or camera, or the class.")
    days: _Days = Field(None, description="How long; a fraction is kept to the microsecond.")
    inherit: bool = Field(False, description="Instead of days: what stands above counts again.")
    min_days: _Days = Field(None, description="Of a class: never kept shorter.")
    max_days: _Days = Field(None, description="Of a class: never kept longer.")
    basis: str = Field(min_length=1, max_length=500, description="The law or regulation it rests on.")
    reason: str = Field("", max_length=500)
    effective: str | None = Field(None, max_length=60, description="RFC 3339; unset: at once.")

    def wanted(self, connection: Connection, caller: Caller) -> Change:
        """The change, checked."""
        return policy_change.wanted(
            connection, caller.agency_ids, **self.model_dump(exclude={"preview"}, exclude_unset=True)
        )


class PolicySetting(PolicyChange):
    """A change to be made; one that keeps footage shorter needs the digest of its preview."""

    preview: str | None = Field(None, max_length=64, description="sha256 of a preview of the same change.")


@router.get(
    "/retention/policies",
    dependencies=[Depends(parameters.only("history", "camera", "limit", "cursor"))],
)
def list_policies(
    here: Here,
    caller: Reader,
    history: Annotated[bool, Query(description="Also what was replaced or withdrawn.")] = False,
    camera: Annotated[str | None, Query(max_length=63, description="What decides about this one.")] = None,
    limit: parameters.Limit = 100,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """Policies in force, to come and proposed, newest first; with `camera`, `resolved` says what counts for it."""
    before = parameters.read_id_cursor(cursor)
    with here.database.transaction() as connection:
        on = None if camera is None else cameras.find(connection, camera, caller.sight)
        found = policy_listing.listed(
            connection,
            caller.agency_ids,
            history=history,
            camera_id=None if on is None else on.camera_id,
            limit=limit,
            before=before,
        )
        agencies = _agencies(connection, caller)
        answer: dict[str, Any] = {"items": [describe_policies.listed(one, agencies) for one in found]}
        if on is not None:
            counts = policy_listing.of_camera(connection, on.camera_id, clock.now_us())
            answer["resolved"] = describe_policies.resolved(counts, on.code)
    answer["next"] = parameters.write_cursor((found[-1].policy.policy_id,) if len(found) == limit else None)
    return answer


@router.get("/retention/policies/{policy}", dependencies=[Depends(parameters.only())])
def one_policy(policy: Id, here: Here, caller: Reader) -> dict[str, Any]:
    """One version, with the whole preview that was shown for it."""
    with here.database.transaction() as connection:
        found = policy_listing.one(connection, caller.agency_ids, policy)
        return describe_policies.listed(found, _agencies(connection, caller), cameras=True)


@router.post("/retention/policies/preview")
def preview_policy(change: PolicyChange, here: Here, caller: Writer) -> dict[str, Any]:
    """What a change would do: whose footage would be gone that otherwise would not. Its sha256 is good for an hour.

    `in_the_way` is a proposal of the same subject that must be accepted or withdrawn before; null when there is none.
    """
    with here.database.transaction() as connection:
        wanted = change.wanted(connection, caller)
        shown = policy_setting.preview(connection, caller, wanted)
        in_the_way = policy_setting.in_the_way(connection, wanted)
        told = {**shown.told["change"], "sha256": shown.sha256.hex(), "shortens": shown.shortens}
        note_change(connection, caller, "preview policy", told)
        return describe_policies.preview(shown, _agencies(connection, caller)) | {"in_the_way": in_the_way}


@router.put("/retention/policies")
def put_policy(change: PolicySetting, here: Here, caller: Writer) -> dict[str, Any]:
    """Sets a policy at once; one that keeps any footage shorter is proposed, and another officer accepts it."""
    signer = here.signer()
    with here.database.transaction() as connection:
        made, shown = policy_setting.put(
            connection,
            signer,
            caller,
            caller.who(),
            change.wanted(connection, caller),
            preview_sha256=_digest(change.preview),
        )
        note_change(connection, caller, "propose policy" if made.shortens else "set policy", _told(made))
        described = describe_policies.policy(made, _agencies(connection, caller))
    return described | {"limited": shown.told["limited"]}


@router.post("/retention/policies/{policy}/accept")
def accept_policy(policy: Id, here: Here, caller: Approver) -> dict[str, Any]:
    """The second officer's word; `now` is its preview of this moment, `grew` whether that is more than was shown."""
    signer = here.signer()
    with here.database.transaction() as connection:
        after = policy_setting.accept(connection, signer, caller, caller.who(), policy, caller.agency_ids)
        note_change(connection, caller, "accept policy", _told(after.policy))
        agencies = _agencies(connection, caller)
        described = describe_policies.policy(after.policy, agencies)
        now = describe_policies.preview(after.now, agencies, cameras=False)
    return described | {"now": now, "grew": after.grew}


@router.post("/retention/policies/{policy}/withdraw")
def withdraw_policy(policy: Id, here: Here, caller: Writer) -> dict[str, Any]:
    """Takes back what was proposed, one's own or another officer's."""
    signer = here.signer()
    with here.database.transaction() as connection:
        after = policy_setting.withdraw(connection, signer, caller, caller.who(), policy, caller.agency_ids)
        note_change(connection, caller, "withdraw policy", _told(after))
        return describe_policies.policy(after, _agencies(connection, caller))


def _agencies(connection: Connection, caller: Caller) -> list[str] | None:
    return None if caller.agency_ids is None else places.agency_codes(connection, caller.agency_ids)


def _digest(given: str | None) -> bytes | None:
    if given is None:
        return None
    try:
        return bytes.fromhex(given)
    except ValueError as error:
        raise Conflict("policy_preview_unknown", field="preview", given=given) from error


def _told(one: Policy) -> dict[str, object]:
    lengths = {"keep_us": one.keep_us, "min_us": one.min_us, "max_us": one.max_us}
    return {
        "policy": one.policy_id,
        "scope": one.scope,
        "subject": one.subject,
        "state": one.state,
        "effective": clock.format_us(one.effective_us),
    } | lengths
