"""Erases the objects that claims left to be erased, and looks whether the store has them no more.

A tombstone is `gone` only when the store was asked and had none of its chunks and thumbnails. What the store refuses to
delete stays claimed and is told; everything else goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, ClassVar, LiteralString

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.database import Database, query
from saksi.errors import SaksiError, Unavailable
from saksi.messages import register
from saksi.objects.erase import NotErased, erase, left
from saksi.objects.store import ObjectStore
from saksi.retention.tombstones import numbers

register(
    "purge_left",
    en=(
        "The store still lists {count} objects after deleting them, such as {key}.",
        "The purge goes on by itself; if this stays, run `saksi storage check`.",
    ),
    id_=(
        "Penyimpanan masih memuat {count} objek setelah dihapus, misalnya {key}.",
        "Pemusnahan dilanjutkan sendiri; bila tetap, jalankan `saksi storage check`.",
    ),
)

_PAGE = 16  # camera-hours at a time: about 1,000 chunks of a minute, and as many thumbnails


class Eraser:
    """Goes through the claimed tombstones of a purge, each once. `refused` is the last thing the store refused.

    `a_second` objects go at the most, 0 without a bound, so that what is recorded meanwhile does not wait.
    """

    claimed: ClassVar[LiteralString] = query("purge.claimed")
    gone: ClassVar[LiteralString] = query("purge.gone")

    def __init__(self, database: Database, store: ObjectStore, purge_id: int, *, a_second: float = 0) -> None:
        self._database = database
        self._store = store
        self._purge_id = purge_id
        self._a_second = a_second
        self._after: dict[str, Any] = {"camera_id": 0, "hour": clock.from_us(0), "part": 0}
        self.refused: SaksiError | None = None

    def step(self) -> int | None:
        """The next few tombstones; answers how many objects went, None when all were gone through.

        Raises Unavailable; then the same ones are asked for again.
        """
        values = {"purge_id": self._purge_id, "limit": _PAGE, **self._after}
        with self._database.transaction() as connection:
            rows = connection.execute(self.claimed, values).fetchall()
        if not rows:
            return None
        owned = {(row["camera_id"], row["hour"], row["part"]): list(self._objects(row)) for row in rows}
        wanted = [key for names in owned.values() for key in names]
        still, refused = self._erase(wanted)
        self.refused = refused or self.refused
        gone = [place for place, names in owned.items() if still.isdisjoint(names)]
        with self._database.transaction() as connection:
            columns = {
                "cameras": [one[0] for one in gone],
                "hours": [one[1] for one in gone],
                "parts": [one[2] for one in gone],
            }
            connection.execute(self.gone, {"purge_id": self._purge_id, "now": clock.now(), **columns})
        self._after = {name: rows[-1][name] for name in self._after}
        return len(wanted) - len(still)

    def key_of(self, camera: str, run: str, seq: int) -> str:
        """Key of what a tombstone's number stands for."""
        return keys.chunk_key(camera, run, seq)

    def _objects(self, row: dict[str, Any]) -> Iterator[str]:
        for first, last in numbers(row["seqs"]):
            for seq in range(first, last + 1):
                yield self.key_of(row["camera"], row["run"], seq)
        for at in row["pictures"]:
            yield keys.thumbnail_key(row["camera"], clock.to_us(at))

    def _erase(self, wanted: list[str]) -> tuple[set[str], SaksiError | None]:
        """Deletes, then looks; which are still there, and why."""
        still: set[str] = set()
        refused: SaksiError | None = None
        try:
            erase(self._store, wanted, a_second=self._a_second)
        except NotErased as error:
            refused = error
            still.update(error.keys)
        found = set(_left(self._store, wanted)) - still
        if found:
            refused = Unavailable("purge_left", count=len(found), key=min(found))
        return still | found, refused


def _left(store: ObjectStore, wanted: Iterable[str]) -> Iterator[str]:
    """Which of these the store still lists; one listing a folder, between its first and last name."""
    for folder, names in groupby(sorted(wanted), key=lambda key: key.rpartition("/")[0]):
        group = list(names)
        asked = set(group)
        yield from (key for key in left(store, folder + "/", group[0], group[-1]) if key in asked)
