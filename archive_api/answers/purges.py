"""Answers about purges and deletions by hand: which there were, what is to come."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from archive_api.answers.base import Day, Instant, Told


class Progress(TypedDict):
    """How far a purge is."""

    hours_gone: int
    hours_being_erased: int
    bytes: int


ByHand = TypedDict(
    "ByHand",
    {
        "cameras": list[str],
        "from": Instant,
        "to": Instant,
        "basis": str,
        "order": str | None,
        "asked": Instant,
        "awaits_approval": bool,
        "undo_until": Instant | None,
    },
)


class Purge(TypedDict):
    """A purge; sums over all agencies for who sees them all."""

    id: int
    kind: Literal["policy", "pressure", "manual"]
    state: str
    reason: str | None
    asked_by: str | None
    approved_by: str | None
    by_hand: ByHand | None
    noticed: Instant
    due: Instant
    started: Instant | None
    finished: Instant | None
    expected: Told
    progress: Progress | None
    result: Told
    error: str | None
    notice: str | None
    done: str | None
    certificate: str | None


class PurgeDryRun(TypedDict):
    """What a purge would take now."""

    dry_run: Literal[True]
    at: Instant
    expected: Told


class DeletionPreview(TypedDict):
    """What a deletion by hand takes."""

    hours: int
    chunks: int
    bytes: int
    cameras: int
    held_hours: int
    oldest: NotRequired[Instant | None]
    newest: NotRequired[Instant | None]
    by_camera: list[Told]
    holds: list[int]
    unsealed_cameras: list[str]
    needs_order: bool


class DeletionDryRun(TypedDict):
    """The same, and why it would be refused."""

    dry_run: Literal[True]
    refused: str | None
    preview: DeletionPreview


class Deletion(Purge):
    """A deletion that was asked for."""

    preview: DeletionPreview


class UpcomingDay(TypedDict):
    """What one day's purge takes."""

    due: Instant
    cameras: int
    hours: int
    chunks: int
    bytes: int
    oldest: Instant | None
    newest: Instant | None
    held_hours: int
    held_bytes: int
    policies: list[Told]


UpcomingByHand = TypedDict(
    "UpcomingByHand",
    {
        "id": int,
        "cameras": list[str],
        "from": Instant,
        "to": Instant,
        "undo_until": Instant | None,
        "awaits_approval": bool,
    },
)


class HoldToReview(TypedDict):
    """A hold whose day of review comes."""

    hold: int
    review_on: Day
    cameras: int


class UpcomingAgency(TypedDict):
    """An agency's next seven days."""

    agency: str
    name: str
    days: list[UpcomingDay]
    unsealed_cameras: int
    by_hand: list[UpcomingByHand]
    holds_to_review: list[HoldToReview]


Upcoming = TypedDict("Upcoming", {"from": Instant, "to": Instant, "agencies": list[UpcomingAgency]})
