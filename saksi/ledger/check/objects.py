"""Objects of the store against the rows that name them: chunks, lines of seals, packages, receipts, processed copies.

By listing, a request for a thousand objects; with `deep` every object is read and held to its digest. The archive goes
on meanwhile, so nothing is told before object and row were both asked for once more: a row may have come, a purge may
have taken both.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.database import Connection, Database, query
from saksi.errors import NotFound
from saksi.ledger.check.findings import Report
from saksi.ledger.check.listing import Listed, Named, beside, by_camera
from saksi.objects.store import ObjectFacts, ObjectStore

# A chunk is in the store before its row where the catalogue could not be reached from the recorder: so long it may be.
AWAITED_US = 24 * 3600 * 1_000_000
_PAGE = 1024

Progress = Callable[[int, int], None]


@dataclass(kw_only=True)
class ObjectCheck:
    """One pass over the objects. `progress` is told how many were looked at, and how many bytes were read."""

    report: Report
    database: Database
    store: ObjectStore
    deep: bool = False
    awaited_us: int = AWAITED_US
    progress: Progress = lambda _objects, _bytes: None
    _seen: int = field(default=0, init=False)
    _read: int = field(default=0, init=False)

    def chunks(self) -> None:
        """Every chunk's object, and objects among them that no row names."""
        with self.database.transaction() as connection:
            cameras = {row["code"]: row["camera_id"] for row in connection.execute(query("objects.cameras"))}
        for camera, listed in by_camera(self.store.list(keys.CHUNKS), keys.CHUNKS, cameras):
            for named, found in beside(self._chunks(camera, cameras.get(camera)), listed):
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
                    page = connection.execute(query("objects.chunks"), {**values, "after": after}).fetchall()
                for row in page:
                    told = {**row, "camera_id": camera_id, "camera": camera}
                    yield Named(
                        key=keys.chunk_key(camera, run["run"], row["seq"]), size=row["size"], row=told
                    )
                if len(page) < _PAGE:
                    break
                after = page[-1]["start_at"]

    def _chunk(self, named: Named, found: Listed | None) -> None:
        """`found` None or of another size is only a reason to ask again."""
        row = named.row
        state = "dropped" if row["dropped"] else "pending" if row["pending"] else "stored"
        self._count(f"chunks {state}")
        if found is None and state != "stored":
            return
        if found is None or found[1] != named.size:
            self._ask_again(named)
        elif self.deep:
            self._hold_bytes(named)

    def _ask_again(self, named: Named) -> None:
        facts = facts_of(self.store, named.key)
        row = self._row_now(named)
        if row is None or (facts is None and (row["pending"] or row["dropped"])):
            return
        if facts is None:
            self.report.add("object_missing", self._place(named), f"{row['size']} bytes", "nothing")
        elif facts.size != row["size"]:
            self.report.add("object_size", self._place(named), row["size"], facts.size)
        elif self.deep:
            self._hold_bytes(named)

    def _hold_bytes(self, named: Named) -> None:
        digest, crc32 = hashlib.sha256(), 0
        try:
            for piece in self.store.stream(named.key):
                digest.update(piece)
                crc32 = zlib.crc32(piece, crc32)
                self._read += len(piece)
        except NotFound:
            self._ask_again(named)  # it went while it was being listed
            return
        self.report.count("chunks read")
        row = self._row_now(named)
        if row is None:
            return
        if digest.digest() != row["sha256"]:
            self.report.add("object_differs", self._place(named), row["sha256"], digest.digest())
        elif row["crc32"] not in (-1, crc32):
            self.report.add("chunk_crc32", self._place(named), row["crc32"], crc32)

    def _row_now(self, named: Named) -> dict[str, Any] | None:
        with self.database.transaction() as connection:
            return connection.execute(query("objects.chunk"), named.row).fetchone()

    def _stray(self, found: Listed) -> None:
        """An object that no row names: one whose row came meanwhile or is still to come, or somebody's."""
        key, size = found
        self._count("objects without a row")
        told = keys.chunk_of(key)
        if told is not None:
            values = dict(zip(("camera", "run", "seq"), told, strict=True))
            with self.database.transaction() as connection:
                if connection.execute(query("objects.chunk_named"), values).fetchone() is not None:
                    return
        facts = facts_of(self.store, key)
        if facts is None or (told is not None and clock.now_us() - facts.modified_us < self.awaited_us):
            return
        self.report.add("object_foreign", key, "a row that names it", f"{size} bytes")

    def _place(self, named: Named) -> str:
        """The object's key, the span it is of, and the holds and cases that span touches."""
        row = named.row
        start_us = clock.to_us(row["start_at"])
        end_us = start_us + row["dur_us"]
        with self.database.transaction() as connection:
            touched = _touched(connection, row["camera_id"], start_us, end_us)
        return f"{named.key} ({clock.format_us(start_us)}/{clock.format_us(end_us)}{touched})"

    def _count(self, what: str) -> None:
        self.report.count(what)
        self._seen += 1
        if self._seen % _PAGE == 0 or self.deep:
            self.progress(self._seen, self._read)


def facts_of(store: ObjectStore, key: str) -> ObjectFacts | None:
    """What the store says of an object; None when it has none of that key. Raises Unavailable."""
    try:
        return store.stat(key)
    except NotFound:
        return None


def _touched(connection: Connection, camera_id: int, from_us: int, to_us: int) -> str:
    values: Mapping[str, object] = {
        "camera_id": camera_id,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
    }
    rows = connection.execute(query("objects.touching"), values).fetchall()
    return "".join(f"; hold {row['hold_id']}" + f" {row['number']}".rstrip() for row in rows)
