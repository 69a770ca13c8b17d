"""A purge that fails or is killed at any statement or request: nothing is half there, and the next turn ends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from saksi.catalogue import keys, seal_lines
from saksi.catalogue.holds import HoldSpan
from saksi.embedded.supervise import Endpoints
from saksi.errors import SaksiError
from saksi.retention import purge, schedule, tombstones
from tests.integration.catalogue.desks import OFFICE, Desk
from tests.integration.ledger.shaky import ShakyDatabase, ShakyStore, Steps, fail
from tests.integration.retention.archive import HOUR, SECOND, Archive, hour_start, keep_days, settings

ROOT = Path(__file__).parents[3]
LENGTH = 20 * 60 * SECOND


class Rounds:
    """Round after round on one archive: footage that is over, one chunk of it held, a purge of it that is due."""

    def __init__(self, archive: Archive) -> None:
        keep_days(archive.database, 5)
        self.archive = archive
        self.people = Desk.of(archive.database)
        self.start_us = hour_start(60)
        self.kept: set[str] = set()
        self.held: set[str] = set()
        archive.camera("a")

    def begin(self) -> int:
        """Announces the purge of an hour and a bit; answers its number."""
        archive = self.archive
        start, self.start_us = self.start_us, self.start_us + 3 * HOUR
        chain = archive.record("a", start, 4, length_us=LENGTH)
        held = HoldSpan(
            camera_id=archive.ids["a"], camera="a", from_us=start + LENGTH, to_us=start + 2 * LENGTH
        )
        with archive.database.transaction() as connection:
            self.people.hold(connection, held)
            number = schedule.announce_now(connection, OFFICE, asked_by=None, clock_checked="a test")
        self.held.add(keys.chunk_key("a", chain.opening.run, 2))
        return number

    def hold_whole(self) -> None:
        """What must be true at any instant: a row has its object, and what is held is there."""
        rows = {keys.chunk_key("a", run, seq) for run, seq in self.archive.rows("a")}
        objects = set(self.archive.objects("chunks/"))
        assert rows <= objects, "a search would offer what cannot be played"
        assert self.held <= rows, "held footage is gone"

    def hold_done(self, number: int) -> None:
        """What must be true when the purge is done."""
        self.hold_whole()
        assert set(self.archive.objects("chunks/")) == self.held
        assert len(self.archive.objects("thumbnails/")) == len(self.held)
        assert len(self.archive.all_of("select at from thumbnail")) == len(self.held)
        told = list(tombstones.of_purge(self.archive.database, number))
        assert [(one.seqs, one.gone) for one in told] == [(((1, 1), (3, 3)), True), (((4, 4),), True)]
        with self.archive.database.transaction() as connection:
            for one in told:
                seal_lines.entries_of(connection, self.archive.store, "a", one.hour_us, one.part)
        events = [
            json.loads(row["bytes"])["body"]
            for row in self.archive.all_of(
                "select bytes from ledger_entry where chain = 'purge' order by seq"
            )
        ]
        mine = [one for one in events if one["purge"] == number]
        assert [one["event"] for one in mine] == ["notice", "done"], "told once, before and after"
        assert mine[1]["chunks"] == 3
        kept = self.archive.all_of("select sum(n) as n from kept_hour")
        assert kept[0]["n"] == len(self.held)

    def resume(self, number: int) -> None:
        """Time passes, and a worker takes it up."""
        self.archive.all_of("update purge_run set claimed_until = '-infinity' returning 1")
        done = purge.run_next(self.archive.desk())
        assert done is not None or number == 0
        if done is not None:
            assert (done.purge_id, done.state) == (number, "done"), done.last_error


pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def shaky(database_url: str, archive: Archive, store_server: Endpoints) -> Iterator[purge.Desk]:
    """The same archive through a database and a store in which any step can fail."""
    database = ShakyDatabase(database_url, application="tests")
    store = ShakyStore(
        store_server.s3_url, store_server.s3_access_key, store_server.s3_secret_key, archive.store.bucket
    )
    database.steps = store.steps = Steps()
    yield purge.Desk(database=database, store=store, settings=settings(archive.folder))
    database.close()
    store.close()


def _turn(desk: purge.Desk, at: tuple[str, int, str] | None) -> list[tuple[str, int]]:
    """One turn that fails there; what it did until then."""
    assert isinstance(desk.database, ShakyDatabase)
    assert isinstance(desk.store, ShakyStore)
    steps = Steps(at=at, act=fail)
    desk.database.steps = desk.store.steps = steps
    try:
        purge.run_next(desk)
    except SaksiError:
        assert at is not None
    finally:
        desk.database.steps = desk.store.steps = Steps()
    return steps.seen


def _cases(table: list[tuple[str, int]]) -> list[tuple[str, int, str]]:
    """Each step before it is done; where something outlives the failure, also after.

    Of steps that come again the first alone, and of commits the last too, unless SAKSI_PURGE_STEPS says all.
    """
    lasting = ("commit", "put", "erase")
    last = dict(table)
    if os.environ.get("SAKSI_PURGE_STEPS") != "all":
        table = [one for one in table if one[1] == 1 or (one[0] == "commit" and one[1] == last[one[0]])]
    after = [(name, count, "after") for name, count in table if name.startswith(lasting)]
    return [*((name, count, "before") for name, count in table), *after]


def _table(rounds: Rounds, shaky: purge.Desk) -> list[tuple[str, int]]:
    """The steps of a turn that goes through; not the first one, in which keys are made known."""
    for _ in range(2):
        number = rounds.begin()
        table = _turn(shaky, None)
        rounds.hold_done(number)
    return table


def test_whatever_fails_done_or_not_the_next_turn_ends_the_purge(archive: Archive, shaky: purge.Desk) -> None:
    rounds = Rounds(archive)
    table = _table(rounds, shaky)
    assert {"purge.claim", "purge.gone", "erase POST", "commit", "purge.finish"} <= {
        name for name, _ in table
    }
    cases = _cases(table)
    assert len(cases) > 25
    for case in cases:
        number = rounds.begin()
        _turn(shaky, case)
        rounds.hold_whole()
        rounds.resume(number if _open(archive, number) else 0)
        rounds.hold_done(number)


def test_wherever_a_kill_falls_the_next_turn_ends_the_purge(
    archive: Archive, shaky: purge.Desk, database_url: str, store_server: Endpoints
) -> None:
    rounds = Rounds(archive)
    cases = _cases(_table(rounds, shaky))
    where = [
        store_server.s3_url,
        store_server.s3_access_key,
        store_server.s3_secret_key,
        archive.store.bucket,
    ]
    command = [sys.executable, "-m", "tests.integration.retention.killed", database_url, *where]
    with subprocess.Popen(
        [*command, str(archive.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as killed:
        assert killed.stdin is not None
        assert killed.stdout is not None
        for name, count, when in cases[:: max(len(cases) // 5, 1)]:
            number = rounds.begin()
            killed.stdin.write(f"{name}\t{count}\t{when}\n")
            killed.stdin.flush()
            assert killed.stdout.readline().strip() == "9", (name, count, when)
            rounds.hold_whole()
            rounds.resume(number if _open(archive, number) else 0)
            rounds.hold_done(number)
        killed.stdin.close()


def _open(archive: Archive, number: int) -> bool:
    (row,) = archive.all_of("select state from purge_run where purge_id = %s", number)
    return bool(row["state"] != "done")
