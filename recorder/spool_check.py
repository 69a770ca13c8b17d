"""A recorder's spool beside the catalogue, for `saksi fsck` on its machine; also while the recorder is at work."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recorder.recovery import QUARANTINE, SIDECARS, run_folders
from recorder.sidecar import Sealed
from saksi import clock
from saksi.catalogue.database import Database, query
from saksi.scrub import findings
from saksi.scrub.problems import Problem

# A chunk is told to the catalogue at once; without one it may take as long as the outage.
_AWAITED_US = 15 * 60 * 1_000_000


@dataclass(kw_only=True)
class SpoolCheck:
    """One pass over the folder. `deep` reads every file; without it sizes are compared."""

    folder: Path
    database: Database
    tell: Callable[[Problem], None]
    deep: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    bytes_read: int = 0
    _cameras: dict[str, int] = field(default_factory=dict, init=False)

    def all(self) -> None:
        """Every run's files. Raises Unavailable when the catalogue does not answer."""
        with self.database.transaction() as connection:
            rows = connection.execute(query("objects.cameras")).fetchall()
        self._cameras = {row["code"]: row["camera_id"] for row in rows}
        for run in run_folders(self.folder):
            self._run(run)
        for path in sorted((self.folder / QUARANTINE).rglob("*")):
            if path.is_file():
                self.tell(Problem(kind="spool_set_aside", where=str(path.relative_to(self.folder))))

    def _run(self, folder: Path) -> None:
        kept: dict[int, tuple[Sealed, str]] = {}
        for state in SIDECARS:
            for path in folder.glob(f"*.{state}"):
                try:
                    sealed = Sealed.read(path)
                except FileNotFoundError:
                    continue  # confirmed this instant: it is met under its next name
                except ValueError as error:
                    self.tell(Problem(kind="spool_differs", where=self._name(path), found=str(error)))
                    continue
                if sealed.media.exists():
                    kept[sealed.entry.seq] = sealed, state
        known = self._known(folder.name, [sealed for sealed, _ in kept.values()])
        for seq, (sealed, state) in sorted(kept.items()):
            self._count("spool confirmed" if state == "stored" else "spool waiting")
            self._hold(sealed, known.get(seq))
        for media in folder.glob("*.mp4"):
            if not media.stem.isdecimal() or int(media.stem) not in kept:
                self._stray(media)

    def _hold(self, sealed: Sealed, row: dict[str, Any] | None) -> None:
        entry = sealed.entry
        try:
            found = str(sealed.media.stat().st_size)
            expected = str(entry.size)
            if found == expected and self.deep:
                with sealed.media.open("rb") as stream:
                    found, expected = hashlib.file_digest(stream, "sha256").hexdigest(), entry.sha256
                self.bytes_read += entry.size
        except FileNotFoundError:
            return  # it had to make room
        if found != expected:
            self._tell("spool_differs", sealed, expected, found)
        elif row is None:
            purged = self._purged(sealed)
            if purged or clock.now_us() - entry.end_us > _AWAITED_US:
                self._tell("spool_purged" if purged else "spool_unknown", sealed, "a row", "none")
        elif row["sha256"].hex() != entry.sha256:
            self._tell("spool_differs", sealed, row["sha256"].hex(), entry.sha256)

    def _known(self, run: str, kept: list[Sealed]) -> dict[int, dict[str, Any]]:
        values = {
            "run": run,
            "seqs": [sealed.entry.seq for sealed in kept],
            "starts": [clock.from_us(sealed.entry.start_us) for sealed in kept],
        }
        with self.database.transaction() as connection:
            return {row["seq"]: row for row in connection.execute(query("scrub.spooled"), values)}

    def _purged(self, sealed: Sealed) -> bool:
        values = {"camera": sealed.entry.camera, "run": sealed.entry.run, "seq": sealed.entry.seq}
        with self.database.transaction() as connection:
            return connection.execute(query("objects.purged"), values).fetchone() is not None

    def _stray(self, media: Path) -> None:
        """Media that no sidecar tells of: one that was sealed this instant, or nobody's."""
        if media.exists() and not any(media.with_suffix(f".{state}").exists() for state in SIDECARS):
            self.tell(
                Problem(kind="spool_unknown", where=self._name(media), expected="a sidecar", found="none")
            )

    def _tell(self, kind: str, sealed: Sealed, expected: str, found: str) -> None:
        entry = sealed.entry
        with self.database.transaction() as connection:
            camera_id = self._cameras.get(entry.camera, 0)
            touches = findings.touches(connection, camera_id, entry.start_us, entry.end_us)
        self.tell(
            Problem(
                kind=kind, where=self._name(sealed.media), camera=entry.camera, span=(entry.start_us, entry.end_us),
                touches=touches, expected=expected, found=found,
            )
        )  # fmt: skip

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.folder))

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
