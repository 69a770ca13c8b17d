"""Chunks in the store beside the rows that name them: by listing, a request for a thousand objects, or read whole.

Of what thinning left the same, on a shelf of its own.

The archive goes on meanwhile, so nothing is told before object and row were both asked for once more: a row may have
come, a purge may have taken both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from saksi import clock
from saksi.catalogue.database import Database, query
from saksi.errors import NotFound
from saksi.objects.store import ObjectStore
from saksi.scrub.flaws import Flaw
from saksi.scrub.listing import Listed, Named, beside, by_camera
from saksi.scrub.reading import Unreadable, facts_of, read
from saksi.scrub.shelves import ORIGINALS, Shelf, shelf_of

# A chunk is in the store before its row where the catalogue could not be reached from the recorder: so long it may be.
AWAITED_US = 24 * 3600 * 1_000_000
_PAGE = 1024

Progress = Callable[[int, int], None]


@dataclass(kw_only=True)
class ChunkPass:
    """One pass: a listing of a `shelf`, reading on any. `tell` hears of flaws, `count` of what was looked at.

    `whole` hears of keys that were read and found right, `progress` of how many objects were looked at and how many
    bytes were read. Every method raises Unavailable when database or store do not answer, which is no flaw.
    """

    database: Database
    store: ObjectStore
    tell: Callable[[Flaw], None]
    shelf: Shelf = ORIGINALS
    count: Callable[[str], None] = lambda _what: None
    whole: Callable[[str], None] = lambda _key: None
    deep: bool = False
    awaited_us: int = AWAITED_US
    progress: Progress = lambda _objects, _bytes: None
    seen: int = field(default=0, init=False)
    bytes_read: int = field(default=0, init=False)

    def all(self) -> None:
        """Every chunk's object, and objects among them that no row names."""
        known = self.cameras()
        prefix = self.shelf.prefix
        for camera, listed in by_camera(self.store.list(prefix), prefix, known):
            self._beside(camera, known.get(camera), listed)

    def camera(self, camera: str, camera_id: int | None) -> None:
        """The same of one camera; `camera_id` None for a folder that is no camera's."""
        self._beside(camera, camera_id, self.store.list(f"{self.shelf.prefix}{camera}/"))

    def cameras(self) -> dict[str, int]:
        """Every camera's code and number."""
        with self.database.transaction() as connection:
            return {row["code"]: row["camera_id"] for row in connection.execute(query("objects.cameras"))}

    def hold(self, named: Named) -> None:
        """Reads one chunk that a row names and holds it to the row."""
        key = named.key
        try:
            found = read(self.store, key, self._passed)
        except NotFound:
            self._ask_again(named)  # it went since it was listed
            return
        except Unreadable as error:
            row = self._row_now(named)
            if row is not None:
                self._flaw("unreadable", named, f"{row['size']} bytes", str(error))
            return
        self.count(f"{shelf_of(key).what} read")
        row = self._row_now(named)
        if row is None:
            return
        if found.size != row["size"]:
            self._flaw("size", named, row["size"], found.size)
        elif found.sha256 != row["sha256"]:
            self._flaw("corrupt", named, row["sha256"], found.sha256)
        elif row["crc32"] not in (-1, found.crc32):
            self._flaw("crc32", named, row["crc32"], found.crc32)
        else:
            self.whole(key)

    def _beside(self, camera: str, camera_id: int | None, listed: Iterator[Listed]) -> None:
        for named, found in beside(self._chunks(camera, camera_id), listed):
            if named is None:
                assert found is not None
                self._stray(found)
            else:
                self._chunk(named, found)

    def _chunks(self, camera: str, camera_id: int | None) -> Iterator[Named]:
        """What rows name of a camera, by run and time: nearly always the order of the keys."""
        if camera_id is None:
            return
        with self.database.transaction() as connection:
            runs = connection.execute(query("objects.runs"), {"camera_id": camera_id}).fetchall()
        for run in runs:
            values = {"camera_id": camera_id, "run_no": run["run_no"], "limit": _PAGE}
            after = clock.from_us(0)
            while True:
                with self.database.transaction() as connection:
                    page = connection.execute(self.shelf.page, {**values, "after": after}).fetchall()
                for row in page:
                    whole = {**row, "camera_id": camera_id, "camera": camera, "run": run["run"]}
                    yield named_of(whole, self.shelf)
                if len(page) < _PAGE:
                    break
                after = page[-1]["start_at"]

    def _chunk(self, named: Named, found: Listed | None) -> None:
        """`found` None or of another size is only a reason to ask again."""
        row = named.row
        state = "dropped" if row["dropped"] else "pending" if row["pending"] else "stored"
        self.count(f"{self.shelf.what} {state}")
        self.seen += 1
        if self.seen % _PAGE == 0 or self.deep:
            self.progress(self.seen, self.bytes_read)
        if found is None and state != "stored":
            return
        if found is None or found[1] != named.size:
            self._ask_again(named)
        elif self.deep:
            self.hold(named)

    def _ask_again(self, named: Named) -> None:
        facts = facts_of(self.store, named.key)
        row = self._row_now(named)
        if row is None or (facts is None and (row["pending"] or row["dropped"])):
            return
        if facts is None:
            self._flaw("missing", named, f"{row['size']} bytes", "nothing")
        elif facts.size != row["size"]:
            self._flaw("size", named, row["size"], facts.size)
        elif self.deep:
            self.hold(named)

    def _row_now(self, named: Named) -> dict[str, Any] | None:
        with self.database.transaction() as connection:
            return connection.execute(shelf_of(named.key).row, named.row).fetchone()

    def _stray(self, found: Listed) -> None:
        """An object that no row names: one whose row came meanwhile or is still to come, purged, or somebody's."""
        key, size = found
        self.count("objects without a row")
        shelf = self.shelf
        with self.database.transaction() as connection:
            if shelf.of_key(connection, key, shelf.named) is not None:
                return
            purged = shelf.of_key(connection, key, shelf.purged)
        facts = facts_of(self.store, key)
        if facts is None:
            return
        if purged is not None:
            if purged["gone"] or clock.now_us() - clock.to_us(purged["claimed_at"]) >= self.awaited_us:
                found_ = f"{size} bytes"
                self.tell(Flaw(kind="leftover", key=key, row=purged, expected="nothing", found=found_))
        elif shelf.told_of(key) is None or abs(clock.now_us() - facts.modified_us) >= self.awaited_us:
            found_ = f"{size} bytes"
            self.tell(Flaw(kind="foreign", key=key, expected="a row that names it", found=found_))

    def _flaw(self, kind: str, named: Named, expected: object, found: object) -> None:
        self.tell(
            Flaw(kind=kind, key=named.key, row=named.row, expected=_shown(expected), found=_shown(found))
        )

    def _passed(self, size: int) -> None:
        self.bytes_read += size


def named_of(row: dict[str, Any], shelf: Shelf = ORIGINALS) -> Named:
    """The object that a chunk's row names; the row with camera and run."""
    return Named(key=shelf.key_of(row["camera"], row["run"], row["seq"]), size=row["size"], row=row)


def _shown(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
