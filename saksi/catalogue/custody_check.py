"""Custody held against the log: every row has its entry, every entry its row, and nothing was changed in between."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from saksi import clock
from saksi.catalogue.custody_names import HOLD_CHAIN, chain_of
from saksi.catalogue.database import Connection, query
from saksi.custody.canonical import ZERO
from saksi.custody.canonical import leaf as leaf_of
from saksi.custody.entries import BadEntry, Entry, signed_by


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that does not agree; `where` is chain:seq, or what else names the place."""

    code: str
    where: str
    expected: str
    found: str


class _OfCase(Protocol):
    @property
    def case_id(self) -> int: ...

    @property
    def number(self) -> str: ...


def check(connection: Connection, case: _OfCase) -> list[Finding]:
    """What of a case's custody does not agree with its chain; empty when all does."""
    found = list(_chain(connection, chain_of(case.number), case_id=case.case_id))
    return found + list(_strays(connection, chain_of(case.number), case.case_id))


def check_holds(connection: Connection) -> list[Finding]:
    """The same of the chain of holds; and whether the tables tell the spans and releases that the log tells."""
    found = list(_chain(connection, HOLD_CHAIN, case_id=None)) + list(_strays(connection, HOLD_CHAIN, None))
    return found + list(_holds(connection))


class Links:
    """Entries of one chain, one after the other, each held to the one before it, to its row and to its key."""

    def __init__(self, chain: str, kind: str) -> None:
        self._chain, self._kind = chain, kind
        self._previous, self._seq = ZERO, 0

    def follow(self, row: dict[str, Any]) -> tuple[Entry | None, list[Finding]]:
        """The next entry (None: it cannot be read), and what is wrong with it."""
        self._seq += 1
        where = f"{self._chain}:{row['seq']}"
        previous, seq = self._previous, self._seq
        self._previous = bytes(row["leaf"])
        try:
            entry = Entry.parse(row["bytes"])
        except BadEntry as error:
            return None, [Finding(code="entry_malformed", where=where, expected="an entry", found=str(error))]
        self._seq = entry.seq
        found = [
            Finding(code=f"entry_{code}", where=where, expected=expected, found=got)
            for code, expected, got in (
                ("seq", str(seq), str(entry.seq)),
                ("row_seq", str(entry.seq), str(row["seq"])),
                ("chain", self._chain, entry.chain),
                ("prev", previous.hex(), entry.prev),
                ("leaf", leaf_of(row["bytes"]).hex(), row["leaf"].hex()),
                ("kind", self._kind, entry.kind),
                ("row_kind", entry.kind, row["kind"]),
                ("by", row["key_id"], entry.by),
                ("at", str(entry.at_us), str(clock.to_us(row["at"]))),
            )
            if expected != got
        ]
        if not signed_by(row["public"], row["signature"], row["bytes"]):
            said = {"expected": row["key_id"], "found": "not its signature"}
            found.append(Finding(code="entry_signature", where=where, **said))
        return entry, found

    def end(self, row: dict[str, Any] | None) -> Iterator[Finding]:
        """Whether the chain's row stands where its entries end."""
        told = (0, ZERO) if row is None else (row["seq"], row["leaf"])
        if told != (self._seq, self._previous):
            yield Finding(
                code="chain_end",
                where=self._chain,
                expected=f"{told[0]} {told[1].hex()}",
                found=f"{self._seq} {self._previous.hex()}",
            )


def _chain(connection: Connection, chain: str, *, case_id: int | None) -> Iterator[Finding]:
    links = Links(chain, "hold" if chain == HOLD_CHAIN else "custody")
    for row in connection.execute(query("custody.chain"), {"chain": chain}).fetchall():
        entry, found = links.follow(row)
        yield from found
        if entry is not None:
            yield from _commitment(row, entry, f"{chain}:{row['seq']}", case_id)
    yield from links.end(connection.execute(query("custody.chain_end"), {"chain": chain}).fetchone())


def _commitment(row: dict[str, Any], entry: Entry, where: str, case_id: int | None) -> Iterator[Finding]:
    if row["event_id"] is None:
        yield Finding(code="custody_missing", where=where, expected="a row of custody", found="none")
        return
    stands = _digest(row["nonce"], row["body"])
    if stands != entry.body.get("commitment"):
        expected = str(entry.body.get("commitment"))
        yield Finding(code="custody_commitment", where=where, expected=expected, found=stands)
    event = entry.body.get("event", f"hold.{entry.body.get('action')}")
    if row["event"] != event:
        yield Finding(code="custody_event", where=where, expected=str(event), found=row["event"])
    if clock.to_us(row["event_at"]) != entry.at_us:
        found = str(clock.to_us(row["event_at"]))
        yield Finding(code="custody_at", where=where, expected=str(entry.at_us), found=found)
    belongs = entry.body.get("hold") if case_id is None else case_id
    stored = row["hold_id"] if case_id is None else row["case_id"]
    if str(belongs) != str(stored):
        yield Finding(code="custody_owner", where=where, expected=str(belongs), found=str(stored))


def _strays(connection: Connection, chain: str, case_id: int | None) -> Iterator[Finding]:
    values = {"case_id": case_id, "chain": chain}
    for row in connection.execute(query("custody.strays"), values):
        yield Finding(
            code="custody_stray",
            where=f"event {row['event_id']}",
            expected=chain,
            found=f"{row['chain']}:{row['seq']}",
        )


def _holds(connection: Connection) -> Iterator[Finding]:
    """A hold that was released, widened or narrowed behind the log's back."""
    logged: dict[int, set[tuple[str, int, int]]] = {}
    released: set[int] = set()
    for row in connection.execute(query("custody.chain"), {"chain": HOLD_CHAIN}).fetchall():
        try:
            body: Any = Entry.parse(row["bytes"]).body
            hold_id = int(body["hold"])
            spans = logged.setdefault(hold_id, set())
            if body["action"] == "release":
                released.add(hold_id)
            else:
                spans.update((camera, start, end) for camera, start, end in body["spans"])
        except (BadEntry, KeyError, TypeError, ValueError):
            continue  # named by the chain's own check
    stand: dict[int, set[tuple[str, int, int]]] = {}
    ended: set[int] = set()
    for row in connection.execute(query("holds.unwritten")):
        spans = stand.setdefault(row["hold_id"], set())
        if row["code"] is not None:
            spans.add((row["code"], clock.to_us(row["from_at"]), clock.to_us(row["to_at"])))
        if row["released"]:
            ended.add(row["hold_id"])
    for hold in sorted(logged.keys() | stand.keys()):
        where = f"hold {hold}"
        if logged.get(hold, set()) != stand.get(hold, set()):
            expected, found = sorted(logged.get(hold, set())), sorted(stand.get(hold, set()))
            yield Finding(code="hold_spans", where=where, expected=str(expected), found=str(found))
        if (hold in released) != (hold in ended):
            expected_, found_ = ("released", "in force") if hold in released else ("in force", "released")
            yield Finding(code="hold_released", where=where, expected=expected_, found=found_)


def _digest(nonce: bytes, body: bytes) -> str:
    """The commitment over the bytes as they are kept: canonical or not, they are what was committed to or are not."""
    return hashlib.sha256(nonce + body).hexdigest()
