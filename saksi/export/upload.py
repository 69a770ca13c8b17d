"""Streams bytes into one object of the store, part by part, and takes up what an earlier try has sent.

The bytes are the same each time, so a part that the store has already is compared and passed over. One part is filled
while the one before travels: two parts are all that is ever held.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from saksi.errors import NotFound
from saksi.objects.multipart import MOST_PARTS, Part, Upload
from saksi.objects.store import ObjectStore

_LEAST_PART = 8 << 20


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What lies in the store now."""

    size: int
    sha256: bytes


def part_size(estimate: int) -> int:
    """Bytes of a part for an object of about `estimate` bytes: a tenth of the limit on parts is left to be wrong by."""
    return max(_LEAST_PART, estimate // (MOST_PARTS * 9 // 10) + 1)


def begin(store: ObjectStore, key: str, upload_id: str) -> tuple[Upload, dict[int, Part]]:
    """The earlier upload with what it holds, or a new one."""
    if upload_id:
        upload = store.resume_upload(key, upload_id)
        try:
            return upload, upload.parts()
        except NotFound:
            pass
    return store.begin_upload(key, content_type="application/zip"), {}


def send(
    upload: Upload,
    there: dict[int, Part],
    pieces: Iterable[bytes],
    *,
    size: int,
    passed: Callable[[int], None],
) -> Stored:
    """Sends `pieces` in parts of `size` bytes and completes the object; `passed` hears of the bytes after each part.

    Whatever `pieces` raises leaves the upload as it is, to be taken up or aborted.
    """
    digest, total, number = hashlib.sha256(), 0, 0
    parts: dict[int, Part] = {}
    with ThreadPoolExecutor(1) as sender:
        travelling: Future[Part] | None = None

        def put(data: bytes) -> None:
            nonlocal number, travelling
            number += 1
            if travelling is not None:
                arrived = travelling.result()
                parts[arrived.number] = arrived
                travelling = None
            known = there.get(number)
            if known is not None and known.holds(data):
                parts[number] = known
            else:
                travelling = sender.submit(upload.put, number, data)
            passed(total)

        held: list[bytes] = []
        filled = 0
        for piece in pieces:
            digest.update(piece)
            total += len(piece)
            view = memoryview(piece)
            while filled + len(view) >= size:
                take = size - filled
                held.append(bytes(view[:take]))
                view = view[take:]
                put(b"".join(held))
                held, filled = [], 0
            if view:
                held.append(bytes(view))
                filled += len(view)
        if held or not number:
            put(b"".join(held))
        if travelling is not None:
            arrived = travelling.result()
            parts[arrived.number] = arrived
    upload.complete(parts)
    return Stored(size=total, sha256=digest.digest())
