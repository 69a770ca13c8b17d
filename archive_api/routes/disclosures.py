"""Links to packages: made, listed and taken back; and the disclosure register of a case."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from archive_api import parameters
from archive_api.context import Here
from archive_api.describe import instant
from archive_api.gates import Gate
from archive_api.routes import exports as package
from archive_api.security import Caller, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cases, disclosures
from saksi.catalogue.disclosures import Disclosure
from saksi.errors import NotFound
from saksi.export import limits

router = APIRouter(tags=["evidence"])
Giver = Annotated[Caller, Depends(require(Permission.DISCLOSURE_WRITE))]
Reader = Annotated[Caller, Depends(require(Permission.DISCLOSURE_READ))]
_hashing = Gate(2, waiting=8, wait_s=10.0)


class NewDisclosure(Body):
    """A recipient, until when, and what role they have: prosecutor, defence, court, lab or other words."""

    recipient: str = Field(min_length=1, max_length=200)
    role: str = Field("", max_length=100)
    expires: str = Field(max_length=60, description="End of the link, RFC 3339 with a zone.")
    passphrase: str | None = Field(None, max_length=200, description="Told to the recipient by another way.")
    note: str = Field("", max_length=2000)


class Revocation(Body):
    """Why a link is taken back."""

    reason: str = Field("", max_length=2000)


@router.post("/exports/{export}/disclosures", status_code=201)
def disclose(export: UUID, new: NewDisclosure, request: Request, here: Here, caller: Giver) -> dict[str, Any]:
    """Makes a link to a sealed package for one recipient. The link is in this answer and nowhere else."""
    expires_us = clock.parse_rfc3339(new.expires, "expires")
    hashed = ""
    if new.passphrase is not None:
        with _hashing.passed():
            hashed = disclosures.passphrase_hash(new.passphrase)
    signer = here.signer()
    with here.database.transaction() as connection:
        found, case = package.find(connection, export, caller)
        limits.check(connection, caller.sight, case, found)
        cases.lock_open(connection, case)
        made, token = disclosures.make(
            connection,
            signer,
            case,
            found,
            caller.who(),
            recipient=new.recipient,
            role=new.role,
            expires_us=expires_us,
            note=new.note,
            hashed=hashed,
            why=caller.why(),
        )
        note_change(connection, caller, "disclose", {**made.what(), **limits.told(connection, case, found)})
    link = str(request.base_url.replace(path=f"/d/{token}"))
    return {**described(made), "link": link, "path": f"/d/{token}"}


@router.get("/exports/{export}/disclosures", dependencies=[Depends(parameters.only())])
def of_export(export: UUID, here: Here, caller: Reader) -> dict[str, Any]:
    """The links to a package."""
    with here.database.transaction() as connection:
        package.find(connection, export, caller, case_of=cases.find_for_custody)
        listed = disclosures.of_export(connection, export)
    return {"items": [described(one) for one in listed], "next": None}


@router.post("/disclosures/{disclosure}/revoke")
def revoke(disclosure: UUID, revocation: Revocation, here: Here, caller: Giver) -> dict[str, Any]:
    """Takes a link back for ever. What was downloaded stays with its recipient."""
    signer = here.signer()
    with here.database.transaction() as connection:
        found = disclosures.find(connection, disclosure)
        try:
            _, case = package.find(connection, found.export_id, caller)
        except NotFound as error:
            raise NotFound("disclosure_unknown", field="disclosure", disclosure=disclosure) from error
        ended = disclosures.revoke(
            connection, signer, case, found, caller.who(), reason=revocation.reason, why=caller.why()
        )
        note_change(connection, caller, "revoke disclosure", {"case": case.code, **ended.what()})
    return described(ended)


@router.get("/cases/{case}/disclosures", dependencies=[Depends(parameters.only("limit", "cursor"))])
def register(
    case: str, here: Here, caller: Reader, limit: parameters.Limit = 100, cursor: parameters.Cursor = None
) -> dict[str, Any]:
    """The disclosure register: who was given which package, until when, what came back."""
    after = parameters.read_id_cursor(cursor)
    with here.database.transaction() as connection:
        found = cases.find_for_custody(connection, case, caller)
        listed = disclosures.register_of(connection, found, limit=limit, after=after or 0)
    return {
        "items": [described(one) for one in listed],
        "next": parameters.write_cursor((listed[-1].number,) if len(listed) == limit else None),
    }


def described(one: Disclosure) -> dict[str, Any]:
    """A link as the API tells it, without the token, which nobody has but its recipient."""
    return {
        "id": str(one.disclosure_id),
        "number": one.number,
        "export": str(one.export_id),
        "package": one.package,
        "recipient": one.recipient,
        "role": one.role or None,
        "note": one.note,
        "state": one.state,
        "passphrase": bool(one.passphrase_hash),
        "made": instant(one.made_us),
        "made_by": one.made_by,
        "expires": instant(one.expires_us),
        "delivered": instant(one.delivered_us),
        "revoked": instant(one.ended_us),
        "revoked_by": one.ended_by or None,
        "revoked_because": one.end_reason or None,
        "receipts": one.receipts,
    }
