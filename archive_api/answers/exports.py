"""Answers about evidence packages, redacted copies and links."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from archive_api.answers.base import Instant, Sha256, Warned


class Export(TypedDict):
    """An evidence package: asked for, being built, sealed or failed."""

    id: str
    case: str
    number: int
    package: str
    exhibits: list[int]
    recipient: str
    reason: str
    letter: str
    derivatives: list[int] | Literal["all"]
    only: str | None
    imported_files: bool
    wait_for_witnesses: bool
    requested_by: str
    requested_at: Instant
    state: Literal["queued", "building", "sealed", "failed"]
    stage: str
    progress: float
    bytes: int | None
    sha256: Sha256 | None
    sealed_at: Instant | None
    error: str
    warnings: list[Warned]


Region = TypedDict(
    "Region",
    {"x": float, "y": float, "width": float, "height": float, "from": Instant, "to": Instant},
)
Derivative = TypedDict(
    "Derivative",
    {
        "number": int,
        "kind": str,
        "exhibit": int,
        "camera": str,
        "from": Instant,
        "to": Instant,
        "regions": list[Region],
        "method": str,
        "sound": str,
        "commitment": str,
        "reason": str,
        "asked": Instant,
        "asked_by": str,
        "state": Literal["queued", "building", "ready", "failed"],
        "progress": float,
        "bytes": int | None,
        "sha256": Sha256 | None,
        "path": str,
        "ready": Instant | None,
        "error": str,
    },
)


class Disclosure(TypedDict):
    """A link by which a package is handed over."""

    id: str
    number: int
    export: str
    package: str
    recipient: str
    role: str | None
    note: str
    state: Literal["open", "expired", "revoked"]
    passphrase: bool
    made: Instant
    made_by: str
    expires: Instant
    delivered: Instant | None
    revoked: Instant | None
    revoked_by: str | None
    revoked_because: str | None
    receipts: int


class NewDisclosure(Disclosure):
    """A link; what opens it is in this answer alone."""

    link: str
    path: str
