"""Foreign objects put aside: copied under `quarantine/`, the copy read and compared, only then the original removed."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from saksi.catalogue.authors import Author
from saksi.catalogue.database import Database
from saksi.errors import IntegrityError
from saksi.messages import register
from saksi.objects.store import ObjectStore
from saksi.scrub import findings
from saksi.scrub.flaws import Flaw
from saksi.scrub.shelves import shelf_of

register(
    "quarantine_differs",
    en=("The copy of {key} is not what was read of it; the original was left.", "Check the store's disks."),
    id_=("Salinan {key} tidak sama dengan aslinya; aslinya dibiarkan.", "Periksa disk penyimpanan."),
)

FOLDER = "quarantine/"


def put_aside(database: Database, store: ObjectStore, by: Author, flaws: Sequence[Flaw]) -> list[str]:
    """Moves what is foreign among `flaws` and still has no row; answers the new keys. Killed anywhere, it is redone.

    Both the finding and its end are entries of the log. Raises IntegrityError when a copy differs, Unavailable.
    """
    moved = []
    for flaw in flaws:
        if flaw.kind != "foreign" or _named(database, flaw.key):
            continue
        findings.tell(database, by, flaw)
        moved.append(_move(store, flaw.key))
        findings.over(database, by, flaw.key, "quarantined")
    return moved


def _move(store: ObjectStore, key: str) -> str:
    target = FOLDER + key
    with tempfile.TemporaryDirectory() as folder:
        path, digest = Path(folder) / "object", hashlib.sha256()
        with path.open("wb") as out:
            for piece in store.stream(key):
                digest.update(piece)
                out.write(piece)
        store.put(target, path, sha256=digest.digest(), content_type="application/octet-stream")
    if not digest.digest() == store.digest(target) == store.digest(key):
        raise IntegrityError("quarantine_differs", key=key)
    store.delete([key])
    return target


def _named(database: Database, key: str) -> bool:
    shelf = shelf_of(key)
    with database.transaction() as connection:
        return shelf.of_key(connection, key, shelf.named) is not None
