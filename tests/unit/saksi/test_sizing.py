"""The arithmetic of a plan, against figures worked out by hand."""

from __future__ import annotations

import dataclasses

import pytest

from saksi.settings import Settings
from saksi.sizing import Fleet, plan

CITY = Fleet(cameras=10_000, mbps=4.0, days=30.0)


def test_a_citys_footage_rows_and_spools() -> None:
    made = plan(CITY)
    assert made.footage_bytes_a_day == pytest.approx(432e12)  # 10,000 x 0.5 MB x 86,400
    assert made.store_bytes > made.footage_bytes / 0.9
    assert made.chunk_rows == 432_000_000
    assert made.objects == 2 * made.chunk_rows
    assert made.catalogue_bytes == pytest.approx(432e6 * (236 + 30 * 14 + 129))
    assert made.spool_bytes == pytest.approx(made.cameras_a_recorder * 0.5e6 * 4 * 3600)
    assert made.saved_by_a_megabit == pytest.approx(432e12 * 30 / 4 / 0.9)


def test_with_one_recorder_gone_the_others_hold_every_camera() -> None:
    for cameras in (76, 300, 301, 2_000, 9_999):
        made = plan(dataclasses.replace(CITY, cameras=cameras))
        assert (made.recorders - 1) * made.cameras_a_recorder >= cameras
        assert made.cameras_a_recorder <= 300, "a process has one core to itself"
    assert plan(dataclasses.replace(CITY, cameras=16)).recorders == 1


def test_more_of_anything_never_needs_less() -> None:
    base = dataclasses.asdict(plan(CITY))
    for changed in ({"cameras": 20_000}, {"mbps": 8.0}, {"days": 60.0}):
        more = dataclasses.asdict(plan(dataclasses.replace(CITY, **changed)))  # type: ignore[arg-type]
        fewer = {name for name in base if more[name] < base[name]} - {
            "cameras_a_recorder",
            "recorder_memory_bytes",
        }
        assert fewer == set(), changed
    assert plan(dataclasses.replace(CITY, chunk_seconds=30)).chunk_rows == 2 * base["chunk_rows"]


def test_the_planned_high_water_is_the_one_that_is_set() -> None:
    made = plan(CITY)
    default = Settings.model_fields["store_high_water_percent"].default
    assert (made.footage_bytes + made.thumbnail_bytes) / made.store_bytes == pytest.approx(default / 100)
