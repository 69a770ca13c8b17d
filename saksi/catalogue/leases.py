"""Which recorder holds which camera: time-bounded, fenced by an epoch that only grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.errors import Conflict
from saksi.messages import register

register(
    "recorder_name_taken",
    en=(
        "Another recorder named {name} is at work, on another spool.",
        "Give this one a name of its own with {field}, or stop the other one.",
    ),
    id_=(
        "Perekam lain bernama {name} sedang bekerja, dengan spool lain.",
        "Beri perekam ini nama sendiri dengan {field}, atau hentikan yang lain.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A camera just taken. `parent` is the tip (hex) of its latest run, `last_end_us` the end of its footage."""

    camera_id: int
    camera: str
    epoch: int
    source_sealed: str
    source_version: int
    parent: str
    last_end_us: int | None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Held:
        """From a row of leases.claim."""
        return cls(
            camera_id=row["camera_id"],
            camera=row["code"],
            epoch=row["epoch"],
            source_sealed=row["source_sealed"],
            source_version=row["source_version"],
            parent=(row["parent"] or bytes(32)).hex(),
            last_end_us=None if row["last_end"] is None else clock.to_us(row["last_end"]),
        )


def register_recorder(
    connection: Connection, name: str, version: str, *, instance: str, lease_s: float
) -> None:
    """A recorder process begins; cameras that an earlier process of this name held become free.

    `instance` tells recorders of one name apart. Raises Conflict when another one was seen within `lease_s`.
    """
    values = {"recorder": name, "version": version, "instance": instance, "lease_s": lease_s}
    if connection.execute(query("leases.register"), values).fetchone() is None:
        raise Conflict("recorder_name_taken", field="SAKSI_RECORDER_NAME", name=name)


def leave(connection: Connection, recorder: str, instance: str) -> bool:
    """A recorder process ends: its name is free at once. False when the name was another instance's already."""
    values = {"recorder": recorder, "instance": instance}
    return connection.execute(query("leases.leave"), values).fetchone() is not None


def seen(
    connection: Connection, recorder: str, instance: str, *, spool_bytes: int, spool_oldest_us: int | None
) -> bool:
    """The recorder lives. False when its name is another instance's by now: it must register anew."""
    oldest = None if spool_oldest_us is None else clock.from_us(spool_oldest_us)
    values = {
        "recorder": recorder, "instance": instance, "spool_bytes": spool_bytes, "spool_oldest_at": oldest
    }  # fmt: skip
    return connection.execute(query("leases.seen"), values).fetchone() is not None


def claim(
    connection: Connection, recorder: str, *, capacity: int, lease_s: float, held: Sequence[int] = ()
) -> list[Held]:
    """Takes at most `capacity` free cameras; answers only the newly taken. Never waits for another recorder.

    `held` are the cameras this recorder records now: they are kept or lost in a renewal, never taken anew.
    """
    connection.execute(query("leases.prepare"))
    values = {"recorder": recorder, "capacity": capacity, "lease_s": lease_s, "held": list(held)}
    return [Held.from_row(row) for row in connection.execute(query("leases.claim"), values)]


def renew(connection: Connection, recorder: str, *, lease_s: float) -> dict[int, int]:
    """Keeps every lease that is still this recorder's; answers camera id → epoch.

    A camera that is missing was lost, disabled or given another address: its holder must let it go.
    """
    values = {"recorder": recorder, "lease_s": lease_s}
    return {row["camera_id"]: row["epoch"] for row in connection.execute(query("leases.renew"), values)}


def disabled(connection: Connection, camera_ids: list[int]) -> set[int]:
    """Those of these cameras that are not to be recorded any more."""
    return {
        row["camera_id"] for row in connection.execute(query("leases.disabled"), {"camera_ids": camera_ids})
    }


def release(connection: Connection, recorder: str, camera_ids: list[int]) -> None:
    """Lets others take these cameras at once."""
    connection.execute(query("leases.release"), {"recorder": recorder, "camera_ids": camera_ids})
