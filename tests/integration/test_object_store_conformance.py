"""The list of what a store must do: the embedded one holds it, and one that cheats is found out."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from typing import TypeVar

import pytest

from saksi.embedded.supervise import Endpoints
from saksi.errors import Unavailable
from saksi.messages import words
from saksi.objects import legal_hold
from saksi.objects.canary import sing_hold
from saksi.objects.conformance import check, check_lock
from saksi.objects.locked import LockedStore
from saksi.objects.store import MARKER, ObjectStore

Kind = TypeVar("Kind", bound=ObjectStore)


def test_the_embedded_store_passes_every_check(store: ObjectStore) -> None:
    findings = list(check(store))
    assert [finding for finding in findings if not finding.holds] == []
    assert len(findings) == 9
    assert [key for key, _ in store.list("")] == [MARKER]
    for finding in findings:
        assert words(finding.code, "id", {}) != words(finding.code, "en", {})


@pytest.fixture
def lockable(store: ObjectStore, store_server: Endpoints) -> Iterator[LockedStore]:
    """A bucket with object lock that does not exist yet."""
    locked = LockedStore(
        store_server.s3_url, store_server.s3_access_key, store_server.s3_secret_key, f"{store.bucket}-lock"
    )
    yield locked
    locked.close()


def test_the_embedded_store_keeps_versions_and_legal_holds(
    lockable: LockedStore, store: ObjectStore, installation: str
) -> None:
    assert [finding.holds for finding in check_lock(lockable, installation)] == [True, True]
    assert [key for key, _ in lockable.versions("")] == [MARKER]
    (*not_offered,) = check_lock(disguised(store, LockedStore), installation)
    assert [(finding.offered, finding.holds) for finding in not_offered] == [(False, False)] * 2


class HoldlessStore(LockedStore):
    """Takes legal holds, tells of them, and deletes all the same."""

    def ask(
        self, operation: str, method: str, key: str = "", *, query: str = "", body: bytes = b""
    ) -> tuple[Mapping[str, str], bytes]:
        if operation == "legal_hold":
            return {}, b""
        headers, answer = super().ask(operation, method, key, query=query, body=body)
        return ({**headers, "x-amz-object-lock-legal-hold": "ON"} if method == "HEAD" else headers), answer


def test_the_canary_of_the_legal_hold_passes_on_a_lock_that_holds_and_on_no_other(
    lockable: LockedStore, installation: str
) -> None:
    lockable.ensure_bucket(installation)
    lockable.put("canary/left", b"x", sha256=hashlib.sha256(b"x").digest())  # by one that was killed
    legal_hold.hold(lockable, "canary/left")
    assert all(finding.holds for finding in sing_hold(lockable))
    found = {finding.code: finding.holds for finding in sing_hold(disguised(lockable, HoldlessStore))}
    assert found == {"hold_taken": True, "hold_kept": False, "hold_lifted": True}
    assert [key for key, _ in lockable.versions("")] == [MARKER]


class CuttingStore(ObjectStore):
    """Loses the last byte of every range."""

    def stream(
        self, key: str, offset: int = 0, length: int | None = None, *, piece: int = 1 << 20
    ) -> Iterator[bytes]:
        yield self.get(key)[offset : offset + length - 1] if length else b"".join(super().stream(key))


class SilentStore(ObjectStore):
    """Puts without the checksum reaching the store."""

    def put(self, key: str, data: object, *, sha256: bytes, content_type: str = "") -> None:
        self._sdk.put_object(self.bucket, key, io.BytesIO(data), len(data))  # type: ignore[arg-type]


def failing(store: ObjectStore) -> set[str]:
    return {finding.code for finding in check(store) if not finding.holds}


def disguised(store: ObjectStore, kind: type[Kind]) -> Kind:
    store.__class__ = kind
    assert isinstance(store, kind)
    return store


def test_it_finds_ranges_that_are_cut(store: ObjectStore) -> None:
    assert failing(disguised(store, CuttingStore)) == {"storage_ranges"}


def test_it_finds_a_store_without_checksums(store: ObjectStore) -> None:
    assert failing(disguised(store, SilentStore)) == {"storage_checksum_kept", "storage_checksum_verified"}


def test_it_says_at_once_when_there_is_nothing_to_check() -> None:
    with pytest.raises(Unavailable):
        list(check(ObjectStore("http://127.0.0.1:9", "a", "b", "bucket")))
