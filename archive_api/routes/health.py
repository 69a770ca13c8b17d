"""How cameras and recorders are doing: one camera, its outages, and the whole fleet."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from archive_api import describe, parameters
from archive_api.context import Here
from archive_api.problems import language_of
from archive_api.security import Caller, require
from saksi import clock
from saksi.access import Permission
from saksi.camera_clock_words import sentences
from saksi.catalogue import camera_clocks, cameras, health
from saksi.catalogue.camera_clocks import CameraCourse
from saksi.catalogue.cameras import STATES
from saksi.catalogue.health import Group, Outage, RecorderState, Unsent
from saksi.errors import BadInput

router = APIRouter(tags=["health"])
Reader = Annotated[Caller, Depends(require(Permission.CAMERA_READ))]
_MOST_HOURS = 24 * 92


@router.get("/cameras/{camera}/health", dependencies=[Depends(parameters.only())])
def camera_health(camera: str, request: Request, here: Here, caller: Reader) -> dict[str, Any]:
    """State and reason, rates, keyframe interval, loss and reconnects since its recorder took it, the outage that is
    open, how far the catalogue is behind the last frame, what the store has yet to confirm, and how its own clock ran
    in the last day: offset, drift, jumps.
    """
    with here.database.transaction() as connection:
        one = cameras.find(connection, camera, caller.sight)
        found = health.of_camera(connection, one.camera_id)
        ran = camera_clocks.course_of(connection, one.camera_id)
    last_us, end_us = one.state.last_frame_us, one.last_end_us
    recording = one.state.state == "recording" and last_us is not None and end_us is not None
    return {
        "camera": one.code,
        "status": describe.status(one.state),
        "recorder": found.recorder,
        "keyframe_interval_s": found.keyframe_s,
        "lost": found.lost,
        "reconnects": found.reconnects,
        "catalogued_until": describe.instant(end_us),
        "lag_s": round(max(0, (last_us or 0) - (end_us or 0)) / 1e6, 1) if recording else None,
        "outage": None if found.outage is None else _outage(found.outage),
        "pending": {"chunks": found.pending_chunks, "oldest": describe.instant(found.pending_oldest_us)},
        "clock": _clock(ran, here.settings.zone, language_of(request)),
    }


@router.get(
    "/cameras/{camera}/outages", dependencies=[Depends(parameters.only("from", "to", "limit", "cursor"))]
)
def camera_outages(
    camera: str,
    here: Here,
    caller: Reader,
    from_: parameters.From,
    to: parameters.To,
    limit: parameters.Limit = 200,
    cursor: parameters.Cursor = None,
) -> dict[str, Any]:
    """When the camera was not recorded, and why; the latest first. At most 92 days."""
    window = parameters.window(from_, to, most_hours=_MOST_HOURS)
    before = parameters.read_cursor(cursor, int, int)
    if before is not None and not (
        clock.EARLIEST_US <= before[0] < clock.LATEST_US and 0 <= before[1] < 1 << 62
    ):
        raise BadInput("cursor_malformed", field="cursor")
    with here.database.transaction() as connection:
        one = cameras.find(connection, camera, caller.sight)
        found = health.outages(
            connection,
            one.camera_id,
            window.from_us,
            window.to_us,
            limit=limit,
            before=None if before is None else (before[0], before[1]),
        )
    last = found[-1] if len(found) == limit else None
    return {
        "items": [_outage(outage) for outage in found],
        "next": parameters.write_cursor(None if last is None else (last.start_us, last.outage_id)),
    }


@router.get("/fleet", dependencies=[Depends(parameters.only())])
def fleet(here: Here, caller: Reader) -> dict[str, Any]:
    """Cameras by state and reason, open outages, footage that the store has yet to confirm, what of it is on spools
    of recorders that do not run (`unsent`), how many cameras' own clocks are off by more than 5 s or jumped within the
    day, and the recorders with their spools and clocks. Who is limited to agencies sees their cameras and no recorders,
    which serve everybody.
    """
    scope = caller.sight
    with here.database.transaction() as connection:
        states = health.states(connection, scope)
        outages = health.outages_open(connection, scope)
        chunks, oldest_us = health.pending(connection, scope)
        clocks = camera_clocks.of_fleet(connection, scope)
        recorders = health.recorders(connection) if scope is None else None
        unsent = health.unsent(connection) if scope is None else None
    return {
        "cameras": {state: sum(one.cameras for one in states if one.state == state) for state in STATES},
        "not_recording": [_group(one) for one in states if one.state != "recording"],
        "outages_open": [_group(one) for one in outages],
        "pending": {"chunks": chunks, "oldest": describe.instant(oldest_us)},
        "unsent": None if unsent is None else [_unsent(one) for one in unsent],
        "camera_clocks": {"off": clocks.off, "stepped": clocks.stepped},
        "recorders": None if recorders is None else [_recorder(one) for one in recorders],
    }


def _clock(ran: CameraCourse, zone: str, language: str) -> dict[str, Any]:
    """How a camera's own clock ran, for programs and in sentences. `source` null: it told nothing in the last day."""
    found = ran.course
    text = list(sentences(found, synchronised=ran.synchronised, zone=zone, language=language))
    if found is None:
        return {"source": None, "text": text}
    ppm = found.drift_ppm
    return {
        "source": found.source,
        "since": describe.instant(found.since_us),
        "until": describe.instant(found.until_us),
        "points": found.points,
        "points_left_out": found.wild,
        "recorder_synchronised": ran.synchronised,
        "offset_us": found.offset_us,
        "drift_ppm": _rounded(ppm),
        "drift_error_ppm": _rounded(found.drift_error_ppm),
        "drift_s_a_day": None if ppm is None else round(ppm * 0.0864, 3),
        "steps": [
            {"at": describe.instant(one.at_us), "by_us": one.by_us, "kind": one.kind} for one in found.steps
        ],
        "text": text,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _outage(one: Outage) -> dict[str, Any]:
    return {
        "start": describe.instant(one.start_us),
        "end": describe.instant(one.end_us),
        "reason": one.reason,
        "detail": one.detail or None,
    }


def _group(one: Group) -> dict[str, Any]:
    return {
        "state": one.state,
        "reason": one.reason or None,
        "cameras": one.cameras,
        "since": describe.instant(one.since_us),
    }


def _unsent(one: Unsent) -> dict[str, Any]:
    return {"recorder": one.recorder, "chunks": one.chunks, "oldest": describe.instant(one.oldest_us)}


def _recorder(one: RecorderState) -> dict[str, Any]:
    told = one.told
    return {
        "name": one.name,
        "version": one.version,
        "alive": one.alive,
        "leaving": one.leaving,
        "capacity": one.capacity,
        "eligible": one.eligible,
        "started": describe.instant(one.started_us),
        "seen": describe.instant(one.seen_us),
        "cameras": one.cameras,
        "recording": one.recording,
        "spool": {
            "bytes": one.spool_bytes,
            "free_bytes": None if told is None else told.spool_free_bytes,
            "chunks_waiting": None if told is None else told.chunks_waiting,
            "oldest": describe.instant(one.spool_oldest_us),
        },
        "facts_waiting": None if told is None else told.facts_waiting,
        "lag_s": None if told is None or told.lag_us is None else round(told.lag_us / 1e6, 3),
        "clock": None
        if told is None
        else {
            "source": told.clock.source,
            "offset_us": told.clock.offset_us,
            "error_us": told.clock.error_us,
        },
    }
