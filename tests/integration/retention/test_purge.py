"""A purge takes what is over, all of it and nothing else; tombstones, the log and a certificate tell of it."""

from __future__ import annotations

import hashlib
import json

import pytest

from saksi import clock
from saksi.catalogue import days, holding, seal_lines
from saksi.catalogue.holds import HoldSpan
from saksi.custody.canonical import leaf
from saksi.custody.merkle import root
from saksi.errors import Conflict
from saksi.retention import certificate, purge, reach, runs, schedule, tombstones
from saksi.retention.runs import PurgeRun
from tests.integration.catalogue.desks import OFFICE, Desk
from tests.integration.retention.archive import DAY, HOUR, SECOND, Archive, hour_start, keep_days

MINUTES = 60 * SECOND


def purge_now(archive: Archive, **more: str) -> PurgeRun:
    with archive.database.transaction() as connection:
        number = schedule.announce_now(
            connection, archive.desk().signer("office"), asked_by=None, clock_checked="a test", **more
        )
    done = purge.run_next(archive.desk(), purge_id=number)
    assert done is not None
    assert (done.purge_id, done.last_error) == (number, "")
    return done


def test_what_is_over_goes_and_nothing_else(archive: Archive) -> None:
    keep_days(archive.database, 10)
    old, young = hour_start(12), hour_start(2)
    archive.record("a", old, 12)
    archive.record("a", young, 6)
    archive.record("b", old + 5 * HOUR, 3)
    done = purge_now(archive)
    assert done.state == "done"
    assert [seq for _, seq in archive.rows("a")] == [1, 2, 3, 4, 5, 6]
    assert archive.rows("b") == []
    (young_run,) = {run for run, _ in archive.rows("a")}
    assert archive.objects("chunks/") == [f"chunks/a/{young_run}/{seq:08d}.mp4" for seq in range(1, 7)]
    assert len(archive.objects("thumbnails/")) == 6
    assert len(archive.all_of("select at from thumbnail")) == 6
    told = list(tombstones.of_purge(archive.database, done.purge_id))
    assert [(one.camera, one.n, one.gone) for one in told] == [
        ("a", 6, True),
        ("a", 6, True),
        ("b", 3, True),
    ]
    assert (done.result["chunks"], done.result["bytes"], done.result["kept"]) == (15, 15_000, [])
    # What the log was told: before and after, with the same root that the lines have.
    entries = [
        json.loads(row["bytes"])
        for row in archive.all_of("select bytes from ledger_entry where chain = 'purge' order by seq")
    ]
    assert [one["body"]["event"] for one in entries] == ["notice", "done"]
    assert entries[0]["body"]["expected"] == {
        "cameras": 2,
        "hours": 3,
        "chunks": 15,
        "bytes": 15_000,
        "held_hours": 0,
    }
    body = entries[1]["body"]
    assert body["tombstones"] == {"n": 3, "root": root([leaf(one.line()) for one in told]).hex()}
    assert done.certificate is not None
    assert body["certificate"] == hashlib.sha256(done.certificate).hexdigest()
    said = certificate.read(done.certificate)
    assert [(one["agency"], one["chunks"]) for one in said["agencies"]] == [("a", 12), ("b", 3)]
    assert archive.store.get(f"purges/{done.purge_id}/certificate.json") == done.certificate
    lines = archive.store.get(f"purges/{done.purge_id}/tombstones.jsonl").splitlines()
    assert lines == [one.line() for one in told]
    # The seal stays, and so do the lines of its chunks: each tombstone still proves what it took.
    with archive.database.transaction() as connection:
        for one in told:
            seal_lines.entries_of(connection, archive.store, one.camera, one.hour_us, one.part)
    again = purge_now(archive)
    assert (again.result["chunks"], again.state) == (0, "done"), "nothing is left to take"


def test_what_is_held_stays_to_the_chunk_until_it_is_released(archive: Archive) -> None:
    keep_days(archive.database, 10)
    start = hour_start(12)
    archive.record("a", start, 12)  # two hours of ten minutes each
    desk = Desk.of(archive.database)
    span = HoldSpan(
        camera_id=archive.ids["a"], camera="a", from_us=start + 15 * MINUTES, to_us=start + 61 * MINUTES
    )
    with archive.database.transaction() as connection:
        hold = desk.hold(connection, span)
    done = purge_now(archive)
    held = [2, 3, 4, 5, 6, 7]
    assert [seq for _, seq in archive.rows("a")] == held
    assert [key[-6:-4] for key in archive.objects("chunks/")] == [f"0{seq}" for seq in held]
    assert len(archive.objects("thumbnails/")) == 6
    assert [one.seqs for one in tombstones.of_purge(archive.database, done.purge_id)] == [
        ((1, 1),),
        ((8, 12),),
    ]
    assert done.result["kept"] == [{"why": "held", "hours": 2, "chunks": 6, "bytes": 6000}]
    for person in (desk.budi, desk.citra):
        with archive.database.transaction() as connection:
            holding.release(connection, OFFICE, hold, person, desk.who(person), reason="inkrah", case=None)
    rest = purge_now(archive)
    assert archive.rows("a") == []
    assert archive.objects("chunks/") == archive.objects("thumbnails/") == []
    assert [one.seqs for one in tombstones.of_purge(archive.database, rest.purge_id)] == [
        ((2, 6),),
        ((7, 7),),
    ]
    assert archive.all_of("select * from kept_hour") == []


def test_the_minute_of_expiry_counts(archive: Archive) -> None:
    """Chunks of one hour go as each of them is over, not before and not with the hour."""
    start = hour_start(2)
    archive.record("a", start, 6)
    archive.record("b", start + HOUR, 1)
    keep_days(archive.database, (clock.now_us() - (start + 35 * MINUTES)) / DAY)
    purge_now(archive)
    assert [seq for _, seq in archive.rows("a")] == [4, 5, 6]
    assert len(archive.rows("b")) == 1


def test_what_is_not_in_the_store_or_owed_to_its_seal_waits(archive: Archive) -> None:
    keep_days(archive.database, 1)
    start = hour_start(3)
    archive.record("a", start, 6, pending=[2, 3])
    archive.record("b", start, 2)
    archive.all_of(
        "insert into seal_owed select camera_id, hour, part, 'lines' from seal where camera_id = %s returning 1",
        archive.ids["b"],
    )
    done = purge_now(archive)
    assert [seq for _, seq in archive.rows("a")] == [2, 3]
    assert [seq for _, seq in archive.rows("b")] == [1, 2]
    assert [(one["why"], one["chunks"]) for one in done.result["kept"]] == [("owed", 2), ("pending", 2)]


def test_nothing_goes_that_was_not_announced(archive: Archive) -> None:
    """A policy that is shortened between notice and purge counts from the next notice on."""
    keep_days(archive.database, 10)
    archive.record("a", hour_start(8), 3)
    archive.record("a", hour_start(12), 3)
    with archive.database.transaction() as connection:
        number = schedule.announce_now(
            connection, archive.desk().signer("office"), asked_by=None, clock_checked="a test"
        )
    keep_days(archive.database, 5)
    archive.record("new", hour_start(12), 3)
    done = purge.run_next(archive.desk(), purge_id=number)
    assert done is not None
    assert (len(archive.rows("a")), len(archive.rows("new"))) == (3, 3)
    assert purge_now(archive).result["chunks"] == 6


def test_a_purge_in_turns_goes_on_where_it_stopped(archive: Archive) -> None:
    keep_days(archive.database, 10)
    for day in (12, 13, 14):
        archive.record("a", hour_start(day), 6, pictures=False)
        archive.record("b", hour_start(day), 6, pictures=False)
    purge._BATCH_CHUNKS, before = 6, purge._BATCH_CHUNKS
    try:
        with archive.database.transaction() as connection:
            number = schedule.announce_now(
                connection, archive.desk().signer("office"), asked_by=None, clock_checked="a test"
            )
        states: list[str] = []
        while not states or states[-1] != "done":
            run = purge.run_next(archive.desk(), purge_id=number, seconds=0)
            assert run is not None
            states.append(run.state)
    finally:
        purge._BATCH_CHUNKS = before
    assert run is not None
    assert len(states) >= 6
    assert archive.objects("chunks/") == []
    assert run.result["chunks"] == 36


def test_days_that_are_empty_are_dropped(archive: Archive) -> None:
    keep_days(archive.database, 10)
    archive.record("a", hour_start(12), 6)
    archive.record("a", hour_start(15), 6)
    desk = Desk.of(archive.database)
    kept = hour_start(15)
    with archive.database.transaction() as connection:
        span = HoldSpan(camera_id=archive.ids["a"], camera="a", from_us=kept, to_us=kept + MINUTES)
        desk.hold(connection, span)
    purge_now(archive)
    dropped = days.drop_empty(archive.database, clock.from_us(clock.now_us() - 9 * DAY))
    assert clock.from_us(hour_start(12)).date() in dropped
    assert clock.from_us(kept).date() not in dropped
    assert len(archive.rows("a")) == 1
    assert days.drop_empty(archive.database, clock.from_us(clock.now_us() - 9 * DAY)) == []
    archive.record("a", hour_start(12) + HOUR, 1)  # a site that comes back late
    assert len(archive.rows("a")) == 2


@pytest.mark.parametrize(
    ("shift_us", "code"), [(370 * DAY, "clock_differs"), (-DAY, "clock_differs"), (0, "clock_ahead")]
)
def test_a_clock_that_cannot_be_right_purges_nothing(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, shift_us: int, code: str
) -> None:
    """Ahead by a year, stopped a day ago, or everything (database and all) ahead of footage that ended months ago."""
    keep_days(archive.database, 10)
    archive.record("a", hour_start(60), 12)
    now = clock.now_us
    monkeypatch.setattr(clock, "now_us", lambda: now() + shift_us)
    with pytest.raises(Conflict) as refused, archive.database.transaction() as connection:
        schedule.announce_now(connection, archive.desk().signer("office"), asked_by=None)
    assert refused.value.code == code
    assert len(archive.rows("a")) == 12
    assert archive.all_of("select * from purge_run") == []


def test_the_nightly_purge_is_announced_in_time_and_once(archive: Archive) -> None:
    keep_days(archive.database, 10)
    start = hour_start(0.1)
    archive.record("a", start, (clock.now_us() - start) // (10 * MINUTES))
    desk = archive.desk()
    for _ in range(2):
        with archive.database.transaction() as connection:
            schedule.announce_next(connection, desk.signer("office"), desk.settings)
    with archive.database.transaction() as connection:
        (run,) = runs.list_runs(connection, limit=9)
    assert run.state == "noticed"
    assert 12 * HOUR <= run.due_us - run.noticed_us <= 36 * HOUR + SECOND
    assert clock.from_us(run.due_us).strftime("%H:%M:%S") == "18:00:00", "02:00 WITA"
    assert purge.run_next(desk) is None, "it is not due"


def test_a_hold_on_what_is_being_purged_says_what_it_still_reaches(archive: Archive) -> None:
    keep_days(archive.database, 10)
    start = hour_start(12)
    archive.record("a", start, 12)
    desk = Desk.of(archive.database)
    with archive.database.transaction() as connection:
        first = HoldSpan(camera_id=archive.ids["a"], camera="a", from_us=start, to_us=start + MINUTES)
        desk.hold(connection, first)
    done = purge_now(archive)
    span = HoldSpan(
        camera_id=archive.ids["a"], camera="a", from_us=start + 5 * MINUTES, to_us=start + 70 * MINUTES
    )
    with archive.database.transaction() as connection:
        hold = desk.hold(connection, span)
        found = reach.reach(connection, hold.spans)
    assert [(one.from_us - start, one.to_us - start, one.purge_id) for one in found.gone] == [
        (10 * MINUTES, 60 * MINUTES, done.purge_id),
        (60 * MINUTES, 70 * MINUTES, done.purge_id),
    ]
    assert all(one.erased_us is not None for one in found.gone)


def test_what_is_announced_is_what_goes(archive: Archive) -> None:
    """To the chunk: not what a hold keeps of an hour, and not what of it is not over yet."""
    start = hour_start(2)
    archive.record("a", start, 12)
    desk = Desk.of(archive.database)
    span = HoldSpan(
        camera_id=archive.ids["a"], camera="a", from_us=start + 15 * MINUTES, to_us=start + 25 * MINUTES
    )
    with archive.database.transaction() as connection:
        desk.hold(connection, span)
    keep_days(archive.database, (clock.now_us() - (start + 85 * MINUTES)) / DAY)
    with archive.database.transaction() as connection:
        told = schedule.dry_run(connection, clock.now_us())
    assert (told["hours"], told["chunks"], told["bytes"], told["held_hours"]) == (2, 6, 6000, 1)
    done = purge_now(archive)
    assert (done.expected["chunks"], done.result["chunks"]) == (6, 6)
    with archive.database.transaction() as connection:
        told = schedule.dry_run(connection, clock.now_us())
    assert (told["hours"], told["chunks"], told["agencies"][0]["oldest"]) == (0, 0, None)
