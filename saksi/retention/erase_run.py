"""Erases the objects that claims left to be erased, and looks whether the store has them no more.

A tombstone is `gone` only when the store was asked and had none of its chunks and thumbnails. What the store refuses to
delete stays claimed and is told; everything else goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, ClassVar, LiteralString

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.database import Connection, Database, query
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

_Place = tuple[int, datetime, int]  # camera_id, hour, part

_PAGE = 80  # tombstones read and confirmed together: a claim of chunks of a minute, and as many thumbnails
_STEP = 1000  # objects of a step
_STEP_S = 10.0  # of a step at the most, where there is a pace
_KEEP_S = 5.0  # between two words that the purge is still worked on


class Eraser:
    """Goes through the claimed tombstones of a purge, each once. `refused` is the last thing the store refused.

    `a_second` objects go at the most, 0 without a bound, so that what is recorded meanwhile does not wait. `keep` keeps
    the claim on the purge, in a transaction of the eraser's.
    """

    claimed: ClassVar[LiteralString] = query("purge.claimed")
    gone: ClassVar[LiteralString] = query("purge.gone")

    def __init__(
        self,
        database: Database,
        store: ObjectStore,
        purge_id: int,
        *,
        keep: Callable[[Connection], None],
        a_second: float = 0,
    ) -> None:
        self._database = database
        self._store = store
        self._purge_id = purge_id
        self._keep = keep
        self._a_second = a_second
        self._size = max(1, min(_STEP, int(a_second * _STEP_S))) if a_second else _STEP
        self._after: dict[str, Any] = {"camera_id": 0, "hour": clock.from_us(0), "part": 0}
        self._more = True
        self._page: list[tuple[_Place, int]] = []  # tombstones, and how many of the keys are theirs or before
        self._keys: list[str] = []
        self._at = 0
        self._still: set[str] = set()
        self._kept = time.monotonic()
        self.refused: SaksiError | None = None

    def step(self) -> int | None:
        """Erases some objects of the next few tombstones; answers how many went, None when all were gone through.

        Raises Unavailable; what went before is written down then, and the rest asked for again by the next eraser.
        """
        if self._at == len(self._keys) and not self._read():
            return None
        wanted = self._keys[self._at : self._at + self._size]
        try:
            still, refused = self._erase(wanted)
        except SaksiError:
            self.confirm()
            raise
        self.refused = refused or self.refused
        self._still |= still
        self._at += len(wanted)
        if self._at == len(self._keys):
            self.confirm()
        elif time.monotonic() - self._kept > _KEEP_S:
            with self._database.transaction() as connection:
                self._keep(connection)
            self._kept = time.monotonic()
        return len(wanted) - len(still)

    def confirm(self) -> None:
        """Writes down what is gone; for whoever stops before all was gone through. Raises Unavailable, Lost.

        That alone may be lost when the database falls: then the same objects are asked for again.
        """
        if not self._page:
            return
        gone: list[_Place] = []
        before = 0
        for place, end in self._page:
            if end <= self._at and self._still.isdisjoint(self._keys[before:end]):
                gone.append(place)
            before = end
        with self._database.transaction() as connection:
            connection.execute(query("purge.may_be_lost"))
            self._keep(connection)
            columns = {
                "cameras": [one[0] for one in gone],
                "hours": [one[1] for one in gone],
                "parts": [one[2] for one in gone],
            }
            connection.execute(self.gone, {"purge_id": self._purge_id, "now": clock.now(), **columns})
        self._page = []
        self._kept = time.monotonic()

    def _read(self) -> bool:
        """The next page; whether there is one."""
        if not self._more:
            return False
        values = {"purge_id": self._purge_id, "limit": _PAGE, **self._after}
        with self._database.transaction() as connection:
            rows = connection.execute(self.claimed, values).fetchall()
        self._more = len(rows) == _PAGE
        self._page, self._keys, self._at, self._still = [], [], 0, set()
        for row in rows:
            self._keys.extend(self._objects(row))
            self._page.append(((row["camera_id"], row["hour"], row["part"]), len(self._keys)))
        if rows:
            self._after = {name: rows[-1][name] for name in self._after}
        return bool(rows)

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
