"""One entry after the other, in the order of their places: bytes, columns, signatures, chains, and their keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.ledger import KEYS_CHAIN
from saksi.custody.canonical import leaf
from saksi.custody.entries import BadEntry, Entry, signed_by
from saksi.custody.signing import key_id
from saksi.ledger.check.findings import Report

_START = (0, "00" * 32)


@dataclass(frozen=True, kw_only=True)
class _Key:
    """A key as the log enrolled it."""

    public: bytes
    role: str
    name: str
    at_us: int


class EntryCheck:
    """Holds what earlier entries said: where each chain stands, which keys are enrolled and which are ended."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._chains: dict[str, tuple[int, str]] = {}
        self._keys: dict[str, _Key] = {}
        self._ended: dict[str, tuple[int, str]] = {}

    def take(self, row: dict[str, Any], where: str) -> tuple[bytes, Entry | None]:
        """Checks the next entry; answers the leaf hash of its bytes, and the entry when it can be read."""
        data = bytes(row["bytes"])
        hashed = leaf(data)
        self._report.count("entries")
        if hashed != row["leaf"]:
            self._report.add("leaf_differs", where, row["leaf"], hashed)
        try:
            entry = Entry.parse(data)
        except BadEntry as error:
            self._report.add("entry_malformed", where, found=error)
            return hashed, None
        self._columns(row, entry, where)
        self._follow(entry, hashed, where)
        self._signed(row, entry, data, where)
        return hashed, entry

    def finish(self, keys: Sequence[dict[str, Any]], chains: Sequence[dict[str, Any]]) -> None:
        """Holds the catalogue's keys and ends of chains to what the entries said."""
        left = dict(self._keys)
        for row in keys:
            found = _Key(
                public=bytes(row["public"]),
                role=row["role"],
                name=row["name"],
                at_us=clock.to_us(row["enrolled_at"]),
            )
            enrolled = self._keys.get(row["key_id"])
            if found != enrolled or key_id(found.public) != row["key_id"]:
                self._report.add("key_row_differs", f"signing_key {row['key_id']}", enrolled or "", found)
            ended = None if row["revoked_at"] is None else (clock.to_us(row["revoked_at"]), row["reason"])
            if ended != self._ended.get(row["key_id"]):
                self._report.add("key_row_differs", f"signing_key_end {row['key_id']}")
            self._report.count("keys")
            left.pop(row["key_id"], None)
        for known in left:
            self._report.add("key_row_differs", f"signing_key {known}", self._keys[known], "no such row")
        for row in chains:
            ends = (row["seq"], bytes(row["leaf"]).hex())
            if ends != self._chains.pop(row["chain"], _START):
                self._report.add("chain_end", f"ledger_chain {row['chain']}")
            self._report.count("chains")
        for chain in self._chains:
            self._report.add("chain_end", f"ledger_chain {chain}")

    def _columns(self, row: dict[str, Any], entry: Entry, where: str) -> None:
        said = (entry.chain, entry.seq, entry.kind, entry.at_us, entry.by)
        columns = (row["chain"], row["seq"], row["kind"], clock.to_us(row["at"]), row["key_id"])
        if said != columns:
            self._report.add("columns_differ", where, said, columns)

    def _follow(self, entry: Entry, hashed: bytes, where: str) -> None:
        seq, last = self._chains.get(entry.chain, _START)
        if entry.seq != seq + 1:
            self._report.add("chain_seq", where, f"{entry.chain} {seq + 1}", f"{entry.chain} {entry.seq}")
        elif entry.prev != last:
            self._report.add("chain_prev", where, last, entry.prev)
        self._chains[entry.chain] = (entry.seq, hashed.hex())

    def _signed(self, row: dict[str, Any], entry: Entry, data: bytes, where: str) -> None:
        if entry.kind == "key" and entry.chain == KEYS_CHAIN:
            self._key_told(entry)
        key = self._keys.get(entry.by)
        if key is None:
            self._report.add("key_unknown", where, found=entry.by)
            return
        if not signed_by(key.public, bytes(row["signature"]), data):
            self._report.add("signature_false", where, entry.by)
        if entry.by in self._ended and entry.at_us > self._ended[entry.by][0]:
            self._report.add("key_ended", where, found=entry.by)

    def _key_told(self, entry: Entry) -> None:
        """An enrolment counts when the key signed it itself; whether it did is checked like any signature."""
        body = entry.body
        if body.get("action") == "revoke":
            self._ended[str(body.get("key"))] = (entry.at_us, str(body.get("reason")))
            return
        try:
            public = bytes.fromhex(str(body.get("public")))
        except ValueError:
            return
        if key_id(public) == entry.by:
            role, name = str(body.get("role")), str(body.get("name"))
            self._keys[entry.by] = _Key(public=public, role=role, name=name, at_us=entry.at_us)
