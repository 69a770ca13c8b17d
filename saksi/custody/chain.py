"""The chain of one run: an opening, a leaf for each chunk, a closing.

T_0 = tip(0^32, leaf(opening)), T_n = tip(T_{n-1}, L_n), and the closing is the last link. Works with the database
and the network down: everything needed is in the recorder's hands.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from saksi.custody.canonical import ZERO, canonical, leaf, tip

LIVE, IMPORT = "live", "import"
STATED = "stated"  # by whoever brought it


@dataclass(frozen=True, kw_only=True)
class ClockEvidence:
    """How the times of a chunk were known.

    `source` is the recorder's clock discipline ("ntp" or "free") with its offset and error bound in microseconds
    (-1: no bound known). `camera_source` is where the camera's own time came from: "rtcp" with the
    stream, "onvif" when its device was asked at most 15 minutes before the chunk's end (to a second), "none" when it
    told none. `camera_offset_us` is camera minus recorder time, of "rtcp" at the chunk's start, `residual_us` media
    span minus wall span over the chunk. Of what was imported both are "stated" by a person, nothing is measured: the
    offset is that of the clock it was recorded with, minus true time ("none" where nobody knows it).
    """

    source: str
    offset_us: int
    error_us: int
    camera_source: str
    camera_offset_us: int
    residual_us: int

    def as_list(self) -> list[str | int]:
        """The order in which the leaf carries these."""
        return [
            self.source,
            self.offset_us,
            self.error_us,
            self.camera_source,
            self.camera_offset_us,
            self.residual_us,
        ]


@dataclass(frozen=True, kw_only=True)
class RunOpening:
    """The first entry of a run: one recorder's unbroken hold of one camera.

    A run of `origin` "import" was made of a file with SHA-256 `file` (hex): `at_us` is when that was stated to begin,
    its parent is none, and no recorder of ours saw it being made.
    """

    camera: str
    run: str
    epoch: int
    recorder: str
    reason: str
    parent: str
    at_us: int
    origin: str = LIVE
    file: str = ""

    def as_object(self) -> dict[str, str | int]:
        """The entry as the log tells it."""
        imported: dict[str, str | int] = {"origin": self.origin, "file": self.file}
        return {
            **({} if self.origin == LIVE else imported),
            "t": "saksi/run-open/1",
            "camera": self.camera,
            "run": self.run,
            "epoch": self.epoch,
            "recorder": self.recorder,
            "reason": self.reason,
            "parent": self.parent,
            "at": self.at_us,
        }

    def canonical(self) -> bytes:
        """Canonical bytes of the entry."""
        return canonical(self.as_object())

    def tip(self) -> bytes:
        """T_0 of the run."""
        return tip(ZERO, leaf(self.canonical()))


@dataclass(frozen=True, kw_only=True)
class ChunkEntry:
    """What the chain says of one sealed chunk. Times are microseconds UTC, hashes lower-case hex."""

    camera: str
    run: str
    seq: int
    start_us: int
    end_us: int
    frames: int
    size: int
    init: str
    sha256: str
    clock: ClockEvidence
    ended: str
    lost: int

    @classmethod
    def parse(cls, data: bytes) -> ChunkEntry:
        """From the canonical bytes. Raises ValueError or KeyError for others."""
        told = json.loads(data)
        names = ("camera", "run", "seq", "frames", "size", "init", "sha256", "ended", "lost")
        source, offset_us, error_us, camera_source, camera_offset_us, residual_us = told["clock"]
        return cls(
            **{name: told[name] for name in names},
            start_us=told["start"],
            end_us=told["end"],
            clock=ClockEvidence(
                source=source,
                offset_us=offset_us,
                error_us=error_us,
                camera_source=camera_source,
                camera_offset_us=camera_offset_us,
                residual_us=residual_us,
            ),
        )

    def canonical(self) -> bytes:
        """Canonical bytes of the leaf, EVIDENCE.md section 3."""
        return canonical(
            {
                "t": "saksi/chunk/1",
                "camera": self.camera,
                "run": self.run,
                "seq": self.seq,
                "start": self.start_us,
                "end": self.end_us,
                "frames": self.frames,
                "size": self.size,
                "init": self.init,
                "sha256": self.sha256,
                "clock": self.clock.as_list(),
                "ended": self.ended,
                "lost": self.lost,
            }
        )

    def leaf(self) -> bytes:
        """L_n: the RFC 6962 leaf hash of the canonical bytes."""
        return leaf(self.canonical())


@dataclass(frozen=True, kw_only=True)
class RunClosing:
    """The last entry of a run."""

    camera: str
    run: str
    last_seq: int
    reason: str
    at_us: int

    def as_object(self) -> dict[str, str | int]:
        """The entry as the log tells it."""
        return {
            "t": "saksi/run-close/1",
            "camera": self.camera,
            "run": self.run,
            "last_seq": self.last_seq,
            "reason": self.reason,
            "at": self.at_us,
        }

    def canonical(self) -> bytes:
        """Canonical bytes of the entry."""
        return canonical(self.as_object())

    def leaf(self) -> bytes:
        """The leaf that ends the chain."""
        return leaf(self.canonical())
