"""Erasing for good on a real SeaweedFS: no version and no delete marker stays, and no neighbour goes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from minio.versioningconfig import ENABLED, SUSPENDED, VersioningConfig

from saksi.embedded.supervise import Endpoints
from saksi.errors import Unavailable
from saksi.objects import erase as erasing
from saksi.objects import versions
from saksi.objects.erase import NotErased, erase, left
from saksi.objects.locked import LockedStore
from saksi.objects.store import ObjectStore

RUN = "chunks/simpang-1/0f8f/"
OTHER_RUN = "chunks/simpang-1/0f8f1/"


def key(number: int) -> str:
    return f"{RUN}{number:08d}.mp4"


def put(store: ObjectStore, keys: list[str], data: bytes = b"x") -> None:
    digest = hashlib.sha256(data).digest()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: store.put(one, data, sha256=digest), keys))


def versioning(store: ObjectStore, state: str) -> None:
    store._sdk.set_bucket_versioning(store.bucket, VersioningConfig(state))


def all_versions(store: ObjectStore) -> set[str]:
    """What the SDK's own listing of versions and delete markers has under the runs."""
    found = store._sdk.list_objects(store.bucket, prefix="chunks/", recursive=True, include_version=True)
    return {str(item.object_name) for item in found}


def small_pages(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    for module in (versions, erasing):
        monkeypatch.setattr(module, "PAGE", size)


# Names that a run never has, that a careless prefix, range or page would take along or trip over.
NEIGHBOURS = [
    key(4),
    f"{RUN}0000000",
    f"{RUN}00000005.mp",
    f"{RUN}00000007.mp4.a",
    f"{RUN}00000009.mp4.a",
    f"{OTHER_RUN}00000006.mp4",
]


@pytest.mark.parametrize(
    ("state", "n", "page"), [(None, 1020, 1000), (ENABLED, 1020, 1000), (SUSPENDED, 60, 7), (ENABLED, 60, 3)]
)
def test_it_erases_what_was_named_and_nothing_beside_it(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch, state: str | None, n: int, page: int
) -> None:
    small_pages(monkeypatch, page)
    wanted = [key(number) for number in range(5, 5 + n)]
    neighbours = [*NEIGHBOURS, key(5 + n)]
    put(store, wanted + neighbours)
    if state is not None:
        versioning(store, ENABLED)
        put(store, wanted[:20] + NEIGHBOURS, b"newer")
        store.delete(wanted[10:30])
    if state == SUSPENDED:
        versioning(store, SUSPENDED)
        put(store, wanted[15:40], b"newest")
    assert set(wanted) <= all_versions(store)
    assert list(left(store, RUN, wanted[0], wanted[-1]))[:2] == [wanted[0], wanted[1]]

    erase(store, [*wanted, f"{RUN}never-was.mp4"], a_second=400 if n < 100 else 0)
    assert all_versions(store) == set(neighbours)
    assert {name: store.get(name) for name in neighbours} == {
        name: b"newer" if state is not None and name in NEIGHBOURS else b"x" for name in neighbours
    }
    assert [name for name in left(store, RUN, wanted[0], wanted[-1]) if name in wanted] == []
    erase(store, wanted)
    assert all_versions(store) == set(neighbours)


def test_what_a_lock_guards_stays_and_is_named(store_server: Endpoints, installation: str) -> None:
    store = LockedStore(
        store_server.s3_url,
        store_server.s3_access_key,
        store_server.s3_secret_key,
        f"test-locked-{uuid4().hex[:8]}",
    )
    store.ensure_bucket(installation)
    wanted = [key(number) for number in range(8)]
    put(store, wanted)
    store._sdk.enable_object_legal_hold(store.bucket, wanted[3])
    put(store, wanted[2:5], b"newer")  # the hold stays on the version below
    with pytest.raises(NotErased) as refused:
        erase(store, wanted)
    assert (refused.value.code, refused.value.keys) == ("objects_locked", (wanted[3],))
    assert wanted[3] in refused.value.diagnostics("id")
    assert list(left(store, RUN, wanted[0], wanted[-1])) == [wanted[3]]

    ((_, version),) = store.versions(RUN)
    store._sdk.disable_object_legal_hold(store.bucket, wanted[3], version_id=version)
    erase(store, wanted)
    assert list(left(store, RUN, wanted[0], wanted[-1])) == []
    store.close()


class Counting(ObjectStore):
    """Counts its requests by what they are for; so many deletions as told are carried out and reported as failed."""

    asked: list[str]
    lies: int

    def ask(
        self, operation: str, method: str, key: str = "", *, query: str = "", body: bytes = b""
    ) -> tuple[Mapping[str, str], bytes]:
        self.asked.append(operation)
        headers, answer = super().ask(operation, method, key, query=query, body=body)
        if operation == "erase" and self.lies:
            self.lies -= 1
            return headers, b"<DeleteResult><Error><Code>SlowDown</Code><Key>k</Key></Error></DeleteResult>"
        return headers, answer


@pytest.fixture
def counting(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    small_pages(monkeypatch, 10)
    store.__class__ = Counting
    assert isinstance(store, Counting)
    store.asked, store.lies = [], 0
    yield store
    store.__class__ = ObjectStore


@pytest.mark.parametrize("state", [None, ENABLED])
def test_it_reads_only_the_stretch_it_is_asked_about(counting: Counting, state: str | None) -> None:
    put(counting, [key(number) for number in range(300)])
    if state is not None:
        versioning(counting, state)
    assert list(left(counting, RUN, key(120), key(123))) == [key(number) for number in range(120, 124)]
    assert len(counting.asked) <= 2
    erase(counting, [key(5), key(250)])
    assert len(counting.asked) <= 10  # a whole listing is 30 pages
    assert list(left(counting, RUN, key(4), key(6))) == [key(4), key(6)]
    assert list(left(counting, RUN, key(249), key(251))) == [key(249), key(251)]


def test_a_batch_that_failed_and_was_carried_out_is_tried_again_and_not_for_ever(counting: Counting) -> None:
    put(counting, [key(1), key(2)])
    counting.lies = 2
    erase(counting, [key(1)])
    assert counting.asked.count("erase") == 3
    counting.lies = 99
    with pytest.raises(Unavailable, match="SlowDown"):
        erase(counting, [key(2)])
    assert counting.asked.count("erase") == 6
    assert list(left(counting, RUN, key(1), key(2))) == []
