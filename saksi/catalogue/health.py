"""How cameras and recorders are doing: what recorders tell of themselves, and what whoever keeps them running reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.catalogue.sight import Sight
from saksi.clock import HostClock


@dataclass(frozen=True, kw_only=True)
class RecorderHealth:
    """What a recorder tells of itself. `lag_us`: from the end of a chunk to its row, last time; None: none yet."""

    facts_waiting: int
    chunks_waiting: int
    spool_free_bytes: int | None
    lag_us: int | None
    clock: HostClock


@dataclass(frozen=True, kw_only=True)
class RecorderState:
    """A recorder as the catalogue knows it. `alive`: what it holds is its own; `leaving`: it hands that over.

    It may hold `capacity` cameras, with `eligible` only so many that there are of its `sites` (codes) and `networks`
    (CIDR). `told` None: it never told of itself.
    """

    name: str
    version: str
    alive: bool
    leaving: bool
    capacity: int
    eligible: int | None
    sites: tuple[str, ...]
    networks: tuple[str, ...]
    started_us: int
    seen_us: int
    cameras: int
    recording: int
    spool_bytes: int
    spool_oldest_us: int | None
    told: RecorderHealth | None


@dataclass(frozen=True, kw_only=True)
class CameraHealth:
    """A camera beside its state. What its recorder measured is None while nobody tells."""

    recorder: str | None
    keyframe_s: float | None
    lost: int | None
    reconnects: int | None
    outage: Outage | None
    pending_chunks: int
    pending_oldest_us: int | None


@dataclass(frozen=True, kw_only=True)
class Outage:
    """A stretch without footage; `end_us` None: it is open."""

    outage_id: int
    start_us: int
    end_us: int | None
    reason: str
    detail: str
    recorder: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """So many cameras in a state, or in an outage, for a reason; `since_us` is when the first of them came to it."""

    state: str
    reason: str
    cameras: int
    since_us: int | None


@dataclass(frozen=True, kw_only=True)
class Unsent:
    """So many chunks on the spool of a recorder that does not run."""

    recorder: str
    chunks: int
    oldest_us: int


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """Footage of the last seven days that full spools took before the store had it; `lately`: within this hour too."""

    cameras: int
    seconds: float
    latest_us: int | None
    lately: bool


def tell(connection: Connection, recorder: str, now: RecorderHealth) -> None:
    """Writes what a recorder says of itself over what it said last."""
    values = {
        "recorder": recorder,
        "facts_waiting": now.facts_waiting,
        "chunks_waiting": now.chunks_waiting,
        "spool_free_bytes": now.spool_free_bytes,
        "lag_us": now.lag_us,
        "clock_source": now.clock.source,
        "clock_offset_us": now.clock.offset_us,
        "clock_error_us": now.clock.error_us,
    }
    connection.execute(query("health.tell"), values)


def of_camera(connection: Connection, camera_id: int) -> CameraHealth:
    """How one camera is doing."""
    row = connection.execute(query("health.camera"), {"camera_id": camera_id}).fetchone()
    assert row is not None
    fresh = bool(row["fresh"])
    return CameraHealth(
        recorder=row["recorder"] if fresh else None,
        keyframe_s=row["keyframe_s"] or None if fresh else None,
        lost=row["lost"] if fresh else None,
        reconnects=row["reconnects"] if fresh else None,
        outage=None
        if row["outage_since"] is None
        else Outage(
            outage_id=0,
            start_us=clock.to_us(row["outage_since"]),
            end_us=None,
            reason=row["outage_reason"],
            detail=row["outage_detail"],
            recorder="",
        ),
        pending_chunks=row["pending_chunks"],
        pending_oldest_us=_us(row["pending_oldest"]),
    )


def outages(
    connection: Connection,
    camera_id: int,
    from_us: int,
    to_us: int,
    *,
    limit: int,
    before: tuple[int, int] | None = None,
) -> list[Outage]:
    """A camera's outages in a window, the latest first. `before`: (start_us, id) of the last one before."""
    at_us, outage_id = before or (None, None)
    values = {
        "camera_id": camera_id,
        "from": clock.from_us(from_us),
        "to": clock.from_us(to_us),
        "before_at": None if at_us is None else clock.from_us(at_us),
        "before_id": outage_id,
        "limit": limit,
    }
    return [
        Outage(
            outage_id=row["outage_id"],
            start_us=clock.to_us(row["start_at"]),
            end_us=_us(row["end_at"]),
            reason=row["reason"],
            detail=row["detail"],
            recorder=row["recorder"],
        )
        for row in connection.execute(query("health.outages"), values)
    ]


def states(connection: Connection, sight: Sight = None) -> list[Group]:
    """Cameras of these agencies (None: all) by state and reason ('' while recording)."""
    rows = connection.execute(query("health.states"), {"sight": sight})
    return [_group(row, row["state"]) for row in rows]


def outages_open(connection: Connection, sight: Sight = None) -> list[Group]:
    """Open outages of cameras that are switched on, by reason."""
    rows = connection.execute(query("health.outages_open"), {"sight": sight})
    return [_group(row, "outage") for row in rows]


def pending(connection: Connection, sight: Sight = None) -> tuple[int, int | None]:
    """Chunks that the store has not confirmed, and the start of the oldest."""
    values = {"sight": sight}
    row = connection.execute(query("health.pending"), values).fetchone()
    assert row is not None
    return row["chunks"], _us(row["oldest"])


def unsent(connection: Connection) -> list[Unsent]:
    """Footage that nobody sends: its recorder ended, or is silent. The most first."""
    return [
        Unsent(recorder=row["recorder"], chunks=row["chunks"], oldest_us=clock.to_us(row["oldest"]))
        for row in connection.execute(query("health.unsent"))
    ]


def dropped(connection: Connection) -> Dropped:
    """What full spools took in the last seven days."""
    row = connection.execute(query("health.dropped")).fetchone()
    assert row is not None
    return Dropped(
        cameras=row["cameras"], seconds=row["seconds"], latest_us=_us(row["latest"]), lately=row["lately"]
    )


def unrecorded(connection: Connection, *, limit: int) -> list[tuple[str, str, int | None]]:
    """Cameras that should be recorded and are not: id, reason, since when (None: never)."""
    rows = connection.execute(query("health.unrecorded"), {"limit": limit})
    return [(row["code"], row["reason"] or "", _us(row["since"])) for row in rows]


def recorders(connection: Connection) -> list[RecorderState]:
    """Recorders that did not end in order, by name."""
    return [_recorder(row) for row in connection.execute(query("health.recorders"))]


def room(recorders: Iterable[RecorderState]) -> int:
    """How many cameras these may hold together: those of certain sites and networks no more than there are of them."""
    free = 0
    own: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[int, int]] = {}
    for one in recorders:
        if one.eligible is None:
            free += one.capacity
        else:
            before = own.get((one.sites, one.networks), (0, 0))[0]
            own[one.sites, one.networks] = before + one.capacity, one.eligible
    return free + sum(min(capacity, eligible) for capacity, eligible in own.values())


def unknown_sites(connection: Connection, sites: Sequence[str]) -> list[str]:
    """Those of these codes that no site has."""
    return [row["code"] for row in connection.execute(query("health.unknown_sites"), {"sites": list(sites)})]


def _recorder(row: dict[str, Any]) -> RecorderState:
    told = None
    if row["facts_waiting"] is not None:
        host = HostClock(
            source=row["clock_source"], offset_us=row["clock_offset_us"], error_us=row["clock_error_us"]
        )
        told = RecorderHealth(
            facts_waiting=row["facts_waiting"],
            chunks_waiting=row["chunks_waiting"],
            spool_free_bytes=row["spool_free_bytes"],
            lag_us=row["lag_us"],
            clock=host,
        )
    return RecorderState(
        name=row["name"],
        version=row["version"],
        alive=row["alive"],
        leaving=row["leaving"],
        capacity=row["capacity"],
        eligible=row["eligible"],
        sites=tuple(row["sites"]),
        networks=tuple(row["networks"]),
        started_us=clock.to_us(row["started_at"]),
        seen_us=clock.to_us(row["seen_at"]),
        cameras=row["cameras"],
        recording=row["recording"],
        spool_bytes=row["spool_bytes"],
        spool_oldest_us=_us(row["spool_oldest_at"]),
        told=told,
    )


def _group(row: dict[str, Any], state: str) -> Group:
    return Group(state=state, reason=row["reason"], cameras=row["cameras"], since_us=_us(row["since"]))


def _us(instant: Any) -> int | None:
    return None if instant is None else clock.to_us(instant)
