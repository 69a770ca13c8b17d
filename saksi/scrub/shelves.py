"""Where the store keeps chunks, and where what thinning left of them, with the statements that tell of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from saksi.catalogue import keys
from saksi.catalogue.database import Connection, query


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One folder of a folder a camera. `what` is its name in counts; the statements answer the same columns for all.

    `page` has a run's rows behind a time, `row` one as it stands now, `named` whether there is one of a key by now,
    `purged` what a purge says of it.
    """

    prefix: str
    what: str
    key_of: Callable[[str, str, int], str]
    told_of: Callable[[str], tuple[str, str, int] | None]
    page: str
    row: str
    named: str
    purged: str

    def of_key(self, connection: Connection, key: str, statement: str) -> dict[str, Any] | None:
        """The row that `named` or `purged` answers for a key; None for one that is no key of this shelf."""
        told = self.told_of(key)
        if told is None:
            return None
        values = dict(zip(("camera", "run", "seq"), told, strict=True))
        found = connection.execute(statement, values).fetchone()
        return None if found is None else {**found, **values}


ORIGINALS = Shelf(
    prefix=keys.CHUNKS,
    what="chunks",
    key_of=keys.chunk_key,
    told_of=keys.chunk_of,
    page=query("objects.chunks"),
    row=query("scrub.chunk"),
    named=query("objects.chunk_named"),
    purged=query("objects.purged"),
)
THINNED = Shelf(
    prefix=keys.THINNED,
    what="thinned chunks",
    key_of=keys.thinned_key,
    told_of=keys.thinned_of,
    page=query("objects.thinned_chunks"),
    row=query("objects.thinned_chunk"),
    named=query("objects.thinned_named"),
    purged=query("objects.thinned_purged"),
)
SHELVES = (ORIGINALS, THINNED)


def shelf_of(key: str) -> Shelf:
    """The shelf that an object lies on, by its key."""
    return THINNED if key.startswith(THINNED.prefix) else ORIGINALS
