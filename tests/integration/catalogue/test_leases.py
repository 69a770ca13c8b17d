"""Leases: one holder at a time, taken over when silent, never shared."""

from __future__ import annotations

import threading

import pytest

from saksi import clock
from saksi.catalogue import chunks, leases
from saksi.catalogue.database import Database
from saksi.custody.canonical import tip
from saksi.custody.chain import RunClosing
from saksi.errors import Conflict
from tests.integration.catalogue.chains import Chain, add_camera


def renewed(database: Database, recorder: str) -> dict[int, int]:
    with database.transaction() as connection:
        return leases.renew(connection, recorder)


def terms(**changed: object) -> leases.Terms:
    values: dict[str, object] = {"capacity": 10, "lease_s": 60.0, **changed}
    return leases.Terms(**values)  # type: ignore[arg-type]


def begun(database: Database, recorder: str, instance: str = "here", **changed: object) -> None:
    with database.transaction() as connection:
        leases.register_recorder(connection, recorder, "0", terms(**changed), instance=instance)


def claimed(
    database: Database, recorder: str, *, capacity: int = 10, judges: bool = True
) -> list[leases.Held]:
    with database.transaction() as connection:
        return leases.claim(connection, recorder, capacity=capacity, judges=judges)


def seen(database: Database, recorder: str, instance: str = "here") -> leases.Around | None:
    with database.transaction() as connection:
        return leases.seen(connection, recorder, instance, lease_s=60.0, spool_bytes=0, spool_oldest_us=None)


def silent(database: Database, recorder: str, seconds: int = 1) -> None:
    """The recorder has not been heard of and its leases ran out so long ago."""
    with database.transaction() as connection:
        connection.execute(
            "update recorder set alive_until = now() - %s * interval '1 second' where name = %s",
            (seconds, recorder),
        )


def test_two_recorders_never_hold_one_camera(database: Database) -> None:
    with database.transaction() as connection:
        for number in range(40):
            add_camera(connection, f"cam-{number}")
    taken: dict[str, list[str]] = {"r1": [], "r2": []}
    for name in taken:
        begun(database, name, capacity=40)
    barrier = threading.Barrier(2)

    def take(name: str) -> None:
        barrier.wait(60)
        for _ in range(10):
            taken[name] += [held.camera for held in claimed(database, name, capacity=3)]

    takers = [threading.Thread(target=take, args=(name,)) for name in taken]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join(30)
    assert len(taken["r1"]) + len(taken["r2"]) == 40
    assert not set(taken["r1"]) & set(taken["r2"])


def test_a_silent_recorder_loses_its_camera_to_the_next_epoch(database: Database) -> None:
    with database.transaction() as connection:
        camera_id = add_camera(connection)
    begun(database, "r1")
    begun(database, "r2")
    assert [held.epoch for held in claimed(database, "r1")] == [1]
    assert claimed(database, "r2") == []
    silent(database, "r1")
    assert claimed(database, "r2", judges=False) == [], (
        "it cannot know, for it could not tell of itself either"
    )
    assert [held.epoch for held in claimed(database, "r2")] == [2]
    assert renewed(database, "r1") == {}
    assert renewed(database, "r2") == {camera_id: 2}


def test_a_restarted_recorder_gets_its_cameras_back_at_once(database: Database) -> None:
    with database.transaction() as connection:
        add_camera(connection)
    begun(database, "r1")
    claimed(database, "r1")
    begun(database, "r1")
    assert [held.epoch for held in claimed(database, "r1")] == [2]


def test_a_second_recorder_of_a_name_is_refused_in_words_and_takes_nothing(database: Database) -> None:
    with database.transaction() as connection:
        camera_id = add_camera(connection)
    begun(database, "r1", "here")
    begun(database, "r1", "here")
    claimed(database, "r1")
    with pytest.raises(Conflict) as refusal:
        begun(database, "r1", "there")
    for language in ("en", "id"):
        assert "r1" in refusal.value.explain(language)[0]
        assert "SAKSI_RECORDER_NAME" in refusal.value.explain(language)[1]
    assert renewed(database, "r1") == {camera_id: 1}
    assert seen(database, "r1", "here")


def test_the_name_of_a_dead_recorder_is_taken_over_and_it_learns_so(database: Database) -> None:
    begun(database, "r1", "here")
    silent(database, "r1")
    begun(database, "r1", "there")
    assert not seen(database, "r1", "here")
    with pytest.raises(Conflict):
        begun(database, "r1", "here")
    with database.transaction() as connection:
        assert not leases.leave(connection, "r1", "here")
        assert leases.leave(connection, "r1", "there")
    begun(database, "r1", "here")


def test_a_changed_address_or_a_disabled_camera_is_let_go(database: Database) -> None:
    with database.transaction() as connection:
        camera_id = add_camera(connection)
    begun(database, "r1")
    begun(database, "r2")
    claimed(database, "r1")
    with database.transaction() as connection:
        connection.execute("update camera set source_version = 2, source_sealed = 'y'")
    assert renewed(database, "r1") == {}
    assert [(held.epoch, held.source_sealed) for held in claimed(database, "r1")] == [(2, "y")]
    with database.transaction() as connection:
        connection.execute("update camera set enabled = false")
        assert leases.lost(connection, "r1", [camera_id]) == {camera_id: "disabled"}
    assert renewed(database, "r1") == {}
    silent(database, "r1")
    assert claimed(database, "r2") == []


def test_the_next_holder_learns_where_the_chain_stands(database: Database) -> None:
    now_us = clock.now_us()
    chain = Chain("cam", now_us)
    with database.transaction() as connection:
        add_camera(connection)
        chunks.open_run(connection, chain.opening)
        announced = chain.chunk(now_us)
        chunks.announce(connection, [announced])
    begun(database, "r2")
    [held] = claimed(database, "r2")
    assert held.parent == announced.tip.hex()
    assert held.last_end_us == announced.entry.end_us == held.alone_us, "nobody held it since"


def test_until_a_silent_holder_was_last_seen_somebody_recorded(database: Database) -> None:
    with database.transaction() as connection:
        add_camera(connection)
    begun(database, "r1")
    [first] = claimed(database, "r1")
    assert first.alone_us is None, "nobody ever did"
    with database.transaction() as connection:
        connection.execute("update recorder set seen_at = now() - interval '20 seconds'")
        row = connection.execute("select seen_at from recorder").fetchone()
    silent(database, "r1")
    begun(database, "r2")
    [taken] = claimed(database, "r2")
    assert row is not None
    assert (taken.last_end_us, taken.alone_us) == (None, clock.to_us(row["seen_at"]))
    silent(database, "r2")
    begun(database, "r2")
    [again] = claimed(database, "r2")
    assert again.alone_us is None, "it told what it had before it takes anything"


def test_what_a_recorder_records_now_is_never_claimed_by_it_anew(database: Database) -> None:
    """Renewing and claiming are two transactions; in between an address may change."""
    with database.transaction() as connection:
        camera_id = add_camera(connection)
    begun(database, "r1")
    claimed(database, "r1")
    with database.transaction() as connection:
        connection.execute("update camera set source_version = 2")
        assert leases.claim(connection, "r1", capacity=9, held=[camera_id]) == []
    assert [held.camera_id for held in claimed(database, "r1")] == [camera_id]


def test_the_run_before_is_the_last_one_told_even_when_the_clock_went_back(database: Database) -> None:
    now_us = clock.now_us()
    hour_us = 3_600_000_000
    before = Chain("cam", now_us)
    after = Chain("cam", now_us - hour_us)
    late = Chain("cam", now_us + hour_us, recorder="r2", epoch=0)  # of an older lease, told last
    closing = RunClosing(
        camera="cam", run=after.opening.run, last_seq=0, reason="released", at_us=now_us - hour_us + 1
    )
    end = tip(after.tip, closing.leaf())
    with database.transaction() as connection:
        add_camera(connection)
        for chain in (before, after, late):
            chunks.open_run(connection, chain.opening)
        chunks.close_run(connection, closing, end)
    begun(database, "r3")
    [held] = claimed(database, "r3")
    assert held.parent == end.hex()


def test_a_dead_recorders_cameras_go_to_all_others_by_their_capacity(database: Database) -> None:
    with database.transaction() as connection:
        for number in range(24):
            add_camera(connection, f"cam-{number}")
    begun(database, "dead", capacity=24)
    assert len(claimed(database, "dead", capacity=24)) == 24
    begun(database, "large", capacity=20)
    begun(database, "small", capacity=10)
    silent(database, "dead", 0)
    assert len(claimed(database, "large", capacity=20)) == 16
    assert len(claimed(database, "small", capacity=10)) == 8


def test_what_nobody_takes_for_a_while_is_taken_by_whoever_has_room(database: Database) -> None:
    with database.transaction() as connection:
        for number in range(8):
            add_camera(connection, f"cam-{number}")
    begun(database, "r1")
    begun(database, "idle")
    assert len(claimed(database, "r1")) == 4
    assert claimed(database, "r1", capacity=6) == []
    with database.transaction() as connection:
        connection.execute("update lease set free_since = now() - interval '3 seconds'")
    assert len(claimed(database, "r1", capacity=3)) == 3


def test_a_camera_waits_for_who_prefers_its_site_or_network_and_not_for_ever(database: Database) -> None:
    with database.transaction() as connection:
        for code, host in (("gate", "10.4.0.9"), ("yard", "10.5.0.9"), ("hall", "camera.example")):
            camera_id = add_camera(connection, code)
            connection.execute(
                "update camera set source_masked = %s where camera_id = %s",
                (f"rtsp://admin:***@{host}:554/live", camera_id),
            )
        connection.execute(
            "with s as (insert into site (code, agency_id, name) select 'depot', agency_id, 'Depot' from camera"
            " where code = 'hall' returning site_id) update camera set site_id = s.site_id from s where code = 'hall'"
        )
    begun(database, "site", sites=["depot"], networks=["10.4.0.0/16"], others=False)
    begun(database, "any")
    assert [held.camera for held in claimed(database, "any")] == ["yard"]
    assert {held.camera for held in claimed(database, "site")} == {"gate", "hall"}
    silent(database, "site", 5)
    assert {held.camera for held in claimed(database, "any")} == {"gate", "hall"}, "who prefers them is dead"
    begun(database, "site", sites=["depot"], networks=["10.4.0.0/16"], others=False)
    silent(database, "any", 5)
    assert {held.camera for held in claimed(database, "site")} == {"gate", "hall"}, "and never the yard"
    with database.transaction() as connection:
        leases.release(connection, "site", [1, 2, 3])
    begun(database, "any")
    silent(database, "any", -60)
    assert "gate" not in {held.camera for held in claimed(database, "any")}
    with database.transaction() as connection:
        connection.execute("update lease set free_since = now() - interval '13 seconds' where recorder = ''")
    assert {held.camera for held in claimed(database, "any")} == {"gate", "hall"}, "there must be a reason"


def test_what_was_recorded_without_the_catalogue_is_held_on_unless_another_held_it_since(
    database: Database,
) -> None:
    with database.transaction() as connection:
        ids = [add_camera(connection, f"cam-{number}") for number in range(4)]
    begun(database, "site")
    epochs = {one.camera_id: one.epoch for one in claimed(database, "site")}
    still, freed, taken, strange = ids
    with database.transaction() as connection:
        leases.release(connection, "site", [freed, taken])
        connection.execute("update lease set epoch = 2, last_epoch = 2 where camera_id = %s", [taken])
    recorded = {one: epochs[one] for one in (still, freed, taken)}
    with database.transaction() as connection:
        leases.register_recorder(connection, "site", "0", terms(), instance="here", recorded=recorded)
    assert renewed(database, "site") == {still: 1, freed: 1}
    assert {one.camera_id: one.epoch for one in claimed(database, "site")} == {taken: 3, strange: 2}
