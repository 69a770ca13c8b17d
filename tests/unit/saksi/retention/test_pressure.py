"""What an early purge would take, over random archives: never held, never too young, and enough if there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from saksi.retention.growth import DAY_US, Archive, Bin, Rated
from saksi.retention.pressure import Demand, Plan, free, plan, takeable

NOW = 1_800_000_000_000_000


@st.composite
def archives(draw: st.DrawFn) -> Archive:
    """A few cameras of two agencies with their own minimum and policy, some of their footage held or waiting."""
    cameras, bins = {}, []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        min_us = draw(st.integers(0, 20)) * DAY_US // 2
        cameras[number] = Rated(
            camera_id=number, code=f"c{number}", name="C", agency_id=number % 2, agency=f"a{number % 2}",
            enabled=True, min_us=min_us, keep_us=min_us + draw(st.integers(0, 20)) * DAY_US,
        )  # fmt: skip
        for age in draw(st.sets(st.integers(0, 40), max_size=12)):
            size = draw(st.integers(1, 1000))
            held = draw(st.sampled_from([0, 0, size, size // 2]))
            waiting = draw(st.sampled_from([0, 0, size - held]))
            bins.append(Bin(camera_id=number, age=age, bytes=size, held=held, waiting=waiting))
    return Archive(now_us=NOW, step_us=DAY_US, cameras=cameras, bins=draw(st.permutations(bins)))


def gone(archive: Archive, made: Plan) -> list[Bin]:
    """What a purge by the plan's cutoffs finds before them."""
    return [
        one for one in archive.bins
        if one.camera_id in made.cutoffs and NOW - one.age * DAY_US <= made.cutoffs[one.camera_id]
    ]  # fmt: skip


@given(archives(), st.integers(0, 60_000))
def test_it_takes_no_more_than_it_may_and_enough_whenever_there_is(archive: Archive, asked: int) -> None:
    made = plan(archive, [Demand(bytes=asked, why="store")])
    for camera_id, cutoff_us in made.cutoffs.items():
        assert cutoff_us <= NOW - archive.cameras[camera_id].min_us
    assert made.bytes == sum(free(one) for one in gone(archive, made))
    assert made.bytes >= min(asked, takeable(archive))
    assert made.short == max(0, asked - made.bytes)
    largest = max((free(one) for one in archive.bins), default=0)
    assert made.bytes < asked + largest or not made.takes  # no more than the last stretch over it
    still = sum(one.bytes for one in archive.bins) - takeable(archive)
    kept = made.total_left
    assert kept.held + kept.under_minimum + kept.waiting == still


@given(archives(), st.integers(0, 20_000), st.integers(0, 20_000))
def test_asked_for_more_it_takes_the_same_and_more(archive: Archive, less: int, more: int) -> None:
    small = plan(archive, [Demand(bytes=less, why="store")])
    large = plan(archive, [Demand(bytes=less + more, why="store")])
    assert all(large.cutoffs[camera_id] >= cutoff for camera_id, cutoff in small.cutoffs.items())


@given(archives(), st.integers(1, 20_000), st.integers(0, 20_000))
def test_over_its_quota_an_agency_gives_of_its_own(archive: Archive, over: int, store: int) -> None:
    mine = frozenset(one.camera_id for one in archive.cameras.values() if one.agency == "a1")
    alone = plan(archive, [Demand(bytes=over, why="a1", cameras=mine)])
    assert set(alone.cutoffs) <= mine
    both = plan(archive, [Demand(bytes=over, why="a1", cameras=mine), Demand(bytes=store, why="store")])
    assert all(both.cutoffs[camera_id] >= cutoff for camera_id, cutoff in alone.cutoffs.items())
    assert both.bytes >= min(store, takeable(archive))


def test_expired_goes_first_and_then_each_in_proportion_to_its_reach() -> None:
    def camera(number: int, keep: int) -> Rated:
        return Rated(
            camera_id=number, code=f"c{number}", name="C", agency_id=1, agency="a", enabled=True,
            min_us=10 * DAY_US, keep_us=keep * DAY_US,
        )  # fmt: skip

    bins = [Bin(camera_id=1, age=age, bytes=10) for age in range(70)]
    bins += [Bin(camera_id=2, age=age, bytes=10) for age in range(40)]
    bins += [Bin(camera_id=3, age=age, bytes=10) for age in range(12)]
    archive = Archive(
        now_us=NOW, step_us=DAY_US, bins=bins, cameras={1: camera(1, 70), 2: camera(2, 40), 3: camera(3, 10)}
    )
    first = plan(archive, [Demand(bytes=20, why="store")])
    assert first.cutoffs == {3: NOW - 10 * DAY_US}  # 3 alone holds what its policy gave up
    half = plan(archive, [Demand(bytes=20 + 450, why="store")])
    assert half.cutoffs[1] == NOW - 40 * DAY_US  # 30 of the 60 days over its minimum
    assert half.cutoffs[2] == NOW - 25 * DAY_US  # 15 of 30
