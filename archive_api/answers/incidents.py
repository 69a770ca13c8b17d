"""Answers about incidents, and figures of them beside the cameras."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from archive_api.answers.base import Feature, Instant, Rate, Wrong


class Kind(TypedDict):
    """A kind of incident."""

    id: str
    name_en: str
    name_id: str


class Incident(TypedDict):
    """One version; `to` null: the time is known."""

    id: int
    version: int
    kind: str
    at: Instant
    to: Instant | None
    lat: float
    lon: float
    accuracy_m: float
    case: str | None
    reference: str
    source: str
    note: str
    withdrawn: bool
    reason: str
    entered_by: str
    entered_at: Instant


class WholeIncident(Incident):
    """An incident and its versions of before."""

    earlier: list[Incident]


class ImportCounts(TypedDict):
    """Lines by what became of them."""

    added: int
    known: int
    refused: int


class ImportLine(TypedDict):
    """A line that was not added."""

    line: int
    done: str
    problem: Wrong | None


class Import(TypedDict):
    """What became of a list."""

    dry_run: bool
    counts: ImportCounts
    ignored: list[str]
    lines: list[ImportLine]


class Hour(TypedDict):
    """An hour of the day, or of a weekday, in which something happened."""

    weekday: int | None
    hour: int
    incidents: int
    per_day: Rate
    place_vague: int
    near_camera: int
    recorded: int
    recorded_share: float | None


class AreaHours(TypedDict):
    """An area's hours; `area` null: outside every one, or no area."""

    area: str | None
    name: str | None
    incidents: int
    enough: bool
    time_vague: int
    hours: list[Hour]


class Hours(TypedDict):
    """Incidents by hour and area."""

    zone: str
    radius_m: float
    all_cameras: bool
    days: float
    items: list[AreaHours]
    next: None


class Cell(TypedDict):
    """A cell of the grid with its rate."""

    lat: float
    lon: float
    bbox: list[float]
    incidents: int
    share: float
    per_month: Rate
    last_at: Instant


class HotSpots(TypedDict):
    """Cells, the fullest first; as GeoJSON with `features` in place of `items`."""

    cell_m: float
    days: float
    incidents: int
    enough: bool
    place_vague: int
    cells: int
    items: NotRequired[list[Cell]]
    next: NotRequired[None]
    type: NotRequired[Literal["FeatureCollection"]]
    features: NotRequired[list[Feature]]


class NearestCamera(TypedDict):
    """The camera nearest to an incident that it did not record."""

    camera: str
    lat: float
    lon: float
    distance_m: float
    faces_away: bool | None


class BlindSpot(TypedDict):
    """An incident that nothing near recorded, and why."""

    incident: int
    kind: str
    at: Instant
    to: Instant | None
    lat: float
    lon: float
    accuracy_m: float
    cameras: int
    why: str
    nearest: NearestCamera | None


class BlindSpots(TypedDict):
    """Counts of the whole window, and a page; as GeoJSON with `features` in place of `items`."""

    zone: NotRequired[str]
    radius_m: NotRequired[float]
    all_cameras: NotRequired[bool]
    incidents: int
    place_vague: int
    blind: int
    blind_share: float | None
    enough: bool
    camera_near_not_recording: int
    items: NotRequired[list[BlindSpot]]
    next: NotRequired[str | None]
    type: NotRequired[Literal["FeatureCollection"]]
    features: NotRequired[list[Feature]]


class HourCount(TypedDict):
    """Incidents of an hour."""

    hour: int
    incidents: int


class WeekdayCount(TypedDict):
    """Incidents of a weekday."""

    weekday: int
    incidents: int


class Point(TypedDict):
    """A point for a patrol, with the numbers behind it."""

    rank: int
    lat: float
    lon: float
    incidents: int
    share: float
    per_month: Rate
    tied_with: int
    recorded: int
    cameras: int
    last_at: Instant
    hours: list[HourCount]
    weekdays: list[WeekdayCount]


class Patrols(TypedDict):
    """Points in order; as GeoJSON with `features` in place of `items`."""

    zone: NotRequired[str]
    radius_m: NotRequired[float]
    all_cameras: NotRequired[bool]
    days: float
    incidents: int
    time_vague: int
    place_vague: int
    considered: int
    enough: bool
    hours: list[int]
    hours_tied_with: int | None
    by_hour: list[HourCount]
    covered: int
    items: NotRequired[list[Point]]
    next: NotRequired[None]
    type: NotRequired[Literal["FeatureCollection"]]
    features: NotRequired[list[Feature]]
