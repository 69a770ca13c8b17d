"""Large objects in parts, against a real SeaweedFS."""

from __future__ import annotations

import hashlib
import os

import pytest

from saksi.errors import IntegrityError, NotFound
from saksi.objects.store import ObjectStore

KEY = "exports/one/package.zip"
PARTS = [os.urandom(5 << 20), os.urandom(5 << 20), os.urandom(1234)]


def test_parts_become_one_object_and_nothing_is_seen_before(store: ObjectStore) -> None:
    upload = store.begin_upload(KEY, content_type="application/zip")
    done = {2: upload.put(2, PARTS[1]), 1: upload.put(1, PARTS[0])}
    with pytest.raises(NotFound):
        store.stat(KEY)
    done[3] = upload.put(3, PARTS[2])
    upload.complete(done)
    assert store.get(KEY) == b"".join(PARTS)
    assert store.get(KEY, 5 << 20, 10) == PARTS[1][:10]


def test_an_upload_is_taken_up_by_another_process(store: ObjectStore) -> None:
    begun = store.begin_upload(KEY, content_type="application/zip")
    begun.put(1, PARTS[0])
    upload = store.resume_upload(KEY, begun.upload_id)
    there = upload.parts()
    assert list(there) == [1]
    assert there[1].holds(PARTS[0])
    assert not there[1].holds(PARTS[1])
    upload.complete(there | {2: upload.put(2, PARTS[2])})
    assert hashlib.sha256(store.get(KEY)).digest() == hashlib.sha256(PARTS[0] + PARTS[2]).digest()


def test_a_forgotten_upload_is_told_apart(store: ObjectStore) -> None:
    upload = store.begin_upload(KEY, content_type="application/zip")
    upload.put(1, PARTS[0])
    upload.abort()
    upload.abort()
    with pytest.raises((NotFound, IntegrityError)):
        upload.parts()
