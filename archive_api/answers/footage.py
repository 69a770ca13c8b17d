"""Answers about footage: what there is, its chunks, how its time is known, whose a file is."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from archive_api.answers.base import Address, CaseRef, Instant, Page, Sha256
from archive_api.answers.cameras import Camera


class Stretch(TypedDict):
    """Footage in one piece and one state."""

    start: Instant
    end: Instant
    state: str


class Hole(TypedDict):
    """A stretch without footage, and why."""

    start: Instant
    end: Instant
    reason: str


class Between(TypedDict):
    """From one instant to another."""

    start: Instant
    end: Instant


class CameraFootage(TypedDict):
    """What a camera has in the window."""

    camera: Camera
    coverage: list[Stretch]
    gaps: list[Hole]
    imported: list[Between]
    bytes: int
    thumbnail: Address | None


class Time(TypedDict):
    """How the time of an instant is known."""

    recorded: Instant
    recorded_us: int
    synchronised: bool
    error_us: int | None
    camera_clock: str | None
    camera_offset_us: int | None
    camera_error_us: int | None
    text: str


class CameraTime(Time):
    """The same, of a camera's chunk."""

    camera: str
    run: str
    seq: int


class Original(TypedDict):
    """What a chunk of keyframes was made of."""

    sha256: Sha256
    bytes: int
    frames: int


class Thinned(TypedDict):
    """That only keyframes are left."""

    mode: str
    original: Original


class Chunk(TypedDict):
    """A chunk with its index: fragments as [offset, length, start_us, duration_us, keyframe_length]."""

    start: Instant
    end: Instant
    seq: int
    run: str
    bytes: int
    sha256: Sha256
    codec: str
    codecs: str
    width: int
    height: int
    audio: str
    state: str
    frames: int
    thinned: Thinned | None
    lost: int
    ended: str
    origin: Literal["live", "import"]
    clock: list[Any]
    time: Time
    url: Address | None
    init: list[int]
    fragments: list[list[int]]


class PurgedSpan(TypedDict):
    """Footage of the window that a purge took."""

    start: Instant
    end: Instant
    purge: int | None
    policy: int | None
    at: Instant | None


class CutShort(TypedDict):
    """That an imported file ends before the length it states."""

    run: str
    reached_s: float
    stated_s: float
    text: str


class Segments(Page[Chunk]):
    """Chunks of a camera in the window, and what is missing of it."""

    purged: list[PurgedSpan]
    cut_short: list[CutShort]


class Awaited(TypedDict):
    """What is still on recorders."""

    chunks: int
    bytes: int
    recorders: list[str]


FetchRequest = TypedDict(
    "FetchRequest",
    {
        "id": int,
        "camera": str,
        "from": Instant,
        "to": Instant,
        "reason": str,
        "by": str,
        "asked_at": Instant,
        "expires_at": Instant,
        "state": str,
        "pending": Awaited,
    },
)


class Known(TypedDict):
    """Footage or a package that a file is of."""

    by: str
    kind: str
    camera: str | None
    name: str | None
    start: Instant
    end: Instant
    state: str | None
    purge: int | None
    package: str | None
    path: str | None


class LinkOfPackage(TypedDict):
    """A link by which a package was handed over."""

    recipient: str
    made: Instant
    state: str
    delivered: Instant | None


class KnownPackage(TypedDict):
    """A package of ours. Of its case only who may read that is told."""

    name: str
    same_bytes: bool
    sealed: Instant
    size: int
    sha256: Sha256
    files: int
    case: CaseRef | None
    export: NotRequired[str]
    exhibits: NotRequired[list[int]]
    requested_by: NotRequired[str]
    requested: NotRequired[Instant]
    recipient: NotRequired[str]
    reason: NotRequired[str]
    letter: NotRequired[str]
    links: NotRequired[list[LinkOfPackage]]


class NamedFiles(TypedDict):
    """Files by what is different about them."""

    elsewhere: list[str]
    differ: list[str]
    unknown: list[str]


class ComparedFiles(TypedDict):
    """How many files of a package are as they were sealed."""

    same: int
    elsewhere: int
    differ: int
    unknown: int
    named: NamedFiles


class Whose(TypedDict):
    """Whether a file is ours, and what of."""

    claim: str
    known: list[Known]
    package: NotRequired[KnownPackage | None]
    files: NotRequired[ComparedFiles]
