"""Appends are a compare-and-swap on the chain: once each, in order, by their own recorder."""

from __future__ import annotations

import threading
from dataclasses import replace

import psycopg
import pytest

from saksi import clock
from saksi.catalogue import chunks, footage, seals
from saksi.catalogue.database import Database, query
from saksi.custody.canonical import tip as chain_tip
from saksi.custody.chain import RunClosing
from saksi.errors import IntegrityError, Unavailable
from tests.integration.catalogue.chains import RECORDER, SECOND, Chain, add_camera, enrol

NOW = clock.now_us() // SECOND * SECOND
BEGAN = NOW - 3 * 3600 * SECOND


@pytest.fixture
def camera_id(database: Database) -> int:
    with database.transaction() as connection:
        return add_camera(connection)


def test_it_appends_once_and_answers_duplicate_after(database: Database, camera_id: int) -> None:
    chain = Chain("cam", BEGAN)
    told = [chain.chunk(BEGAN + n * 10 * SECOND) for n in range(5)]
    with database.transaction() as connection:
        assert chunks.open_run(connection, chain.opening) == chunks.open_run(connection, chain.opening)
        assert chunks.announce(connection, told) == ["appended"] * 5
        assert chunks.announce(connection, told) == ["duplicate"] * 5
        found = footage.segments(connection, camera_id, BEGAN, NOW, limit=100)
    assert [one.entry for one in found] == [one.entry for one in told]
    assert {one.state for one in found} == {"pending"}


def test_another_recorder_is_fenced_and_other_bytes_are_a_fork(database: Database, camera_id: int) -> None:
    chain = Chain("cam", BEGAN)
    first = chain.chunk(BEGAN)
    skipped = chain.chunk(BEGAN + 10 * SECOND)
    third = chain.chunk(BEGAN + 20 * SECOND)
    forged = Chain("cam", BEGAN)
    forged.opening = chain.opening
    with database.transaction() as connection:
        chunks.open_run(connection, chain.opening)
        assert chunks.announce(connection, [replace(first, recorder="r2")]) == ["fenced"]
        assert chunks.announce(connection, [first, third]) == ["appended", "fork"]
        assert chunks.announce(connection, [forged.chunk(BEGAN, content=b"other")]) == ["fork"]
        assert chunks.announce(connection, [skipped, third]) == ["appended", "appended"]


def test_a_run_that_was_never_opened_is_refused(database: Database, camera_id: int) -> None:
    with pytest.raises(IntegrityError), database.transaction() as connection:
        chunks.announce(connection, [Chain("cam", BEGAN).chunk(BEGAN)])


def test_of_three_writers_of_one_chain_exactly_one_appends(database: Database, camera_id: int) -> None:
    chain = Chain("cam", BEGAN)
    rounds = [chain.chunk(BEGAN + n * 10 * SECOND) for n in range(100)]
    with database.transaction() as connection:
        chunks.open_run(connection, chain.opening)
    outcomes: list[list[str]] = [[] for _ in rounds]
    barrier = threading.Barrier(3)

    def write() -> None:
        for number, announcement in enumerate(rounds):
            barrier.wait(60)
            with database.transaction() as connection:
                outcomes[number] += chunks.announce(connection, [announcement])

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [sorted(each) for each in outcomes] == [["appended", "duplicate", "duplicate"]] * len(rounds)


def test_stored_chunks_owe_a_thumbnail_and_rows_never_change(database: Database, camera_id: int) -> None:
    chain = Chain("cam", BEGAN)
    told = [chain.chunk(BEGAN + n * 10 * SECOND) for n in range(3)]
    with database.transaction() as connection:
        chunks.open_run(connection, chain.opening)
        chunks.announce(connection, told)
        for _ in range(2):
            chunks.stored(connection, [(chain.opening.run, 1), (chain.opening.run, 2)])
        found = footage.segments(connection, camera_id, BEGAN, NOW, limit=100)
        assert [one.state for one in found] == ["stored", "stored", "pending"]
        owed = connection.execute("select count(*) as n from outbox").fetchone()
        assert owed == {"n": 2}
    with pytest.raises(psycopg.errors.RestrictViolation), database.transaction() as connection:
        connection.execute("update chunk set size = 1")


def test_coverage_splits_where_the_chain_has_a_hole(database: Database, camera_id: int) -> None:
    chain = Chain("cam", BEGAN)
    told = [chain.chunk(BEGAN), chain.chunk(BEGAN + 10 * SECOND + 400_000), chain.chunk(BEGAN + 60 * SECOND)]
    closing = RunClosing(camera="cam", run=chain.opening.run, last_seq=3, reason="released", at_us=NOW)
    with database.transaction() as connection:
        chunks.open_run(connection, chain.opening)
        chunks.announce(connection, told)
        chunks.stored(connection, [(chain.opening.run, seq) for seq in (1, 2, 3)])
        for close in (False, True, True):
            if close:
                chunks.close_run(connection, closing, chain_tip(chain.tip, closing.leaf()))
            seen = footage.coverage(connection, [camera_id], BEGAN - 5 * SECOND, BEGAN + 80 * SECOND)[
                camera_id
            ]
            assert [(s.start_us - BEGAN, s.end_us - BEGAN) for s in seen.coverage] == [
                (0, 20 * SECOND + 400_000),
                (60 * SECOND, 70 * SECOND),
            ]
            assert [(g.end_us - BEGAN, g.reason) for g in seen.gaps] == [
                (0, "not_recorded"),
                (60 * SECOND, "unknown"),
                (80 * SECOND, "unknown"),
            ]
            assert seen.bytes == 3000


def test_hours_are_sealed_once_with_a_chain_that_meets(database: Database, camera_id: int) -> None:
    began = BEGAN // (3600 * SECOND) * 3600 * SECOND
    chain = Chain("cam", began)
    told = [chain.chunk(began + n * 600 * SECOND, 600 * SECOND) for n in range(10)]
    with database.transaction() as connection:
        chunks.open_run(connection, chain.opening)
        chunks.announce(connection, told)
        now = clock.from_us(began + 3600 * SECOND + 400 * SECOND)
        enrol(connection)
        due = seals.due_runs(connection, [chain.opening.run], now, 10)
        assert [seals.seal_run(connection, RECORDER, run_no, now) for run_no in due] == [1]
        assert seals.seal_run(connection, RECORDER, due[0], now) == 0
        later = clock.from_us(began + 2 * 3600 * SECOND + 400 * SECOND)
        assert seals.seal_run(connection, RECORDER, due[0], later) == 1
        rows = connection.execute("select * from seal order by hour").fetchall()
    assert [row["n"] for row in rows] == [6, 4]
    assert rows[0]["chain_in"] == chain.opening.tip()
    assert rows[0]["chain_out"] == rows[1]["chain_in"] == told[5].tip
    assert rows[1]["chain_out"] == told[9].tip


def test_a_database_that_is_not_there_is_unavailable() -> None:
    database = Database("postgresql://saksi:x@127.0.0.1:1/saksi", application="tests")
    try:
        with pytest.raises(Unavailable), database.transaction():
            pass
    finally:
        database.close()


def test_a_crc_is_kept_and_a_recorder_that_takes_none_still_works(database: Database, camera_id: int) -> None:
    chain = Chain("cam", BEGAN)
    taken, old = replace(chain.chunk(BEGAN), crc32=0xFFFF_FFFF), chain.chunk(BEGAN + 10 * SECOND)
    values = chunks._values(old, 1)
    v1 = query("chunks.append").replace("append_chunk_v2", "append_chunk_v1").replace(", %(crc32)s", "")
    with database.transaction() as connection:
        chunks.open_run(connection, chain.opening)
        assert chunks.announce(connection, [taken]) == ["appended"]
        assert connection.execute(v1, values).fetchone() == {"outcome": "appended"}  # type: ignore[arg-type]
        assert connection.execute(v1, values).fetchone() == {"outcome": "duplicate"}  # type: ignore[arg-type]
        found = footage.segments(connection, camera_id, BEGAN, NOW, limit=10)
    assert [one.crc32 for one in found] == [0xFFFF_FFFF, -1]
