"""The spool folder: one owner, known content, bounded size.

It is a queue (chunks not yet confirmed in the object store) and a cache (confirmed ones, while there is
room). Above high water the oldest confirmed files go. Only when the disk itself is nearly full does
unconfirmed footage go, oldest first, and each such drop is handed back to become an outage and an alarm.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from recorder.recovery import SIDECARS, Recovered, quarantine, recover_all, run_folders
from recorder.sidecar import Sealed
from saksi import durable
from saksi.errors import Conflict, Unavailable
from saksi.messages import register

register(
    "spool_in_use",
    en=("Another recorder is using the spool {folder}.", "Stop it, or give this one its own SAKSI_SPOOL."),
    id_=("Perekam lain memakai spool {folder}.", "Hentikan, atau beri perekam ini SAKSI_SPOOL sendiri."),
)
register(
    "spool_foreign",
    en=(
        "The spool {folder} holds footage of installation {found}, not of {own}; nothing was sent.",
        "Point the recorder at the database it recorded for, or give it another SAKSI_SPOOL.",
    ),
    id_=(
        "Spool {folder} berisi rekaman instalasi {found}, bukan {own}; tidak ada yang dikirim.",
        "Arahkan perekam ke basis datanya semula, atau beri SAKSI_SPOOL lain.",
    ),
)

_IDENTITY = "installation.json"
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
        free_bytes: Callable[[], int] | None = None,
    ) -> None:
        """Takes the folder for this process alone. Raises Conflict when another process has it."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._high_water_bytes = high_water_bytes
        self._reserve_bytes = reserve_bytes
        self._free_bytes = free_bytes or (lambda: shutil.disk_usage(folder).free)
        self._guard = threading.Lock()
        self._waiting: dict[tuple[str, int], Sealed] = {}
        self._confirmed: dict[tuple[str, int], Sealed] = {}
        self._ended: set[Path] = set()  # folders of runs whose end the catalogue has
        self._unrecovered: list[Path] = []
        self._lock = os.open(folder / "_lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise Conflict("spool_in_use", field="SAKSI_SPOOL", folder=folder) from error

    def release(self) -> None:
        """Lets another process have the folder."""
        os.close(self._lock)

    def belongs_to(self, installation: str) -> None:
        """Binds a new spool to the installation. Raises Conflict when it holds another's footage."""
        path = self.folder / _IDENTITY
        if not path.exists():
            durable.write(path, json.dumps({"installation": installation}).encode())
        found = json.loads(path.read_bytes()).get("installation")
        if found != installation:
            raise Conflict(
                "spool_foreign", field="SAKSI_SPOOL", folder=self.folder, found=found, own=installation
            )

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

    def confirm(self, sealed: Sealed) -> None:
        """The store holds the chunk and the catalogue knows it."""
        with self._guard:
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

    def kept_chunks(self) -> dict[tuple[str, int], Sealed]:
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
            total = sum(s.entry.size for held in (self._waiting, self._confirmed) for s in held.values())
            return total, min((s.entry.start_us for s in self._waiting.values()), default=None)

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
            dropped = list(self._beyond_reserve())
            over = [folder for folder in self._ended if not self._in_use(folder)]
            self._ended.difference_update(over)
        for folder in over:
            self._remove(folder)
        return dropped

    def _beyond_high_water(self) -> Iterator[Sealed]:
        total = sum(s.entry.size for held in (self._waiting, self._confirmed) for s in held.values())
        for sealed in sorted(self._confirmed.values(), key=_start):
            if total <= self._high_water_bytes:
                return
            total -= sealed.entry.size
            yield sealed

    def _beyond_reserve(self) -> Iterator[Sealed]:
        """Frees the disk's reserve: confirmed footage silently, unconfirmed footage as a loss to be told.

        Counted by size, not asked of the disk again: space comes back late where a file is still being read.
        """
        missing = self._reserve_bytes - self._free_bytes()
        for sealed in sorted(self._confirmed.values(), key=_start):
            if missing <= 0:
                return
            missing -= sealed.entry.size
            self._forget(sealed)
        for sealed in sorted(self._waiting.values(), key=_start):
            if missing <= 0:
                return
            missing -= sealed.entry.size
            del self._waiting[_key(sealed)]
            durable.rename(sealed.sidecar("entry"), sealed.sidecar("dropped"))
            sealed.media.unlink(missing_ok=True)
            yield sealed

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
        del self._confirmed[_key(sealed)]
        sealed.media.unlink(missing_ok=True)
        sidecars = [path for state in SIDECARS for path in sealed.folder.glob(f"*.{state}")]
        newest = max((path.stem for path in sidecars), default="")
        if sealed.name != newest or sealed.folder in self._ended:
            sealed.sidecar("stored").unlink(missing_ok=True)

    def _in_use(self, folder: Path) -> bool:
        held = any(s.folder == folder for kept in (self._waiting, self._confirmed) for s in kept.values())
        return held or any(folder.glob("*.part"))


def _key(sealed: Sealed) -> tuple[str, int]:
    return sealed.entry.run, sealed.entry.seq


def _start(sealed: Sealed) -> int:
    return sealed.entry.start_us
