"""What agencies and sites have agreed to, whom to call there, and whether they are connected."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from archive_api import describe_compliance, parameters
from archive_api.context import Here
from archive_api.security import Caller, note, note_change, require
from archive_api.validation import Body
from saksi import clock
from saksi.access import Permission
from saksi.catalogue.database import Connection
from saksi.compliance import connection as connected
from saksi.compliance import contacts, subjects, terms
from saksi.compliance.subjects import Subject
from saksi.compliance.terms import Agreed

router = APIRouter(tags=["compliance"])
Reader = Annotated[Caller, Depends(require(Permission.COMPLIANCE_READ))]
Writer = Annotated[Caller, Depends(require(Permission.COMPLIANCE_WRITE))]
Number = Annotated[int, Path(ge=1, lt=1 << 31)]
_BARE = [Depends(parameters.only())]


class NewTerms(Body):
    """Terms from a day on; what is left out is not agreed, or of a site is as its agency's."""

    from_: str | None = Field(
        None, alias="from", max_length=10, description="First day, such as 2026-12-01; left out: today."
    )
    obliged: bool | None = Field(None, description="By a regulation; false: by its own will.")
    basis: str = Field("", max_length=300, description="Regulation and article.")
    cameras: int | None = Field(None, description="How many it must connect.")
    uptime_percent: float | None = None
    retention_days: int | None = None
    clock_error_ms: int | None = Field(None, description="Most that its cameras' clocks may be off.")
    reason: str = Field("", max_length=500, description="Needed where it replaces what held already.")


class NewContact(Body):
    """Somebody to call."""

    name: str = Field(min_length=1, max_length=200)
    role: str = Field("", max_length=200)
    phone: str = Field("", max_length=30)
    email: str = Field("", max_length=254)


class ContactChange(Body):
    """What changes; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=200)
    role: str | None = Field(None, max_length=200)
    phone: str | None = Field(None, max_length=30)
    email: str | None = Field(None, max_length=254)


@router.get("/agencies/{agency}/terms", dependencies=_BARE)
def agency_terms(agency: str, here: Here, caller: Reader) -> dict[str, Any]:
    """An agency's terms, every version, and whether it is connected."""
    with here.database.transaction() as connection:
        return _terms(connection, here, subjects.agency(connection, agency, caller.agency_ids))


@router.get("/sites/{site}/terms", dependencies=_BARE)
def site_terms(site: str, here: Here, caller: Reader) -> dict[str, Any]:
    """A site's terms over its agency's, every version of its own, and whether it is connected."""
    with here.database.transaction() as connection:
        return _terms(connection, here, subjects.site(connection, site, caller.agency_ids))


@router.put("/agencies/{agency}/terms")
def put_agency_terms(agency: str, new: NewTerms, here: Here, caller: Writer) -> dict[str, Any]:
    """Sets an agency's terms from a day on; the versions before stay on record."""
    with here.database.transaction() as connection:
        return _put(connection, here, caller, subjects.agency(connection, agency, caller.agency_ids), new)


@router.put("/sites/{site}/terms")
def put_site_terms(site: str, new: NewTerms, here: Here, caller: Writer) -> dict[str, Any]:
    """Sets what differs at a site from its agency's terms, from a day on."""
    with here.database.transaction() as connection:
        return _put(connection, here, caller, subjects.site(connection, site, caller.agency_ids), new)


@router.get("/agencies/{agency}/contacts", dependencies=_BARE)
def agency_contacts(agency: str, request: Request, here: Here, caller: Writer) -> dict[str, Any]:
    """Whom to call at an agency and its sites: personal data, told to those who manage terms."""
    with here.database.transaction() as connection:
        found = contacts.of(connection, subjects.agency(connection, agency, caller.agency_ids))
    note(request, caller, "contacts", {"agency": agency})
    return {"items": [describe_compliance.contact(one) for one in found], "next": None}


@router.get("/sites/{site}/contacts", dependencies=_BARE)
def site_contacts(site: str, request: Request, here: Here, caller: Writer) -> dict[str, Any]:
    """Whom to call at a site."""
    with here.database.transaction() as connection:
        found = contacts.of(connection, subjects.site(connection, site, caller.agency_ids))
    note(request, caller, "contacts", {"site": site})
    return {"items": [describe_compliance.contact(one) for one in found], "next": None}


@router.post("/agencies/{agency}/contacts", status_code=201)
def add_agency_contact(agency: str, new: NewContact, here: Here, caller: Writer) -> dict[str, Any]:
    """Adds somebody to call at an agency."""
    with here.database.transaction() as connection:
        return _add(connection, caller, subjects.agency(connection, agency, caller.agency_ids), new)


@router.post("/sites/{site}/contacts", status_code=201)
def add_site_contact(site: str, new: NewContact, here: Here, caller: Writer) -> dict[str, Any]:
    """Adds somebody to call at a site."""
    with here.database.transaction() as connection:
        return _add(connection, caller, subjects.site(connection, site, caller.agency_ids), new)


@router.patch("/agencies/{agency}/contacts/{contact}")
def change_agency_contact(
    agency: str, contact: Number, change: ContactChange, here: Here, caller: Writer
) -> dict[str, Any]:
    """Changes what is given of somebody to call at an agency."""
    with here.database.transaction() as connection:
        subject = subjects.agency(connection, agency, caller.agency_ids)
        return _change(connection, caller, subject, contact, change)


@router.patch("/sites/{site}/contacts/{contact}")
def change_site_contact(
    site: str, contact: Number, change: ContactChange, here: Here, caller: Writer
) -> dict[str, Any]:
    """Changes what is given of somebody to call at a site."""
    with here.database.transaction() as connection:
        subject = subjects.site(connection, site, caller.agency_ids)
        return _change(connection, caller, subject, contact, change)


@router.delete("/agencies/{agency}/contacts/{contact}", status_code=204)
def drop_agency_contact(agency: str, contact: Number, here: Here, caller: Writer) -> None:
    """Deletes somebody to call at an agency, for good."""
    with here.database.transaction() as connection:
        _drop(connection, caller, subjects.agency(connection, agency, caller.agency_ids), contact)


@router.delete("/sites/{site}/contacts/{contact}", status_code=204)
def drop_site_contact(site: str, contact: Number, here: Here, caller: Writer) -> None:
    """Deletes somebody to call at a site, for good."""
    with here.database.transaction() as connection:
        _drop(connection, caller, subjects.site(connection, site, caller.agency_ids), contact)


def _terms(connection: Connection, here: Here, subject: Subject) -> dict[str, Any]:
    on = terms.today(here.settings.zone, clock.now_us())
    inherited = None
    if subject.site_id is not None:
        of_agency = subjects.agency(connection, subject.agency, None)
        inherited = terms.in_force(terms.versions(connection, of_agency), on)
    return describe_compliance.all_terms(
        subject, terms.versions(connection, subject), on, connected.now(connection, subject), inherited
    )


def _put(
    connection: Connection, here: Here, caller: Caller, subject: Subject, new: NewTerms
) -> dict[str, Any]:
    on = terms.today(here.settings.zone, clock.now_us())
    given = {name: getattr(new, name) for name in describe_compliance.AGREED}
    from_day = on if new.from_ is None else terms.day(new.from_, "from")
    made = terms.put(
        connection,
        subject,
        Agreed(**given),
        from_day=from_day,
        reason=new.reason,
        made_by=caller.name,
        today=on,
    )
    told = {
        "agency": subject.agency,
        "site": subject.site,
        "from": from_day.isoformat(),
        "reason": new.reason,
    }
    note_change(connection, caller, "set terms", {**told, **given})
    return {
        **describe_compliance.of_subject(subject),
        **describe_compliance.version(made, terms.versions(connection, subject)),
    }


def _add(connection: Connection, caller: Caller, subject: Subject, new: NewContact) -> dict[str, Any]:
    made = contacts.add(connection, subject, **new.model_dump())
    note_change(connection, caller, "add contact", _told(subject, made.contact_id))
    return describe_compliance.contact(made)


def _change(
    connection: Connection, caller: Caller, subject: Subject, contact: int, change: ContactChange
) -> dict[str, Any]:
    given = {
        name: value for name, value in change.model_dump(exclude_unset=True).items() if value is not None
    }
    made = contacts.change(connection, subject, contact, given)
    told = {**_told(subject, contact), "changed": sorted(given)}
    note_change(connection, caller, "change contact", told)
    return describe_compliance.contact(made)


def _drop(connection: Connection, caller: Caller, subject: Subject, contact: int) -> None:
    contacts.drop(connection, subject, contact)
    note_change(connection, caller, "remove contact", _told(subject, contact))


def _told(subject: Subject, contact: int) -> dict[str, object]:
    """Never the name: an audit row stays when a contact is deleted."""
    return {"agency": subject.agency, "site": subject.site, "contact": contact}
