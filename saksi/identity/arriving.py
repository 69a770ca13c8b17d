"""Whose the claims of an ID token are: found, bound at their first log-in, added where that is set; and their role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from saksi.catalogue import accounts, identities, people
from saksi.catalogue.database import Connection
from saksi.catalogue.identities import Linked
from saksi.errors import Conflict, Denied
from saksi.identity import groups
from saksi.identity.groups import Standing
from saksi.settings import Settings

_MOST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Who came, and what was done so that they could: audit actions with what to tell of them."""

    person: people.Person
    done: list[tuple[str, dict[str, object]]] = field(default_factory=list)


def arrived(connection: Connection, settings: Settings, claims: Mapping[str, Any]) -> Arrival:
    """Raises Denied for who is unknown, disabled or in no group that counts, Conflict for a name that is taken."""
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    done: list[tuple[str, dict[str, object]]] = []
    known = identities.find(connection, issuer, subject)
    named = _named(settings, claims)
    if (
        known is None
        and named is not None
        and identities.bind(connection, issuer=issuer, expected=named, subject=subject)
    ):
        known = identities.find(connection, issuer, subject)
        assert known is not None
        done.append(("link person", {"name": known.name, "subject": subject, "by": "first log-in"}))
    if known is not None and known.disabled:
        raise Denied("oidc_person_disabled", name=known.name)
    table = groups.parse(settings.oidc_roles)
    standing = groups.standing(table, claims.get(settings.oidc_groups_claim))
    if known is None and not (settings.oidc_create and named is not None):
        raise Denied("oidc_person_unknown")
    if table and standing is None:
        raise Denied("oidc_no_role", name=known.name if known else "")
    if known is None:
        assert named is not None
        assert standing is not None  # SAKSI_OIDC_CREATE is not taken without SAKSI_OIDC_ROLES
        known = _added(connection, named, standing, issuer, subject)
        done.append(("add person", {"name": known.name, "subject": subject, **_told(standing)}))
    elif standing is not None:
        done += _moved(connection, known, standing)
    return Arrival(person=people.named(connection, known.name), done=done)


def _named(settings: Settings, claims: Mapping[str, Any]) -> str | None:
    """What the claim says that people are known by; an e-mail address only where the provider verified it."""
    claim = settings.oidc_person_claim
    if not claim or (claim == "email" and claims.get("email_verified") is not True):
        return None
    value = claims.get(claim)
    return value if isinstance(value, str) and 0 < len(value) <= _MOST_NAME and "\0" not in value else None


def _added(connection: Connection, name: str, standing: Standing, issuer: str, subject: str) -> Linked:
    try:
        person_id = people.add_person(
            connection, name=name, password=None, role=standing.role, agencies=standing.agencies
        )
    except Conflict as error:
        raise Conflict("oidc_name_taken", name=name) from error
    identities.link(connection, person_id, issuer=issuer, subject=subject, expected=None)
    return Linked(person_id=person_id, name=name, disabled=False)


def _moved(connection: Connection, known: Linked, standing: Standing) -> list[tuple[str, dict[str, object]]]:
    """Gives them what their group stands for now; limits that the group does not name stay as they are here."""
    account = accounts.find(connection, None, known.name)
    changes: dict[str, Any] = {}
    if account.role != standing.role:
        changes["role"] = standing.role
    if standing.agencies is not None and tuple(sorted(standing.agencies)) != account.agencies:
        changes["agencies"] = list(standing.agencies)
    if standing.role == "agency_operator" and account.areas is not None:
        changes["areas"] = None
    if not changes:
        return []
    accounts.change(connection, None, known.name, changes)
    return [("change person", {"name": known.name, **changes, "group": standing.group})]


def _told(standing: Standing) -> dict[str, object]:
    told: dict[str, object] = {"role": standing.role, "group": standing.group}
    return told if standing.agencies is None else {**told, "agencies": list(standing.agencies)}
