"""Holds reach the store's own legal hold, and leave it: on a real bucket with object lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from saksi import clock
from saksi.catalogue import chunks, holding, holds, keys
from saksi.catalogue.database import Database
from saksi.catalogue.holds import Hold, HoldSpan
from saksi.catalogue.ledger_tree import LogKey
from saksi.custody.signing import Signer
from saksi.embedded.supervise import Endpoints
from saksi.errors import Unavailable
from saksi.objects import legal_hold
from saksi.objects.erase import NotErased, erase
from saksi.objects.locked import LockedStore
from saksi.objects.store import ObjectStore
from saksi.retention import object_holds, store_lock
from tests.integration.catalogue.desks import OFFICE, Desk
from tests.integration.retention import real
from tests.integration.retention.archive import HOUR, SECOND, Archive, hour_start, keep_days

LOG = LogKey(origin="test.example/log", signer=Signer.from_seed(bytes([3]) * 32))
MINUTE = 60 * SECOND


class Stubborn(LockedStore):
    """Refuses legal holds on some keys, or dies after it obeyed."""

    refused: frozenset[str] = frozenset()
    dies_after = -1

    def ask(
        self, operation: str, method: str, key: str = "", *, query: str = "", body: bytes = b""
    ) -> tuple[Mapping[str, str], bytes]:
        if operation == "legal_hold" and key in self.refused:
            raise Unavailable("store_refused", store=self.url, detail="403 AccessDenied")
        answer = super().ask(operation, method, key, query=query, body=body)
        if operation == "legal_hold" and self.dies_after >= 0:
            self.dies_after -= 1
            if self.dies_after < 0:
                raise KeyboardInterrupt  # as a kill: nothing catches it
        return answer


@pytest.fixture
def locked(store_server: Endpoints, installation: str) -> Iterator[Stubborn]:
    store = Stubborn(
        store_server.s3_url,
        store_server.s3_access_key,
        store_server.s3_secret_key,
        f"lock-{uuid4().hex[:8]}",
    )
    store.ensure_bucket(installation)
    yield store
    store.close()


@pytest.fixture
def archive(database: Database, locked: Stubborn, tmp_path: Path) -> Archive:
    return Archive(database=database, store=locked, folder=tmp_path)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database)


def place(archive: Archive, desk: Desk, code: str, from_us: int, to_us: int) -> Hold:
    with archive.database.transaction() as connection:
        span = HoldSpan(camera_id=archive.ids[code], camera=code, from_us=from_us, to_us=to_us)
        return desk.hold(connection, span)


def release(archive: Archive, desk: Desk, hold: Hold) -> None:
    for person in (desk.budi, desk.citra):
        with archive.database.transaction() as connection:
            found = holds.get(connection, hold.hold_id)
            holding.release(connection, OFFICE, found, person, desk.who(person), reason="selesai", case=None)


def told(archive: Archive, hold: Hold) -> tuple[str, int, int, int]:
    with archive.database.transaction() as connection:
        lock = store_lock.of_hold(connection, holds.get(connection, hold.hold_id))
    return lock.state, lock.on, lock.owed, lock.failed


def held(store: ObjectStore, prefix: str = "") -> set[str]:
    """Keys whose newest version carries the store's hold."""
    return {
        key
        for folder in ("chunks/", "thinned/", "thumbnails/")
        for key, _ in store.list(folder + prefix)
        if legal_hold.is_held(store, key)
    }


def objects_of(code: str, run: str, seqs: range, start_us: int) -> set[str]:
    chunks_ = {keys.chunk_key(code, run, seq) for seq in seqs}
    return chunks_ | {keys.thumbnail_key(code, start_us + (seq - 1) * 10 * MINUTE) for seq in seqs}


def later(archive: Archive) -> None:
    """As if a day had passed since every span was gone through, and every try had waited long enough."""
    with archive.database.transaction() as connection:
        connection.execute(
            "update object_hold_span set look_at = '-infinity', whole_at = whole_at - interval '1 day'"
        )
        connection.execute("update object_hold set try_at = '-infinity'")


def test_a_hold_puts_the_stores_lock_on_what_it_covers_and_the_last_release_lifts_it(
    archive: Archive, locked: Stubborn, desk: Desk
) -> None:
    start_us = hour_start(3)
    run = archive.record("cam-1", start_us, 6, pending=(3,)).opening.run
    archive.record("cam-2", start_us, 2)
    first = place(archive, desk, "cam-1", start_us + 10 * MINUTE, start_us + 35 * MINUTE)  # numbers 2 to 4
    second = place(archive, desk, "cam-1", start_us + 35 * MINUTE, start_us + 2 * HOUR)  # numbers 4 to 6
    assert told(archive, first)[0] == "none", "nobody looked yet"
    store_lock.look(archive.database, locked, LOG)
    assert told(archive, first) == ("owed", 0, 0, 0)

    done = object_holds.work(archive.database, locked, seconds=60)
    assert (done.put, done.lifted, done.failed, done.more) == (8, 0, 0, False)
    both = objects_of("cam-1", run, range(2, 7), start_us) - objects_of("cam-1", run, range(3, 4), start_us)
    assert held(locked) == both
    assert told(archive, first) == ("on", 4, 0, 0)
    with pytest.raises(NotErased) as refused:
        erase(locked, [key for key, _ in locked.list("chunks/cam-1/")])
    assert set(refused.value.keys) == {key for key in both if key.startswith("chunks/")}

    # What is stored later in the span is held too, with a thumbnail that comes later still.
    archive._put(keys.chunk_key("cam-1", run, 3))
    with archive.database.transaction() as connection:
        chunks.stored(connection, [(run, 3)])
    later(archive)
    assert object_holds.work(archive.database, locked, seconds=60).put == 1
    picture = keys.thumbnail_key("cam-1", start_us + 20 * MINUTE)
    archive._put(picture)
    archive.all_of(
        "insert into thumbnail (camera_id, at, object_key, size) values (%s, %s, %s, 4) returning 1",
        archive.ids["cam-1"],
        clock.from_us(start_us + 20 * MINUTE),
        picture,
    )
    later(archive)
    assert object_holds.work(archive.database, locked, seconds=60).put == 1
    assert told(archive, first) == ("on", 6, 0, 0)

    release(archive, desk, first)
    assert told(archive, first)[:2] == ("owed", 0)
    assert object_holds.work(archive.database, locked, seconds=60).lifted == 4, (
        "numbers 2 and 3; 4 is held by another"
    )
    assert held(locked) == objects_of("cam-1", run, range(4, 7), start_us)
    assert told(archive, first)[0] == "none"
    release(archive, desk, second)
    object_holds.work(archive.database, locked, seconds=60)
    assert held(locked) == set()
    assert (
        archive.all_of("select 1 from object_hold") == archive.all_of("select 1 from object_hold_span") == []
    )


def test_what_the_store_refuses_is_told_and_tried_again_and_a_crash_leaves_nothing_held_for_ever(
    archive: Archive, locked: Stubborn, desk: Desk
) -> None:
    start_us = hour_start(2)
    run = archive.record("cam-1", start_us, 3, pictures=False).opening.run
    hold = place(archive, desk, "cam-1", start_us, start_us + HOUR)
    store_lock.look(archive.database, locked, LOG)
    locked.dies_after = 1  # two are held, none is noted
    with pytest.raises(KeyboardInterrupt):
        object_holds.work(archive.database, locked, seconds=60)
    assert len(held(locked)) == 2
    assert told(archive, hold) == ("owed", 0, 3, 0)
    release(archive, desk, hold)
    assert object_holds.work(archive.database, locked, seconds=60).lifted == 3
    assert held(locked) == set()

    again = place(archive, desk, "cam-1", start_us, start_us + HOUR)
    locked.refused = frozenset({keys.chunk_key("cam-1", run, 2)})
    locked.delete([keys.chunk_key("cam-1", run, 3)])
    done = object_holds.work(archive.database, locked, seconds=60)
    assert (done.put, done.failed) == (1, 2)
    assert told(archive, again) == ("failed", 1, 0, 2)
    assert object_holds.work(archive.database, locked, seconds=60).failed == 0, "not before its time"
    locked.refused = frozenset()
    archive._put(keys.chunk_key("cam-1", run, 3))
    later(archive)
    assert object_holds.work(archive.database, locked, seconds=60).put == 2
    assert told(archive, again) == ("on", 3, 0, 0)


def test_only_a_lock_that_a_canary_proved_is_told_as_on(
    archive: Archive, locked: Stubborn, store: ObjectStore, desk: Desk
) -> None:
    start_us = hour_start(1)
    archive.record("cam-1", start_us, 1, pictures=False)
    hold = place(archive, desk, "cam-1", start_us, start_us + HOUR)
    assert not store_lock.look(archive.database, store, LOG).offered
    assert told(archive, hold) == ("none", 0, 0, 0)

    offer = store_lock.look(archive.database, locked, LOG)
    assert (offer.offered, offer.passed) == (True, True)
    object_holds.work(archive.database, locked, seconds=60)
    assert told(archive, hold)[0] == "on"
    assert store_lock.look(archive.database, locked, LOG).sung_us == offer.sung_us, "once a day"

    locked.refused = _All()
    with archive.database.transaction() as connection:
        connection.execute("update store_lock set sung_at = %s", (clock.now() - timedelta(days=2),))
    failing = store_lock.look(archive.database, locked, LOG)
    assert (failing.passed, failing.failed) == (False, ("hold_taken",))
    assert told(archive, hold)[0] == "failed"
    entries = archive.all_of("select bytes from ledger_entry where kind = 'hold_canary' order by seq")
    assert [b'"passed":true' in entry["bytes"] for entry in entries] == [True, False]


class _All(frozenset[str]):
    def __contains__(self, key: object) -> bool:
        return True


def test_what_thinning_left_is_held_in_the_store_too(archive: Archive, locked: Stubborn, desk: Desk) -> None:
    keep_days(archive.database, 30)
    start_us = hour_start(10)
    recorded = real.record(archive, "cam-1", start_us, 3)
    real.thin_after(archive, 5, by=(desk.budi.person_id, desk.citra.person_id))
    real.derive(archive)
    store_lock.look(archive.database, locked, LOG)
    before = place(archive, desk, "cam-1", start_us, start_us + 1)  # the first: its original stays beside it
    real.purge_thinned(archive)
    after = place(archive, desk, "cam-1", start_us + real.LENGTH_US, start_us + real.LENGTH_US + 1)
    object_holds.work(archive.database, locked, seconds=60)
    first, second = (
        {keys.thinned_key("cam-1", entry.run, entry.seq), keys.thumbnail_key("cam-1", entry.start_us)}
        for entry, _ in recorded[:2]
    )
    original = keys.chunk_key("cam-1", recorded[0][0].run, 1)
    assert held(locked) == first | second | {original}
    assert (told(archive, before), told(archive, after)) == (("on", 3, 0, 0), ("on", 2, 0, 0))
    with pytest.raises(NotErased):
        erase(locked, sorted(second))
    release(archive, desk, after)
    object_holds.work(archive.database, locked, seconds=60)
    assert held(locked) == first | {original}
