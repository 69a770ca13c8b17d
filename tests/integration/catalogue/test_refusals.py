"""What does not agree is refused aloud: altered rows, wrong ends, foreign bytes; and races harm nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from saksi import clock
from saksi.catalogue import chunks, outages, people, seals
from saksi.catalogue.database import Database
from saksi.custody.canonical import tip
from saksi.custody.chain import RunClosing
from saksi.errors import IntegrityError, SaksiError
from tests.integration.catalogue.chains import OFFICE, RECORDER, SECOND, Chain, add_camera, enrol

HOUR = 3600 * SECOND
BEGAN = (clock.now_us() // HOUR - 3) * HOUR


@pytest.fixture(autouse=True)
def camera_id(database: Database) -> int:
    with database.transaction() as connection:
        return add_camera(connection)


def opened(database: Database, count: int) -> Chain:
    chain = Chain("cam", BEGAN)
    told = [chain.chunk(BEGAN + n * 600 * SECOND, 600 * SECOND) for n in range(count)]
    with database.transaction() as connection:
        chunks.open_run(connection, chain.opening)
        assert chunks.announce(connection, told) == ["appended"] * count
    return chain


def together(count: int, work: Callable[[int], None]) -> list[SaksiError]:
    """Runs `work` in threads at once; answers what went wrong."""
    wrong: list[SaksiError] = []

    def one(number: int) -> None:
        try:
            work(number)
        except SaksiError as error:
            wrong.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong


@pytest.mark.parametrize(
    "deed",
    [
        "update chunk set sha256 = sha256('evil'::bytea) where seq = 3",
        "update chunk set frames = frames + 1 where seq = 9",
        "delete from chunk where seq = 1",
        "delete from chunk where seq = 3",
        "delete from chunk where seq = 6",
        "delete from chunk where seq = 9",
    ],
)
def test_a_row_changed_behind_the_recorders_back_is_not_sealed(database: Database, deed: str) -> None:
    chain = opened(database, 9)
    with database.transaction() as connection:
        connection.execute("alter table chunk disable trigger chunk_never_changes")
        assert connection.execute(deed).rowcount == 1
    now = clock.from_us(BEGAN + HOUR + 400 * SECOND)
    with database.transaction() as connection:
        enrol(connection)
        [run_no] = seals.due_runs(connection, [chain.opening.run], now, 10)
    with pytest.raises(IntegrityError), database.transaction() as connection:
        seals.seal_run(connection, RECORDER, run_no, now)
    with database.transaction() as connection:
        assert connection.execute("select count(*) as n from seal").fetchone() == {"n": 0}


def test_a_run_ends_only_with_the_tip_of_its_own_chain(database: Database) -> None:
    chain = opened(database, 2)
    closing = RunClosing(
        camera="cam", run=chain.opening.run, last_seq=2, reason="released", at_us=BEGAN + HOUR
    )
    right = tip(chain.tip, closing.leaf())
    for wrong, end in [(bytes(32), closing), (right, replace(closing, last_seq=3))]:
        with pytest.raises(IntegrityError), database.transaction() as connection:
            chunks.close_run(connection, end, wrong)
    with database.transaction() as connection:
        for _ in range(2):
            chunks.close_run(connection, closing, right)
        assert connection.execute("select closed_tip from run").fetchone() == {"closed_tip": right}


def test_a_run_is_not_opened_twice_with_different_words(database: Database) -> None:
    chain = opened(database, 1)
    for other in (replace(chain.opening, recorder="r2"), replace(chain.opening, epoch=2)):
        with pytest.raises(IntegrityError), database.transaction() as connection:
            chunks.open_run(connection, other)


def test_an_init_segment_with_another_hash_is_refused(database: Database) -> None:
    chain = opened(database, 0)
    told = chain.chunk(BEGAN)
    with pytest.raises(IntegrityError), database.transaction() as connection:
        chunks.announce(connection, [replace(told, init=replace(told.init, body=b"other"))])


def test_writers_of_the_same_runs_in_opposite_orders_do_not_deadlock(database: Database) -> None:
    chains = [opened(database, 0), opened(database, 0)]
    rounds = [[chain.chunk(BEGAN + n * 10 * SECOND, 10 * SECOND) for chain in chains] for n in range(60)]
    barrier = threading.Barrier(2)

    def write(number: int) -> None:
        for told in rounds:
            barrier.wait(60)
            with database.transaction() as connection:
                chunks.announce(connection, told[::-1] if number else told)

    assert together(2, write) == []


def test_recorders_that_open_an_outage_at_once_leave_one(database: Database) -> None:
    barrier = threading.Barrier(4)

    def tell(number: int) -> None:
        for round_us in range(BEGAN, BEGAN + 20 * SECOND, SECOND):
            barrier.wait(60)
            with database.transaction() as connection:
                outages.open_outage(connection, "cam", 1, round_us, "stalled", "", f"r{number}")
            barrier.wait(60)
            with database.transaction() as connection:
                outages.close_outage(connection, "cam", 1, round_us + 1000)

    assert together(4, tell) == []
    with database.transaction() as connection:
        rows = connection.execute("select count(*) as n from outage where end_at is not null").fetchone()
    assert rows == {"n": 20}


def test_runs_that_share_an_hour_are_sealed_at_once_under_parts_of_their_own(database: Database) -> None:
    """As after a restart within the hour, with several workers."""
    count, runs = 6, []
    for epoch in range(1, count + 1):
        begun_us = BEGAN + epoch * 300 * SECOND
        chain = Chain("cam", begun_us, epoch=epoch)
        runs.append(chain.opening.run)
        with database.transaction() as connection:
            chunks.open_run(connection, chain.opening)
            assert chunks.announce(connection, [chain.chunk(begun_us)]) == ["appended"]
    now = clock.from_us(BEGAN + 2 * HOUR)
    with database.transaction() as connection:
        enrol(connection)
        due = seals.due_runs(connection, runs, now, 10)
    barrier = threading.Barrier(count)

    def seal(number: int) -> None:
        with database.transaction() as connection:
            barrier.wait(60)
            assert seals.seal_run(connection, RECORDER if number % 2 else OFFICE, due[number], now) == 1

    assert together(count, seal) == []
    with database.transaction() as connection:
        rows = connection.execute("select part from seal order by part").fetchall()
    assert [row["part"] for row in rows] == [1, 2, 3, 4, 5, 6]


def test_an_outage_told_again_after_its_end_stays_one(database: Database) -> None:
    for _ in range(2):
        with database.transaction() as connection:
            outages.open_outage(connection, "cam", 1, BEGAN, "stalled", "", "r1")
            outages.close_outage(connection, "cam", 1, BEGAN + SECOND)
    with database.transaction() as connection:
        assert connection.execute("select count(*) as n from outage").fetchone() == {"n": 1}


def test_a_hold_that_is_over_neither_opens_nor_ends_an_outage(database: Database, camera_id: int) -> None:
    with database.transaction() as connection:
        connection.execute("update lease set recorder = 'r2', epoch = 2 where camera_id = %s", [camera_id])
        outages.open_outage(connection, "cam", 1, BEGAN, "unreachable", "", "r1")
        assert outages.open_reason(connection, "cam") is None
        outages.open_outage(connection, "cam", 2, BEGAN, "stalled", "", "r2")
        outages.close_outage(connection, "cam", 1, BEGAN + SECOND)
        assert outages.open_reason(connection, "cam") == "stalled"
        outages.close_outage(connection, "cam", 2, BEGAN + 2 * SECOND)
        rows = connection.execute("select reason, end_at from outage").fetchall()
    assert rows == [{"reason": "stalled", "end_at": clock.from_us(BEGAN + 2 * SECOND)}]


def test_a_password_changed_while_it_was_being_checked_lets_nobody_in(database: Database) -> None:
    with database.transaction() as connection:
        people.add_person(connection, name="ani", password="correct horse", role="admin")
        kept = people.password_hash(connection, "ani")
        connection.execute("update person set password_hash = 'another'")
    with database.transaction() as connection:
        assert people.log_in(connection, "ani", kept) is None
