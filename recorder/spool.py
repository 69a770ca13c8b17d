"""The spool folder: one owner, known content, bounded size.

It is a queue (chunks not yet confirmed in the object store) and a cache (confirmed ones, while there is
room). Above high water the oldest confirmed files go. Only when the disk itself is nearly full, or the spool at
its limit, does unconfirmed footage go, oldest first, but after the rest what somebody waits for; each such drop
is handed back to become an outage and an alarm. What is just being sent stays: it is as good as saved.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from recorder import spool_owner
from recorder.recovery import SIDECARS, Recovered, quarantine, recover_all, run_folders
from recorder.sidecar import Sealed
from saksi import durable
from saksi.errors import Unavailable

Place = tuple[str, int]  # run and number

_MOST_ASKED = 100  # questions to the store a sweep
_TRASH = "_trash"  # what is being removed; a crash in the middle must not look like a run


class Spool:
    """The folder and its accounts. Safe to use from any thread."""

    def __init__(
        self,
        folder: Path,
        *,
        high_water_bytes: int,
        reserve_bytes: int,
        limit_bytes: int | None = None,
        free_bytes: Callable[[], int] | None = None,
    ) -> None:
        """Takes the folder for this process alone. Raises Conflict when another process has it."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._high_water_bytes = high_water_bytes
        self._reserve_bytes = reserve_bytes
        self._limit_bytes = limit_bytes
        self._free_bytes = free_bytes or (lambda: shutil.disk_usage(folder).free)
        self._guard = threading.Lock()
        self._waiting: dict[Place, Sealed] = {}
        self._confirmed: dict[Place, Sealed] = {}
        self._sending: set[Place] = set()
        self._arrived: set[Place] = set()  # in the store; the catalogue is yet to be told
        self._spared: frozenset[Place] = frozenset()
        self._lost: list[Sealed] = []  # dropped, and not answered by `sweep` yet
        self._ended: set[Path] = set()  # folders of runs whose end the catalogue has
        self._unrecovered: list[Path] = []
        self._lock = spool_owner.lock(folder)

    def release(self) -> None:
        """Lets another process have the folder."""
        os.close(self._lock)

    def belongs_to(self, installation: str) -> None:
        """Binds a new spool to the installation. Raises Conflict when it holds another's footage."""
        spool_owner.bind(self.folder, installation)

    def recover(self) -> list[Recovered]:
        """Brings what an earlier process left into order and into the accounts; see `recover_rest`."""
        shutil.rmtree(self.folder / _TRASH, ignore_errors=True)
        self._unrecovered = run_folders(self.folder)
        return self.recover_rest()

    def recover_rest(self) -> list[Recovered]:
        """The same for what a full disk did not let be finished before."""
        if not self._unrecovered:
            return []
        found, self._unrecovered = recover_all(self.folder, self._unrecovered)
        for run in found:
            self.adopt(run)
        return found

    def adopt(self, run: Recovered) -> None:
        """Takes a recovered run into the accounts."""
        for sealed in run.sealed:
            if not sealed.media.exists():
                continue
            if sealed.entry.seq in run.confirmed:
                with self._guard:
                    self._confirmed[_key(sealed)] = sealed
            else:
                self.add(sealed)
        if run.closed is None:
            self.ended(self.folder / run.opening.camera / run.opening.run)

    def add(self, sealed: Sealed) -> None:
        """A chunk was sealed."""
        with self._guard:
            self._waiting[_key(sealed)] = sealed

    def waiting(self) -> list[Sealed]:
        """Chunks not confirmed yet, oldest first."""
        with self._guard:
            return sorted(self._waiting.values(), key=_start)

    def waiting_count(self) -> int:
        """How many chunks are not confirmed yet."""
        return len(self._waiting)

    def spare(self, wanted: Iterable[Place]) -> None:
        """Somebody waits for these (run, number), and for no others: a full disk takes them last."""
        with self._guard:
            self._spared = frozenset(wanted)

    @contextlib.contextmanager
    def sending(self, sealed: Sealed) -> Iterator[bool]:
        """Whether the chunk is still here; while it is being sent it is not dropped."""
        place = _key(sealed)
        with self._guard:
            self._sending.add(place)
            there = sealed.media.exists()
        try:
            yield there
        finally:
            with self._guard:
                self._sending.discard(place)

    def arrived(self, sealed: Sealed) -> None:
        """The store holds the chunk. Until the catalogue knows, its file goes only on a full disk, and is no loss."""
        with self._guard:
            if _key(sealed) in self._waiting:
                self._arrived.add(_key(sealed))

    def confirm(self, sealed: Sealed) -> None:
        """The store holds the chunk and the catalogue knows it."""
        with self._guard:
            self._arrived.discard(_key(sealed))
            if self._waiting.pop(_key(sealed), None) is None:
                return  # dropped meanwhile
            sealed.sidecar("entry").rename(sealed.sidecar("stored"))
            self._confirmed[_key(sealed)] = sealed

    def kept_runs(self) -> list[str]:
        """Runs of which there still are files that the store has too."""
        with self._guard:
            return list({run for run, _ in self._confirmed})

    def kept(self, run: str, seq: int) -> Sealed | None:
        """A chunk that the store has too, while its file is still here; it may go any moment."""
        with self._guard:
            return self._confirmed.get((run, seq))

    def kept_chunks(self) -> dict[Place, Sealed]:
        """Every chunk that the store has too and whose file is still here, by run and number."""
        with self._guard:
            return dict(self._confirmed)

    def forget(self, run: str, seq: int) -> bool:
        """Removes the file of a confirmed chunk that was purged; whether there was one."""
        with self._guard:
            sealed = self._confirmed.get((run, seq))
            if sealed is not None:
                self._forget(sealed)
            return sealed is not None

    def ended(self, folder: Path) -> None:
        """The catalogue has the end of the run in `folder`; it may go once it is empty of footage."""
        if (folder / "closed.json").exists():
            durable.rename(folder / "closed.json", folder / "closed.announced")
        with self._guard:
            self._ended.add(folder)

    def usage(self) -> tuple[int, int | None]:
        """(bytes of sealed chunks, start of the oldest unconfirmed one in microseconds or None)."""
        with self._guard:
            return self._total(), min((s.entry.start_us for s in self._waiting.values()), default=None)

    def room_bytes(self) -> int:
        """What may come before unconfirmed footage is dropped. Raises OSError when the disk fails."""
        with self._guard:
            return sum(s.entry.size for s in self._confirmed.values()) - self._missing_bytes()

    def sweep(self, still_stored: Callable[[Sealed], bool]) -> list[Sealed]:
        """Makes room; answers the unconfirmed chunks that had to go. Raises OSError when the disk fails.

        A copy goes only when `still_stored` says that the store has the chunk: a store can lose what it
        acknowledged, and this copy may be the last one. A disk that runs full cannot wait for that answer.
        """
        with self._guard:
            surplus = list(self._beyond_high_water())
        with contextlib.suppress(Unavailable):
            for sealed in surplus[:_MOST_ASKED]:
                if still_stored(sealed):
                    with self._guard:
                        self._forget(sealed)
        with self._guard:
            for sealed in self._beyond_reserve():
                self._lost.append(sealed)
            # By run: a site's backlog is tens of thousands of chunks, and each folder would look through all of them.
            held = {run for run, _ in (*self._waiting, *self._confirmed)} if self._ended else set()
            over = [folder for folder in self._ended if folder.name not in held and not _busy(folder)]
            self._ended.difference_update(over)
        for folder in over:
            self._remove(folder)
        dropped, self._lost = self._lost, []
        return dropped

    def _total(self) -> int:
        return sum(s.entry.size for held in (self._waiting, self._confirmed) for s in held.values())

    def _missing_bytes(self) -> int:
        """By how much the disk's reserve is touched, or the limit passed; below 0: there is so much room."""
        missing = self._reserve_bytes - self._free_bytes()
        return missing if self._limit_bytes is None else max(missing, self._total() - self._limit_bytes)

    def _beyond_high_water(self) -> Iterator[Sealed]:
        total = self._total()
        for sealed in sorted(self._confirmed.values(), key=_start):
            if total <= self._high_water_bytes:
                return
            total -= sealed.entry.size
            yield sealed

    def _beyond_reserve(self) -> Iterator[Sealed]:
        """Frees the disk's reserve: confirmed footage silently, unconfirmed footage as a loss to be told.

        Counted by size, not asked of the disk again: space comes back late where a file is still being read.
        """
        missing = self._missing_bytes()
        if missing <= 0:
            return  # the chunks of days are not put in order each second for nothing
        for sealed in sorted(self._confirmed.values(), key=_start):
            if missing <= 0:
                return
            missing -= sealed.entry.size
            self._forget(sealed)
        for sealed in sorted(self._waiting.values(), key=self._turn_to_go):
            if missing <= 0:
                return
            if _key(sealed) in self._sending:
                continue
            missing -= sealed.entry.size
            yield from self._dropped(sealed)

    def _dropped(self, sealed: Sealed) -> Iterator[Sealed]:
        """Gives up one that waits; yields it when it is lost. Only what the disk let go of leaves the accounts."""
        place = _key(sealed)
        lost = place not in self._arrived
        if lost:
            durable.rename(sealed.sidecar("entry"), sealed.sidecar("dropped"))
        else:
            sealed.media.unlink(missing_ok=True)
        del self._waiting[place]
        self._arrived.discard(place)
        if lost:
            yield sealed
            sealed.media.unlink(missing_ok=True)

    def _turn_to_go(self, sealed: Sealed) -> tuple[bool, bool, int]:
        place = _key(sealed)
        return place not in self._arrived, place in self._spared, sealed.entry.start_us

    def _remove(self, folder: Path) -> None:
        """An ended run whose footage is accounted for. Media that nobody accounts for is kept for people."""
        if any(folder.glob("*.mp4")):
            quarantine(self.folder, folder, "it holds media without a sidecar")
            return
        (self.folder / _TRASH).mkdir(exist_ok=True, mode=0o700)
        trash = folder.rename(self.folder / _TRASH / folder.name)
        shutil.rmtree(trash, ignore_errors=True)

    def _forget(self, sealed: Sealed) -> None:
        """Removes a confirmed chunk's file, and its sidecar unless it is the run's newest, with the tip."""
        sealed.media.unlink(missing_ok=True)
        del self._confirmed[_key(sealed)]
        sidecars = [path for state in SIDECARS for path in sealed.folder.glob(f"*.{state}")]
        newest = max((path.stem for path in sidecars), default="")
        if sealed.name != newest or sealed.folder in self._ended:
            sealed.sidecar("stored").unlink(missing_ok=True)


def _busy(folder: Path) -> bool:
    """Whether a chunk is open there, or an upload was begun that is still to be taken back from the store."""
    return any(folder.glob("*.part")) or any(folder.glob("*.upload"))


def _key(sealed: Sealed) -> Place:
    return sealed.entry.run, sealed.entry.seq


def _start(sealed: Sealed) -> int:
    return sealed.entry.start_us
