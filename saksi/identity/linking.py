"""An administrator links a person to the provider, or gives them a password again."""

from __future__ import annotations

import contextlib

from saksi import passwords
from saksi.catalogue import accounts, identities, second_factors
from saksi.catalogue.accounts import Account
from saksi.catalogue.askers import Asker
from saksi.catalogue.database import Connection
from saksi.errors import BadInput, Conflict, NotFound
from saksi.settings import Settings


def link(
    connection: Connection,
    asker: Asker | None,
    settings: Settings,
    name: str,
    *,
    subject: str | None,
    expected: str | None,
) -> Account:
    """Links them by `subject`, or by what the claim of SAKSI_OIDC_PERSON_CLAIM will say at their first log-in.

    Their password and second factor here are worth nothing any more; sessions and tokens end. Raises NotFound for
    nobody and where no provider is set, BadInput for none or both of the two, Conflict where somebody has it.
    """
    if not settings.oidc_issuer:
        raise NotFound("oidc_off")
    if (subject is None) == (expected is None):
        raise BadInput("identity_one", field="subject")
    if expected is not None and not settings.oidc_person_claim:
        raise BadInput("identity_claim_unset", field="expected")
    account = accounts.find(connection, asker, name)
    identities.link(
        connection, account.person_id, issuer=settings.oidc_issuer, subject=subject, expected=expected
    )
    accounts.set_password(connection, account.person_id, passwords.nobody())
    accounts.end_sessions(connection, account.person_id, tokens=True)
    with contextlib.suppress(Conflict):  # they may have none
        second_factors.remove(connection, account.person_id)
    return accounts.find(connection, asker, name)


def unlink(connection: Connection, asker: Asker | None, name: str) -> str:
    """Takes the link away; answers a generated password, to be changed at the next log-in. Sessions and tokens end.

    Raises NotFound for nobody, and for somebody who is not linked.
    """
    account = accounts.find(connection, asker, name)
    if not identities.unlink(connection, account.person_id):
        raise NotFound("identity_none", field="name", name=account.name)
    return accounts.reset_password(connection, asker, name)
