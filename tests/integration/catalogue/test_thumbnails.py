"""A picture follows its footage: no row once a purge took its chunk, and a purge waits for one that is being added."""

from __future__ import annotations

import hashlib
import threading

import psycopg
import pytest

from saksi import clock
from saksi.catalogue import chunks, holds, keys, seals, thumbnails
from saksi.catalogue.database import Database
from saksi.catalogue.footage import Chunk
from saksi.catalogue.thumbnails import Owed, Picture
from saksi.objects.store import ObjectStore
from tests.evidence import purging
from tests.integration.catalogue.chains import OFFICE, RECORDER, SECOND, Chain, add_camera, enrol

HOUR = 3600 * SECOND
BEGAN = (clock.now_us() // HOUR - 3) * HOUR


@pytest.fixture
def owed(database: Database) -> Owed:
    """The thumbnail of the one sealed chunk of a camera."""
    with database.transaction() as connection:
        enrol(connection)
        add_camera(connection)
        chain = Chain("cam", BEGAN)
        run_no = chunks.open_run(connection, chain.opening)
        chunks.announce(connection, [chain.chunk(BEGAN)])
        chunks.stored(connection, [(chain.opening.run, 1)])
        seals.seal_early(connection, RECORDER, run_no)
    with database.transaction() as connection:
        (one,) = thumbnails.claim(connection, limit=9, claim_s=0)
    return one


def purge(database: Database) -> None:
    with database.transaction() as connection:
        holds.lock_cameras(connection, [1])
        purge_id = purging.start_run(connection, OFFICE.signer)
        assert len(purging.take(connection, purge_id, "cam", BEGAN, BEGAN + HOUR)) == 1


@pytest.mark.parametrize("when", ["before it is made", "while it is made"])
def test_a_picture_of_purged_footage_is_erased(
    database: Database, store: ObjectStore, owed: Owed, when: str
) -> None:
    made = Picture(key=keys.thumbnail_key("cam", BEGAN), at_us=BEGAN, size=4)

    def make(_chunk: Chunk | None = None) -> Picture:
        store.put(made.key, b"jpeg", sha256=hashlib.sha256(b"jpeg").digest())
        purge(database)
        return made

    if when == "before it is made":
        make()  # an earlier try, which died before it could tell
        with database.transaction() as connection:
            (owed,) = thumbnails.claim(connection, limit=9, claim_s=60)
        assert owed.chunk is None
    thumbnails.pay(database, store, owed, make)
    assert list(store.list("thumbnails/")) == []
    with database.transaction() as connection:
        assert connection.execute("select from thumbnail").fetchall() == []
        assert connection.execute("select from outbox").fetchall() == []


def test_a_purge_waits_until_a_picture_that_is_being_added_has_its_row(
    database: Database, database_url: str, owed: Owed
) -> None:
    assert owed.chunk is not None
    other = threading.Thread(target=purge, args=(database,))
    with database.transaction() as connection:
        assert thumbnails.add(connection, owed.chunk, 1, Picture(key=owed.key, at_us=BEGAN, size=4))
        other.start()
        with psycopg.connect(database_url, autocommit=True) as looking:
            waiting = "select 1 from pg_locks where locktype = 'advisory' and not granted"
            while looking.execute(waiting).fetchone() is None:
                assert other.is_alive()
    other.join(20)
    with database.transaction() as connection:
        assert connection.execute("select from thumbnail").fetchall() == [], (
            "it took the picture with the footage"
        )
