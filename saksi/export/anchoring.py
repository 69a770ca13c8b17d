"""The checkpoint of a package, with what outsiders sign over it: asked for now, waited for only so long.

A witness or authority that does not answer keeps no package back; the package then says what it lacks.
"""

from __future__ import annotations

import logging

from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Connection, Database
from saksi.catalogue.ledger_tree import Kept
from saksi.custody.policy import Policy
from saksi.errors import IntegrityError, Unavailable
from saksi.ledger import cosigning, stamping

log = logging.getLogger("saksi.export.anchoring")


def anchor(database: Database, kept: Kept, policy: Policy, tsa: str | None) -> Kept:
    """Has the newest checkpoint cosigned, and stamped when there is an authority; answers the one to use.

    That is the newest one that covers `kept` and reaches the policy's quorum, else the newest. Raises Unavailable only
    for the database.
    """
    cosigning.ask_all(database, policy)
    with database.transaction() as connection:
        newest = ledger_tree.newest_published(connection) or kept
        chosen = newest
        if not policy.check(ledger_tree.cosigned(connection, newest)).quorum:
            chosen = witnessed(connection, kept.size, policy) or newest
    if tsa is not None and chosen.size == newest.size:
        try:
            stamping.stamp_due(database, tsa, minutes=0)
        except (Unavailable, IntegrityError) as error:
            log.warning("the package goes without a time stamp: %s", error)
    return chosen


def witnessed(connection: Connection, size: int, policy: Policy) -> Kept | None:
    """A checkpoint over `size` leaves or more that the policy's quorum has signed; None where there is none yet."""
    for one in ledger_tree.cosigned_from(connection, size):
        if policy.check(ledger_tree.cosigned(connection, one)).quorum:
            return one
    return None
