"""The audit trail's rows get places in the log: those of some seconds are leaves under one root, in chain `audit`.

A leaf is the RFC 6962 leaf hash over the row's nonce and its body, so that the log tells nothing of what people did and
yet commits to it. No request waits for this: rows await it in `audit_pending`, and the workers take them every few
seconds (docs/decisions/0019). Check and export hold the rows to it (saksi/catalogue/audit_check.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from saksi import clock
from saksi.catalogue import ledger
from saksi.catalogue.database import Connection, Database, query
from saksi.custody.canonical import leaf
from saksi.custody.merkle import root
from saksi.custody.signing import Signer

CHAIN = KIND = "audit"
MOST_ROWS = 1000  # under one entry


def seal(database: Database, signer: Signer) -> int:
    """Gives every row that awaits it its leaf; answers how many. A transaction an entry. Raises Unavailable."""
    sealed = 0
    while True:
        with database.transaction() as connection:
            now = _seal(connection, signer)
        sealed += now
        if now < MOST_ROWS:
            return sealed


def body_of(row: Mapping[str, Any]) -> bytes:
    """What a row says, as its leaf has it: sorted compact JSON, times in microseconds, `object` as PostgreSQL has it.

    A row without a span has no from and to.
    """
    told: dict[str, object] = {
        "id": row["audit_id"],
        "at": clock.to_us(row["at"]),
        "person": row["person"],
        "role": row["role"],
        "address": row["address"],
        "action": row["action"],
        "object": row["object"],
        "purpose": row["purpose"],
        "result": row["result"],
        "cameras": list(row["cameras"]),
        "case": row["case_code"],
    }
    for name in ("from", "to"):
        if row[f"{name}_at"] is not None:
            told[name] = clock.to_us(row[f"{name}_at"])
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf_of(row: Mapping[str, Any]) -> bytes:
    """The leaf hash of a row (RFC 6962 section 2.1) over its nonce, 16 bytes, and its body."""
    nonce: bytes = row["nonce"].bytes
    return leaf(nonce + body_of(row))


def waiting(connection: Connection) -> tuple[int, int | None]:
    """How many rows await a leaf, and since when the oldest does, microseconds."""
    row = connection.execute(query("audit.waiting")).fetchone()
    assert row is not None
    return row["rows"], None if row["since"] is None else clock.to_us(row["since"])


def _seal(connection: Connection, signer: Signer) -> int:
    connection.execute(query("ledger.open_chain"), {"chain": CHAIN})
    connection.execute(query("ledger.lock_chain"), {"chain": CHAIN})
    rows = connection.execute(query("audit.pending"), {"limit": MOST_ROWS}).fetchall()
    if not rows:
        return 0
    leaves = [leaf_of(row) for row in rows]
    ids = [row["audit_id"] for row in rows]
    body = {"first": ids[0], "last": ids[-1], "n": len(ids), "root": root(leaves).hex()}
    added = ledger.append(connection, signer, kind=KIND, chain=CHAIN, body=body)
    values = {"audit_ids": ids, "leaves": leaves, "entry_id": added.entry_id}
    connection.execute(query("audit.add_leaves"), values)
    return len(rows)
