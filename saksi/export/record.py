"""The part of the log that a package carries: exact entries with signatures, proofs, keys and checkpoints.

Entries are collected by their rows, then fixed against one checkpoint that covers them all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from saksi import clock
from saksi.catalogue import ledger_tree
from saksi.catalogue.database import Connection, query
from saksi.catalogue.ledger_tree import Kept
from saksi.custody.canonical import canonical
from saksi.custody.notes import Note
from saksi.custody.policy import Policy
from saksi.custody.proofs import Proof, hashes_text
from saksi.custody.tiles import Tree
from saksi.errors import IntegrityError
from saksi.ledger import stamping
from saksi.messages import register

register(
    "entry_without_place",
    en=(
        "An entry of the log has no place in its tree yet.",
        "Try again in a minute; see `saksi ledger verify`.",
    ),
    id_=(
        "Ada entri log yang belum punya tempat di pohonnya.",
        "Coba lagi semenit lagi; lihat `saksi ledger verify`.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Record:
    """Entries in order of their places, on one checkpoint."""

    rows: Sequence[dict[str, Any]] = field(repr=False)
    note: Note
    tree: Tree = field(repr=False)

    def files(self) -> dict[str, bytes]:
        """entries, signatures, proofs and the checkpoint, by path."""
        signatures = [
            canonical(
                {
                    "index": row["idx"],
                    "leaf": row["leaf"].hex(),
                    "key": row["key_id"],
                    "sig": row["signature"].hex(),
                }
            )
            for row in self.rows
        ]
        files = {
            "meta/entries.jsonl": lines(bytes(row["bytes"]) for row in self.rows),
            "meta/signatures.jsonl": lines(signatures),
            "meta/checkpoint": self.note.whole().encode(),
        }
        for row in self.rows:
            path = tuple(self.tree.inclusion(row["idx"]))
            proof = Proof(index=row["idx"], path=path, note=self.note)
            files[f"meta/proofs/{row['idx']}.tlog-proof"] = proof.text().encode()
        return files

    def consistency(self, size: int) -> bytes:
        """How the tree of `size` is part of this one, as text."""
        return hashes_text(self.tree.consistency(size)).encode()

    def bodies(self, kind: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """(row, body) of the entries of one kind."""
        return [(row, json.loads(row["bytes"])["body"]) for row in self.rows if row["kind"] == kind]


def entries(connection: Connection, entry_ids: Iterable[int]) -> list[dict[str, Any]]:
    """Rows of entries in order of place. Raises IntegrityError when one has none."""
    rows = connection.execute(query("export.entries"), {"entry_ids": sorted(set(entry_ids))}).fetchall()
    if any(row["idx"] is None for row in rows):
        raise IntegrityError("entry_without_place")
    return rows


def entries_at(connection: Connection, places: Sequence[int]) -> list[dict[str, Any]]:
    """The same rows, of the entries at these places."""
    return connection.execute(query("export.entries_at"), {"places": list(places)}).fetchall()


def chain(connection: Connection, name: str) -> list[int]:
    """Every entry of a chain."""
    return [row["entry_id"] for row in connection.execute(query("export.chain_entries"), {"chain": name})]


def enrolments(connection: Connection, key_ids: Sequence[str]) -> list[int]:
    """How these keys became known and ended; the chain of keys is short, and told whole."""
    values = {"key_ids": list(key_ids)}
    return [row["entry_id"] for row in connection.execute(query("export.key_entries"), values)]


def keys_file(connection: Connection, key_ids: Sequence[str]) -> bytes:
    """`meta/keys.json`."""
    rows = connection.execute(query("export.keys"), {"key_ids": sorted(set(key_ids))})
    told = [
        {
            "key": row["key_id"],
            "role": row["role"],
            "name": row["name"],
            "public": row["public"].hex(),
            "from": clock.to_us(row["enrolled_at"]),
            "until": -1 if row["revoked_at"] is None else clock.to_us(row["revoked_at"]),
        }
        for row in rows
    ]
    return canonical({"keys": told}) + b"\n"


def fix(connection: Connection, kept: Kept, rows: Sequence[dict[str, Any]]) -> Record:
    """These entries on a checkpoint, with every cosignature that came in so far."""
    return Record(
        rows=rows,
        note=ledger_tree.cosigned(connection, kept),
        tree=ledger_tree.tree(connection, kept.size),
    )


def proofs(connection: Connection, kept: Kept, record: Record, policy: Policy) -> dict[str, bytes]:
    """Every file of a package that another checkpoint would make another one."""
    return {
        **record.files(),
        **_checkpoints(connection, record),
        **_stamp(connection, kept),
        "meta/policy.txt": policy.encode(),
    }


def _checkpoints(connection: Connection, record: Record) -> dict[str, bytes]:
    """Older checkpoints that bound times: those quoted by the pulses, and the first cosigned one after each pulse."""
    sizes = {body["checkpoint_size"] for _, body in record.bodies("pulse") if body["checkpoint_size"]}
    places = [row["idx"] for row, _ in record.bodies("pulse")]
    values = {"places": places, "most": record.tree.size}
    sizes.update(row["size"] for row in connection.execute(query("export.cosigned_after"), values))
    found: dict[str, bytes] = {}
    for size in sorted(sizes):
        kept = ledger_tree.at(connection, size)
        if kept is None or kept.size >= record.tree.size:
            continue
        found[f"meta/checkpoints/{size}"] = ledger_tree.cosigned(connection, kept).whole().encode()
        found[f"meta/consistency/{size}"] = record.consistency(size)
    return found


def _stamp(connection: Connection, kept: Kept) -> dict[str, bytes]:
    """The time stamp over a checkpoint, where there is one."""
    found = stamping.of(connection, kept.size)
    return {} if found is None else {"meta/checkpoint.tsr": found.tsr}


def lines(items: Iterable[bytes]) -> bytes:
    """One item a line."""
    return b"".join(item + b"\n" for item in items)
