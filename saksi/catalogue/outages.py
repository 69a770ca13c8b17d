"""Outages: at most one open for a camera, each with its reason; what is known twice is written once."""

from __future__ import annotations

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.errors import NotFound


def open_outage(
    connection: Connection, camera: str, start_us: int, reason: str, detail: str, recorder: str
) -> None:
    """The camera is not recorded from `start_us` on. An open outage with another reason ends there."""
    camera_id = _camera_id(connection, camera)
    known = connection.execute(query("outages.open"), {"camera_id": camera_id}).fetchone()
    if known is not None and known["reason"] == reason:
        connection.execute(
            query("outages.update_detail"), {"outage_id": known["outage_id"], "detail": detail}
        )
        return
    if known is not None:
        start_us = max(start_us, clock.to_us(known["start_at"]))
        _finish(connection, known["outage_id"], clock.to_us(known["start_at"]), start_us)
    values = {
        "camera_id": camera_id,
        "start_at": clock.from_us(start_us),
        "reason": reason,
        "detail": detail,
        "recorder": recorder,
    }
    connection.execute(query("outages.add"), values)


def open_reason(connection: Connection, camera: str) -> str | None:
    """The reason of the camera's open outage; None when there is none."""
    row = connection.execute(query("outages.open"), {"camera_id": _camera_id(connection, camera)}).fetchone()
    return None if row is None else str(row["reason"])


def close_outage(connection: Connection, camera: str, end_us: int, _recorder: str) -> None:
    """The camera is recorded again from `end_us` on, whoever had opened the outage."""
    known = connection.execute(
        query("outages.open"), {"camera_id": _camera_id(connection, camera)}
    ).fetchone()
    if known is not None:
        _finish(connection, known["outage_id"], clock.to_us(known["start_at"]), end_us)


def record_outage(
    connection: Connection, camera: str, start_us: int, end_us: int, reason: str, detail: str, recorder: str
) -> None:
    """A stretch without footage that is over; one that ends before it begins is ignored."""
    if end_us <= start_us:
        return
    values = {
        "camera_id": _camera_id(connection, camera),
        "start_at": clock.from_us(start_us),
        "end_at": clock.from_us(end_us),
        "reason": reason,
        "detail": detail,
        "recorder": recorder,
    }
    connection.execute(query("outages.record"), values)


def _finish(connection: Connection, outage_id: int, start_us: int, end_us: int) -> None:
    if end_us <= start_us:
        connection.execute(query("outages.forget"), {"outage_id": outage_id})
    else:
        connection.execute(query("outages.finish"), {"outage_id": outage_id, "end_at": clock.from_us(end_us)})


def _camera_id(connection: Connection, camera: str) -> int:
    row = connection.execute(query("outages.camera"), {"camera": camera}).fetchone()
    if row is None:
        raise NotFound("camera_unknown", field="camera", camera=camera)
    found: int = row["camera_id"]
    return found
