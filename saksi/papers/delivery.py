"""What a package delivers against what was asked: exhibits, coverage with its gaps, clock evidence, files."""

from __future__ import annotations

from dataclasses import dataclass

from saksi.papers.parts import Camera, Span


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """A span of cameras that belongs to the case, as it was asked for."""

    label: str
    cameras: tuple[Camera, ...]
    span: Span
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A stretch without footage. `cause` is a code of GAP_CAUSES (others are printed as they are).

    `recorded_us` is when the cause went on record: soon after the gap, or the cause says little.
    """

    span: Span
    cause: str
    detail: str = ""
    recorded_us: int | None = None


GAP_CAUSES = (
    "unreachable",
    "auth_failed",
    "address_refused",
    "no_keyframe",
    "stalled",
    "recorder_down",
    "spool_full",
    "disabled",
    "unsupported_codec",
    "dropped",
    "purged",
    "lost",
    "damaged",
    "clock_step",
    "before_first",
    "after_last",
    "unknown",
)


@dataclass(frozen=True, kw_only=True)
class ClockEvidence:
    """How the recorder's clock stood, and the bracket in which the footage must have come about.

    `source` is "ntp", "free" or "stated" (footage that was brought in). Offsets and the error bound are the largest of
    the span, in microseconds; `camera_offset_us` is the camera's own clock against the recorder's, told by
    `camera_source` ("none": by nothing).
    """

    source: str
    offset_us: int | None = None
    error_us: int | None = None
    camera_source: str = "none"
    camera_offset_us: int = 0
    not_before_us: int | None = None
    not_after_us: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Still:
    """A JPEG picture of an instant of the footage."""

    jpeg: bytes
    at_us: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ProcessedCopy:
    """A derivative that is delivered, and the span of footage that it was made of."""

    number: int
    span: Span


@dataclass(frozen=True, kw_only=True)
class Thinned:
    """What is left of purged chunks and delivered in a folder: the span of their originals, and the length of all."""

    chunks: int
    folder: str
    span: Span
    length_us: int


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """One camera of one exhibit: what was asked, what is delivered, what is missing and why.

    `delivered` is the first frame's start to the last frame's end, None when there is no footage at all.
    `covered_us` is the time with footage inside the span asked. `frames_identical` and `camera_signature`
    ("present", "unsigned") are None when they were not checked; whether a signature holds is the verifiers' to say.
    `withheld` footage is there, and is not handed over on purpose; `processed` copies of it may be.
    `thinned` are the keyframes of what is missing because of a purge.
    """

    exhibit: str
    camera: Camera
    asked: Span
    delivered: Span | None
    covered_us: int
    chunks: int
    frames: int
    bytes: int
    clock: ClockEvidence
    gaps: tuple[Gap, ...] = ()
    runs: int = 1
    frames_identical: bool | None = None
    camera_signature: str | None = None
    still: Still | None = None
    withheld: bool = False
    processed: tuple[ProcessedCopy, ...] = ()
    thinned: tuple[Thinned, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """A file of the package."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class FileClass:
    """The files of one class: "original", "playable", "derivative", "imported" or "meta".

    `count` and `bytes` are of all of them; `files` may list fewer, and then the paper says so.
    """

    kind: str
    count: int
    bytes: int
    files: tuple[FileEntry, ...] = ()
