"""Policies, recordings, holds, releases, purges, crashes, restarts and false clocks in any order.

Never one held byte gone, never one expired byte kept past the next purge, and tombstones always verify.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from saksi import clock
from saksi.catalogue import holding, keys, seal_lines
from saksi.catalogue.database import Database
from saksi.catalogue.holds import Hold, HoldSpan
from saksi.embedded.supervise import Endpoints
from saksi.errors import Conflict, SaksiError
from saksi.objects.store import ObjectStore
from saksi.retention import purge, reach, schedule, tombstones
from tests.fixtures.fix_database import copy_template, drop, named
from tests.integration.catalogue.desks import OFFICE, Desk
from tests.integration.ledger.shaky import ShakyDatabase, ShakyStore, Steps, fail
from tests.integration.retention import archive as made_up
from tests.integration.retention.archive import DAY, SECOND, Archive, hour_start, keep_days

LENGTH = 20 * 60 * SECOND
EXAMPLES = int(os.environ.get("SAKSI_PURGE_EXAMPLES", "3"))  # 200 before a release
_numbers = itertools.count(1)
CAMERAS = st.sampled_from(["a", "b"])


class Countdown(Steps):
    """Fails at a step by its place among all, whatever its name."""

    left = -1

    def step(self, name: str):  # type: ignore[no-untyped-def]
        """As its base."""
        self.left -= 1
        self.at = (
            (name, self._counts.get(name, 0) + 1, "after" if self.late else "before")
            if self.left == 0
            else None
        )
        return super().step(name)

    late = False


class City(RuleBasedStateMachine):
    """Two cameras and whatever happens to them. `protected` are chunks that a hold in force was told it has."""

    servers: Endpoints
    template: str
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        number = next(_numbers)
        self.name = f"city_{number}"
        copy_template(self.servers.database_url, self.template, self.name)
        url = named(self.servers.database_url, self.name)
        where = (
            self.servers.s3_url,
            self.servers.s3_access_key,
            self.servers.s3_secret_key,
            f"city-{number}",
        )
        self.archive = Archive(
            database=Database(url, application="tests"), store=ObjectStore(*where), folder=self.folder
        )
        self.archive.store.ensure_bucket(f"city-{number}")
        self.shaky = ShakyDatabase(url, application="tests"), ShakyStore(*where)
        self.desk = Desk.of(self.archive.database)
        for code in ("a", "b"):
            self.archive.camera(code)
        self.days = 10.0
        keep_days(self.archive.database, self.days)
        self.free = {code: itertools.count(1) for code in ("a", "b")}
        self.holds: dict[int, tuple[Hold, set[str]]] = {}
        self.gone: set[str] = set()

    def teardown(self) -> None:
        """The database goes; the bucket is the test server's."""
        self.archive.database.close()
        self.shaky[0].close()
        self.shaky[1].close()
        drop(self.servers.database_url, self.name)

    @rule(camera=CAMERAS, count=st.integers(1, 5), days_ago=st.sampled_from([1, 6, 12, 18]))
    def record(self, camera: str, count: int, days_ago: int) -> None:
        """A recording of some chunks; each at hours of its own."""
        turn = next(self.free[camera])
        self.archive.record(camera, hour_start(days_ago + turn * 0.1), count, length_us=LENGTH)

    @rule(days=st.sampled_from([3.0, 8.0, 14.0, 30.0]))
    def policy(self, days: float) -> None:
        """Another policy from now on."""
        self.days = days
        keep_days(self.archive.database, days)

    @rule(camera=CAMERAS, days_ago=st.integers(1, 22), length=st.sampled_from([0.02, 0.3, 4.0]))
    def hold(self, camera: str, days_ago: int, length: float) -> None:
        """What it is told to have is protected; what it is told to have lost is lost."""
        from_us = hour_start(days_ago) + 7 * 60 * SECOND
        span = HoldSpan(
            camera_id=self.archive.ids[camera],
            camera=camera,
            from_us=from_us,
            to_us=from_us + int(length * DAY),
        )
        with self.archive.database.transaction() as connection:
            placed = self.desk.hold(connection, span)
            found = reach.reach(connection, placed.spans)
        touched = self._touched(camera, span.from_us, span.to_us)
        there = self._rows() & touched.keys()
        told = {
            key
            for key, (start_us, end_us) in touched.items()
            if any(a < end_us and b > start_us for _, a, b in found.there)
        }
        assert told == there, "the answer is what is there"
        self.holds[placed.hold_id] = placed, there

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        """By two officers."""
        number = data.draw(st.sampled_from(sorted(self.holds)))
        hold, _ = self.holds.pop(number)
        for person in (self.desk.budi, self.desk.citra):
            with self.archive.database.transaction() as connection:
                holding.release(
                    connection, OFFICE, hold, person, self.desk.who(person), reason="x", case=None
                )

    @rule()
    def purge(self) -> None:
        """One that goes through; whatever was cut off before is ended by it too."""
        cutoff_us = self._announce()
        self._carry_out()
        self._hold_finished(cutoff_us)

    @rule(after=st.integers(1, 60), late=st.booleans())
    def crash(self, after: int, late: bool) -> None:
        """One that is cut off at some step; the next purge or a restart finds it."""
        self._announce()
        steps = Countdown()
        steps.left, steps.late = after, late
        steps.act = fail
        self.shaky[0].steps = self.shaky[1].steps = steps
        try:
            purge.run_next(
                purge.Desk(
                    database=self.shaky[0], store=self.shaky[1], settings=made_up.settings(self.folder)
                )
            )
        except SaksiError:
            pass
        finally:
            self.shaky[0].steps = self.shaky[1].steps = Steps()
        self._hold_always()

    @rule(shift=st.sampled_from([-DAY, 400 * DAY]))
    def false_clock(self, shift: int) -> None:
        """Refused, and nothing changes."""
        before, now = self._rows(), clock.now_us
        clock.now_us = lambda: now() + shift
        try:
            with pytest.raises(Conflict):
                self._announce()
        finally:
            clock.now_us = now
        assert self._rows() == before

    def _announce(self) -> int:
        with self.archive.database.transaction() as connection:
            schedule.announce_now(connection, OFFICE, asked_by=None, clock_checked="a test")
            return clock.now_us() - int(self.days * DAY) - SECOND

    def _carry_out(self) -> None:
        self.archive.all_of("update purge_run set claimed_until = '-infinity' returning 1")
        while (run := purge.run_next(self.archive.desk())) is not None:
            assert run.state == "done", run.last_error

    def _hold_always(self) -> None:
        rows, objects = self._rows(), set(self.archive.objects("chunks/"))
        assert rows <= objects, "a row without its object"
        for _, protected in self.holds.values():
            assert protected <= rows, "held footage is gone"

    def _hold_finished(self, cutoff_us: int) -> None:
        self._hold_always()
        rows = self._rows()
        held = [span for hold, _ in self.holds.values() for span in hold.spans]
        for code, written in self.archive.written.items():
            for run, seq, start_us, end_us in written:
                if end_us <= cutoff_us and keys.chunk_key(code, run, seq) in rows:
                    assert any(
                        one.camera == code and one.from_us < end_us and one.to_us > start_us for one in held
                    ), "expired, under no hold, and still there"
        assert set(self.archive.objects("chunks/")) == rows
        self._hold_tombstones(rows)

    def _hold_tombstones(self, rows: set[str]) -> None:
        taken: set[str] = set()
        for row in self.archive.all_of("select purge_id from purge_run order by 1"):
            for one in tombstones.of_purge(self.archive.database, row["purge_id"]):
                assert one.gone
                named_ = {
                    keys.chunk_key(one.camera, one.run, seq) for a, b in one.seqs for seq in range(a, b + 1)
                }
                assert not named_ & taken, "taken twice"
                taken |= named_
                with self.archive.database.transaction() as connection:
                    seal_lines.entries_of(connection, self.archive.store, one.camera, one.hour_us, one.part)
        everything = {
            keys.chunk_key(code, run, seq)
            for code, written in self.archive.written.items()
            for run, seq, _, _ in written
        }
        assert taken == everything - rows, "what is not there has a tombstone, what is there has none"

    def _rows(self) -> set[str]:
        return {
            keys.chunk_key(code, run, seq)
            for code in self.archive.ids
            for run, seq in self.archive.rows(code)
        }

    def _touched(self, camera: str, from_us: int, to_us: int) -> dict[str, tuple[int, int]]:
        return {
            keys.chunk_key(camera, run, seq): (start_us, end_us)
            for run, seq, start_us, end_us in self.archive.written.get(camera, ())
            if start_us < to_us and end_us > from_us
        }


@pytest.fixture
def city(
    database_server: Endpoints, store_server: Endpoints, migrated_template: str, tmp_path: Path
) -> type[City]:
    """The servers that every example makes a database and a bucket on."""
    City.servers = Endpoints(
        **{
            **vars(store_server),
            "database_url": database_server.database_url,
        }
    )
    City.template, City.folder = migrated_template, tmp_path
    return City


@pytest.mark.timeout(3600)
def test_no_order_of_things_loses_what_is_held_or_keeps_what_is_over(city: type[City]) -> None:
    run_state_machine_as_test(
        city,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
