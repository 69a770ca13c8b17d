"""What a purge destroyed and what it left: by agency, by camera, by hand, and why some of it stayed."""

from __future__ import annotations

from dataclasses import dataclass

from saksi.papers.parts import Camera, Span


@dataclass(frozen=True, kw_only=True)
class PurgedAgency:
    """What a purge destroyed of one agency: camera-hours, chunks and bytes of so many cameras."""

    agency: str
    cameras: int
    hours: int
    chunks: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class PurgedCamera:
    """What a purge destroyed of one camera. `spans` are united and may be the first few; `more` were left out."""

    camera: Camera
    spans: tuple[Span, ...]
    hours: int
    chunks: int
    bytes: int
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class Stayed:
    """Footage that was over and stayed: `cause` is a code of STAYED_CAUSES."""

    cause: str
    hours: int
    bytes: int


STAYED_CAUSES = ("held", "owed", "pending")


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """A deletion that an officer asked for. `young` camera-hours were below the legal minimum, allowed by `order`."""

    span: Span
    cameras: tuple[str, ...]
    basis: str
    undo_until_us: int
    more: int = 0
    young: int = 0
    order: str = ""


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The file of all tombstone lines: how many, its SHA-256, and the RFC 6962 root over them."""

    count: int
    sha256: str
    root: str


@dataclass(frozen=True, kw_only=True)
class ThinnedGone:
    """What went of what thinning had left; the RFC 6962 root over a line an hour is in the log."""

    hours: int
    chunks: int
    bytes: int
    root: str


PURGE_KINDS = ("policy", "pressure", "manual", "thinned")
