"""Objects that the archive made itself: lines of seals, packages, receipts that came back, processed copies.

Lines of a seal outlive the rows of its chunks, so their root is what is held to; the others have their digest in a row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue import cases, keys
from saksi.catalogue.database import Database, query
from saksi.catalogue.timeline import unite
from saksi.custody.canonical import leaf
from saksi.custody.merkle import root
from saksi.errors import NotFound
from saksi.ledger.check.findings import Report
from saksi.ledger.check.purges import numbers, pairs
from saksi.ledger.check.runs import leaf_of
from saksi.objects.store import ObjectStore
from saksi.scrub.listing import Listed, Named, beside, by_camera
from saksi.scrub.reading import facts_of

_PAGE = 1024
_FIRST = {"hour": clock.from_us(0), "part": ""}


@dataclass(frozen=True, kw_only=True)
class MadeCheck:
    """With `deep` every object is read and held to its root or digest; else its presence and size are looked at."""

    report: Report
    database: Database
    store: ObjectStore
    deep: bool = False

    def lines(self) -> None:
        """The chain entries under every seal that does not owe them to the store any more."""
        with self.database.transaction() as connection:
            cameras = {row["code"]: row["camera_id"] for row in connection.execute(query("objects.cameras"))}
        for camera, listed in by_camera(self.store.list(keys.ENTRIES), keys.ENTRIES, cameras):
            for named, found in beside(self._seals(camera, cameras.get(camera)), listed):
                if named is not None:
                    self.report.count("seal lines")
                    part = named.row["taken"] not in (None, named.row["n"])
                    if found is None or part or self.deep:
                        self._hold_lines(named)

    def packages(self) -> None:
        """Sealed packages, receipts and processed copies of every case."""
        for page in cases.pages(self.database):
            numbers = {case.case_id: case.number for case in page}
            with self.database.transaction() as connection:
                rows = connection.execute(query("objects.packages"), {"cases": list(numbers)}).fetchall()
            for row in rows:
                self.report.count(f"{row['what']}s")
                self._hold(_key_of(row), row, f"{_key_of(row)} ({numbers[row['case_id']]})")

    def imports(self) -> None:
        """Files that were brought from other recorders, and whatever else lies among them."""
        with self.database.transaction() as connection:
            rows = connection.execute(query("imports.objects")).fetchall()
        named = (Named(key=keys.import_key(row["sha256"]), size=row["size"], row=row) for row in rows)
        for one, found in beside(named, self.store.list(keys.IMPORTS)):
            if one is None:
                assert found is not None
                self._unnamed(found)
                continue
            self.report.count("imported files")
            row = {**one.row, "sha256": bytes.fromhex(one.row["sha256"])}
            if row["state"] == "done":
                self._hold(one.key, row, f"{one.key} ({row['camera']})")

    def _unnamed(self, found: Listed) -> None:
        """It may have come since the rows were read, or be on its way out."""
        sha256 = found[0].removeprefix(keys.IMPORTS)
        with self.database.transaction() as connection:
            rows = connection.execute(query("imports.objects")).fetchall()
        if sha256 not in {row["sha256"] for row in rows} and facts_of(self.store, found[0]) is not None:
            self.report.add("object_foreign", found[0], "nothing", f"{found[1]} bytes")

    def _seals(self, camera: str, camera_id: int | None) -> Iterator[Named]:
        """A camera's seals in the order of their keys."""
        after = {"camera_id": camera_id, "limit": _PAGE, **_FIRST}
        while camera_id is not None:
            with self.database.transaction() as connection:
                page = connection.execute(query("objects.seals"), after).fetchall()
            for row in page:
                key = keys.entries_key(camera, clock.to_us(row["hour"]), row["part"])
                yield Named(key=key, size=None, row={**row, "camera_id": camera_id})
            if len(page) < _PAGE:
                return
            after |= {"hour": page[-1]["hour"], "part": str(page[-1]["part"])}

    def _hold_lines(self, named: Named) -> None:
        try:
            body = self.store.get(named.key)
        except NotFound:
            self.report.add("object_missing", named.key, f"lines of {named.row['n']} chunks", "nothing")
            return
        lines = body.split(b"\n")
        found = root([leaf(line) for line in lines[:-1]])
        if found != named.row["root"] or lines[-1]:
            self.report.add("object_differs", named.key, named.row["root"], found)
        elif named.row["taken"] is not None:
            self._hold_parted(named, lines[:-1])

    def _hold_parted(self, named: Named, lines: Sequence[bytes]) -> None:
        """What a purge took of a seal and what it left, each held to the seal's own lines."""
        with self.database.transaction() as connection:
            connection.execute(query("tree.one_snapshot"))
            rows = connection.execute(query("tree.chunks_of_seal"), named.row).fetchall()
            stones = connection.execute(query("rows.taken"), named.row).fetchall()
        first = named.row["first_seq"]
        for row in rows:
            told, found = leaf(lines[row["seq"] - first]), leaf_of(row)
            if told != found:
                self.report.add("seal_root", f"{named.key} chunk {row['seq']}", told, found)
        for stone in stones:
            chunks = [
                json.loads(lines[seq - first]) for seq in numbers(stone) if 0 <= seq - first < len(lines)
            ]
            spans = unite((one["start"], one["end"]) for one in chunks)
            lined = f"{sum(one['size'] for one in chunks)} bytes, {spans}"
            buried = f"{stone['bytes']} bytes, {pairs(stone)}"
            if lined != buried:
                self.report.add("tombstone_row", f"{named.key} purge {stone['purge_id']}", lined, buried)

    def _hold(self, key: str, row: dict[str, Any], where: str) -> None:
        facts = facts_of(self.store, key)
        if facts is None:
            self.report.add("object_missing", where, row["sha256"], "nothing")
        elif row["size"] not in (None, facts.size):
            self.report.add("object_size", where, row["size"], facts.size)
        elif self.deep:
            found = self.store.digest(key)
            if found != row["sha256"]:
                self.report.add("object_differs", where, row["sha256"], found)


def _key_of(row: dict[str, Any]) -> str:
    if row["what"] == "package":
        return keys.package_key(row["id"], row["name"])
    if row["what"] == "receipt":
        return keys.receipt_key(row["id"], row["sha256"].hex())
    return keys.derivative_key(row["id"], keys.derivative_name(row["exhibit"], row["name"]))
