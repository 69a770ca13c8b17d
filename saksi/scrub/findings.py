"""Findings: told once, in a table and in chain `findings` of the log, with what they touch; and how each ended.

An object has at most one open finding. What is wrong with it in another way by now ends the old one as `changed`. What
an officer accepted is not told again while it stays as it was.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from saksi import clock
from saksi.catalogue import authors, ledger
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Connection, Database, query
from saksi.errors import Conflict, NotFound
from saksi.messages import register
from saksi.scrub import repair
from saksi.scrub.flaws import REPAIRABLE, Flaw
from saksi.scrub.shelves import ORIGINALS, shelf_of

log = logging.getLogger("saksi.scrub")

register(
    "finding_unknown",
    en=("There is no finding {finding}.", "`saksi fsck` lists those that are open."),
    id_=("Tidak ada temuan {finding}.", "`saksi fsck` menampilkan yang masih terbuka."),
)
register(
    "finding_resolved",
    en=("Finding {finding} was resolved already: {how}.", "There is nothing left to accept."),
    id_=("Temuan {finding} sudah selesai: {how}.", "Tidak ada lagi yang perlu diterima."),
)

CHAIN = "findings"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A finding that is open, or accepted. Times in microseconds UTC, None where it is of no chunk of ours.

    `request` is where asking the recorders stands: asked, sent, nobody (none has it), differs (its spool has other
    bytes too), failed (sent, and the store gives something else); None when nobody was asked.
    """

    finding_id: int
    kind: str
    key: str
    span: tuple[int, int] | None
    found_us: int
    accepted: bool
    request: str | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Standing:
        """From a row of scrub.open_for or scrub.standing."""
        span = None
        if row["start_at"] is not None:
            span = clock.to_us(row["start_at"]), clock.to_us(row["end_at"])
        return cls(
            finding_id=row["finding_id"],
            kind=row["kind"],
            key=row["object_key"],
            span=span,
            found_us=clock.to_us(row["found_at"]),
            accepted=row["resolution"] == "accepted",
            request=row["request"],
        )


def author(connection: Connection, keys_folder: Path) -> Author:
    """The office, on the chain of findings. Errors as `saksi.catalogue.authors.office`."""
    return Author(chain=CHAIN, signer=authors.office(connection, keys_folder).signer)


def open_for(connection: Connection, camera_id: int, from_us: int, to_us: int) -> list[Standing]:
    """Chunks of a camera in [from_us, to_us) that cannot be had as they were recorded, in order of time.

    Open findings and those accepted as lost; at most 1,000.
    """
    values = {"camera_id": camera_id, "from": clock.from_us(from_us), "to": clock.from_us(to_us)}
    return [Standing.from_row(row) for row in connection.execute(query("scrub.open_for"), values)]


def touches(connection: Connection, camera_id: int, from_us: int, to_us: int) -> dict[str, list[Any]]:
    """Holds in force on a span, and the cases and exhibits (case number and exhibit) they are for; at most 100."""
    values = {"camera_id": camera_id, "from": clock.from_us(from_us), "to": clock.from_us(to_us)}
    rows = connection.execute(query("scrub.touched"), values).fetchall()
    return {
        "holds": sorted({row["hold_id"] for row in rows}),
        "cases": sorted({row["case_number"] for row in rows} - {""}),
        "exhibits": [f"{row['case_number']} {row['exhibit']}" for row in rows if row["exhibit"]],
    }


def tell(database: Database, by: Author, flaw: Flaw) -> int | None:
    """Records a flaw; answers the number of the finding, None when it was known already.

    Recorders are asked for what one of them may still have.
    """
    with database.transaction() as connection:
        by.lock(connection)  # one finding at a time, so that none is told twice
        before = _before(connection, flaw.key)
        if any(_same(old, flaw) for old in before):
            return None
        for old in before:
            _resolve(connection, by, old, "changed")
        finding_id = _add(connection, by, flaw)
        if repairable(flaw):
            repair.ask(connection, finding_id)
    log.error("finding %d: %s: %s (expected %s, found %s)", finding_id, flaw.kind, flaw.key, flaw.expected,
              flaw.found)  # fmt: skip
    return finding_id


def repairable(flaw: Flaw) -> bool:
    """Whether a recorder may still have what is wrong: thinned chunks were never on a spool."""
    return flaw.kind in REPAIRABLE and shelf_of(flaw.key) is ORIGINALS


def open_number(connection: Connection, key: str) -> int | None:
    """The number of the open finding about an object."""
    row = connection.execute(query("scrub.open_of"), {"key": key}).fetchone()
    return None if row is None else int(row["finding_id"])


def known(connection: Connection, flaw: Flaw) -> bool:
    """Whether this was told already, and is open or accepted."""
    return any(_same(old, flaw) for old in _before(connection, flaw.key))


def whole(database: Database, by: Author, key: str) -> bool:
    """The object was read and is as it should be: ends what is open or accepted about it; whether there was anything.

    As `repaired` where a recorder says that it sent it again, else as `returned`. While one that lives may still be
    about to say so, it waits for the next round.
    """
    with database.transaction() as connection:
        before = _before(connection, key)
        if not before or (before[0]["request"] == "asked" and repair.anybody(connection)):
            return False
    return over(database, by, key, "repaired" if before[0]["request"] == "sent" else "returned")


def over(database: Database, by: Author, key: str, how: str) -> bool:
    """Ends what is open or accepted about an object; whether there was anything.

    `how`: repaired, returned (as it should be again), gone (purged, or taken away), quarantined.
    """
    with database.transaction() as connection:
        by.lock(connection)
        before = _before(connection, key)
        for row in before:
            _resolve(connection, by, row, how)
    if before:
        log.warning("the finding of %s is over: %s", key, how)
    return bool(before)


def accept(
    connection: Connection, by: Author, finding_id: int, *, person_id: int, note: str
) -> Mapping[str, Any]:
    """An officer takes note of what cannot be mended; answers the finding's row.

    Raises NotFound for no such finding, Conflict when it was resolved already.
    """
    by.lock(connection)
    row = connection.execute(query("scrub.finding"), {"finding_id": finding_id}).fetchone()
    if row is None:
        raise NotFound("finding_unknown", field="finding", finding=finding_id)
    if row["resolution"] is not None:
        raise Conflict("finding_resolved", field="finding", finding=finding_id, how=row["resolution"])
    _resolve(connection, by, row, "accepted", person_id=person_id, note=note)
    return row


def _before(connection: Connection, key: str) -> list[dict[str, Any]]:
    """What is open or accepted about an object: at most one of each."""
    rows = [
        connection.execute(query(name), {"key": key}).fetchone()
        for name in ("scrub.open_of", "scrub.accepted_of")
    ]
    return [row for row in rows if row is not None]


def _same(old: Mapping[str, Any], flaw: Flaw) -> bool:
    accepted = old["resolution"] == "accepted"
    return old["kind"] == flaw.kind and (not accepted or old["found"] == flaw.found[:500])


def _add(connection: Connection, by: Author, flaw: Flaw) -> int:
    row, span, now = flaw.row, flaw.span(), clock.now()
    rests = {} if row is None or span is None else touches(connection, row["camera_id"], *span)
    body: dict[str, object] = {
        "event": "found",
        "kind": flaw.kind,
        "key": flaw.key[:1000],
        "expected": flaw.expected[:500],
        "found": flaw.found[:500],
        **rests,
    }
    if row is not None and span is not None:
        body |= {
            "camera": row["camera"],
            "run": row["run"],
            "seq": row["seq"],
            "start": span[0],
            "end": span[1],
        }
    entry = ledger.append(
        connection, by.signer, kind="finding", chain=by.chain, body=body, at_us=clock.to_us(now)
    )
    values = {
        "kind": flaw.kind,
        "key": flaw.key,
        **{name: None if row is None else row[name] for name in ("camera_id", "run_no", "seq")},
        "start_at": None if span is None else clock.from_us(span[0]),
        "end_at": None if span is None else clock.from_us(span[1]),
        "expected": flaw.expected[:500],
        "found": flaw.found[:500],
        "touches": Jsonb(rests),
        "found_at": now,
        "entry_id": entry.entry_id,
    }
    added = connection.execute(query("scrub.add"), values).fetchone()
    assert added is not None
    return int(added["finding_id"])


def _resolve(
    connection: Connection,
    by: Author,
    row: Mapping[str, Any],
    how: str,
    *,
    person_id: int | None = None,
    note: str = "",
) -> None:
    """The second entry refers to the first; who accepted is told by the row, as no leaf names people."""
    body = {"event": how, "key": row["object_key"][:1000]}
    now = clock.now()
    entry = ledger.append(
        connection,
        by.signer,
        kind="finding",
        chain=by.chain,
        body=body,
        refs=[row["leaf"]],
        at_us=clock.to_us(now),
    )
    values = {
        "finding_id": row["finding_id"],
        "how": how,
        "at": now,
        "person_id": person_id,
        "note": note,
        "entry_id": entry.entry_id,
    }
    connection.execute(query("scrub.resolve"), values)
    connection.execute(query("scrub.settled"), values)
