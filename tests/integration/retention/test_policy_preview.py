"""The dry run counts to the chunk what would be gone, and what holds keep; the second officer hears when it grew."""

from __future__ import annotations

import pytest

from saksi import clock
from saksi.catalogue import cameras, holds
from saksi.catalogue.database import Connection, Database
from tests.integration.retention.policies_desk import DAY_US, HOUR, MINUTE, Desk

FROM = (clock.now_us() // HOUR - 5) * HOUR
# At this time footage of the first 90 minutes and 20 s is ten days old.
CUT = FROM + 90 * MINUTE + 20_000_000
WANTED = {
    "scope": "agency",
    "subject": "dishub",
    "days": 10,
    "effective": clock.format_us(CUT + 10 * DAY_US),
}


@pytest.fixture
def desk(database: Database) -> Desk:
    desk = Desk.of(database)
    for camera in ("k1", "k2", "b1"):
        desk.record(camera, FROM, 200)
    return desk


def hold(desk: Desk, camera: str, from_us: int, to_us: int) -> None:
    with desk.database.transaction() as connection:
        values = [desk.budi.person_id, cameras.find(connection, camera).camera_id]
        values += [clock.from_us(from_us), clock.from_us(to_us)]  # type: ignore[list-item]
        connection.execute(
            """with h as (insert into legal_hold (reason, review_on, placed_by, placed_at)
                          values ('x', '2099-01-01', %s, now()) returning hold_id)
               insert into legal_hold_span (hold_id, camera_id, from_at, to_at, added_at)
               select hold_id, %s, %s, %s, now() from h""",
            values,
        )


def counted(connection: Connection, camera: str) -> tuple[int, int, int]:
    """Hours, chunks and bytes, each chunk asked by itself."""
    camera_id = cameras.find(connection, camera).camera_id
    hours, chunks, size = set(), 0, 0
    for row in connection.execute(
        "select start_at, dur_us, size from chunk where camera_id = %s", [camera_id]
    ):
        start_us = clock.to_us(row["start_at"])
        if start_us + row["dur_us"] < CUT and not holds.held(
            connection, camera_id, start_us, start_us + row["dur_us"]
        ):
            hours.add(start_us // HOUR)
            chunks, size = chunks + 1, size + row["size"]
    return len(hours), chunks, size


def test_a_dry_run_counts_what_goes_and_what_is_held(desk: Desk) -> None:
    hold(desk, "k1", FROM + 5 * MINUTE, FROM + 7 * MINUTE)
    hold(desk, "k2", FROM - DAY_US, FROM + 70 * MINUTE)
    hold(desk, "b1", FROM, FROM + HOUR)
    told = desk.preview(**WANTED).told
    lines = {line["camera"]: line for line in told["cameras"]}
    assert set(lines) == {"k1", "k2"}
    with desk.database.transaction() as connection:
        for camera, line in lines.items():
            expected = counted(connection, camera)
            assert (line["hours"], line["chunks"], line["bytes"]) == expected, camera
    assert [lines[camera]["chunks"] for camera in ("k1", "k2")] == [88, 20]
    assert [lines[camera]["held_hours"] for camera in ("k1", "k2")] == [1, 2]
    assert (lines["k1"]["oldest"], lines["k1"]["newest"]) == (FROM, FROM + 90 * MINUTE)
    assert lines["k2"]["oldest"] == FROM + 70 * MINUTE
    assert told["total"] == {"cameras": 2, **{name: lines["k1"][name] + lines["k2"][name] for name in (
        "hours", "chunks", "bytes", "held_hours")}, "oldest": FROM, "newest": FROM + 90 * MINUTE}  # fmt: skip
    assert told["agencies"] == [{"agency": "dishub", **told["total"]}]


def test_what_would_have_gone_anyway_is_not_counted(desk: Desk) -> None:
    # Thirty days on, by the default, all this footage is gone without the change.
    told = desk.preview(**{**WANTED, "effective": clock.format_us(clock.now_us() + 31 * DAY_US)}).told
    assert told["shortens"]
    assert (told["total"]["chunks"], told["total"]["held_hours"]) == (0, 0)


def test_the_second_officer_is_told_when_it_grew(desk: Desk) -> None:
    hold(desk, "k1", FROM, FROM + HOUR)
    proposed = desk.put(preview=desk.preview(**WANTED).sha256, **WANTED)
    with desk.database.transaction() as connection:
        connection.execute(
            """update legal_hold set release_asked_by = %(b)s, release_asked_at = now(), release_reason = 'x',
                      released_by = %(c)s, released_at = now()""",
            {"b": desk.budi.person_id, "c": desk.citra.person_id},
        )
    after = desk.accept(proposed)
    assert after.grew
    assert after.now.told["total"]["chunks"] - after.policy.preview["total"]["chunks"] == 60
