"""The catalogue beside the store and beside itself, once and whole. It only looks; what mends is asked for by name.

`saksi ledger verify` checks the log and holds rows to it; this checks the storage. Both list and read objects by the
same code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from saksi import clock
from saksi.catalogue import keys
from saksi.catalogue.database import Database, query
from saksi.ledger.check.findings import Finding, Report
from saksi.ledger.check.made_objects import MadeCheck
from saksi.ledger.check.rows import hold_among
from saksi.ledger.check.runs import hold_runs
from saksi.ledger.check.thinned_lines import ThinnedLines
from saksi.objects.store import MARKER, ObjectStore
from saksi.scrub import findings
from saksi.scrub.chunk_pass import AWAITED_US, ChunkPass
from saksi.scrub.flaws import Flaw
from saksi.scrub.listing import Listed
from saksi.scrub.problems import Problem
from saksi.scrub.shelves import SHELVES

_DAY = timedelta(days=1)
_LIMIT = 1000
MOST = 10_000  # so many are kept for whoever mends them; an empty store has as many flaws as an archive has chunks

Progress = Callable[[str, int], None]


@dataclass(kw_only=True)
class Fsck:
    """One check. `tell` hears of problems as they come; `progress` of what is looked at ("objects", "bytes", "hours").

    Every method raises Unavailable when database or store do not answer: then nothing can be said.
    """

    database: Database
    store: ObjectStore
    tell: Callable[[Problem], None]
    progress: Progress = lambda _what, _done: None
    deep: bool = False
    awaited_us: int = AWAITED_US
    counts: dict[str, int] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    bytes_read: int = 0

    def all(self) -> None:
        """Everything but the spool, which is on a recorder's machine."""
        self.chunks()
        self.made()
        self.outside()
        self.rows()
        self.hours()
        self.waiting()

    def chunks(self) -> None:
        """Chunks of the store, and what thinning left, beside rows and tombstones."""

        def passed(objects: int, read: int) -> None:
            self.progress("bytes" if self.deep else "objects", read if self.deep else objects)

        for shelf in SHELVES:
            one = ChunkPass(
                database=self.database,
                store=self.store,
                tell=self._flaw,
                shelf=shelf,
                count=self.count,
                deep=self.deep,
                awaited_us=self.awaited_us,
                progress=passed,
            )
            one.all()
            self.bytes_read += one.bytes_read

    def made(self) -> None:
        """Lines of seals and of thinned chunks, packages, receipts and processed copies."""
        made = MadeCheck(report=self._report(), database=self.database, store=self.store, deep=self.deep)
        made.packages()
        made.lines()
        made.imports()
        report = self._report()
        ThinnedLines(report=report, database=self.database, store=self.store, deep=self.deep).all()

    def outside(self) -> None:
        """Objects in none of the archive's folders, whoever put them there: they are told of and left alone."""
        for key, size in islice(self._outside(), _LIMIT):
            self.count("objects outside")
            self._tell("outside", key, "", None, None, "nothing", f"{size} bytes")

    def rows(self) -> None:
        """Rows beside seals and chains."""
        report = self._report()
        with self.database.transaction() as connection:
            hold_among(report, connection)
        hold_runs(report, self.database)

    def hours(self) -> None:
        """Rows of chunks beside what is told of their camera-hours, in both directions."""
        with self.database.transaction() as connection:
            cameras = connection.execute(query("objects.cameras")).fetchall()
        done = 0
        for from_, to in self._days():
            for camera in cameras:
                values = {"camera_id": camera["camera_id"], "from": from_, "to": to}
                with self.database.transaction() as connection:
                    rows = connection.execute(query("scrub.hours"), values).fetchall()
                for row in rows:
                    self._hour(camera["code"], camera["camera_id"], row)
                done += 1
                self.progress("camera-days", done)
        self.count("camera-days", done)

    def waiting(self) -> None:
        """Chunks on their way for more than a day, and purges that have not erased what they took."""
        with self.database.transaction() as connection:
            pending = connection.execute(query("scrub.pending_long"), {"limit": _LIMIT}).fetchall()
            taken = connection.execute(query("scrub.unfinished"), {"limit": _LIMIT}).fetchall()
        for row in pending:
            span = clock.to_us(row["start_at"]), clock.to_us(row["end_at"])
            where = keys.chunk_key(row["camera"], row["run"], row["seq"])
            found = f"announced {clock.format_us(clock.to_us(row['announced_at']))} by {row['recorder']}"
            self._tell("pending_long", where, row["camera"], row["camera_id"], span, "stored", found)
        for row in taken:
            span = clock.to_us(row["start_at"]), clock.to_us(row["end_at"])
            where = f"purge {row['purge_id']}: {row['camera']} {clock.format_us(clock.to_us(row['hour']))}"
            found = f"{row['n']} chunks, claimed {clock.format_us(clock.to_us(row['claimed_at']))}"
            self._tell("purge_unfinished", where, row["camera"], row["camera_id"], span, "nothing", found)

    def count(self, what: str, more: int = 1) -> None:
        """Counts something that was looked at."""
        self.counts[what] = self.counts.get(what, 0) + more

    def _outside(self) -> Iterator[Listed]:
        yield from (one for one in self.store.loose("") if one[0] != MARKER)
        for folder in self.store.folders(""):
            if folder not in keys.FOLDERS:
                yield from self.store.list(f"{folder}/")

    def _flaw(self, flaw: Flaw) -> None:
        self.count("flaws")
        if len(self.flaws) < MOST:
            self.flaws.append(flaw)
        row, span = flaw.row, flaw.span()
        camera, camera_id = ("", None) if row is None else (row["camera"], row["camera_id"])
        self._tell(flaw.kind, flaw.key, camera, camera_id, span, flaw.expected, flaw.found)

    def _hour(self, camera: str, camera_id: int, row: dict[str, Any]) -> None:
        start_us = clock.to_us(row["hour"])
        where = f"{camera} {clock.format_us(start_us)} part {row['part']}"
        expected, found = (
            f"{row['n']} chunks, {row['bytes']} bytes",
            f"{row['rows']} rows, {row['row_bytes']} bytes",
        )
        span = start_us, start_us + 3600 * 1_000_000
        self._tell("hour_rows", where, camera, camera_id, span, expected, found)

    def _tell(
        self,
        kind: str,
        where: str,
        camera: str,
        camera_id: int | None,
        span: tuple[int, int] | None,
        expected: str,
        found: str,
    ) -> None:
        touches: dict[str, list[Any]] = {}
        if camera_id is not None and span is not None:
            with self.database.transaction() as connection:
                touches = findings.touches(connection, camera_id, *span)
        self.tell(
            Problem(
                kind=kind,
                where=where,
                camera=camera,
                span=span,
                touches=touches,
                expected=expected,
                found=found,
            )
        )

    def _report(self) -> Report:
        """The whole check's own way to tell, turned into ours; it shares the counts."""

        def tell(one: Finding) -> None:
            self.tell(Problem(kind=one.code, where=one.where, expected=one.expected, found=one.found))

        return Report(tell=tell, counts=self.counts)

    def _days(self) -> Iterator[tuple[datetime, datetime]]:
        with self.database.transaction() as connection:
            row = connection.execute(query("scrub.first_day")).fetchone()
        if row is None or row["day"] is None:
            return
        day = row["day"].replace(hour=0, minute=0, second=0, microsecond=0)
        while day <= clock.now():
            yield day, day + _DAY
            day += _DAY
