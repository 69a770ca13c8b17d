"""Answers about cases, exhibits, holds and custody."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from archive_api.answers.base import CameraSpan, CaseRef, Day, Instant, Told, Warned


class Case(TypedDict):
    """A case."""

    id: str
    number: str
    title: str
    report: str | None
    officers: list[str]
    notes: str
    state: Literal["open", "closed"]
    opened: Instant
    opened_by: str
    closed: Instant | None
    exhibits: int


class Member(TypedDict):
    """Somebody who may read a case."""

    name: str
    role: str
    unit: str
    rank: str
    added_by: str
    added_at: Instant


class ExhibitCamera(TypedDict):
    """A camera of an exhibit, where it stood then."""

    id: str
    name: str
    lat: float | None
    lon: float | None
    heading_deg: float | None
    fov_deg: float | None


Exhibit = TypedDict(
    "Exhibit",
    {
        "number": int,
        "from": Instant,
        "to": Instant,
        "note": str,
        "cameras": list[ExhibitCamera],
        "cameras_outside": int,
        "chosen": Told | None,
        "hold": int | None,
        "made": Instant,
        "made_by": str,
    },
)


class NewExhibit(Exhibit):
    """An exhibit, and what to know of its footage."""

    warnings: list[Warned]


class ReleaseAsked(TypedDict):
    """That an officer asked for a release."""

    by: str | None
    at: Instant
    reason: str


class Hold(TypedDict):
    """A hold and where its release stands."""

    id: int
    state: Literal["active", "release_asked", "released"]
    case: CaseRef | None
    reason: str
    reference: str | None
    review_on: Day
    spans: list[CameraSpan]
    spans_outside: int
    placed: Instant
    placed_by: str
    release_asked: ReleaseAsked | None
    released: Instant | None
    released_by: str | None


Gone = TypedDict(
    "Gone",
    {
        "camera": str,
        "from": Instant,
        "to": Instant,
        "purge": int | None,
        "taken": Instant | None,
        "erased": Instant | None,
    },
)


class PlacedHold(Hold):
    """A hold, what of its spans is there, and what purges took before."""

    there: list[CameraSpan]
    gone: list[Gone]


class LockedObjects(TypedDict):
    """Objects by how far the store's own lock is."""

    on: int
    owed: int
    failed: int


class StoreLock(TypedDict):
    """Whether the store itself locks what is held, and why not."""

    state: str
    objects: LockedObjects
    reason: str | None


class LockedHold(Hold):
    """A hold with its lock in the store."""

    store_lock: StoreLock


Bookmark = TypedDict(
    "Bookmark",
    {
        "id": int,
        "camera": str,
        "from": Instant,
        "to": Instant | None,
        "label": str,
        "case": CaseRef | None,
        "made": Instant,
        "made_by": str,
    },
)


class Custody(TypedDict):
    """An event of custody; its members differ by event (see EVIDENCE)."""

    seq: int
    at: Instant
    event: str
    text: str
    who: Told
    what: Told
    why: Told
    approved_by: list[Told]
    result: str
    clock: Told
    leaf: str


class PaperTitle(TypedDict):
    """What a paper is called."""

    id: str
    en: str


class Paper(TypedDict):
    """A paper that can be had, or made."""

    kind: str
    title: PaperTitle
    url: str
    of: str
    method: Literal["GET", "POST"]
