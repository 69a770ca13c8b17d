"""The WORM canary on a real store, and copies under lock where it passes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from saksi import clock
from saksi.catalogue.database import Database
from saksi.catalogue.ledger_tree import LogKey
from saksi.custody.signing import Signer
from saksi.embedded.supervise import Endpoints
from saksi.ledger import copies, sequencer
from saksi.objects import canary
from saksi.objects.locked import LockedStore
from saksi.objects.store import ObjectStore
from tests.integration.ledger.shaky import add, hold


@pytest.fixture
def locked(store_server: Endpoints) -> Iterator[LockedStore]:
    """A store on a bucket that does not exist yet."""
    store = LockedStore(
        store_server.s3_url,
        store_server.s3_access_key,
        store_server.s3_secret_key,
        f"locked-{uuid4().hex[:8]}",
    )
    yield store
    store.close()


def test_the_canary_survives_every_attempt_in_a_bucket_with_object_lock(
    locked: LockedStore, installation: str
) -> None:
    locked.ensure_bucket(installation)
    findings = canary.sing(locked)
    assert [(one.code, one.seen) for one in findings if not one.holds] == []
    assert len(findings) == 6
    assert all(one.holds for one in canary.sing(locked)), "and again, beside what the first one left"


def test_the_canary_dies_in_a_bucket_without_object_lock(store: ObjectStore, store_server: Endpoints) -> None:
    unlocked = LockedStore(
        store_server.s3_url, store_server.s3_access_key, store_server.s3_secret_key, store.bucket
    )
    assert not all(one.holds for one in canary.sing(unlocked))
    unlocked.close()


class Deceitful(LockedStore):
    """Says yes to locks and keeps none, as a store was seen to do."""

    def put_locked(self, key: str, data: bytes, *, sha256: bytes, until: object) -> None:
        """Without the lock."""
        self.put(key, data, sha256=sha256)


def test_the_canary_finds_a_store_that_accepts_locks_and_deletes_all_the_same(
    store_server: Endpoints, installation: str
) -> None:
    deceitful = Deceitful(
        store_server.s3_url,
        store_server.s3_access_key,
        store_server.s3_secret_key,
        f"deceit-{uuid4().hex[:8]}",
    )
    deceitful.ensure_bucket(installation)
    failed = {one.code for one in canary.sing(deceitful) if not one.holds}
    assert "worm_delete_version" in failed
    deceitful.close()


def test_full_tiles_are_copied_under_lock_once_the_canary_passed_and_is_in_the_log(
    database: Database,
    store: ObjectStore,
    locked: LockedStore,
    installation: str,
    log: LogKey,
    office: Signer,
) -> None:
    add(database, office, 600)
    sequencer.checkpoint(database, store, log)
    assert copies.copy(database, locked, days=1) == 0, "no canary yet"
    copies.sing(database, locked, log, installation=installation)
    with database.transaction() as connection:
        sung = copies.last_sung(connection)
    assert sung is not None
    assert (sung.passed, sung.failed, sung.bucket) == (True, (), locked.bucket)
    assert copies.copy(database, locked, days=1) == 4, "two tiles, two bundles"
    assert copies.copy(database, locked, days=1) == 0
    for key in ("ledger/tile/0/000", "ledger/tile/entries/001"):
        assert locked.get(key) == store.get(key)
        ((_, version),) = locked.versions(key)
        assert not locked.delete_version(key, version)
        assert not locked.shorten(key, version, clock.now() + timedelta(minutes=1))
        locked.delete([key])
        assert locked.read_version(key, version) == store.get(key)
    sequencer.checkpoint(database, store, log)
    hold(database, store, log)


def test_a_canary_that_failed_is_in_the_log_too_and_nothing_is_copied(
    database: Database,
    store: ObjectStore,
    store_server: Endpoints,
    installation: str,
    log: LogKey,
    office: Signer,
) -> None:
    unlocked = LockedStore(
        store_server.s3_url, store_server.s3_access_key, store_server.s3_secret_key, store.bucket
    )
    add(database, office, 300)
    copies.sing(database, unlocked, log, installation=installation)
    sequencer.checkpoint(database, store, log)
    with database.transaction() as connection:
        sung = copies.last_sung(connection)
    assert sung is not None
    assert not sung.passed
    assert sung.failed
    assert copies.copy(database, unlocked, days=1) == 0
    unlocked.close()


def test_putting_twice_under_lock_keeps_both(locked: LockedStore, installation: str) -> None:
    locked.ensure_bucket(installation)
    for _ in range(2):
        locked.put_locked(
            "x", b"x", sha256=hashlib.sha256(b"x").digest(), until=clock.now() + timedelta(minutes=5)
        )
    assert len(locked.versions("x")) == 2
