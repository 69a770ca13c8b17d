"""One object of the store, asked for or read to its end; and one that cannot be read, told from an outage."""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from saksi.errors import IntegrityError, NotFound, Unavailable
from saksi.objects.store import MARKER, ObjectFacts, ObjectStore

_PAUSE = threading.Event()  # never set: a pause, not a signal
_PAUSE_S = 1.0


class Unreadable(Exception):
    """The store answers, and cannot give this object: the text is what it says."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """What an object's bytes are now."""

    size: int
    sha256: bytes
    crc32: int


def facts_of(store: ObjectStore, key: str) -> ObjectFacts | None:
    """What the store says of an object; None when it has none of that key. Raises Unavailable."""
    try:
        return store.stat(key)
    except NotFound:
        return None


def read(store: ObjectStore, key: str, passed: Callable[[int], None] = lambda _: None) -> Read:
    """Reads an object once, in pieces; `passed` hears of their bytes.

    Raises NotFound; Unavailable when the store does not answer; Unreadable when it does, and twice could not give
    this one: a broken disk under one object says nothing of the others.
    """
    try:
        return _read(store, key, passed)
    except (Unavailable, IntegrityError):
        store.get(MARKER)  # an outage shows here
    _PAUSE.wait(_PAUSE_S)  # or here, when it was just over
    try:
        return _read(store, key, passed)
    except (Unavailable, IntegrityError) as error:
        store.get(MARKER)
        raise Unreadable(error.diagnostics("en")) from error


def _read(store: ObjectStore, key: str, passed: Callable[[int], None]) -> Read:
    digest, crc32, size = hashlib.sha256(), 0, 0
    # One attempt: a store that finds its own bytes damaged may take long over each.
    for piece in store.stream(key, attempts=1):
        digest.update(piece)
        crc32 = zlib.crc32(piece, crc32)
        size += len(piece)
        passed(len(piece))
    return Read(size=size, sha256=digest.digest(), crc32=crc32)
