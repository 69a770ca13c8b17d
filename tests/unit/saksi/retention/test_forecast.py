"""Days until full, checked against archives whose answer can be worked out by hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from saksi.retention import admission, capacity
from saksi.retention.capacity import Room
from saksi.retention.forecast import Forecast, forecast
from saksi.retention.growth import DAY_US, WINDOWS, Archive, Bin, Rated
from saksi.settings import Settings

NOW = 1_800_000_000_000_000
GB = 10**9


def camera(number: int = 1, *, recorded_us: int = 30 * DAY_US, **changed: object) -> Rated:
    """A camera that writes 10 GB a day and keeps 30 days, recorded for so long."""
    covered = {days: min(recorded_us, days * DAY_US) for days in WINDOWS}
    values: dict[str, object] = {
        "camera_id": number, "code": f"c{number}", "name": "C", "agency_id": 1, "agency": "dishub", "enabled": True,
        "min_us": 7 * DAY_US, "keep_us": 30 * DAY_US, "days": -(-recorded_us // DAY_US), "covered_by": covered,
        "bytes_by": {days: 10 * GB * us // DAY_US for days, us in covered.items()}, **changed,
    }  # fmt: skip
    return Rated(**values)  # type: ignore[arg-type]


def archive(*cameras: Rated, days: int, held: int = 0) -> Archive:
    """`days` of 10 GB each of every camera, the oldest `held` of them held."""
    bins = [
        Bin(camera_id=one.camera_id, age=age, bytes=10 * GB, held=10 * GB if age >= days - held else 0)
        for one in cameras
        for age in range(days)
    ]
    return Archive(now_us=NOW, step_us=DAY_US, cameras={one.camera_id: one for one in cameras}, bins=bins)


def room(archive: Archive, free: int) -> Room:
    return Room(
        kind="external",
        capacity=archive.footage + free,
        used=archive.footage,
        free=free,
        footage=archive.footage,
    )


def made(archive: Archive, free: int, quotas: dict[int, int] | None = None) -> Forecast:
    return forecast(archive, room(archive, free), quotas or {})


def days(until_us: int | None) -> float | None:
    return None if until_us is None else (until_us - NOW) / DAY_US


def test_it_fills_while_nothing_expires_and_never_when_it_settles_below() -> None:
    young = archive(camera(), days=10)
    assert days(made(young, 100 * GB).total.full_us) == pytest.approx(10)
    assert days(made(young, 199 * GB).total.full_us) == pytest.approx(19.9)
    settled = made(young, 201 * GB).total
    assert settled.full_us is None
    assert settled.steady == 300 * GB
    assert made(archive(camera(), days=30), GB).total.full_us is None  # as much goes as comes


def test_what_is_held_never_makes_room() -> None:
    old = archive(camera(), days=30, held=10)
    told = made(old, 50 * GB).total
    assert (told.held, told.out_a_day, told.under_minimum) == (100 * GB, 0, 70 * GB)
    assert days(told.full_us) == pytest.approx(5)
    ahead = camera(held_until_us=NOW + 40 * DAY_US)  # nothing that it records for 40 days will go
    assert days(made(archive(ahead, days=30), 350 * GB).total.full_us) == pytest.approx(65)
    assert made(archive(ahead, days=30), 401 * GB).total.full_us is None


def test_neither_a_gap_nor_a_young_camera_makes_it_rosier() -> None:
    hours = camera(recorded_us=DAY_US // 12)
    assert hours.bytes_a_day == pytest.approx(10 * GB)
    dark = dataclasses.replace(  # three of seven days without a picture
        camera(), covered_by={1: 0, 7: 4 * DAY_US, 30: 27 * DAY_US}, bytes_by={1: 0, 7: 40 * GB, 30: 270 * GB}
    )
    assert dark.bytes_a_day == pytest.approx(10 * GB)
    assert dataclasses.replace(camera(), enabled=False).bytes_a_day == 0
    assert made(archive(hours, days=1), 20 * GB).sure == "low"
    unknown = dataclasses.replace(camera(), covered_by={}, bytes_by={}, days=0)
    told = made(archive(unknown, days=0), 20 * GB)
    assert (told.sure, told.total.cameras_unknown) == ("none", 1)


def test_how_sure_it_is_shows_in_the_span_of_its_dates() -> None:
    raised = dataclasses.replace(  # twice the bit rate since yesterday
        camera(), bytes_by={1: 20 * GB, 7: 80 * GB, 30: 310 * GB}
    )
    told = made(archive(raised, days=10), 60 * GB)
    assert days(told.earliest_us) == pytest.approx(3)
    assert days(told.total.full_us) == pytest.approx(5.25)
    assert days(told.latest_us) == pytest.approx(60 / (310 / 30))


def test_each_agency_has_its_own_figures_and_its_quota_an_end() -> None:
    mall = camera(2, agency="mall", agency_id=2, keep_us=10 * DAY_US)
    told = made(archive(camera(), mall, days=9), 10_000 * GB, {1: 150 * GB, 2: 150 * GB})
    assert (told.agencies["mall"].steady, told.agencies["mall"].full_us) == (100 * GB, None)
    assert days(told.agencies["dishub"].full_us) == pytest.approx(6)
    assert told.total.bytes == sum(one.bytes for one in told.agencies.values())


def test_thinned_originals_leave_a_share_behind_until_their_policy_ends() -> None:
    one = camera(thin_us=10 * DAY_US)
    half = dataclasses.replace(archive(one, days=10), shares={1: 0.5})
    told = made(half, 101 * GB).total
    # Ten days of originals and twenty of half as much: 200 GB where it was 300.
    assert (told.steady, told.full_us, told.thinned_share, told.cameras_thinned) == (200 * GB, None, 0.5, 1)
    assert days(made(half, 99 * GB).total.full_us) == pytest.approx(19.8)  # five a day more until they end
    assert made(archive(one, days=10), 10_000 * GB).total.steady == 150 * GB  # nothing measured: a quarter

    # What is old enough already goes when a worker comes to it, and what it cannot read stays whole.
    old = dataclasses.replace(archive(one, days=20), shares={1: 0.5})
    assert forecast(old, room(old, GB), {}).total.out_a_day == round((50 + 7 * 5) / 7 * GB)
    slow = forecast(old, room(old, GB), {}, thin_a_day=12.5 * GB).total  # 100 GB wait: eight days
    assert slow.out_a_day == 5 * GB
    assert forecast(old, room(old, GB), {}, thin_a_day=5 * GB).total.thinned_share == 0.75

    # Keyframes that are there leave with their policy, held ones never; they are part of what is there.
    kept = [
        Bin(camera_id=1, age=age, bytes=5 * GB, held=5 * GB * (age == 28), thinned=True) for age in (28, 29)
    ]
    told = made(dataclasses.replace(half, bins=[*half.bins, *kept]), 10_000 * GB).total
    assert (told.thinned, told.bytes, told.held) == (10 * GB, 110 * GB, 5 * GB)
    assert told.out_a_day == round((5 + 7 * 5) / 7 * GB)
    # A hold on what is yet to come keeps it whole: nothing of it is thinned.
    held = dataclasses.replace(archive(camera(thin_us=10 * DAY_US, held_until_us=NOW + 5 * DAY_US), days=0))
    held = dataclasses.replace(held, shares={1: 0.5})
    assert made(held, 250 * GB - 1).total.full_us is not None
    assert made(held, 251 * GB).total.full_us is None


def test_admission_closes_only_when_nothing_that_may_go_would_help() -> None:
    def shut(stock: Archive, free: int, **how: object) -> bool:
        return admission.closed(stock, room(stock, free), 90, **how)  # type: ignore[arg-type]

    assert not shut(archive(camera(), days=30), GB)  # 23 days of it may go
    assert shut(archive(camera(), days=30, held=23), GB)
    assert not shut(archive(camera(), days=30, held=23), 100 * GB)  # not nearly full
    some = archive(camera(), days=30, held=20)  # 30 GB of 300 may go
    assert not shut(some, GB // 10)
    assert shut(some, GB // 10, before=True)  # it reopens well below the line, not just below
    assert not shut(some, GB // 10, before=True, settling=20 * GB)
    advised = admission.advice(
        archive(camera(1), camera(2, agency_id=2), camera(3, held_until_us=NOW + DAY_US), days=3), {2}
    )
    assert [one.camera for one in advised] == ["c2", "c1", "c3"]


def test_room_is_not_guessed_and_a_slip_in_it_is_told(tmp_path: Path) -> None:
    away = Settings(data=tmp_path, s3_url="http://store:9000")
    assert (room_of := capacity.room(away, 5)).known is False
    assert (room_of.kind, room_of.free, room_of.percent, room_of.over(90)) == ("external", None, None, 0)
    small = capacity.room(away.model_copy(update={"store_capacity_bytes": 4}), 5)
    assert (small.mistaken, small.known, small.over(1)) == (True, False, 0)
    (tmp_path / "run").mkdir()
    (tmp_path / "seaweed").mkdir()
    (tmp_path / "run" / "seaweed.json").write_text('{"s3": 25000}')
    assert capacity.room(away, 5).kind == "external"
    here = capacity.room(away.model_copy(update={"s3_url": "http://127.0.0.1:25000"}), 5)
    assert here.kind == "embedded"
    assert here.capacity == here.used + (here.free or 0) > 10**9


def test_minimums_and_policies_of_minutes_are_not_rounded_to_the_stretch_that_is_looked_at() -> None:
    minute = DAY_US // 1440
    one = camera(min_us=10 * minute, keep_us=40 * minute)
    ends = {8: NOW - 8 * minute, 12: NOW - 12 * minute, 50: NOW - 50 * minute}
    bins = [Bin(camera_id=1, age=0, bytes=size, end_us=end_us) for size, end_us in ends.items()]
    found = forecast(
        Archive(now_us=NOW, step_us=60 * minute, cameras={1: one}, bins=bins),
        Room(kind="external", capacity=100, used=70, free=30, footage=70),
        {},
    )
    assert (found.total.under_minimum, found.total.expired) == (8, 50)
    assert found.agencies["dishub"].under_minimum == 8
