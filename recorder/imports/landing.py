"""Brings a file in: its import on record, the file itself in the store, and its pictures as chunks of a run of its own.

The order, and what a crash means after each step; doing it again with the same file takes up where it stopped, because
the same file gives the same chunks:
1. import and opening of the run, one transaction: the log says who brought what, and nothing of it is there yet;
2. the file, byte for byte, under its own hash;
3. each chunk: its entry in the chain, its object, its confirmation, as for a camera;
4. end of the run, its seals, and the import is done, one transaction.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from recorder.boundaries import Boundaries
from recorder.imports.film import BrokeOff, Film
from recorder.imports.original import keep
from recorder.imports.survey import Survey
from recorder.init_objects import InitObjects
from recorder.run import Run
from recorder.segmenter import Segmenter
from recorder.sidecar import Closed, Sealed
from saksi import clock
from saksi.catalogue import authors, chunks, imports, keys, runs, seals
from saksi.catalogue.authors import Author
from saksi.catalogue.custody import Who
from saksi.catalogue.imports import Brought, Import
from saksi.custody.chain import STATED, ClockEvidence
from saksi.desk import Desk
from saksi.errors import BadInput, Conflict, IntegrityError
from saksi.fmp4.tracks import AudioTrack, VideoTrack
from saksi.fmp4.writer import FragmentBytes
from saksi.messages import register

register(
    "import_other",
    en=(
        "{field} was brought in before, on {made} by {person}, as footage of {camera} from {start}.",
        "If that was wrong, have it deleted (docs/howto/purge-and-delete.md); then bring it in again.",
    ),
    id_=(
        "{field} sudah pernah dibawa masuk, {made} oleh {person}, sebagai rekaman {camera} mulai {start}.",
        "Bila keliru, mintakan penghapusannya (docs/howto/purge-and-delete.md); lalu bawa masuk lagi.",
    ),
)
register(
    "import_differs",
    en=(
        "Chunk {seq} of {field} is not what an earlier try made of the same file.",
        "Finish it with the version of Saksi that began it, or have what is there deleted and begin anew.",
    ),
    id_=(
        "Potongan {seq} dari {field} berbeda dari hasil percobaan sebelumnya atas berkas yang sama.",
        "Selesaikan dengan versi Saksi yang memulainya, atau mintakan penghapusannya lalu mulai lagi.",
    ),
)
register(
    "import_no_keyframe",
    en=(
        "{field} has a stretch of more than 20 minutes without a keyframe, or none at all.",
        "Export it from the recorder again, or keep the file alone with --file-only.",
    ),
    id_=(
        "{field} punya bagian lebih dari 20 menit tanpa keyframe, atau tidak punya sama sekali.",
        "Ekspor lagi dari perekamnya, atau simpan berkasnya saja dengan --file-only.",
    ),
)

_MOST_CHUNK_US = 1_200_000_000  # as the catalogue takes it
REASON = "imported"

Tell = Callable[[str, int, int], None]  # what is done, bytes of it so far, bytes in all


@dataclass(frozen=True, kw_only=True)
class Landed:
    """What became of a file. `before`: it had been brought in already and nothing was changed."""

    made: Import
    before: bool
    frames: int = 0
    skipped: int = 0
    damaged: int = 0


def land(
    desk: Desk, path: Path, found: Survey, brought: Brought, *, who: Who, chunk_seconds: int, tell: Tell
) -> Landed:
    """Brings `path` in, as footage where `found` has a codec that can be, else as a file alone.

    Raises Conflict when the file is on record with another camera or time, IntegrityError when it changes meanwhile or
    gives other chunks than before, BadInput when it cannot be read, Unavailable; what is done stays and is taken up.
    """
    with desk.database.transaction() as connection:
        office = authors.office(connection, desk.settings.keys_folder)
    with desk.database.transaction() as connection:
        made, before = imports.begin(connection, office, brought, who=who, run=found.codec is not None)
    told = (made.camera, made.start_us, made.offset_us, made.run_no is None)
    if before and told != (brought.camera, brought.start_us, brought.offset_us, found.codec is None):
        raise Conflict(
            "import_other", field=path.name, camera=made.camera, person=made.person, **_times(made)
        )
    if made.state == "done":
        return Landed(made=made, before=True)
    keep(desk.store, path, brought.sha256, brought.size, lambda done: tell("file", done, brought.size))
    if made.run_no is None:
        with desk.database.transaction() as connection:
            imports.done(connection, made)
        return Landed(made=_again(desk, made), before=False)
    with tempfile.TemporaryDirectory(prefix="saksi-import-") as folder:
        work = _Work(desk, office, made, path, Path(folder))
        film = Film(path, found, made.start_us, passed=lambda done: tell("footage", done, brought.size))
        work.cut(film, found.audio, chunk_seconds)
        work.finish()
    return Landed(
        made=_again(desk, made), before=False, frames=work.frames, skipped=work.skipped, damaged=film.damaged
    )


class _Work:
    """The chunks of one file, into catalogue and store; the segmenter's sink."""

    def __init__(self, desk: Desk, office: Author, made: Import, path: Path, folder: Path) -> None:
        self._desk = desk
        self._office = office
        self._made = made
        self._path = path
        self._inits = InitObjects(desk.store)
        with desk.database.transaction() as connection:
            opening = imports.opening_of(connection, made)
        self._run = Run(folder, opening, fsync=False, on_sealed=self._sealed)
        self._clock = ClockEvidence(
            source=STATED,
            offset_us=0,
            error_us=-1,
            camera_source="none" if made.offset_us is None else STATED,
            camera_offset_us=made.offset_us or 0,
            residual_us=0,
        )
        self.frames = 0
        self.skipped = 0

    def cut(self, film: Film, audio: AudioTrack | None, chunk_seconds: int) -> None:
        """Everything of the file that can be shown."""
        boundaries = Boundaries.of(self._made.camera, chunk_seconds)
        segmenter = Segmenter(boundaries, self, audio=audio, earliest_us=0)
        for unit in film:
            if isinstance(unit, BrokeOff):
                segmenter.finish("discontinuity")
                self._count(segmenter)
                segmenter = Segmenter(boundaries, self, audio=audio, earliest_us=segmenter.end_us)
            else:
                segmenter.take([unit])
        segmenter.finish("source_ended")
        self._count(segmenter)
        if not self._run.last_seq:
            raise BadInput("import_no_keyframe", field=self._path.name)

    def finish(self) -> None:
        """Step 4. Harmless when done before."""
        closed: Closed = self._run.close(REASON)
        with self._desk.database.transaction() as connection:
            self._office.lock(connection)
            now = imports.known(connection, self._made.sha256)
            if now is None or now.state == "done":
                return  # somebody else brought the same file in meanwhile
            chunks.close_run(connection, closed.closing, closed.tip)
            runs.closed(connection, self._office, closed.closing, closed.tip)
            assert self._made.run_no is not None
            seals.seal_early(connection, self._office, self._made.run_no)
            imports.done(connection, self._made)

    def begin(self, *, video: VideoTrack, audio: AudioTrack | None, start_us: int) -> None:
        """Starts a chunk."""
        self._run.begin(video=video, audio=audio, start_us=start_us)

    def append(self, piece: FragmentBytes) -> None:
        """Writes a fragment."""
        self._run.append(piece)

    def seal(self, *, ended: str, clock_evidence: ClockEvidence, lost: int) -> None:
        """Ends a chunk. Its times are what somebody stated; this machine's clock has nothing to say of them."""
        stated = replace(self._clock, residual_us=clock_evidence.residual_us)
        self._run.seal(ended=ended, clock_evidence=stated, lost=lost)

    def _sealed(self, sealed: Sealed) -> None:
        entry = sealed.entry
        if entry.end_us - entry.start_us > _MOST_CHUNK_US:
            raise BadInput("import_no_keyframe", field=self._path.name)
        told = chunks.Announcement(
            recorder=imports.IMPORTER,
            entry=entry,
            tip=sealed.tip,
            fragments=sealed.fragments,
            init=chunks.InitSegment(**asdict(sealed.init)),
            crc32=sealed.crc32,
        )
        with self._desk.database.transaction() as connection:
            outcome = chunks.announce(connection, [told])[0]
            if outcome not in ("appended", "duplicate"):
                raise IntegrityError("import_differs", field=self._path.name, seq=entry.seq)
            owed = imports.pending(connection, entry.run, entry.seq)
        if owed:
            self._inits.send(sealed.init)
            key = keys.chunk_key(entry.camera, entry.run, entry.seq)
            self._desk.store.put(key, sealed.media, sha256=bytes.fromhex(entry.sha256))
            with self._desk.database.transaction() as connection:
                chunks.stored(connection, [(entry.run, entry.seq)])
        sealed.media.unlink()

    def _count(self, segmenter: Segmenter) -> None:
        self.frames += segmenter.frames
        self.skipped += segmenter.skipped


def _again(desk: Desk, made: Import) -> Import:
    with desk.database.transaction() as connection:
        found = imports.known(connection, made.sha256)
    return made if found is None else found


def _times(made: Import) -> dict[str, str]:
    return {"made": clock.format_us(made.made_us), "start": clock.format_us(made.start_us)}
