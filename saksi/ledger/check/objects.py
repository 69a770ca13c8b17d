"""Chunks in the store against the rows that name them, as findings of the whole check; the looking is scrub's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue.database import Connection, Database, query
from saksi.ledger.check.findings import Report
from saksi.objects.store import ObjectStore
from saksi.scrub.chunk_pass import AWAITED_US, ChunkPass, Progress
from saksi.scrub.flaws import Flaw
from saksi.scrub.shelves import SHELVES

_CODES = {
    "missing": "object_missing",
    "size": "object_size",
    "corrupt": "object_differs",
    "crc32": "chunk_crc32",
    "unreadable": "object_unreadable",
    "foreign": "object_foreign",
    "leftover": "object_leftover",
}


@dataclass(frozen=True, kw_only=True)
class ObjectCheck:
    """One pass over the objects. `progress` is told how many were looked at, and how many bytes were read."""

    report: Report
    database: Database
    store: ObjectStore
    deep: bool = False
    awaited_us: int = AWAITED_US
    progress: Progress = lambda _objects, _bytes: None

    def chunks(self) -> None:
        """Every object of a chunk, or of what thinning left of one, and objects among them that no row names."""
        for shelf in SHELVES:
            ChunkPass(
                database=self.database,
                store=self.store,
                tell=self._tell,
                shelf=shelf,
                count=self.report.count,
                deep=self.deep,
                awaited_us=self.awaited_us,
                progress=self.progress,
            ).all()

    def _tell(self, flaw: Flaw) -> None:
        self.report.add(_CODES[flaw.kind], self._place(flaw), flaw.expected, flaw.found)

    def _place(self, flaw: Flaw) -> str:
        """The object's key, the span it is of, and the holds and cases that span touches."""
        span = flaw.span()
        if span is None or flaw.row is None:
            return flaw.key
        with self.database.transaction() as connection:
            touched = _touched(connection, flaw.row["camera_id"], *span)
        return f"{flaw.key} ({clock.format_us(span[0])}/{clock.format_us(span[1])}{touched})"


def _touched(connection: Connection, camera_id: int, from_us: int, to_us: int) -> str:
    values: Mapping[str, object] = {
        "camera_id": camera_id,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
    }
    rows = connection.execute(query("objects.touching"), values).fetchall()
    return "".join(f"; hold {row['hold_id']}" + f" {row['number']}".rstrip() for row in rows)
