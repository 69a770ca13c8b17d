"""Answers about how long footage is kept: policies and thinning."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from archive_api.answers.base import Instant, Page, Sha256, Told


class Sums(TypedDict):
    """Footage in figures: of an agency, of a camera, or of all."""

    agency: NotRequired[str]
    camera: NotRequired[str]
    cameras: NotRequired[int]
    hours: int
    chunks: int
    bytes: int
    held_hours: int
    oldest: Instant | None
    newest: Instant | None


class CameraSums(Sums):
    """What a change takes of a camera, and its days after and before."""

    at: Instant
    days: float
    days_before: float | None


class PolicyPreview(TypedDict):
    """What a change would take; sums over all for who sees every agency."""

    sha256: Sha256
    made: Instant
    effective: Instant
    shortens: bool
    limited: list[Told]
    agencies: list[Sums]
    total: NotRequired[Sums]
    cameras: NotRequired[list[CameraSums]]
    in_the_way: NotRequired[str | None]


class Policy(TypedDict):
    """A version of a policy."""

    id: int
    scope: Literal["default", "class", "agency", "site", "camera"]
    subject: str | None
    days: float | None
    inherit: bool
    min_days: float | None
    max_days: float | None
    basis: str
    reason: str | None
    effective: Instant | None
    state: Literal["proposed", "accepted", "withdrawn"]
    shortens: bool
    proposed: Instant
    proposed_by: str | None
    decided: Instant | None
    decided_by: str | None
    preview: PolicyPreview | None


class ListedPolicy(Policy):
    """A version and where it stands."""

    standing: str


class NewPolicy(Policy):
    """A version, and where limits of its class bind it."""

    limited: list[Told]


class AcceptedPolicy(Policy):
    """A version that was accepted; `now` is what it takes today, `grew` whether that is more than was previewed."""

    now: PolicyPreview | None
    grew: bool


class ResolvedPolicy(TypedDict):
    """What counts for a camera, and what says so."""

    camera: str
    at: Instant
    days: float
    decided_by: str
    policy: int
    limits: int
    category: str
    min_days: float
    max_days: float | None
    limits_basis: str
    clamped: bool


class Policies(Page[ListedPolicy]):
    """Versions, and what counts for the camera that was named."""

    resolved: NotRequired[ResolvedPolicy]


class Thinning(TypedDict):
    """A rule by which only keyframes are left after a while."""

    id: int
    scope: str
    subject: str
    mode: str | None
    after_days: float | None
    basis: str
    reason: str
    state: str
    proposed_by: str
    proposed: Instant
    decided_by: str | None
    decided: Instant | None


class Reach(TypedDict):
    """What is old enough by now."""

    hours: int
    bytes: int


class NewThinning(Thinning):
    """A rule, and what it reaches."""

    reaches: Reach


class ThinningWaiting(TypedDict):
    """What of a camera waits to be thinned."""

    camera: str
    mode: str
    due: int
    due_bytes: int
    held: int
    beside: int
    beside_bytes: int
    alone: int
    alone_bytes: int
    after_days: float | None


class PurgeAhead(TypedDict):
    """The purge that is waited for."""

    id: int
    state: str
    due: Instant


class Waiting(Page[ThinningWaiting]):
    """What waits, and for which purge."""

    purge: PurgeAhead | None
