"""Findings looked at again: what recorders sent is read back, what came back or went away is over."""

from __future__ import annotations

from typing import Any

from saksi import clock
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Database, query
from saksi.objects.store import ObjectStore
from saksi.scrub import findings, repair
from saksi.scrub.chunk_pass import ChunkPass, named_of
from saksi.scrub.flaws import Flaw
from saksi.scrub.reading import facts_of
from saksi.scrub.shelves import shelf_of

_PAGE = 200


def repaired(database: Database, by: Author, store: ObjectStore) -> int:
    """Reads back what recorders say they sent; answers how many findings that ended. Raises Unavailable.

    Also gives up what nobody sent in time.
    """
    with database.transaction() as connection:
        sent = repair.sent(connection)
    done = 0
    for row in sent:
        flaws: list[Flaw] = []
        reading = ChunkPass(database=database, store=store, tell=flaws.append)
        chunk = _chunk(database, row)
        if chunk is None:
            findings.over(database, by, row["object_key"], "gone")
            continue
        reading.hold(named_of(chunk))
        if flaws:
            repair.failed(database, row, f"{flaws[0].kind} {flaws[0].found}")
        else:
            done += findings.whole(database, by, row["object_key"])
    repair.give_up(database)
    return done


def open_findings(database: Database, by: Author, reading: ChunkPass, *, most_s: float) -> None:
    """Every finding that is open or accepted, as far as the time goes. Raises Unavailable."""
    after, until_us = 0, clock.monotonic_us() + round(most_s * 1e6)
    while True:
        with database.transaction() as connection:
            values = {"after": after, "accepted": True, "limit": _PAGE}
            page = connection.execute(query("scrub.standing"), values).fetchall()
        for row in page:
            _again(database, by, reading, row)
            if clock.monotonic_us() >= until_us:
                return
        if len(page) < _PAGE:
            return
        after = page[-1]["finding_id"]


def _again(database: Database, by: Author, reading: ChunkPass, row: dict[str, Any]) -> None:
    key = row["object_key"]
    there = facts_of(reading.store, key) is not None
    if row["kind"] in ("foreign", "leftover"):
        if not there or (row["kind"] == "foreign" and _named(database, key)):
            findings.over(database, by, key, "gone")
        return
    chunk = _chunk(database, row)
    if chunk is None:
        findings.over(database, by, key, "gone")
    elif there:
        reading.hold(named_of(chunk, shelf_of(key)))  # tells that it is whole, or what is wrong with it now


def _chunk(database: Database, row: dict[str, Any]) -> dict[str, Any] | None:
    """The row of the chunk that a finding is of; None when a purge took it."""
    with database.transaction() as connection:
        return connection.execute(shelf_of(row["object_key"]).row, row).fetchone()


def _named(database: Database, key: str) -> bool:
    shelf = shelf_of(key)
    with database.transaction() as connection:
        return shelf.of_key(connection, key, shelf.named) is not None
