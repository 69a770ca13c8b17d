"""How each camera is doing right now, as its recorder tells every two seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from saksi import clock
from saksi.catalogue.database import Connection, query


@dataclass(frozen=True, kw_only=True)
class CameraClock:
    """What a camera's own clock showed last, by `source` ("none": it tells nothing), minus the recorder's.

    It jumped by `step_us` at `step_at_us`; None: not while its recorder held it.
    """

    source: str = "none"
    offset_us: int = 0
    step_us: int = 0
    step_at_us: int | None = None


@dataclass(frozen=True, kw_only=True)
class CameraStatus:
    """`state` is recording, connecting, failed or stopped; `reason` an outage reason, empty while recording.

    `keyframe_s` lies between the last two keyframes (0: not seen yet); `lost` units are missing and `reconnects` were
    needed since the recorder took the camera.
    """

    camera_id: int
    state: str
    reason: str
    detail: str
    since_us: int
    codec: str
    width: int
    height: int
    fps: float
    mbps: float
    last_frame_us: int | None
    keyframe_s: float = 0.0
    lost: int = 0
    reconnects: int = 0
    clock: CameraClock = CameraClock()


def report(connection: Connection, recorder: str, statuses: Sequence[CameraStatus]) -> None:
    """Writes the present state of these cameras over the last one."""
    told = Jsonb([_columns(one) for one in statuses])
    connection.execute(query("status.report"), {"recorder": recorder, "told": told})


def _columns(status: CameraStatus) -> dict[str, object]:
    return {
        "camera_id": status.camera_id,
        "state": status.state,
        "reason": status.reason or None,
        "detail": status.detail or None,
        "since": clock.format_us(status.since_us),
        "codec": status.codec,
        "width": status.width,
        "height": status.height,
        "fps": status.fps,
        "mbps": status.mbps,
        "last_frame_at": _time(status.last_frame_us),
        "keyframe_s": status.keyframe_s,
        "lost": status.lost,
        "reconnects": status.reconnects,
        "camera_clock": status.clock.source,
        "camera_offset_us": status.clock.offset_us,
        "clock_step_at": _time(status.clock.step_at_us),
        "clock_step_us": status.clock.step_us,
    }


def _time(instant_us: int | None) -> str | None:
    return None if instant_us is None else clock.format_us(instant_us)
