"""Whom to call at an agency or a site. Personal data: for who manages terms, deleted for good, audited by number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from saksi.catalogue.database import Connection, query
from saksi.catalogue.places import checked_address, checked_name
from saksi.compliance.subjects import Subject
from saksi.errors import BadInput, NotFound
from saksi.messages import register

_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,28}[0-9]")

register(
    "contact_unknown",
    en=("There is no contact {given} here.", "List them with GET …/contacts."),
    id_=("Tidak ada narahubung {given} di sini.", "Lihat daftar dengan GET …/contacts."),
)
register(
    "contact_unreachable",
    en=("The contact has neither a telephone number nor a mail address.", "Give phone, email or both."),
    id_=("Narahubung tidak punya nomor telepon maupun surel.", "Isi phone, email, atau keduanya."),
)
register(
    "phone_malformed",
    en=("phone is not a telephone number: {given}.", "Write digits, such as +62 542 123456."),
    id_=("phone bukan nomor telepon: {given}.", "Tulis angka, misalnya +62 542 123456."),
)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody at an agency; `site` None: for all of it."""

    contact_id: int
    site: str | None
    name: str
    role: str
    phone: str
    email: str


def of(connection: Connection, subject: Subject) -> list[Contact]:
    """Contacts of a site, or of an agency with those of its sites."""
    values = {"agency_id": subject.agency_id, "site_id": subject.site_id}
    return [Contact(**row) for row in connection.execute(query("terms.contacts"), values)]


def add(
    connection: Connection, subject: Subject, *, name: str, role: str = "", phone: str = "", email: str = ""
) -> Contact:
    """Adds one. Raises BadInput."""
    values = _checked({"name": name, "role": role, "phone": phone, "email": email})
    if not phone and not email:
        raise BadInput("contact_unreachable", field="phone")
    row = connection.execute(
        query("terms.add_contact"),
        {**values, "agency_id": subject.agency_id, "site_id": subject.site_id},
    ).fetchone()
    assert row is not None
    return Contact(contact_id=row["contact_id"], site=subject.site, **values)


def change(connection: Connection, subject: Subject, contact_id: int, given: dict[str, Any]) -> Contact:
    """Changes what is given of one that this agency or site has. Raises BadInput or NotFound."""
    values = {"name": None, "role": None, "phone": None, "email": None, **_checked(given)}
    known = _known(connection, subject, contact_id)
    left = [getattr(known, name) if values[name] is None else values[name] for name in ("phone", "email")]
    if not any(left):
        raise BadInput("contact_unreachable", field="phone")
    connection.execute(query("terms.change_contact"), {**values, "contact_id": contact_id})
    return _known(connection, subject, contact_id)


def drop(connection: Connection, subject: Subject, contact_id: int) -> None:
    """Deletes one that this agency or site has. Raises NotFound."""
    _known(connection, subject, contact_id)
    connection.execute(query("terms.drop_contact"), {"contact_id": contact_id})


def _known(connection: Connection, subject: Subject, contact_id: int) -> Contact:
    for one in of(connection, subject):
        if one.contact_id == contact_id and one.site == subject.site:
            return one
    raise NotFound("contact_unknown", field="contact", given=contact_id)


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    if given.get("name") is not None:
        checked_name(given["name"])
    if given.get("phone") and _PHONE.fullmatch(given["phone"]) is None:
        raise BadInput("phone_malformed", field="phone", given=given["phone"][:40])
    if given.get("email"):
        checked_address(given["email"], "email")
    return given
