"""Custody: who did what with a case's footage, when and why; each event is committed to in the log.

The log's entry shows the event's name and a salted commitment; the body, which names people, and the nonce stand in
`custody_event`, to be shown to those entitled (EVIDENCE.md section 4). An event is recorded in the transaction of the
change it tells of. All take locks in this order: the case's or hold's row, cameras (holds.lock_cameras), chains.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from saksi import clock
from saksi.catalogue import ledger, people
from saksi.catalogue.custody_check import Finding as Finding
from saksi.catalogue.custody_check import check as check
from saksi.catalogue.custody_check import check_holds as check_holds
from saksi.catalogue.custody_names import EVENTS, HOLD_CHAIN, chain_of
from saksi.catalogue.database import Connection, query
from saksi.custody.canonical import canonical
from saksi.custody.entries import NONCE_BYTES, commitment
from saksi.custody.signing import Signer


class OfCase(Protocol):
    """What names a case: `cases.CaseFile` does."""

    @property
    def case_id(self) -> int:
        """The catalogue's own id."""

    @property
    def number(self) -> str:
        """What names its chain."""


@dataclass(frozen=True, kw_only=True)
class Who:
    """Who did it. `auth` is how they were known: session, token, command line, link, or system for our own work."""

    name: str
    role: str = ""
    unit: str = ""
    rank: str = ""
    number: str = ""
    auth: str = "system"
    address: str = ""

    @classmethod
    def of(cls, person: people.Person, *, auth: str, address: str = "") -> Who:
        """A person of ours."""
        return cls(
            name=person.name,
            role=person.role,
            unit=person.unit,
            rank=person.rank,
            number=person.service_number,
            auth=auth,
            address=address,
        )

    def body(self) -> dict[str, str]:
        """As it stands in a body."""
        return {
            "name": self.name,
            "role": self.role,
            "unit": self.unit,
            "rank": self.rank,
            "id": self.number,
            "auth": self.auth,
            "address": self.address,
        }


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why it was done; what is not known stays empty. `basis` is the legal one."""

    reason: str = ""
    report: str = ""
    letter: str = ""
    basis: str = ""

    def body(self) -> dict[str, str]:
        """As it stands in a body."""
        return {"reason": self.reason, "report": self.report, "letter": self.letter, "basis": self.basis}


@dataclass(frozen=True, kw_only=True)
class Event:
    """A recorded event. `leaf` is its entry's; `body` is disclosed with `nonce` to those entitled."""

    event_id: int
    entry_id: int
    event: str
    seq: int
    at_us: int
    leaf: bytes
    nonce: bytes
    body: Mapping[str, Any]
    entry: bytes

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Event:
        """From a row of custody.list or custody.of_holds."""
        return cls(
            event_id=row["event_id"],
            entry_id=row["entry_id"],
            event=row["event"],
            seq=row["seq"],
            at_us=clock.to_us(row["at"]),
            leaf=row["leaf"],
            nonce=row["nonce"],
            body=json.loads(row["body"]),
            entry=row["bytes"],
        )


def take_chains(connection: Connection, chains: Iterable[str]) -> None:
    """Locks the ends of several chains in sorted order, so that afterwards they may be written in any."""
    for chain in sorted(set(chains)):
        connection.execute(query("ledger.open_chain"), {"chain": chain})
        connection.execute(query("ledger.lock_chain"), {"chain": chain})


def record(
    connection: Connection,
    signer: Signer,
    case: OfCase,
    event: str,
    *,
    who: Who,
    what: Mapping[str, object] | None = None,
    why: Why | None = None,
    approved_by: Sequence[Who] = (),
    result: str = "ok",
    refs: Sequence[bytes] = (),
) -> Event:
    """Adds an event to the chain of a case, visible when the transaction commits. `refs` are leaves it concerns.

    `why.report` is the case's number unless it names another. `what` keeps to canonical values: no floats, no None.
    The signer is an enrolled one, as `office.Office` gives it.
    """
    assert event in EVENTS, event
    take_chains(
        connection, [chain_of(case.number)]
    )  # before the time is told, so that a chain's times do not step back
    because = why or Why()
    because = because if because.report else replace(because, report=case.number)
    told = body_of(event, who, what, because, approved_by, result)
    return _keep(connection, signer, chain_of(case.number), told, public={}, case_id=case.case_id, refs=refs)


def record_hold(
    connection: Connection,
    signer: Signer,
    hold_id: int,
    action: str,
    spans: Sequence[tuple[str, int, int]],
    *,
    who: Who,
    what: Mapping[str, object] | None = None,
    why: Why | None = None,
    approved_by: Sequence[Who] = (),
) -> Event:
    """Adds an entry to the chain of holds: action is place, extend or release; spans are (camera, from, to)."""
    take_chains(connection, [HOLD_CHAIN])
    told = body_of(f"hold.{action}", who, what, why, approved_by, "ok")
    public = {"hold": str(hold_id), "action": action, "spans": [list(span) for span in spans]}
    return _keep(connection, signer, HOLD_CHAIN, told, public=public, hold_id=hold_id)


def events(connection: Connection, case: OfCase, *, limit: int = 100_000, after: int = 0) -> list[Event]:
    """The history of a case in the order of its chain, from the entry after number `after` on."""
    values = {"case_id": case.case_id, "after": after, "limit": limit}
    return [Event.from_row(row) for row in connection.execute(query("custody.list"), values)]


def hold_events(connection: Connection, hold_ids: Sequence[int]) -> list[Event]:
    """The history of these holds in the order of chain `hold`."""
    rows = connection.execute(query("custody.of_holds"), {"holds": list(hold_ids)})
    return [Event.from_row(row) for row in rows]


def disclosed(history: Iterable[Event]) -> Iterator[bytes]:
    """Lines of a package's meta/custody.jsonl, without their line ends."""
    for one in history:
        yield canonical({"leaf": one.leaf.hex(), "nonce": one.nonce.hex(), "body": one.body})


def body_of(
    event: str,
    who: Who,
    what: Mapping[str, object] | None,
    why: Why | None = None,
    approved_by: Sequence[Who] = (),
    result: str = "ok",
) -> dict[str, object]:
    """What an entry commits to: who did what, when by which clock, and why."""
    host = clock.host_clock()
    told = {
        "event": event,
        "who": who.body(),
        "what": dict(what or {}),
        "when": clock.now_us(),
        "clock": {"source": host.source, "offset_us": host.offset_us, "error_us": host.error_us},
        "why": (why or Why()).body(),
        "approved_by": [one.body() for one in approved_by],
        "result": result,
    }
    return {name: _composed(value) for name, value in told.items()}


def _keep(
    connection: Connection,
    signer: Signer,
    chain: str,
    told: Mapping[str, object],
    *,
    public: Mapping[str, object],
    case_id: int | None = None,
    hold_id: int | None = None,
    refs: Sequence[bytes] = (),
) -> Event:
    nonce = secrets.token_bytes(NONCE_BYTES)
    shown = public or {"event": told["event"]}
    at_us = told["when"]
    assert isinstance(at_us, int)
    added = ledger.append(
        connection,
        signer,
        kind="hold" if chain == HOLD_CHAIN else "custody",
        chain=chain,
        body={**shown, "commitment": commitment(nonce, told)},
        refs=refs,
        at_us=at_us,
    )
    values = {
        "entry_id": added.entry_id,
        "case_id": case_id,
        "hold_id": hold_id,
        "at": clock.from_us(at_us),
        "event": told["event"],
        "nonce": nonce,
        "body": canonical(told),
    }
    row = connection.execute(query("custody.add"), values).fetchone()
    assert row is not None
    return Event(
        event_id=row["event_id"],
        entry_id=added.entry_id,
        event=str(told["event"]),
        seq=added.entry.seq,
        at_us=at_us,
        leaf=added.leaf,
        nonce=nonce,
        body=told,
        entry=added.entry.canonical(),
    )


def _composed(value: object) -> object:
    """The same with every text in NFC, as canonical bytes ask it."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {name: _composed(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_composed(one) for one in value]
    return value
