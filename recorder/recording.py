"""What is being written for one camera: its run, the open chunk, and the outage that is open while nothing is.

Everything goes through one lock, so that a connection that hangs can be sealed from outside without waiting
for it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from recorder import measures, recovery
from recorder.access_unit import AccessUnit, Reason
from recorder.awake import Awake
from recorder.boundaries import Boundaries
from recorder.facts import ChunkSealed, RunClosed, RunOpened
from recorder.leased import Leased
from recorder.outages import Outages
from recorder.run import Run, open_run
from recorder.segmenter import Segmenter
from recorder.sidecar import Sealed
from recorder.spool import Spool
from recorder.tally import Tally
from saksi.custody.chain import ClockEvidence
from saksi.fmp4.tracks import AudioTrack, VideoTrack
from saksi.fmp4.writer import FragmentBytes

log = logging.getLogger("saksi.recorder.recording")

_STEP_US = 100_000  # the wall clock moved against the steady one: someone set it


class Recording:
    """The writing side of one camera."""

    def __init__(
        self,
        leased: Leased,
        spool: Spool,
        *,
        tell: Callable[..., None],
        ship: Callable[[Sealed], None],
        awake: Awake,
        complete: Callable[[str, ClockEvidence], ClockEvidence] = lambda _, told: told,
    ) -> None:
        """`tell` takes facts for the catalogue, `ship` takes chunks for the store once the catalogue has them.

        `complete` adds to a chunk's clock evidence what is known of the camera's clock beside its stream.
        """
        self._leased = leased
        self._spool = spool
        self._tell = tell
        self._ship = ship
        self._complete = complete
        self._outages = Outages(leased.camera, leased.epoch, leased.since_us, tell=tell, awake=awake)
        self._boundaries = Boundaries.of(leased.camera, leased.chunk_seconds)
        self._lock = threading.Lock()
        self._run: Run | None = None
        self._parent = leased.parent
        self._opening_reason = "claimed"
        self._segmenter: Segmenter | None = None
        self._audio: AudioTrack | None = None
        self._anchor_us: int | None = None  # wall clock minus steady clock, fixed for a run
        self._end_us = leased.since_us
        self._earliest_us = 0  # where this lease's footage ends by the clock in force
        self._finished = False
        # A run that the disk did not let us finish, and its last chunk.
        self._aside: tuple[Path, int] | None = None
        self._refused = ""  # the run of which the catalogue refused a chunk
        self.tally = Tally()
        self.footage_us: int | None = None  # where the footage of this lease begins

    @property
    def end_us(self) -> int:
        """Up to where there is footage: the end of the last fragment, or when the lease began."""
        return self._end_us

    def resume(self, outage: Reason | None, alone_us: int | None) -> None:
        """Called before the first connection: what is known of the time before this lease.

        `outage` is the one open now; without one, nobody recorded since `alone_us`.
        """
        self._outages.resume(outage, alone_us)

    @property
    def waiting(self) -> bool:
        """Whether the connection has shown no keyframe yet."""
        return self._segmenter is not None and self._segmenter.waiting

    @property
    def finished(self) -> bool:
        """Whether nothing will be written any more."""
        return self._finished

    def connected(self, audio: AudioTrack | None) -> None:
        """A connection begins. Raises OSError when an earlier run cannot be put in order yet."""
        with self._lock:
            self._finish_aside()
            self.tally.connected()
            self._audio = audio
            self._segmenter = self._new_segmenter()

    def take(self, units: Sequence[AccessUnit]) -> None:
        """Writes what came together. Raises OSError when the disk does not take it."""
        with self._lock:
            if self._finished or self._segmenter is None:
                return
            begun = 0
            for position, unit in enumerate(units):
                if unit.keyframe and self._begins_a_run(unit):
                    self._write(units[begun:position])
                    self._begin_anew(unit)
                    begun = position
            self._write(units[begun:])

    def disconnected(self, ended: str) -> None:
        """The connection is over; its open chunk is sealed as `ended`. The run goes on."""
        with self._lock:
            self._end_connection(ended)

    def seal_from(self, instant_us: int) -> None:
        """Cut at the first keyframe at or after `instant_us`."""
        with self._lock:
            if self._segmenter is not None:
                self._segmenter.seal_from(instant_us)

    def finish(self, ended: str, reason: str) -> None:
        """Seals and closes everything, for `reason`; later units are ignored. Harmless when done before."""
        with self._lock:
            if self._finished:
                return
            self._finished = True
            self._end_connection(ended)
            self._close_run(reason)
            self._finish_aside()

    def failed(self, reason: Reason, detail: str) -> None:
        """Nothing is recorded since the last footage, for `reason`."""
        with self._lock:
            if not self._finished:
                self._outages.failed(reason, detail, self._end_us)

    def ended_by(self, reason: Reason, detail: str) -> None:
        """After `finish`: why there is no more footage, unless an outage told it before."""
        with self._lock:
            self._outages.ended_by(reason, detail, self._end_us)

    def lay_aside(self) -> None:
        """The disk refused; what the run has so far is finished like after a crash, as soon as it lets us.

        Raises OSError while it does not; the next connection tries again before it opens a run.
        """
        with self._lock:
            run, self._run, self._segmenter = self._run, None, None
            if run is not None:
                run.abandon()
                self._aside = run.folder, run.last_seq
            self._finish_aside()

    def refuse(self, run: str) -> None:
        """The catalogue refused a chunk of `run`, so it will refuse all that follow in its chain.

        From the next keyframe on there is a new run, which stands on its own. Called from any thread.
        """
        self._refused = run

    # What follows is called with the lock held; the first three make this the segmenter's sink.

    def begin(self, *, video: VideoTrack, audio: AudioTrack | None, start_us: int) -> None:
        """Starts a chunk, and with the first one the run."""
        if self._run is None:
            self._run = self._open_run()
        self._run.begin(video=video, audio=audio, start_us=start_us)

    def append(self, piece: FragmentBytes) -> None:
        """Writes a fragment."""
        assert self._run is not None
        self._run.append(piece)
        if self.footage_us is None:
            self.footage_us = piece.facts.start_us
        self._outages.footage(piece.facts.start_us)  # only now: a disk that refuses the fragment ends none
        self._end_us = self._earliest_us = self._run.end_us
        measures.frames.labels(camera=self._leased.camera).inc(len(piece.samples.video.sizes))
        measures.media_bytes.labels(camera=self._leased.camera).inc(piece.length)

    def seal(self, *, ended: str, clock_evidence: ClockEvidence, lost: int) -> None:
        """Ends a chunk."""
        assert self._run is not None
        evidence = self._complete(self._leased.camera, clock_evidence)
        self._run.seal(ended=ended, clock_evidence=evidence, lost=lost)
        measures.chunks.labels(camera=self._leased.camera, ended=ended).inc()

    def _open_run(self) -> Run:
        run = open_run(
            self._spool.folder,
            camera=self._leased.camera,
            epoch=self._leased.epoch,
            recorder=self._leased.recorder,
            reason=self._opening_reason,
            parent=self._parent,
            fsync=self._leased.fsync,
            on_sealed=self._sealed,
        )
        self._tell(RunOpened(opening=run.opening))
        return run

    def _sealed(self, sealed: Sealed) -> None:
        self._spool.add(sealed)
        told = ChunkSealed(sealed=sealed, recorder=self._leased.recorder, ship=self._ship, refuse=self.refuse)
        self._tell(told)

    def _new_segmenter(self) -> Segmenter:
        return Segmenter(self._boundaries, self, audio=self._audio, earliest_us=self._earliest_us)

    def _begins_a_run(self, unit: AccessUnit) -> bool:
        """Whether with this keyframe a new run begins: the host's clock was set, or the catalogue refused a chunk."""
        if self._anchor_us is None:
            return False
        step_us = unit.arrival_us - unit.monotonic_us - self._anchor_us
        return abs(step_us) > _STEP_US or (self._run is not None and self._refused == self._run.opening.run)

    def _begin_anew(self, unit: AccessUnit) -> None:
        """Ends the run before this keyframe."""
        assert self._anchor_us is not None
        anchor_us = unit.arrival_us - unit.monotonic_us
        if abs(anchor_us - self._anchor_us) > _STEP_US:
            log.warning("%s: the clock was set by %+d us", self._leased.camera, anchor_us - self._anchor_us)
            self._end_run("clock_step")
            self._anchor_us, self._earliest_us = anchor_us, 0
        else:
            self._end_run("refused")
        self._segmenter = self._new_segmenter()

    def _write(self, units: Sequence[AccessUnit]) -> None:
        """Puts arrivals on the run's own clock, and the units into the segmenter."""
        if not units:
            return
        if self._anchor_us is None:
            self._anchor_us = units[0].arrival_us - units[0].monotonic_us
        for unit in units:
            unit.arrival_us = unit.monotonic_us + self._anchor_us
        segmenter = self._segmenter
        assert segmenter is not None
        try:
            segmenter.take(units)
        finally:
            while segmenter.holes:
                self._outages.hole(*segmenter.holes.pop(0))
        self.tally.take(units)

    def _end_run(self, why: str) -> None:
        self._end_connection(why)
        self._close_run(why)
        self._opening_reason = why

    def _finish_aside(self) -> None:
        """Brings the run that the disk refused into order. Raises OSError while the disk still refuses."""
        if self._aside is None:
            return
        folder, told_seq = self._aside
        recovered = recovery.recover(self._spool.folder, folder)
        self._aside = None
        if recovered is None or recovered.closed is None:
            return
        self._parent = recovered.closed.tip.hex()
        self._opening_reason = "disk"
        for sealed in recovered.sealed:
            if sealed.entry.seq > told_seq:
                self._sealed(sealed)
        self._tell(RunClosed(closed=recovered.closed, spool=self._spool))

    def _end_connection(self, ended: str) -> None:
        segmenter, self._segmenter = self._segmenter, None
        if segmenter is not None:
            segmenter.finish(ended)
            measures.skipped.labels(camera=self._leased.camera).inc(segmenter.skipped)

    def _close_run(self, reason: str) -> None:
        run, self._run = self._run, None
        if run is not None:
            closed = run.close(reason)
            self._parent = closed.tip.hex()
            self._tell(RunClosed(closed=closed, spool=self._spool))
