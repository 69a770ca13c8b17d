"""The audit trail as the log has it: which entries of its chain a span needs, and the leaves and rows under each.

Everything read here is append-only and under a checkpoint, so pages are read in transactions of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from saksi import clock
from saksi.catalogue.audit_log import body_of
from saksi.catalogue.audit_trail import Wanted
from saksi.catalogue.database import Connection, Database, query
from saksi.catalogue.sight import Sight
from saksi.errors import IntegrityError
from saksi.messages import register

register(
    "audit_entry_missing",
    en=(
        "Entry {seq} of the audit trail's chain is not in the log.",
        "The log was changed in the database. Keep it as it is, and run: saksi ledger verify",
    ),
    id_=(
        "Entri {seq} dari rantai jejak audit tidak ada di log.",
        "Log diubah di basis data. Jangan ubah apa pun, lalu jalankan: saksi ledger verify",
    ),
)

_ENTRIES = 500  # of the log, read at once
_ROWS = 2000  # of the audit, at least that many at once
MOST_LATER = 100_000  # rows that are counted one by one


@dataclass(frozen=True, kw_only=True)
class Extent:
    """Entries of chain `audit`, by number, that hold all rows of a span [from_us, to_us).

    `to_us` is earlier than what was asked for where the log does not reach so far; `ids` are the numbers of the first
    and last row, and `later` counts rows of the span asked for that the log does not have yet.
    """

    first: int
    last: int
    from_us: int
    to_us: int
    ids: tuple[int, int]
    later: int

    @property
    def rows(self) -> int:
        """How many rows there are, or a few more: numbers are given out without being used when a request fails."""
        return self.ids[1] - self.ids[0] + 1


@dataclass(frozen=True, kw_only=True)
class Batch:
    """An entry's exact bytes and the key that signed it; how many leaves it says it has, and those in order.

    Each leaf with its row, None for one that is withheld or gone.
    """

    count: int
    data: bytes
    key_id: str
    leaves: Sequence[tuple[bytes, Mapping[str, Any] | None]] = field(repr=False)


def extent(connection: Connection, from_us: int, to_us: int, size: int) -> Extent | None:
    """What a tree of `size` has of a span; None where it has no entry sealed since the span began.

    An entry holds rows from before it was sealed, so those of a span lie under entries from the first that was sealed
    in it on; some reach the log long after the span when no worker runs. Raises IntegrityError for a log with gaps.
    """
    row = connection.execute(query("audit.end_in_tree"), {"size": size}).fetchone()
    end = 0 if row is None else int(row["seq"])
    values = {"from": clock.from_us(from_us), "to": clock.from_us(to_us), "end": end}
    ends = connection.execute(query("audit.ends"), values).fetchone()
    assert ends is not None
    first = _sealed_from(connection, from_us, end)
    if ends["first"] is not None:
        first = min(first, ends["first"])
    if first > end:
        return None
    last = min(max(_sealed_from(connection, to_us, end), ends["last"] or 0), end)
    body, sealed_us = _entry(connection, last)
    ids = _entry(connection, first)[0]["first"], body["last"]
    later = {**values, "audit_id": body["last"], "limit": MOST_LATER}
    counted = connection.execute(query("audit.later"), later).fetchone()
    assert counted is not None
    return Extent(
        first=first,
        last=last,
        from_us=from_us,
        to_us=min(to_us, sealed_us),
        ids=ids,
        later=counted["rows"] if last == end else 0,
    )


def batches(
    database: Database, held: Extent, wanted: Wanted, sight: Sight, *, whole: bool
) -> Iterator[Batch]:
    """Every batch of an extent in order; rows that are not wanted, or not for these eyes, are withheld (None).

    `whole` shows every row, also those beside the span that the first and last batches hold.
    """
    values = {**wanted.values(), "sight": sight, "whole": whole}
    after = held.first - 1
    while after < held.last:
        with database.transaction() as connection:
            bounds = {"first": after + 1, "last": held.last, "limit": _ENTRIES}
            entries = connection.execute(query("audit.entries_between"), bounds).fetchall()
        for some in _pages(entries):
            with database.transaction() as connection:
                ids = {"entries": [row["entry_id"] for row in some]}
                rows = connection.execute(query("audit.leaves"), {**values, **ids}).fetchall()
            yield from _batches(some, rows)
        if not entries:
            return
        after = entries[-1]["seq"]


def line_of(leaf: bytes, row: Mapping[str, Any] | None) -> bytes:
    """A leaf as a line of an export, canonical JSON: with the row and its nonce, or alone."""
    if row is None:
        return b'{"leaf":"%s"}\n' % leaf.hex().encode()
    nonce: str = row["nonce"].hex
    return b'{"leaf":"%s","nonce":"%s","row":%s}\n' % (leaf.hex().encode(), nonce.encode(), body_of(row))


def _sealed_from(connection: Connection, at_us: int, end: int) -> int:
    """Number of the first entry that was sealed at this time or later; end + 1 where none was."""
    low, high = 1, end + 1
    while low < high:
        middle = (low + high) // 2
        if _entry(connection, middle)[1] < at_us:
            low = middle + 1
        else:
            high = middle
    return low


def _entry(connection: Connection, seq: int) -> tuple[dict[str, Any], int]:
    """What an entry says, and when it was sealed."""
    row = connection.execute(query("audit.entry"), {"seq": seq}).fetchone()
    if row is None:
        raise IntegrityError("audit_entry_missing", seq=seq)
    return json.loads(row["bytes"])["body"], clock.to_us(row["at"])


def _pages(entries: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    rows = 0
    for one in entries:
        some.append(one)
        rows += json.loads(one["bytes"])["body"]["n"]
        if rows >= _ROWS:
            yield some
            some, rows = [], 0
    if some:
        yield some


def _batches(entries: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> Iterator[Batch]:
    leaves: dict[int, list[tuple[bytes, Mapping[str, Any] | None]]] = {one["entry_id"]: [] for one in entries}
    for row in rows:
        leaves[row["entry_id"]].append((bytes(row["leaf"]), None if row["audit_id"] is None else row))
    for one in entries:
        data = bytes(one["bytes"])
        count = json.loads(data)["body"]["n"]
        yield Batch(count=count, data=data, key_id=one["key_id"], leaves=leaves[one["entry_id"]])
