"""What the recorder tells the catalogue, one class a kind of fact.

Writing any of them twice is the same as once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from recorder import measures
from recorder.access_unit import Reason
from recorder.badge import Badge
from recorder.sidecar import Closed, Sealed
from recorder.spool import Spool
from saksi.catalogue import chunks, drops, outages, runs
from saksi.catalogue.database import Connection
from saksi.custody.chain import RunOpening

log = logging.getLogger("saksi.recorder.facts")


@dataclass(frozen=True, kw_only=True)
class RunOpened:
    """A run began."""

    opening: RunOpening

    def write(self, connection: Connection, teller: Badge) -> None:
        """Into `run` and the log."""
        chunks.open_run(connection, self.opening)
        runs.opened(connection, teller.author, self.opening)


@dataclass(frozen=True, kw_only=True)
class ChunkSealed:
    """A chunk was sealed; its hash is on record before its footage travels.

    What the catalogue refuses is not sent: a chunk that forks its chain has the key of the true one, and would
    take its place in the store.
    """

    sealed: Sealed
    recorder: str  # the name under which the run was opened; ours may be another by now
    ship: Callable[[Sealed], None]
    refuse: Callable[[str], None]

    @staticmethod
    def write_all(connection: Connection, _teller: Badge, facts: Sequence[ChunkSealed]) -> list[ChunkSealed]:
        """Into `chunk` and the run's chain; answers those that are in it."""
        told = [_announcement(fact) for fact in facts]
        taken = []
        for fact, answer in zip(facts, chunks.announce(connection, told), strict=True):
            if answer in ("appended", "duplicate"):
                taken.append(fact)
            else:
                fact.refused(answer)
        return taken

    def written(self) -> None:
        """Only now may the footage go to the store."""
        self.ship(self.sealed)

    def refused(self, why: str) -> None:
        """The catalogue will never take it, nor what follows it in its run."""
        measures.announce_refused.labels(why=why).inc()
        entry = self.sealed.entry
        log.error(
            "the catalogue refused chunk %d of run %s (%s): %s. It is not sent; %s stays there for people",
            entry.seq,
            entry.run,
            entry.camera,
            why,
            self.sealed.media,
        )
        self.refuse(entry.run)


@dataclass(frozen=True, kw_only=True)
class ChunkStored:
    """The object store holds a chunk."""

    sealed: Sealed
    spool: Spool

    @staticmethod
    def write_all(connection: Connection, _teller: Badge, facts: Sequence[ChunkStored]) -> None:
        """Out of `chunk_pending`, into the outbox."""
        chunks.stored(connection, [(fact.sealed.entry.run, fact.sealed.entry.seq) for fact in facts])

    def written(self) -> None:
        """Only now may the spool file go."""
        self.spool.confirm(self.sealed)


@dataclass(frozen=True, kw_only=True)
class ChunkDropped:
    """An announced chunk had to make room on a full disk before it was in the store. Its entry stays."""

    sealed: Sealed

    @staticmethod
    def write_all(connection: Connection, teller: Badge, facts: Sequence[ChunkDropped]) -> None:
        """Out of `chunk_pending`, into `chunk_dropped`, the log and `outage`.

        A disk that is full for days drops a chunk whenever one is sealed; that is one outage, not thousands.
        """
        by_run: dict[tuple[str, str], list[int]] = {}
        for fact in facts:
            entry = fact.sealed.entry
            by_run.setdefault((entry.camera, entry.run), []).append(entry.seq)
        for (camera, run), seqs in by_run.items():
            detail = f"footage of run {run} was dropped to free the disk"
            for start_us, end_us in drops.tell(connection, teller.author, run, seqs):
                outages.record_outage(connection, camera, start_us, end_us, "spool_full", detail, teller.name)


@dataclass(frozen=True, kw_only=True)
class RunClosed:
    """A run ended."""

    closed: Closed
    spool: Spool

    def write(self, connection: Connection, teller: Badge) -> None:
        """Into `run` and the log."""
        chunks.close_run(connection, self.closed.closing, self.closed.tip)
        outages.trim(connection, self.closed.closing.run)
        runs.closed(connection, teller.author, self.closed.closing, self.closed.tip)

    def written(self) -> None:
        """The run's folder may go once its footage has."""
        closing = self.closed.closing
        self.spool.ended(self.spool.folder / closing.camera / closing.run)


@dataclass(frozen=True, kw_only=True)
class OutageOpened:
    """A camera is not recorded from `start_us` on."""

    camera: str
    epoch: int
    start_us: int
    reason: Reason
    detail: str

    def write(self, connection: Connection, teller: Badge) -> None:
        """Into `outage`, unless another holds the camera by now: then it is the other's to tell."""
        outages.open_outage(
            connection, self.camera, self.epoch, self.start_us, self.reason, self.detail, teller.name
        )


@dataclass(frozen=True, kw_only=True)
class OutageClosed:
    """The camera is recorded again from `end_us` on."""

    camera: str
    epoch: int
    end_us: int

    def write(self, connection: Connection, _teller: Badge) -> None:
        """Into `outage`, unless another holds the camera by now."""
        outages.close_outage(connection, self.camera, self.epoch, self.end_us)


@dataclass(frozen=True, kw_only=True)
class OutageRecorded:
    """A stretch without footage that is already over."""

    camera: str
    start_us: int
    end_us: int
    reason: Reason
    detail: str

    def write(self, connection: Connection, teller: Badge) -> None:
        """Into `outage`."""
        outages.record_outage(
            connection, self.camera, self.start_us, self.end_us, self.reason, self.detail, teller.name
        )


Fact = (
    RunOpened
    | ChunkSealed
    | ChunkStored
    | ChunkDropped
    | RunClosed
    | OutageOpened
    | OutageClosed
    | OutageRecorded
)


def write(connection: Connection, teller: Badge, facts: Sequence[Fact]) -> Sequence[Fact]:
    """Writes facts of one kind; answers those that were taken, whose `written` is due after the commit."""
    first = facts[0]
    if isinstance(first, ChunkSealed):
        return ChunkSealed.write_all(
            connection, teller, [fact for fact in facts if isinstance(fact, ChunkSealed)]
        )
    if isinstance(first, ChunkStored):
        ChunkStored.write_all(connection, teller, [fact for fact in facts if isinstance(fact, ChunkStored)])
    elif isinstance(first, ChunkDropped):
        ChunkDropped.write_all(connection, teller, [fact for fact in facts if isinstance(fact, ChunkDropped)])
    else:
        for fact in facts:
            if not isinstance(fact, ChunkSealed | ChunkStored | ChunkDropped):
                fact.write(connection, teller)
    return facts


def _announcement(fact: ChunkSealed) -> chunks.Announcement:
    sealed = fact.sealed
    return chunks.Announcement(
        recorder=fact.recorder,
        entry=sealed.entry,
        tip=sealed.tip,
        fragments=sealed.fragments,
        init=chunks.InitSegment(**asdict(sealed.init)),
        crc32=sealed.crc32,
    )
