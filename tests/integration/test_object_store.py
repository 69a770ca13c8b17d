"""The object store client against a real SeaweedFS."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from saksi.errors import IntegrityError, NotFound
from saksi.objects.store import ObjectStore


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def test_it_stores_bytes_and_gives_them_back(store: ObjectStore) -> None:
    data = os.urandom(300_000)
    store.put("chunks/a/1.mp4", data, sha256=digest(data))
    assert store.get("chunks/a/1.mp4") == data
    facts = store.stat("chunks/a/1.mp4")
    assert (facts.size, facts.sha256) == (len(data), digest(data))
