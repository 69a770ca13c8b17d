"""A run: this recorder's unbroken recording of one camera, as a folder of chunks and a chain of entries.

Run folder `<spool>/<camera>/<run>/`: run.json first, then the chunks, closed.json last. Nothing here needs
the database or the network.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from recorder.chunk_file import ChunkFile
from recorder.sidecar import Closed, InitFacts, Sealed, opening_bytes
from saksi import clock, durable
from saksi.custody.canonical import tip as chain_tip
from saksi.custody.chain import ClockEvidence, RunClosing, RunOpening
from saksi.fmp4.tracks import AudioTrack, VideoTrack
from saksi.fmp4.writer import FragmentBytes


class Run:
    """An open run; the Sink of its camera's segmenters. Guarded by its camera's lock."""

    def __init__(
        self, spool: Path, opening: RunOpening, *, fsync: bool, on_sealed: Callable[[Sealed], None]
    ) -> None:
        """Writes run.json durably; from here on the run exists."""
        self.opening = opening
        self.tip = opening.tip()
        self.last_seq = 0
        self.end_us = 0
        self.folder = spool / opening.camera / opening.run
        self._fsync = fsync
        self._on_sealed = on_sealed
        self._open: ChunkFile | None = None
        self.folder.mkdir(parents=True)
        for made in (spool, self.folder.parent):
            durable.sync_directory(made)
        durable.write(self.folder / "run.json", opening_bytes(opening))

    def begin(self, *, video: VideoTrack, audio: AudioTrack | None, start_us: int) -> None:
        """Starts the next chunk."""
        init = InitFacts.of(video, audio)
        init.keep(self.folder)
        self._open = ChunkFile(
            self.folder,
            camera=self.opening.camera,
            run=self.opening.run,
            seq=self.last_seq + 1,
            init=init,
            start_us=start_us,
            fsync=self._fsync,
        )

    def append(self, piece: FragmentBytes) -> None:
        """Adds a fragment to the open chunk."""
        assert self._open is not None
        self._open.append(piece)
        self.end_us = piece.facts.start_us + piece.facts.duration_us

    def seal(self, *, ended: str, clock_evidence: ClockEvidence, lost: int) -> None:
        """Ends the open chunk and hands it on."""
        assert self._open is not None
        chunk, self._open = self._open, None
        try:
            sealed = chunk.seal(ended=ended, clock_evidence=clock_evidence, lost=lost, previous_tip=self.tip)
        finally:
            chunk.close()
        self.tip, self.last_seq = sealed.tip, sealed.entry.seq
        self._on_sealed(sealed)

    def abandon(self) -> None:
        """Lets go of the files as a crash would; `recovery.recover` finishes the folder."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def close(self, reason: str) -> Closed:
        """Ends the run; writes closed.json durably."""
        closing = RunClosing(
            camera=self.opening.camera,
            run=self.opening.run,
            last_seq=self.last_seq,
            reason=reason,
            at_us=clock.now_us(),
        )
        closed = Closed(closing=closing, tip=chain_tip(self.tip, closing.leaf()))
        durable.write(self.folder / "closed.json", closed.as_bytes())
        return closed


def open_run(
    spool: Path,
    *,
    camera: str,
    epoch: int,
    recorder: str,
    reason: str,
    parent: str,
    fsync: bool,
    on_sealed: Callable[[Sealed], None],
) -> Run:
    """A new run with an id of its own making, so that it needs nobody's leave."""
    opening = RunOpening(
        camera=camera,
        run=str(uuid.uuid4()),
        epoch=epoch,
        recorder=recorder,
        reason=reason,
        parent=parent,
        at_us=clock.now_us(),
    )
    return Run(spool, opening, fsync=fsync, on_sealed=on_sealed)
