"""Holds keep what they cover: never purged, never ended by one, made with the exhibit or not at all."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saksi import clock
from saksi.catalogue import cases, custody, exhibits, footage, holding, holds
from saksi.catalogue.database import Database
from saksi.catalogue.holds import HoldSpan
from saksi.errors import BadInput, Conflict, SaksiError
from tests.integration.catalogue.chains import SECOND
from tests.integration.catalogue.desks import HOUR, NUMBER, OFFICE, Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database)


def count(desk: Desk, table: str) -> int:
    with desk.database.transaction() as connection:
        row = connection.execute(f"select count(*) as n from {table}").fetchone()  # type: ignore[call-overload]
    assert row is not None
    return int(row["n"])


@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [(-2, -1, False), (-1, 0, False), (-1, 1, True), (10, 20, True), (3599, 3601, True), (3600, 3700, False)],
)
def test_a_hold_covers_what_it_touches(desk: Desk, start: int, end: int, covered: bool) -> None:
    with desk.database.transaction() as connection:
        desk.hold(connection)
        window = desk.from_us + start * SECOND, desk.from_us + end * SECOND
        assert holds.held(connection, desk.camera_id, *window) is covered
        assert bool(holds.covering(connection, desk.camera_id, *window)) is covered
        assert not holds.held(connection, desk.camera_id + 1, *window)


def test_the_exhibit_and_its_hold_are_there_together_or_not_at_all(desk: Desk, database_url: str) -> None:
    with desk.database.transaction() as connection:
        case = desk.open_case(connection)
    tables = (
        "case_exhibit",
        "case_exhibit_camera",
        "legal_hold",
        "legal_hold_span",
        "custody_event",
        "ledger_entry",
    )
    before = [count(desk, table) for table in tables]
    for table in tables:
        with psycopg.connect(database_url) as connection:
            connection.execute(
                "create or replace function refuse_last() returns trigger language plpgsql as"
                " $$ begin raise 'no' using errcode = 'integrity_constraint_violation'; end $$"
            )
            connection.execute(  # type: ignore[call-overload]
                f"create constraint trigger refuse_last after insert on {table} deferrable initially deferred"
                " for each row execute function refuse_last()"
            )
        with pytest.raises(psycopg.IntegrityError), desk.database.transaction() as failing:
            desk.exhibit(failing, case)
        with psycopg.connect(database_url) as connection:
            connection.execute(f"drop trigger refuse_last on {table}")  # type: ignore[call-overload]
        assert [count(desk, one) for one in tables] == before, table
    with desk.database.transaction() as connection:
        made = desk.exhibit(connection, case)
        hold = holds.get(connection, made.hold_id)
    assert [span.told() for span in hold.spans] == [("cam", made.from_us, made.to_us)]
    assert (hold.case_number, hold.reason) == (NUMBER, f"{NUMBER} #1")


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (0, 0, "span_empty"),
        (10, 0, "span_empty"),
        (0, 25 * 3600, "span_ahead"),
        (-32 * 86400, 0, "span_long"),
    ],
)
def test_an_exhibit_of_a_span_that_makes_no_sense_is_refused(
    desk: Desk, start: int, end: int, code: str
) -> None:
    with desk.database.transaction() as connection:
        case = desk.open_case(connection)
    with pytest.raises(BadInput) as refused, desk.database.transaction() as connection:
        desk.exhibit(connection, case, start * SECOND, end * SECOND)
    assert refused.value.code == code
    assert count(desk, "legal_hold") == count(desk, "case_exhibit") == 0


def test_a_closed_case_takes_no_exhibits(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        case = desk.open_case(connection)
        cases.change(connection, OFFICE, case, desk.ani, desk.who(desk.ani), {"state": "closed"})
        with pytest.raises(Conflict):
            desk.exhibit(connection, case)
        with pytest.raises(Conflict):
            cases.change(connection, OFFICE, case, desk.ani, desk.who(desk.ani), {"title": "Other"})
        again = cases.change(connection, OFFICE, case, desk.ani, desk.who(desk.ani), {"state": "open"})
        assert (again.state, again.closed_us) == ("open", None)


def test_a_release_takes_two_officers(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        case = desk.open_case(connection)
        hold = desk.hold(connection, case=case)

    def ask(person: object, reason: str = "") -> holds.Hold:
        with desk.database.transaction() as connection:
            return holding.release(
                connection,
                OFFICE,
                hold,
                person,
                desk.who(person),
                reason=reason,
                case=case,  # type: ignore[arg-type]
            )

    with pytest.raises(BadInput):
        ask(desk.budi)
    assert ask(desk.budi, "putusan inkrah").state == "release_asked"
    with pytest.raises(Conflict) as refused:
        ask(desk.budi, "still")
    assert refused.value.code == "hold_needs_second"
    with desk.database.transaction() as connection:
        assert holds.held(connection, *desk_window(desk)), "until then it stands"
        holding.withdraw_release(connection, OFFICE, hold, desk.who(desk.budi), case=case)
    assert ask(desk.citra, "putusan inkrah").state == "release_asked", "after a withdrawal it begins anew"
    released = ask(desk.budi)
    assert (released.state, released.release_asked_by, released.released_by) == (
        "released", "Citra Wijaya", "Budi Wijaya",
    )  # fmt: skip
    with pytest.raises(Conflict) as late:
        ask(desk.citra)
    assert late.value.code == "hold_released"
    with desk.database.transaction() as connection:
        assert not holds.held(connection, *desk_window(desk))
        told = custody.hold_events(connection, [hold.hold_id])
        events = [one.event for one in custody.events(connection, case)]
        assert custody.check(connection, case) + custody.check_holds(connection) == []
    assert [one.event for one in told] == ["hold.place", "hold.release"]
    assert (told[1].body["who"]["name"], [one["name"] for one in told[1].body["approved_by"]]) == (
        "Citra Wijaya", ["Budi Wijaya"],
    )  # fmt: skip
    assert told[1].body["why"]["reason"] == "putusan inkrah"
    assert events[2:] == ["hold.release.ask", "hold.release.withdraw", "hold.release.ask", "hold.release"]


def desk_window(desk: Desk) -> tuple[int, int, int]:
    return desk.camera_id, desk.from_us, desk.from_us + HOUR


def test_two_who_approve_at_once_release_once(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        hold = desk.hold(connection)
        holding.release(connection, OFFICE, hold, desk.ani, desk.who(desk.ani), reason="x", case=None)

    def approve(person: object) -> str:
        try:
            with desk.database.transaction() as connection:
                return holding.release(connection, OFFICE, hold, person, desk.who(person), case=None).state  # type: ignore[arg-type]
        except SaksiError as error:
            return error.code

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(approve, [desk.budi, desk.citra])) == ["hold_released", "released"]
    with desk.database.transaction() as connection:
        assert len(custody.hold_events(connection, [hold.hold_id])) == 2


@pytest.mark.parametrize(
    "change",
    [
        "delete from legal_hold",
        "update legal_hold set reason = 'other'",
        "update legal_hold set released_by = placed_by, released_at = now()",
        "update legal_hold set release_asked_by = placed_by, release_asked_at = now(), release_reason = 'x',"
        " released_by = placed_by, released_at = now()",
        "update legal_hold set case_id = (select case_id from case_file)",
    ],
)
def test_a_hold_is_never_ended_past_the_two_officers(desk: Desk, database_url: str, change: str) -> None:
    with desk.database.transaction() as connection:
        desk.open_case(connection)
        desk.hold(connection)
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.IntegrityError):
        connection.execute(change)  # type: ignore[call-overload]


def test_an_extension_adds_and_is_told(desk: Desk) -> None:
    later = (clock.now() + timedelta(days=400)).date()
    with desk.database.transaction() as connection:
        hold = desk.hold(connection)
        with pytest.raises(BadInput):
            holding.extend(connection, OFFICE, hold, desk.who(desk.budi), spans=[desk.span()], case=None)
        wider = holding.extend(
            connection, OFFICE, hold, desk.who(desk.budi), spans=[desk.span(), desk.span(HOUR, 2 * HOUR)],
            review_on=later, case=None,
        )  # fmt: skip
        told = custody.hold_events(connection, [hold.hold_id])
        assert custody.check_holds(connection) == []
    assert (len(wider.spans), wider.review_on) == (2, later)
    assert [one.event for one in told] == ["hold.place", "hold.extend"]
    assert told[1].body["what"]["spans"] == [list(desk.span(HOUR, 2 * HOUR).told())]


def test_a_hold_and_a_purge_of_the_same_footage_never_both_succeed(desk: Desk) -> None:
    """Purges claim minutes of footage under the protocol of holds.lock_cameras while holds are placed on them."""
    chance = random.Random(20261125)
    with desk.database.transaction() as connection:
        connection.execute("create table claim (minute int primary key)")
    minute = 60 * SECOND

    def purge(_: int) -> None:
        at = chance.randrange(60)
        with desk.database.transaction() as connection:
            holds.lock_cameras(connection, [desk.camera_id])
            start = desk.from_us + at * minute
            if not holds.held(connection, desk.camera_id, start, start + minute):
                connection.execute("insert into claim values (%s) on conflict do nothing", [at])

    def hold(_: int) -> tuple[int, int, set[int]]:
        first = chance.randrange(60)
        last = min(60, first + chance.randrange(1, 4))
        with desk.database.transaction() as connection:
            desk.hold(connection, desk.span(first * minute, last * minute))
            gone = connection.execute("select minute from claim").fetchall()
        return first, last, {row["minute"] for row in gone}

    def either(turn: int) -> tuple[int, int, set[int]] | None:
        return hold(turn) if turn % 4 == 0 else purge(turn)  # type: ignore[func-returns-value]

    with ThreadPoolExecutor(6) as many:
        placed = [one for one in many.map(either, range(160)) if one]
    with desk.database.transaction() as connection:
        claimed = {row["minute"] for row in connection.execute("select minute from claim")}
    assert len(placed) == 40
    assert 5 < len(claimed) < 60
    for first, last, gone in placed:
        # Whatever a purge took of what is held it had taken before the hold was placed, which could know it.
        assert {at for at in range(first, last) if at in claimed} <= gone


@given(
    spans=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), min_size=1, max_size=6),
    window=st.tuples(st.integers(-2, 32), st.integers(1, 6)),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_the_function_a_purge_asks_agrees_with_arithmetic(
    desk: Desk, spans: list[tuple[int, int]], window: tuple[int, int]
) -> None:
    start, end = window[0] * SECOND, sum(window) * SECOND
    with desk.database.transaction() as connection:
        desk.hold(connection, *(desk.span(a * SECOND, (a + n) * SECOND) for a, n in spans))
        found = holds.held(connection, desk.camera_id, desk.from_us + start, desk.from_us + end)
        connection.rollback()  # the next example begins without this one's hold
    assert found is any(a * SECOND < end and start < (a + n) * SECOND for a, n in spans)


def test_holds_do_not_make_the_search_slow(desk: Desk, database_url: str) -> None:
    """Four thousand holds, a thousand of them on the camera that is asked for."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            """insert into camera (code, name, agency_id, source_sealed, source_masked)
               select 'c' || n, 'C', agency_id, 'x', 'x' from agency, generate_series(1, 3) n"""
        )
        connection.execute(
            """with h as (insert into legal_hold (reason, review_on, placed_by, placed_at)
                          select 'x', current_date + 9, 1, now() from generate_series(1, 4000) returning hold_id)
               insert into legal_hold_span
               select hold_id, camera_id, now() - hold_id * interval '6 hours', now() - hold_id * interval '6 hours'
                      + interval '1 hour', now()
               from h, camera where camera_id = hold_id % 4 + 1"""
        )
        connection.execute("analyze legal_hold, legal_hold_span")
        plan = connection.execute(
            """explain (analyze, buffers, format json)
               select count(*) from generate_series(1, 1000) day
               where held_v1(1, now() - day * interval '1 day', now() - day * interval '1 day' + interval '1 hour')"""
        ).fetchone()
    assert plan is not None
    buffers = plan[0][0]["Plan"]["Shared Hit Blocks"] + plan[0][0]["Plan"]["Shared Read Blocks"]
    assert buffers / 1000 < 60, "blocks a question, back to the oldest of a thousand holds"
    assert plan[0][0]["Execution Time"] / 1000 < 5, "milliseconds"
    to_us = clock.now_us()
    with desk.database.transaction() as connection:
        found = footage.coverage(connection, [1, 2, 3, 4], to_us - 24 * HOUR, to_us)
        began_us = clock.monotonic_us()
        for _ in range(10):
            holds.covering(connection, 1, to_us - 24 * HOUR, to_us)
        each_ms = (clock.monotonic_us() - began_us) / 10_000
    assert len(found) == 4
    assert each_ms < 20, each_ms


def test_cameras_are_locked_in_one_order(desk: Desk) -> None:
    """Two that ask for the same cameras in different order do not wait for each other for ever."""

    def lock(turn: int) -> None:
        cameras = list(range(1, 30))
        random.Random(turn).shuffle(cameras)
        with desk.database.transaction() as connection:
            holds.lock_cameras(connection, cameras)

    with ThreadPoolExecutor(4) as many:
        list(many.map(lock, range(60)))


def test_more_spans_than_an_entry_holds_are_refused(desk: Desk) -> None:
    spans = [
        HoldSpan(
            camera_id=desk.camera_id,
            camera="cam",
            from_us=desk.from_us + n * SECOND,
            to_us=desk.from_us + HOUR,
        )
        for n in range(holding.MOST_SPANS + 1)
    ]
    with pytest.raises(BadInput) as refused, desk.database.transaction() as connection:
        desk.hold(connection, *spans)
    assert refused.value.code == "hold_spans_many"
    with desk.database.transaction() as connection:
        assert len(desk.hold(connection, *spans[:-1]).spans) == holding.MOST_SPANS
    assert exhibits.MOST_CAMERAS == holding.MOST_SPANS
