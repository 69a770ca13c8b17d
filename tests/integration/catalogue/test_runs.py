"""Openings and closings of runs stand in the log once, with the exact bytes that begin and end the chain."""

from __future__ import annotations

import threading

import pytest

from saksi import clock
from saksi.catalogue import chunks, runs
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Database
from saksi.custody.canonical import ZERO, canonical, leaf, tip
from saksi.custody.chain import RunClosing
from saksi.custody.entries import Entry
from tests.integration.catalogue.chains import OFFICE, RECORDER, SECOND, Chain, add_camera, enrol

BEGAN = clock.now_us() // SECOND * SECOND - 3600 * SECOND


@pytest.fixture(autouse=True)
def known(database: Database) -> None:
    with database.transaction() as connection:
        enrol(connection)
        add_camera(connection)


def closing_of(chain: Chain) -> tuple[RunClosing, bytes]:
    closing = RunClosing(
        camera="cam", run=chain.opening.run, last_seq=chain.seq, reason="released", at_us=BEGAN + 900 * SECOND
    )
    return closing, tip(chain.tip, closing.leaf())


def entries(database: Database) -> list[Entry]:
    with database.transaction() as connection:
        rows = connection.execute("select bytes from ledger_entry where kind = 'run' order by entry_id")
        return [Entry.parse(row["bytes"]) for row in rows]


def test_they_are_told_once_however_often_they_come(database: Database) -> None:
    chain = Chain("cam", BEGAN)
    announced = chain.chunk(BEGAN)
    closing, end = closing_of(chain)
    for _ in range(2):
        with database.transaction() as connection:
            chunks.open_run(connection, chain.opening)
            runs.opened(connection, RECORDER, chain.opening)
            chunks.announce(connection, [announced])
            chunks.close_run(connection, closing, end)
            runs.closed(connection, RECORDER, closing, end)
    opened, closed = entries(database)
    assert opened.chain == closed.chain == "recorder/r1"
    assert closed.prev == opened.leaf().hex()
    opening = opened.body["opening"]
    assert tip(ZERO, leaf(canonical(opening))) == chain.opening.tip()  # type: ignore[arg-type]
    told = closed.body["closing"]
    assert tip(chain.tip, leaf(canonical(told))) == end == bytes.fromhex(str(closed.body["tip"]))  # type: ignore[arg-type]
    with database.transaction() as connection:
        assert connection.execute("select count(*) as n from run_owed").fetchone() == {"n": 0}


def test_what_an_older_recorder_told_is_logged_by_the_office_and_not_again_by_a_newer_one(
    database: Database,
) -> None:
    chain = Chain("cam", BEGAN)
    announced = chain.chunk(BEGAN)
    closing, end = closing_of(chain)
    with database.transaction() as connection:
        chunks.open_run(connection, chain.opening)
        chunks.announce(connection, [announced])
        chunks.close_run(connection, closing, end)
    with database.transaction() as connection:
        assert runs.log_owed(connection, OFFICE, 10) == 2
        assert runs.log_owed(connection, OFFICE, 10) == 0
        runs.opened(connection, RECORDER, chain.opening)
    opened, closed = entries(database)
    assert {opened.chain, closed.chain} == {"office"}
    assert opened.body == {"event": "open", "opening": chain.opening.as_object()}
    assert closed.body == {"event": "close", "closing": closing.as_object(), "tip": end.hex()}


def test_two_who_tell_of_one_run_at_once_leave_one_entry(database: Database) -> None:
    chains = [Chain("cam", BEGAN) for _ in range(20)]
    barrier = threading.Barrier(2)

    def tell(author: Author) -> None:
        for chain in chains:
            barrier.wait(60)
            with database.transaction() as connection:
                author.lock(connection)
                chunks.open_run(connection, chain.opening)
                runs.opened(connection, author, chain.opening)

    threads = [threading.Thread(target=tell, args=(author,)) for author in (OFFICE, RECORDER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(entries(database)) == len(chains)
