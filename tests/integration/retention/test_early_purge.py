"""An early purge from its plan to its tombstones, and what achieved retention then says of it."""

from __future__ import annotations

import csv
import io

import pytest

from saksi import clock
from saksi.retention import achieved, achieved_csv, early_purge, growth, purge, runs
from tests.integration.retention.archive import DAY, HOUR, SECOND, Archive, hour_start, keep_days
from tests.integration.retention.stock import add_hold


def test_it_is_announced_carried_out_and_told_and_takes_neither_held_nor_young_footage(
    archive: Archive,
) -> None:
    keep_days(archive.database, 30, minimum=5)
    old, middle, fresh = hour_start(20), hour_start(10), hour_start(1.2)
    for start_us in (old, middle):
        archive.record("a", start_us, 12)  # two hours
    archive.record("a", fresh, 144, objects=False, pictures=False)
    with archive.database.transaction() as connection:
        add_hold(connection, archive.ids["a"], old, old + HOUR)
        footage = growth.archive(connection, clock.now_us()).footage
        assert footage == 168_000
        # At the high water; to five points below it some 9,300 bytes must go: an hour of 6,000 of each old day.
        chosen = archive.desk(store_capacity_bytes=int(footage / 0.9), s3_url="http://store:9000").settings
        assert (
            early_purge.announce(connection, archive.desk().signer("office"), chosen) is None
        )  # not allowed
        allowed = chosen.model_copy(update={"early_purge": True})
        number = early_purge.announce(connection, archive.desk().signer("office"), allowed, ahead_us=0)
        assert number is not None
        assert early_purge.announce(connection, archive.desk().signer("office"), allowed) is None  # under way
        noticed = runs.get(connection, number)
    assert (noticed.kind, noticed.reason, noticed.wanted["frees"]) == ("pressure", "store", 12_000)
    assert noticed.wanted["bytes"] == footage - int(int(footage / 0.9) * 0.85)
    done = purge.run_next(archive.desk(), purge_id=number)
    assert done is not None
    assert (done.state, done.last_error) == ("done", "")
    left = archive.all_of("select start_at from chunk order by start_at")
    starts = [clock.to_us(row["start_at"]) for row in left]
    assert starts[:6] == [old + i * 600 * SECOND for i in range(6)]  # held
    assert starts[6:12] == [middle + HOUR + i * 600 * SECOND for i in range(6)]
    assert len(starts) == 6 + 6 + 144

    with archive.database.transaction() as connection:
        assert early_purge.announce(connection, archive.desk().signer("office"), allowed) is None  # enough
        now_us = clock.now_us()
        (told,) = achieved.report(connection, now_us)
    assert (told.state, told.promised_us, told.bytes) == ("purged_early", 30 * DAY, 156_000)
    assert (told.purged_us, told.covered_us) == (2 * HOUR, 26 * HOUR)
    assert told.oldest_us == middle + HOUR  # what a hold keeps is no retention
    assert told.have_us == now_us - middle - HOUR
    assert told.continuous_us == now_us - middle - HOUR
    assert [(one.kind, one.by, one.reason, one.bytes) for one in told.early] == [
        ("pressure", "", "store", 12_000)
    ]


def test_gaps_are_told_with_their_causes_and_a_young_camera_owes_only_its_age(archive: Archive) -> None:
    fresh = hour_start(2.1)
    for code, count in (("b", 302), ("c", 144)):
        archive.record(code, fresh, count, objects=False, pictures=False)
    outage_us = fresh + 24 * HOUR
    with archive.database.transaction() as connection:
        connection.execute("update camera set name = '=1+1', created_at = %s", (clock.from_us(fresh),))
        connection.execute(
            """insert into outage (camera_id, start_at, end_at, reason, recorder)
               values (%s, %s, %s, 'unreachable', 'r1')""",
            (archive.ids["c"], clock.from_us(outage_us), clock.from_us(outage_us + 20 * HOUR)),
        )
        connection.execute("insert into camera (code, name, agency_id, source_sealed, source_masked)"
                           " select 'd', 'D', agency_id, 'x', 'x' from agency where code = 'c'")  # fmt: skip
        now_us = clock.now_us()
        whole, holed, empty = achieved.report(connection, now_us)
        page = achieved.report(connection, now_us, after="b", limit=1)
        scoped = achieved.report(connection, now_us, agency="c")
    assert (whole.state, whole.promised_us, whole.window_us) == ("young", 30 * DAY, now_us - fresh)
    assert (whole.covered_us, whole.have_us) == (302 * 600 * SECOND, now_us - fresh)
    late_us = now_us - fresh - 302 * 600 * SECOND  # nobody has recorded since
    assert whole.gaps == {"unknown": pytest.approx(late_us, abs=SECOND)}
    assert (holed.state, holed.share) == ("gaps", pytest.approx(24 * HOUR / (now_us - fresh)))
    assert holed.gaps["unreachable"] == 20 * HOUR
    assert holed.longest is not None
    assert (holed.longest.reason, holed.longest.start_us) == ("unreachable", outage_us)
    assert (empty.state, empty.oldest_us, empty.have_us) == ("nothing", None, 0)
    assert [one.camera for one in page] == ["c"]
    assert [one.camera for one in scoped] == ["c", "d"]
    (first, second) = achieved.roll_up([whole, holed, empty])
    assert (first.agency, first.states["young"], second.states) == (
        "b", 1, {"kept": 0, "young": 0, "thinned": 0, "gaps": 1, "purged_early": 0, "nothing": 1},
    )  # fmt: skip
    lines = list(csv.DictReader(io.StringIO(achieved_csv.text([whole, holed], now_us))))
    assert lines[0]["name"] == "'=1+1"
    assert (lines[1]["longest_gap_reason"], lines[1]["longest_gap_hours"]) == ("unreachable", "20.0000")
