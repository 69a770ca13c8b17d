"""Answers about cameras, their places and how they are doing."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from archive_api.answers.base import Address, Instant, Named, Told


class Agency(TypedDict):
    """An agency."""

    id: str
    name: str
    category: str


class CameraStatus(TypedDict):
    """How a camera is doing."""

    state: str
    reason: str | None
    detail: str | None
    since: Instant | None
    codec: str | None
    width: int
    height: int
    fps: float
    mbps: float
    last_frame: Instant | None


class Camera(TypedDict):
    """A camera. `source` (masked) is for who manages cameras, `thumbnail` for who may view footage."""

    id: str
    name: str
    agency: Agency
    site: Named | None
    lat: float | None
    lon: float | None
    heading_deg: float | None
    fov_deg: float | None
    distance_m: float | None
    enabled: bool
    status: CameraStatus
    last_end: Instant | None
    thumbnail: Address | None
    source: NotRequired[str]


class Neighbour(TypedDict):
    """A camera beside another, and whether it recorded then."""

    camera: Camera
    distance_m: float
    bearing_deg: float
    recorded: bool
    thinned: bool
    purged: bool


class Pending(TypedDict):
    """Chunks that are recorded and not in the store yet."""

    chunks: int
    oldest: Instant | None


class ClockStep(TypedDict):
    """A jump of a camera's clock."""

    at: Instant
    by_us: int
    kind: str


class CameraClock(TypedDict):
    """How a camera's own clock ran in the last day; `source` null, and the text alone: it told nothing."""

    source: str | None
    since: NotRequired[Instant]
    until: NotRequired[Instant]
    points: NotRequired[int]
    points_left_out: NotRequired[int]
    recorder_synchronised: NotRequired[bool]
    offset_us: NotRequired[int]
    drift_ppm: NotRequired[float | None]
    drift_error_ppm: NotRequired[float | None]
    drift_s_a_day: NotRequired[float | None]
    steps: NotRequired[list[ClockStep]]
    text: list[str]


class Outage(TypedDict):
    """A stretch in which a camera gave nothing."""

    start: Instant
    end: Instant | None
    reason: str
    detail: str | None


class CameraHealth(TypedDict):
    """A camera's state in figures."""

    camera: str
    status: CameraStatus
    recorder: str | None
    keyframe_interval_s: float | None
    lost: int | None
    reconnects: int | None
    catalogued_until: Instant | None
    lag_s: float | None
    outage: Outage | None
    pending: Pending
    clock: CameraClock


class Counted(TypedDict):
    """Cameras that are in one state for one reason."""

    state: str
    reason: str | None
    cameras: int
    since: Instant | None


class CamerasByState(TypedDict):
    """How many cameras are in each state."""

    recording: int
    connecting: int
    failed: int
    stopped: int
    unknown: int


class ClocksOff(TypedDict):
    """Cameras whose clocks are off, or jumped."""

    off: int
    stepped: int


class Spool(TypedDict):
    """What a recorder keeps until it is in the store."""

    bytes: int
    free_bytes: int | None
    chunks_waiting: int | None
    oldest: Instant | None


class RecorderClock(TypedDict):
    """How a recorder's clock is kept."""

    source: str
    offset_us: int
    error_us: int


class Recorder(TypedDict):
    """A recorder as it told last."""

    name: str
    version: str
    alive: bool
    leaving: bool
    capacity: int
    eligible: int
    started: Instant | None
    seen: Instant | None
    cameras: int
    recording: int
    spool: Spool
    facts_waiting: int | None
    lag_s: float | None
    clock: RecorderClock | None


class Unsent(TypedDict):
    """Chunks that a recorder has announced and not brought."""

    recorder: str
    chunks: int
    oldest: Instant | None


class Fleet(TypedDict):
    """All one's cameras in figures; recorders are for who sees every agency."""

    cameras: CamerasByState
    not_recording: list[Counted]
    outages_open: list[Counted]
    pending: Pending
    unsent: list[Unsent] | None
    camera_clocks: ClocksOff
    recorders: list[Recorder] | None


class Site(TypedDict):
    """A site."""

    id: str
    agency: str
    name: str
    address: str
    lat: float | None
    lon: float | None


class SiteNetworks(TypedDict):
    """Where a site's cameras may be."""

    site: str
    networks: list[str]
    hosts: list[str]
    ports: list[int]


class Area(TypedDict):
    """An area; `geojson` is what `geometry` was called before."""

    id: str
    name: str
    geometry: Told
    geojson: NotRequired[Told]


class Sealed(TypedDict):
    """Until when the camera's footage is in the store."""

    camera: str
    sealed_until: Instant
    waited_ms: int


class Link(TypedDict):
    """An address to open within minutes."""

    url: str
