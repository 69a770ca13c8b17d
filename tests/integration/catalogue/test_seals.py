"""Seals are signed entries of the log, early ones too; their lines outlive the rows; what was rewritten gets none."""

from __future__ import annotations

import hashlib
import threading
from typing import Any

import pytest

from saksi import clock
from saksi.catalogue import chunks, keys, outages, seal_entries, seals
from saksi.catalogue.chunks import Announcement
from saksi.catalogue.database import Database
from saksi.custody.canonical import tip
from saksi.custody.entries import Entry
from saksi.custody.merkle import root
from saksi.errors import IntegrityError, NotFound
from saksi.objects.store import ObjectStore
from tests.integration.catalogue.chains import OFFICE, RECORDER, SECOND, Chain, add_camera, enrol

HOUR = 3600 * SECOND
BEGAN = (clock.now_us() // HOUR - 3) * HOUR
NOW = clock.from_us(BEGAN + HOUR + 400 * SECOND)


@pytest.fixture(autouse=True)
def camera_id(database: Database) -> int:
    with database.transaction() as connection:
        enrol(connection)
        return add_camera(connection)


def tell(database: Database, chain: Chain, *told: Announcement) -> int:
    with database.transaction() as connection:
        run_no = chunks.open_run(connection, chain.opening)
        assert set(chunks.announce(connection, told)) <= {"appended"}
    return run_no


def entries(database: Database) -> list[Entry]:
    with database.transaction() as connection:
        rows = connection.execute(
            "select e.bytes from seal_entry join ledger_entry e using (entry_id) order by entry_id"
        )
        return [Entry.parse(row["bytes"]) for row in rows]


def remove_chunks(database: Database) -> None:
    """As a purge will."""
    with database.transaction() as connection:
        connection.execute("delete from chunk_pending")
        connection.execute("delete from chunk")


def test_a_seal_is_told_with_its_gaps_and_their_causes(database: Database) -> None:
    chain = Chain("cam", BEGAN)
    starts = (0, 600, 1300, 2000, 2600)
    told = [chain.chunk(BEGAN + at * SECOND, 600 * SECOND) for at in starts]
    run_no = tell(database, chain, *told)
    with database.transaction() as connection:
        for a, b, reason in ((1150, 1250, "stalled"), (1250, 1260, "auth_failed"), (1290, 1400, "disabled")):
            outages.record_outage(connection, "cam", BEGAN + a * SECOND, BEGAN + b * SECOND, reason, "", "r1")
        assert seals.seal_run(connection, RECORDER, run_no, NOW) == 1
    (entry,) = entries(database)
    leaves = [one.entry.leaf() for one in told]
    assert (entry.kind, entry.chain, entry.by) == ("seal", "recorder/r1", RECORDER.signer.key_id)
    assert entry.body == {
        "camera": "cam", "hour": BEGAN, "part": 1, "run": chain.opening.run, "first": 1, "last": 5, "n": 5,
        "bytes": 5000, "frames": 1250,
        "spans": [
            [BEGAN, BEGAN + 1200 * SECOND],
            [BEGAN + 1300 * SECOND, BEGAN + 1900 * SECOND],
            [BEGAN + 2000 * SECOND, BEGAN + 3200 * SECOND],
        ],
        "gaps": [
            [BEGAN + 1200 * SECOND, BEGAN + 1300 * SECOND, "stalled"],
            [BEGAN + 1900 * SECOND, BEGAN + 2000 * SECOND, "unknown"],
        ],
        "chain_in": chain.opening.tip().hex(), "chain_out": chain.tip.hex(), "root": root(leaves).hex(),
    }  # fmt: skip


def test_what_was_sealed_early_is_followed_by_another_part_and_the_gap_between(
    database: Database, camera_id: int
) -> None:
    chain = Chain("cam", BEGAN)
    first = chain.chunk(BEGAN, 600 * SECOND)
    run_no = tell(database, chain, first)
    with database.transaction() as connection:
        assert seals.seal_now(connection, OFFICE, camera_id, BEGAN + 700 * SECOND, BEGAN + HOUR) == 0
        assert seals.seal_now(connection, OFFICE, camera_id, BEGAN, BEGAN + SECOND) == 1
        assert seals.seal_now(connection, OFFICE, camera_id, BEGAN, BEGAN + SECOND) == 0
    tell(database, chain, chain.chunk(BEGAN + 601 * SECOND))
    with database.transaction() as connection:
        assert seals.seal_run(connection, RECORDER, run_no, NOW) == 1
    early, late = entries(database)
    assert (early.chain, late.chain) == ("office", "recorder/r1")
    assert [(one.body["hour"], one.body["part"]) for one in (early, late)] == [(BEGAN, 1), (BEGAN, 2)]
    assert early.body["chain_out"] == late.body["chain_in"] == first.tip.hex()
    assert late.body["gaps"] == [[BEGAN + 600 * SECOND, BEGAN + 601 * SECOND, "unknown"]]


def test_a_seal_without_its_entry_is_not_made(database: Database) -> None:
    chain = Chain("cam", BEGAN)
    run_no = tell(database, chain, chain.chunk(BEGAN))

    def seal_and_fail() -> None:
        with database.transaction() as connection:
            assert seals.seal_run(connection, RECORDER, run_no, NOW) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        seal_and_fail()
    with database.transaction() as connection:
        assert connection.execute("select count(*) as n from seal").fetchone() == {"n": 0}
        assert connection.execute(
            "select count(*) as n from ledger_entry where kind = 'seal'"
        ).fetchone() == {"n": 0}


def test_a_chain_rewritten_as_a_whole_is_held_against_the_recorders_memory(database: Database) -> None:
    """Rows, tips and the run agree with one another, and yet they are not what was recorded."""
    chain = Chain("cam", BEGAN)
    told = [chain.chunk(BEGAN + n * 600 * SECOND, 600 * SECOND) for n in range(3)]
    run_no = tell(database, chain, *told)
    remembered = {(chain.opening.run, one.entry.seq): one.tip for one in told}
    forged = Chain("cam", BEGAN)
    forged.opening, forged.tip = chain.opening, chain.opening.tip()
    false = [forged.chunk(BEGAN + n * 600 * SECOND, 600 * SECOND, content=b"other") for n in range(3)]
    with database.transaction() as connection:
        connection.execute("alter table chunk disable trigger chunk_never_changes")
        for one in false:
            values = {"seq": one.entry.seq, "sha256": bytes.fromhex(one.entry.sha256)}
            connection.execute("update chunk set sha256 = %(sha256)s where seq = %(seq)s", values)
        connection.execute("update run set tip = %(tip)s", {"tip": false[-1].tip})

    def agrees(run: str, seq: int, found: bytes) -> bool:
        return remembered[run, seq] == found

    with pytest.raises(IntegrityError, match="remembers"), database.transaction() as connection:
        seals.seal_run(connection, RECORDER, run_no, NOW, agrees=agrees)
    with database.transaction() as connection:
        seals.alarm(connection, run_no, "r1")
        assert seals.due_runs(connection, [chain.opening.run], NOW, 10) == []
        assert seals.orphaned_runs(connection, clock.from_us(BEGAN + 9 * HOUR), 10) == []
    with pytest.raises(IntegrityError):
        seals.request_seals(database, OFFICE, [(1, BEGAN, BEGAN + HOUR)])
    assert entries(database) == []


def test_an_hour_in_very_many_pieces_still_fits_the_log(database: Database) -> None:
    chain = Chain("cam", BEGAN)
    run_no = tell(database, chain, *(chain.chunk(BEGAN + n * 4 * SECOND, SECOND) for n in range(900)))
    with database.transaction() as connection:
        assert seals.seal_run(connection, RECORDER, run_no, NOW) == 3
    found = entries(database)
    assert [one.body["n"] for one in found] == [400, 400, 100]
    gaps = [gap for one in found for gap in one.body["gaps"]]  # type: ignore[attr-defined]
    assert len(gaps) == 899


def seen(database: Database, name: str, ago: str) -> None:
    with database.transaction() as connection:
        connection.execute(
            "insert into recorder (name, version, seen_at) values (%s, '1', now() - %s::interval)"
            " on conflict (name) do update set seen_at = excluded.seen_at",
            (name, ago),
        )


def test_the_office_seals_for_recorders_that_are_gone_and_for_others_only_what_they_left_long(
    database: Database,
) -> None:
    began = (clock.now_us() // HOUR - 1) * HOUR
    chain = Chain("cam", began)
    run_no = tell(database, chain, chain.chunk(began))
    after = clock.from_us(began + HOUR + 1000 * SECOND)
    seen(database, "r1", "11 minutes")
    with database.transaction() as connection:
        assert seals.orphaned_runs(connection, clock.from_us(began + HOUR + 400 * SECOND), 10) == []
        assert seals.orphaned_runs(connection, after, 10) == [run_no]
    seen(database, "r1", "1 minute")
    with database.transaction() as connection:
        assert seals.orphaned_runs(connection, after, 10) == []
        assert seals.orphaned_runs(connection, clock.from_us(began + 3 * HOUR + 400 * SECOND), 10) == [run_no]


def test_who_needs_a_seal_gets_it_from_the_office_when_the_recorder_is_dead_or_deaf(
    database: Database, camera_id: int
) -> None:
    chain = Chain("cam", BEGAN)
    tell(database, chain, chain.chunk(BEGAN))
    began_us = clock.monotonic_us()
    assert seals.request_seals(database, OFFICE, [(camera_id, BEGAN, BEGAN + SECOND)]) == 1
    assert clock.monotonic_us() - began_us < 2 * SECOND, "nobody is waited for"
    seen(database, "r1", "1 second")
    tell(database, chain, chain.chunk(BEGAN + 10 * SECOND))
    began_us = clock.monotonic_us()
    assert seals.request_seals(database, OFFICE, [(camera_id, BEGAN, BEGAN + HOUR)], wait_s=1) == 1
    assert clock.monotonic_us() - began_us >= SECOND
    assert seals.request_seals(database, OFFICE, [(camera_id, BEGAN, BEGAN + HOUR)]) == 0
    assert [one.chain for one in entries(database)] == ["office", "office"]


def test_of_many_who_want_a_seal_at_once_one_makes_it(database: Database, camera_id: int) -> None:
    chain = Chain("cam", BEGAN)
    tell(database, chain, *(chain.chunk(BEGAN + n * 10 * SECOND) for n in range(20)))
    made: list[int] = []

    def want() -> None:
        made.append(seals.request_seals(database, OFFICE, [(camera_id, BEGAN, BEGAN + HOUR)]))

    threads = [threading.Thread(target=want) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(made) == [0, 0, 0, 1]


def test_seals_of_before_there_was_a_log_get_their_entries_from_the_office(database: Database) -> None:
    chain = Chain("cam", BEGAN)
    told = [chain.chunk(BEGAN, 600 * SECOND), chain.chunk(BEGAN + 700 * SECOND)]
    run_no = tell(database, chain, told[0])
    with database.transaction() as connection:
        seals.seal_early(connection, RECORDER, run_no)
    tell(database, chain, told[1])
    with database.transaction() as connection:
        seals.seal_early(connection, RECORDER, run_no)
    new = entries(database)
    with database.transaction() as connection:  # as an older worker leaves it
        connection.execute("alter table seal_entry disable trigger seal_entry_never_changes")
        connection.execute("delete from seal_entry")
        connection.execute(
            "insert into seal_owed (camera_id, hour, part, what) select camera_id, hour, part, 'entry' from seal"
        )
    with database.transaction() as connection:
        assert seal_entries.log_owed(connection, OFFICE, 1) == 1
        assert seal_entries.log_owed(connection, OFFICE, 10) == 1
        assert seal_entries.log_owed(connection, OFFICE, 10) == 0
    old = entries(database)
    assert [one.body for one in old] == [one.body for one in new]
    assert {one.chain for one in old} == {"office"}


def test_lines_are_found_in_rows_and_when_these_are_gone_in_the_store(
    database: Database, store: ObjectStore
) -> None:
    chain = Chain("cam", BEGAN)
    told = [chain.chunk(BEGAN + n * 600 * SECOND, 600 * SECOND) for n in range(6)]
    run_no = tell(database, chain, *told)
    with database.transaction() as connection:
        seals.seal_run(connection, RECORDER, run_no, NOW)
    lines = [one.entry.canonical() for one in told]

    def found() -> list[bytes]:
        with database.transaction() as connection:
            return seals.entries_of(connection, store, "cam", BEGAN, 1)

    assert found() == lines
    assert seals.write_owed(database, store) == 1
    assert seals.write_owed(database, store) == 0
    remove_chunks(database)
    assert found() == lines
    key = keys.entries_key("cam", BEGAN, 1)
    body = store.get(key).replace(b'"frames":250', b'"frames":251', 1)
    store.put(key, body, sha256=hashlib.sha256(body).digest())
    with pytest.raises(IntegrityError, match="do not have the root"):
        found()
    store.delete([key])
    with pytest.raises(IntegrityError):
        found()
    with pytest.raises(NotFound), database.transaction() as connection:
        seals.entries_of(connection, store, "cam", BEGAN, 2)


class Broken(ObjectStore):
    """The store takes the object, and then the process is gone."""

    def put(self, *args: Any, **kwargs: Any) -> None:
        super().put(*args, **kwargs)
        raise KeyboardInterrupt


def test_a_crash_after_the_object_was_written_is_made_good(database: Database, store: ObjectStore) -> None:
    chain = Chain("cam", BEGAN)
    run_no = tell(database, chain, chain.chunk(BEGAN))
    with database.transaction() as connection:
        seals.seal_run(connection, RECORDER, run_no, NOW)
    store.__class__, real = Broken, store.__class__
    with pytest.raises(KeyboardInterrupt):
        seals.write_owed(database, store)
    store.__class__ = real
    before = store.get(keys.entries_key("cam", BEGAN, 1))
    assert seals.write_owed(database, store) == 1
    assert store.get(keys.entries_key("cam", BEGAN, 1)) == before


def test_lines_that_were_changed_are_not_written_and_hold_up_no_others(
    database: Database, store: ObjectStore
) -> None:
    for hour in (0, 1):
        chain = Chain("cam", BEGAN + hour * HOUR)
        run_no = tell(database, chain, chain.chunk(BEGAN + hour * HOUR))
        with database.transaction() as connection:
            seals.seal_early(connection, RECORDER, run_no)
    with database.transaction() as connection:
        connection.execute("alter table chunk disable trigger chunk_never_changes")
        connection.execute("update chunk set frames = 1 where start_at = %s", [clock.from_us(BEGAN)])
    assert seals.write_owed(database, store) == 1
    assert [key for key, _ in store.list("entries/")] == [keys.entries_key("cam", BEGAN + HOUR, 1)]
    with pytest.raises(IntegrityError), database.transaction() as connection:
        seals.entries_of(connection, store, "cam", BEGAN, 1)


def test_a_tip_between_two_seals_is_the_same_in_both(database: Database) -> None:
    chain = Chain("cam", BEGAN)
    told = [chain.chunk(BEGAN + n * 600 * SECOND, 600 * SECOND) for n in range(10)]
    run_no = tell(database, chain, *told)
    with database.transaction() as connection:
        assert seals.seal_run(connection, RECORDER, run_no, clock.from_us(BEGAN + 3 * HOUR)) == 2
    one, two = entries(database)
    chain_tip = bytes.fromhex(str(one.body["chain_in"]))
    for announced in told[:6]:
        chain_tip = tip(chain_tip, announced.entry.leaf())
    assert one.body["chain_out"] == two.body["chain_in"] == chain_tip.hex()
