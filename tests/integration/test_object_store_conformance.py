"""The list of what a store must do: the embedded one holds it, and one that cheats is found out."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from saksi.errors import Unavailable
from saksi.messages import words
from saksi.objects.conformance import check
from saksi.objects.store import MARKER, ObjectStore


def test_the_embedded_store_passes_every_check(store: ObjectStore) -> None:
    findings = list(check(store))
    assert [finding for finding in findings if not finding.holds] == []
    assert len(findings) == 8
    assert [key for key, _ in store.list("")] == [MARKER]
    for finding in findings:
        assert words(finding.code, "id", {}) != words(finding.code, "en", {})


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


def disguised(store: ObjectStore, kind: type[ObjectStore]) -> ObjectStore:
    store.__class__ = kind
    return store


def test_it_finds_ranges_that_are_cut(store: ObjectStore) -> None:
    assert failing(disguised(store, CuttingStore)) == {"storage_ranges"}


def test_it_finds_a_store_without_checksums(store: ObjectStore) -> None:
    assert failing(disguised(store, SilentStore)) == {"storage_checksum_kept", "storage_checksum_verified"}


def test_it_says_at_once_when_there_is_nothing_to_check() -> None:
    with pytest.raises(Unavailable):
        list(check(ObjectStore("http://127.0.0.1:9", "a", "b", "bucket")))
