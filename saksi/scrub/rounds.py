"""One message's worth of scrub: what was repaired is read back, one or more cameras are listed, some footage is read.

Each message does little and asks again, so nobody waits for it long. Killed anywhere it loses nothing: reading an hour
goes on after the last chunk that was noted, a camera that was being listed is listed in the next round.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from saksi import clock
from saksi.catalogue import holds
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Database, query
from saksi.errors import NotFound
from saksi.objects.store import ObjectStore
from saksi.scrub import findings, recheck, state
from saksi.scrub.chunk_pass import ChunkPass, named_of
from saksi.scrub.flaws import REPAIRABLE, Flaw
from saksi.scrub.reading import Unreadable, facts_of, read
from saksi.scrub.shelves import ORIGINALS, SHELVES, THINNED, Shelf, shelf_of
from saksi.scrub.state import Claim

BEAT_S = 10  # a message as often as this, and as much footage as the rate gives for it
_MOST_S = 4.0  # and about so long
_MOST_FLAWS = 5000  # of one camera at once; more are told in the next round
_PAUSE_S = 600  # between two tries of what could not be read when scrub stopped
_PAGE = 200
_LOST = frozenset({"missing", "unreadable"})


@dataclass(frozen=True, kw_only=True)
class _Stretch:
    """What is read as one: a camera-hour, or the thinned chunks of a camera-day, and how far a reading of it came."""

    shelf: Shelf
    next: str
    page: str
    cursor: str  # of the stretch, from this column of its chunks
    column: str
    read_to: str
    read_whole: str


_STRETCHES = (
    _Stretch(
        shelf=ORIGINALS,
        next=query("scrub.next_hour"),
        page=query("scrub.hour"),
        cursor="checked_seq",
        column="seq",
        read_to=query("scrub.read_to"),
        read_whole=query("scrub.read_whole"),
    ),
    _Stretch(
        shelf=THINNED,
        next=query("scrub.next_thinned"),
        page=query("scrub.thinned"),
        cursor="checked_to",
        column="start_at",
        read_to=query("scrub.thinned_to"),
        read_whole=query("scrub.thinned_whole"),
    ),
)


class Doubt(Exception):
    """So much is missing that the store itself is in doubt; it was told, and scrub has stopped."""


@dataclass(frozen=True, kw_only=True)
class Worked:
    """What one message did: cameras listed, chunks and bytes read. `more`: there is more to do at once."""

    listed: int = 0
    chunks: int = 0
    bytes: int = 0
    more: bool = False


def work(
    database: Database,
    store: ObjectStore,
    by: Author,
    *,
    installation: str,
    rate: float,
    most_s: float = _MOST_S,
) -> Worked | None:
    """One message's worth at `rate` bytes a second; None when another worker is at it, or scrub has stopped.

    Raises IntegrityError when the bucket is another installation's and NotFound when it has no marker: nothing in it is
    looked at then. Raises Unavailable when database or store do not answer, which is no finding.
    """
    claimed = state.claim(database)
    if claimed is None:
        return None
    try:
        store.check_identity(installation)
        if claimed.stopped and not _back(database, store, claimed):
            return None
        return _Round(database, store, by, claimed, rate, most_s).all()
    except Doubt:
        return None
    finally:
        state.let_go(database, claimed)


def _back(database: Database, store: ObjectStore, claimed: Claim) -> bool:
    """Whether what was missing when scrub stopped is there again; then it goes on."""
    if not claimed.due or any(facts_of(store, key) is None for key in claimed.stopped_keys):
        return False
    try:
        read(store, claimed.stopped_keys[0])
    except (NotFound, Unreadable):  # a store may take long to say so
        state.pause(database, claimed, seconds=_PAUSE_S)
        return False
    with database.transaction() as connection:
        return state.go_on(connection, lifted=False)


@dataclass
class _Round:
    database: Database
    store: ObjectStore
    by: Author
    claimed: Claim
    rate: float
    most_s: float
    _began_us: int = field(default_factory=clock.monotonic_us)
    _listed: int = 0

    def all(self) -> Worked:
        reading = ChunkPass(database=self.database, store=self.store, tell=self._found, whole=self._whole)
        recheck.repaired(self.database, self.by, self.store)
        if self.claimed.recheck_due:
            recheck.open_findings(self.database, self.by, reading, most_s=self.most_s)
            with self.database.transaction() as connection:
                connection.execute(query("scrub.rechecked"), {"claim": self.claimed.number})
        if self.claimed.list_due:
            self._list()
        self._began_us = clock.monotonic_us()
        chunks, more = self._read(reading) if self.claimed.due else (0, False)
        return Worked(listed=self._listed, chunks=chunks, bytes=reading.bytes_read, more=more)

    def _over(self) -> bool:
        return clock.monotonic_us() - self._began_us >= self.most_s * 1e6

    def _list(self) -> None:
        """Goes on with the listing of all cameras, once a day."""
        after = self.claimed.list_after
        if after is None:
            with self.database.transaction() as connection:
                connection.execute(query("scrub.begin_listing"), {"claim": self.claimed.number})
        after = after or ""
        while not self._over():
            with self.database.transaction() as connection:
                row = connection.execute(query("scrub.next_camera"), {"after": after}).fetchone()
                # First: a camera whose listing never ends must not keep all others from theirs.
                values = {"claim": self.claimed.number, "camera": None if row is None else row["code"]}
                connection.execute(query("scrub.listing"), values)
            if row is None:
                self._list_strange()
                return
            after = row["code"]
            for shelf in SHELVES:
                self._list_camera(after, row["camera_id"], shelf)
            self._listed += 1

    def _list_strange(self) -> None:
        """Folders of no camera of ours."""
        known = ChunkPass(database=self.database, store=self.store, tell=lambda _: None).cameras()
        for shelf in SHELVES:
            for folder in self.store.folders(shelf.prefix):
                if folder not in known:
                    self._list_camera(folder, None, shelf)

    def _list_camera(self, camera: str, camera_id: int | None, shelf: Shelf) -> None:
        """Nothing is told before all of it was seen: a folder that is not there is no thousand losses."""
        flaws: list[Flaw] = []

        def keep(flaw: Flaw) -> None:
            if len(flaws) < _MOST_FLAWS:
                flaws.append(flaw)

        listing = ChunkPass(database=self.database, store=self.store, tell=keep, shelf=shelf)
        listing.camera(camera, camera_id)
        self._trust(flaws, looked=listing.seen)
        for flaw in flaws:
            self._tell(flaw)

    def _read(self, reading: ChunkPass) -> tuple[int, bool]:
        """Footage that was verified longest ago; how many chunks, and whether the rate allows for more at once."""
        with self.database.transaction() as connection:
            connection.execute(query("scrub.ahead"))
            connection.execute(query("scrub.thinned_ahead"))
        budget, chunks, more = self.rate * BEAT_S, 0, True
        while more and reading.bytes_read < budget and not self._over():
            before = reading.bytes_read
            read = self._read_oldest(reading, budget)
            if read is None:
                return chunks, False
            chunks += read
            more = state.spend(
                self.database, self.claimed, bytes_=reading.bytes_read - before, chunks=read, rate=self.rate
            )
        return chunks, more

    def _read_oldest(self, reading: ChunkPass, budget: float) -> int | None:
        """What was verified longest ago, or as much of it as there is time for; None when there is nothing."""
        found: list[tuple[_Stretch, dict[str, Any]]] = []
        with self.database.transaction() as connection:
            for stretch in _STRETCHES:
                row = connection.execute(stretch.next).fetchone()
                if row is not None:
                    found.append((stretch, row))
        if not found:
            return None
        stretch, at = min(found, key=lambda one: one[1]["at"])
        read, done = 0, False
        try:
            while not done:
                with self.database.transaction() as connection:
                    page = connection.execute(stretch.page, {**at, "limit": _PAGE}).fetchall()
                for row in page:
                    if not row["pending"] and not row["dropped"]:
                        reading.hold(named_of(row, stretch.shelf))
                        read += 1
                    at[stretch.cursor] = row[stretch.column]
                    if reading.bytes_read >= budget or self._over():
                        return read
                done = len(page) < _PAGE
        finally:
            with self.database.transaction() as connection:
                connection.execute(stretch.read_whole if done else stretch.read_to, at)
        return read

    def _found(self, flaw: Flaw) -> None:
        self._trust([flaw], looked=0)
        self._tell(flaw)

    def _tell(self, flaw: Flaw) -> None:
        """What thinning kept and cannot be had is taken back while its original is there: it is made again of that."""
        findings.tell(self.database, self.by, flaw)
        if flaw.kind not in REPAIRABLE or flaw.row is None or shelf_of(flaw.key) is not THINNED:
            return
        with self.database.transaction() as connection:
            holds.lock_cameras(connection, [flaw.row["camera_id"]])
            connection.execute(query("thinning.forget"), flaw.row)

    def _trust(self, flaws: list[Flaw], *, looked: int) -> None:
        """Raises Doubt when so much is newly lost that it rather is the store."""
        with self.database.transaction() as connection:
            lost = [flaw.key for flaw in flaws if flaw.kind in _LOST and not findings.known(connection, flaw)]
            doubtful = state.doubtful(connection, self.claimed, looked=looked, lost=lost)
        if doubtful:  # after the commit: the stop itself must stay
            raise Doubt

    def _whole(self, key: str) -> None:
        findings.whole(self.database, self.by, key)
