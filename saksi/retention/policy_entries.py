"""Entries of chain `policies`: every step of every version of a retention policy, before anybody could forget it.

An entry shows the version itself and the role of whoever took the step; who that was is committed to with a salt, and
stands in `policy_event`.
"""

from __future__ import annotations

import secrets
import unicodedata
from typing import Any

from saksi import clock
from saksi.catalogue import ledger
from saksi.catalogue.authors import Author
from saksi.catalogue.custody import Who, take_chains
from saksi.catalogue.database import Connection, query
from saksi.custody.canonical import canonical
from saksi.custody.entries import NONCE_BYTES, commitment
from saksi.custody.signing import Signer
from saksi.retention import policies
from saksi.retention.policies import Policy

CHAIN = "policies"
# The event whose entry stands for a row, by the row's state; a starting value is accepted by nobody.
EVENTS = {"proposed": "propose", "accepted": "accept", "withdrawn": "withdraw"}


def lock(connection: Connection) -> None:
    """Changes of policies take turns: until the transaction ends, nobody else makes one."""
    take_chains(connection, [CHAIN])


def event_of(state: str, proposed_by: int | None) -> str:
    """The event that brought a version where it stands."""
    return "start" if proposed_by is None else EVENTS[state]


def told(policy: Policy) -> dict[str, object]:
    """A version as its entries show it: what never changes, then where it stands."""
    lengths = {"keep": policy.keep_us, "min": policy.min_us, "max": policy.max_us}
    return {
        "policy": policy.policy_id,
        "scope": policy.scope,
        "subject": policy.subject,
        **{name: value for name, value in lengths.items() if value is not None},
        "basis": unicodedata.normalize("NFC", policy.basis),
        "reason": unicodedata.normalize("NFC", policy.reason),
        "effective": policy.effective_us,
        "shortens": policy.shortens,
        "preview": (policy.preview_sha256 or b"").hex(),
        "proposed": policy.proposed_us,
        "state": policy.state,
        "decided": 0 if policy.decided_us is None else policy.decided_us,
    }


def add(connection: Connection, signer: Signer, policy: Policy, *, who: Who, person_id: int) -> int:
    """Logs the step that brought a version where it stands, by this person; answers the entry's id."""
    event = event_of(policy.state, policy.proposed_by)
    nonce = secrets.token_bytes(NONCE_BYTES)
    by: dict[str, Any] = {name: unicodedata.normalize("NFC", value) for name, value in who.body().items()}
    body = {"policy": policy.policy_id, "event": event, "person": person_id, "who": by}
    shown = {**told(policy), "event": event, "role": who.role, "commitment": commitment(nonce, body)}
    return _append(connection, signer, policy, event, shown, nonce, canonical(body))


def log_owed(connection: Connection, author: Author, limit: int) -> int:
    """Logs starting values that have no entry; answers how many."""
    lock(connection)
    rows = connection.execute(query("policies.owed"), {"limit": limit}).fetchall()
    for row in rows:
        policy = policies.get(connection, row["policy_id"])
        nonce = secrets.token_bytes(NONCE_BYTES)
        body = {"policy": policy.policy_id, "event": "start", "person": 0}
        shown = {**told(policy), "event": "start", "role": "", "commitment": commitment(nonce, body)}
        entry_id = _append(connection, author.signer, policy, "start", shown, nonce, canonical(body))
        connection.execute(query("policies.logged"), {"policy_id": policy.policy_id, "entry_id": entry_id})
    return len(rows)


def _append(
    connection: Connection,
    signer: Signer,
    policy: Policy,
    event: str,
    shown: dict[str, object],
    nonce: bytes,
    body: bytes,
) -> int:
    at_us = policy.proposed_us if policy.decided_us is None else policy.decided_us
    if event == "start":
        at_us = clock.now_us()
    added = ledger.append(connection, signer, kind="policy", chain=CHAIN, body=shown, at_us=at_us)
    values = {"entry_id": added.entry_id, "policy_id": policy.policy_id, "event": event}
    connection.execute(query("policies.add_event"), {**values, "nonce": nonce, "body": body})
    return added.entry_id
