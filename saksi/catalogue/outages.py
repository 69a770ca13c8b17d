"""Outages: at most one open for a camera, each with its reason; what is known twice is written once."""

from __future__ import annotations

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.errors import NotFound


def open_outage(
    connection: Connection, camera: str, epoch: int, start_us: int, reason: str, detail: str, recorder: str
) -> None:
    """The camera is not recorded from `start_us` on. An open outage with another reason ends there.

    Told by a hold of an `epoch` that is over, it changes nothing: what became of the camera since is told by
    whoever holds it now, beginning with the end of the footage before. Nor by one that has begun to take it over
    and has yet to hold it.
    """
    camera_id, speaks = _camera(connection, camera, epoch)
    if not speaks:
        return
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
    camera_id, _ = _camera(connection, camera, 0)
    row = connection.execute(query("outages.open"), {"camera_id": camera_id}).fetchone()
    return None if row is None else str(row["reason"])


def close_outage(connection: Connection, camera: str, epoch: int, end_us: int) -> None:
    """The camera is recorded again from `end_us` on, whoever had opened the outage; see `open_outage`."""
    camera_id, speaks = _camera(connection, camera, epoch)
    if not speaks:
        return
    known = connection.execute(query("outages.open"), {"camera_id": camera_id}).fetchone()
    if known is not None:
        _finish(connection, known["outage_id"], clock.to_us(known["start_at"]), end_us)


def record_outage(
    connection: Connection, camera: str, start_us: int, end_us: int, reason: str, detail: str, recorder: str
) -> None:
    """A stretch without footage that is over; one that ends before it begins is ignored."""
    if end_us <= start_us:
        return
    camera_id, _ = _camera(connection, camera, 0)
    values = {
        "camera_id": camera_id,
        "start_at": clock.from_us(start_us),
        "end_at": clock.from_us(end_us),
        "reason": reason,
        "detail": detail,
        "recorder": recorder,
    }
    connection.execute(query("outages.record"), values)


def trim(connection: Connection, run: str) -> None:
    """A run is over, and told: where it has footage, another recorder's word that nobody recorded was wrong.

    So it is after a recorder was killed or cut off, and others had its cameras before its spool was read.
    """
    connection.execute(query("outages.trim"), {"run": run})


def _finish(connection: Connection, outage_id: int, start_us: int, end_us: int) -> None:
    if end_us <= start_us:
        connection.execute(query("outages.forget"), {"outage_id": outage_id})
    else:
        connection.execute(query("outages.finish"), {"outage_id": outage_id, "end_at": clock.from_us(end_us)})


def _camera(connection: Connection, camera: str, epoch: int) -> tuple[int, bool]:
    """The camera's id, and whether a hold of this epoch may say what becomes of it."""
    row = connection.execute(query("outages.camera"), {"camera": camera, "epoch": epoch}).fetchone()
    if row is None:
        raise NotFound("camera_unknown", field="camera", camera=camera)
    return row["camera_id"], row["speaks"]
