"""For whom a command acts on cases and holds (`--by`), and the key that signs what it tells the log."""

from __future__ import annotations

import contextlib
import getpass
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cli.opened import opened_database, resolved
from saksi.access import Permission, allowed
from saksi.catalogue import audit, people
from saksi.catalogue.custody import Who
from saksi.catalogue.database import Connection, Database
from saksi.catalogue.office import Office
from saksi.catalogue.people import Person
from saksi.codes import coded
from saksi.custody.signing import Signer
from saksi.errors import Denied
from saksi.messages import register

register(
    "person_may_not",
    en=("{name} is {role} and may not do this.", "Name someone with the permission {permission} in --by."),
    id_=(
        "{name} adalah {role} dan tidak boleh melakukan ini.",
        "Sebut orang dengan izin {permission} pada --by.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A catalogue and the office's key."""

    database: Database
    signer: Signer


@contextlib.contextmanager
def opened_desk(data: Path | None) -> Iterator[Desk]:
    """Both, closed at the end."""
    with opened_database(data) as database:
        yield Desk(database=database, signer=Office(resolved(data).keys_folder).signer(database))


def officer(connection: Connection, name: str, permission: Permission) -> tuple[Person, Who]:
    """The person and how custody tells of them. Raises NotFound for nobody, Denied for someone who may not.

    Who runs a command on the machine is not checked any further; custody says so, with the system's user name.
    """
    person = people.named(connection, name)
    if not allowed(person.role, permission):
        raise Denied(
            "person_may_not", field="by", name=name, role=coded(person.role), permission=permission.value
        )
    return person, Who.of(person, auth="command line", address=f"{getpass.getuser()}@localhost")


def note(connection: Connection, who: Who, action: str, what: dict[str, object]) -> None:
    """Audits what a command changed, as the API does."""
    audit.record(connection, person=who.name, role=who.role, address=who.address, action=action, object=what)


def note_unnamed(connection: Connection, action: str, what: dict[str, object]) -> None:
    """The same where a command asks for nobody's name: the system's user is all that is known."""
    address = f"{getpass.getuser()}@localhost"
    audit.record(connection, person="", role="", address=address, action=action, object=what)
