"""Init segments in the object store: players fetch the parameters of chunks once."""

from __future__ import annotations

import hashlib

from recorder.sidecar import InitFacts
from saksi.catalogue import keys
from saksi.fmp4.writer import video_only
from saksi.objects.store import ObjectStore


class InitObjects:
    """Remembers what it has sent."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._sent: set[str] = set()

    def send(self, init: InitFacts) -> None:
        """The init segment, and one without sound where browsers cannot play it. Raises as `ObjectStore.put`."""
        if init.sha256 in self._sent:
            return
        self._store.put(keys.init_key(init.sha256, False), init.body, sha256=bytes.fromhex(init.sha256))
        if init.audio in ("pcmu", "pcma"):
            silent = video_only(init.body)
            self._store.put(keys.init_key(init.sha256, True), silent, sha256=hashlib.sha256(silent).digest())
        self._sent.add(init.sha256)
