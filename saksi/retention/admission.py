"""Admission control: when nothing more may go and the store is nearly full, no camera comes in until a person decides.

It never deletes. While it stands, adding a camera and switching one on are refused; what records goes on recording,
and what the store does not take waits on the recorders' spools. It lists which cameras to thin (give a lower bit rate
or frame rate at the camera) or to pause, in which order and what each would spare. It opens again by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.errors import Full
from saksi.messages import register
from saksi.retention.capacity import Room
from saksi.retention.growth import Archive
from saksi.retention.pressure import RELIEF_PERCENT, takeable

THINNED_PART = 0.5  # of a camera's bytes that half its bit rate spares

register(
    "admission_closed",
    en=(
        "Since {since} the store is nearly full of footage that may not be deleted: no camera is added or switched on.",
        "Add room to the store, release holds, or lower the bit rate of cameras or switch them off: `saksi retention"
        " forecast` (GET /api/v1/retention/forecast) says what each spares.",
    ),
    id_=(
        "Penyimpanan hampir penuh oleh rekaman yang tidak boleh dihapus, sejak {since}: kamera tidak ditambah"
        " atau dinyalakan.",
        "Perbesar penyimpanan, lepas penahanan, atau turunkan bit rate kamera atau matikan: `saksi retention forecast`"
        " (GET /api/v1/retention/forecast) menyebut hematnya masing-masing.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Advice:
    """A camera that could be thinned or paused: what each would spare, bytes a day, and what speaks against it."""

    camera: str
    agency: str
    thin_bytes_a_day: int
    pause_bytes_a_day: int
    over_quota: bool
    held_ahead: bool


def check(connection: Connection) -> None:
    """Raises Full while no cameras are admitted."""
    row = connection.execute(query("alarms.closed")).fetchone()
    if row is not None:
        raise Full("admission_closed", field="enabled", since=clock.format_us(clock.to_us(row["since"])))


def closed(
    archive: Archive, room: Room, high_water: float, *, settling: int = 0, before: bool = False
) -> bool:
    """Whether even an early purge of all that may go would leave the store above its high water.

    Once closed (`before`), it stays so until that would bring it well below.
    """
    line = high_water - RELIEF_PERCENT if before else high_water
    return room.over(max(0.0, line)) > takeable(archive) + settling


def advice(archive: Archive, over_quota: Collection[int]) -> Sequence[Advice]:
    """Cameras that record, in the order in which to look at them.

    Agencies over their quota (ids) come first, cameras whose coming footage is under a hold last: to pause those would
    leave a hole in evidence. Within that, whichever gives most.
    """
    found = [
        Advice(
            camera=camera.code,
            agency=camera.agency,
            thin_bytes_a_day=round(camera.bytes_a_day * THINNED_PART),
            pause_bytes_a_day=round(camera.bytes_a_day),
            over_quota=camera.agency_id in over_quota,
            held_ahead=camera.held_until_us is not None,
        )
        for camera in archive.cameras.values()
        if camera.bytes_a_day > 0
    ]
    return sorted(
        found, key=lambda one: (one.held_ahead, not one.over_quota, -one.pause_bytes_a_day, one.camera)
    )
