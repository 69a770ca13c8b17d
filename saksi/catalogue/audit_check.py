"""The audit trail held against the log: every row has its leaf, every leaf its row, every batch its root, and the chain
no gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from saksi.catalogue.audit_log import CHAIN, KIND, leaf_of
from saksi.catalogue.custody_check import Finding, Links
from saksi.catalogue.database import Database, query
from saksi.custody.entries import Entry
from saksi.custody.merkle import root

_PAGE = 100


def check(database: Database, held: Callable[[int], None] = lambda _rows: None) -> Iterator[Finding]:
    """What does not agree, as it is found; a page of entries a transaction. Rows that await a leaf are no finding.

    `held` is told how many rows were held to their entry, entry by entry.
    """
    links, after = Links(CHAIN, KIND), 0
    while True:
        with database.transaction() as connection:
            entries = connection.execute(query("audit.entries"), {"after": after, "limit": _PAGE}).fetchall()
            found: list[Finding] = []
            for row in entries:
                entry, differing = links.follow(row)
                found += differing
                rows = connection.execute(query("audit.batch"), {"entry_id": row["entry_id"]}).fetchall()
                found += _batch(rows, entry, f"{CHAIN}:{row['seq']}")
                held(len(rows))
        yield from found
        if len(entries) < _PAGE:
            break
        after = entries[-1]["seq"]
    with database.transaction() as connection:
        end = connection.execute(query("custody.chain_end"), {"chain": CHAIN}).fetchone()
        strays = connection.execute(query("audit.strays")).fetchall()
    yield from links.end(end)
    for row in strays:
        yield Finding(
            code="audit_stray", where=row["place"], expected="a leaf, or to await one", found="not so"
        )


def _batch(rows: list[dict[str, Any]], entry: Entry | None, where: str) -> Iterator[Finding]:
    """The rows of one entry against their leaves, and the leaves against what it says."""
    for row in rows:
        place = f"audit {row['leaf_of']} ({where})"
        if row["audit_id"] is None:
            yield Finding(code="audit_missing", where=place, expected="a row", found="none")
        elif (found := leaf_of(row)) != row["leaf"]:
            yield Finding(code="audit_row", where=place, expected=bytes(row["leaf"]).hex(), found=found.hex())
    if entry is None:
        return
    leaves = [bytes(row["leaf"]) for row in rows]
    ids = [row["leaf_of"] for row in rows]
    stands = {
        "first": min(ids, default=0),
        "last": max(ids, default=0),
        "n": len(ids),
        "root": root(leaves).hex(),
    }
    places = [row["idx"] for row in rows]
    if stands != entry.body or places != list(range(len(rows))):
        yield Finding(code="audit_root", where=where, expected=str(dict(entry.body)), found=str(stands))
