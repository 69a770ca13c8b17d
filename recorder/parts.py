"""Sends a chunk in parts and takes up where the line broke: on a thin uplink a whole one may take many minutes.

The number of the upload lies beside the chunk; a note that is lost costs the parts that went, nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from saksi.errors import IntegrityError, NotFound
from saksi.objects.multipart import LEAST_PART, Part, Upload
from saksi.objects.store import ObjectStore

PART = LEAST_PART


class Later(Exception):
    """Something else goes first; what was sent stays."""


def send(store: ObjectStore, key: str, media: Path, sha256: str, *, turn: Callable[[], None]) -> None:
    """Puts a chunk under `key`; `turn` is asked before each part and may raise Later.

    Raises IntegrityError when the file is not what was sealed (nothing is stored then), Unavailable, OSError.
    """
    note = media.with_suffix(".upload")
    upload, there = _upload(store, key, note)
    digest, parts = hashlib.sha256(), dict[int, Part]()
    with media.open("rb") as stream:
        while data := stream.read(PART):
            digest.update(data)
            number = len(parts) + 1
            known = there.get(number)
            if known is None or not known.holds(data):
                turn()
                known = upload.put(number, data)
            parts[number] = known
    if digest.hexdigest() != sha256:
        upload.abort()
        note.unlink(missing_ok=True)
        raise IntegrityError("object_corrupted", key=key)
    upload.complete(parts)
    note.unlink(missing_ok=True)


def abandon(store: ObjectStore, key: str, media: Path) -> None:
    """Takes back what was begun for a chunk that a full disk took: half of one only takes room in the store.

    Raises Unavailable, OSError.
    """
    note = media.with_suffix(".upload")
    try:
        begun = note.read_text()
    except (FileNotFoundError, UnicodeDecodeError):
        begun = ""
    if begun:
        store.resume_upload(key, begun).abort()
    note.unlink(missing_ok=True)


def _upload(store: ObjectStore, key: str, note: Path) -> tuple[Upload, dict[int, Part]]:
    """The upload that was begun, with what the store has of it; else a new one."""
    try:
        upload = store.resume_upload(key, note.read_text())
        return upload, upload.parts()
    except (FileNotFoundError, NotFound, UnicodeDecodeError):
        upload = store.begin_upload(key, content_type="video/mp4")
        note.write_text(upload.upload_id)
        return upload, {}
