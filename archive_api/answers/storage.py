"""Answers about the store: when it is full, what promises became, quotas, alarms."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from archive_api.answers.base import Instant, Page, Told, Wrong


class Figures(TypedDict):
    """Bytes of an agency, or of all."""

    agency: NotRequired[str]
    cameras: int
    bytes: int
    held: int
    under_minimum: int
    expired: int
    thinned: int
    cameras_thinned: int
    thinned_share: float | None
    in_a_day: float
    out_a_day: float
    steady: float | None
    recorded_a_day: dict[str, float | None]
    days_of_data: float
    cameras_unknown: int
    limit: int | None
    full: Instant | None
    full_days: float | None


class Full(TypedDict):
    """When the store is full, and how sure that is."""

    known: bool
    at: Instant | None
    days: float | None
    earliest: Instant | None
    latest: Instant | None


class Store(TypedDict):
    """The store's room."""

    kind: str
    capacity: int | None
    used: int | None
    free: int | None
    footage: int
    percent: float | None
    high_water_percent: float
    early_purge: bool


class Quota(TypedDict):
    """A version of an agency's quota."""

    id: int
    agency: str
    bytes: int | None
    days: float | None
    reason: str
    set: Instant
    set_by: str


class Quotas(Page[Quota]):
    """Versions, and those in force."""

    in_force: list[Quota]


class QuotaSet(TypedDict):
    """What was set; null: nothing changed."""

    agency: str
    quota: Quota | None


class EarlyTake(TypedDict):
    """What an early purge would take of a camera, and why not more."""

    camera: str
    cutoff: Instant
    bytes: int
    left: list[str]


class EarlyPurge(TypedDict):
    """What an early purge would take now."""

    asked: int | None
    why: list[Any] | None
    frees: int
    short: int | None
    left: list[str] | None
    cameras: list[EarlyTake]


class Advice(TypedDict):
    """A camera that a person may thin or pause."""

    camera: str
    agency: str
    thin_bytes_a_day: int
    pause_bytes_a_day: int
    over_quota: bool
    held_ahead: bool


class Alarm(TypedDict):
    """An alarm; of the whole store only who sees every agency is told."""

    kind: str
    agency: str | None
    since: Instant
    until: Instant | None
    told: Told | None


class Forecast(TypedDict):
    """When the store is full, and what to do."""

    at: Instant
    sure: Literal["good", "fair", "low", "none"]
    full: Full
    store: Store | None
    total: Figures | None
    agencies: list[Figures]
    quotas: list[Quota]
    early_purge: EarlyPurge
    advice: list[Advice]
    alarms: list[Alarm]
    findings: list[Wrong]


LongestGap = TypedDict("LongestGap", {"from": Instant, "to": Instant, "reason": str})


class PurgedEarly(TypedDict):
    """Footage that went before its time."""

    purge: int
    kind: str
    by: str | None
    approved_by: str | None
    reason: str
    at: Instant
    bytes: int


class Achieved(TypedDict):
    """A camera's promise and what became of it."""

    camera: str
    name: str
    agency: str
    state: str
    policy: int
    promised_days: float
    window_days: float
    oldest: Instant | None
    have_days: float
    continuous_days: float
    share_covered: float
    thinned_days: float
    purged_days: float
    gap_days: dict[str, float]
    longest_gap: LongestGap | None
    purged_early: list[PurgedEarly]
    bytes: int


class AchievedAgency(TypedDict):
    """An agency in all."""

    agency: str
    cameras: int
    states: dict[str, int]
    least_have_days: float
    median_have_days: float
    share_covered: float
    purged_early_bytes: int


class AchievedReport(Page[Achieved | AchievedAgency]):
    """By camera, or by agency."""

    at: Instant
