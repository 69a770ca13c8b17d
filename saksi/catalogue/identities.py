"""Whom the provider of OpenID Connect knows: linked by issuer and subject, and until their first log-in by a claim."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg.errors import UniqueViolation

from saksi.catalogue.database import Connection, query
from saksi.errors import Conflict
from saksi.identity import words  # noqa: F401 - registers what goes wrong


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A person of ours whom the provider knows."""

    person_id: int
    name: str
    disabled: bool


def find(connection: Connection, issuer: str, subject: str) -> Linked | None:
    """Who this is; None for nobody of ours."""
    values = {"issuer": issuer, "subject": subject}
    row = connection.execute(query("identities.of_subject"), values).fetchone()
    return None if row is None else Linked(**row)


def link(
    connection: Connection, person_id: int, *, issuer: str, subject: str | None, expected: str | None
) -> None:
    """Links a person, in place of what they were linked to. Raises Conflict where somebody else is linked to it."""
    values = {"person_id": person_id, "issuer": issuer, "subject": subject, "expected": expected}
    try:
        connection.execute(query("identities.link"), values)
    except UniqueViolation as error:
        raise Conflict("identity_taken", field="subject" if expected is None else "expected") from error


def bind(connection: Connection, *, issuer: str, expected: str, subject: str) -> bool:
    """Whether somebody was expected by this value of the claim; they are known by their subject from now on."""
    values = {"issuer": issuer, "expected": expected, "subject": subject}
    return connection.execute(query("identities.bind"), values).fetchone() is not None


def unlink(connection: Connection, person_id: int) -> bool:
    """Whether they were linked; now they are not."""
    return connection.execute(query("identities.unlink"), {"person_id": person_id}).fetchone() is not None


def linked(connection: Connection, person_id: int) -> bool:
    """Whether they log in through the provider, and so have no password here."""
    return connection.execute(query("identities.of_person"), {"person_id": person_id}).fetchone() is not None


def check_password_here(connection: Connection, person_id: int, name: str) -> None:
    """Raises Conflict for who has none."""
    if linked(connection, person_id):
        raise Conflict("oidc_password", name=name)
