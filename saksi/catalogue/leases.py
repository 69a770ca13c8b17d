"""Which recorder holds which camera: for as long as it tells of itself, fenced by an epoch that only grows.

How a camera moves from one that lives to another is in saksi.catalogue.moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


_STRANGE_S = 12.0  # longer than a preferring recorder needs to come back or to be missed
_SHARE_S = 2.0  # every recorder has had a look by then


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a recorder offers: cameras it may hold, sites (codes) and networks (CIDR) whose cameras it prefers.

    Silent for `lease_s` it loses what it holds. With `others` false it takes only what it prefers.
    """

    capacity: int
    lease_s: float
    sites: Sequence[str] = ()
    networks: Sequence[str] = ()
    others: bool = True


@dataclass(frozen=True, kw_only=True)
class Around:
    """What else there is: recorders that leave, living ones that have room, cameras that nobody holds."""

    others_leave: bool = False
    others_have_room: bool = False
    cameras_free: bool = True


@dataclass(frozen=True, kw_only=True)
class Held:
    """A camera just taken. `parent` is the tip (hex) of its latest run, `last_end_us` the end of its footage.

    `holder_seen_us`: its holder fell silent then, and may have footage until then that the catalogue does not know.
    `networks`, `hosts` and `ports` are the list of its site: where it may be.
    """

    camera_id: int
    camera: str
    epoch: int
    source_sealed: str
    source_version: int
    parent: str
    last_end_us: int | None
    holder_seen_us: int | None = None
    networks: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()

    @property
    def alone_us(self) -> int | None:
        """From when on nobody recorded it; None: nobody ever did."""
        known = [at_us for at_us in (self.last_end_us, self.holder_seen_us) if at_us is not None]
        return max(known, default=None)

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Held:
        """From a row of leases.claim or moves.begin."""
        return cls(
            camera_id=row["camera_id"],
            camera=row["code"],
            epoch=row["epoch"],
            source_sealed=row["source_sealed"],
            source_version=row["source_version"],
            parent=(row["parent"] or bytes(32)).hex(),
            last_end_us=None if row["last_end"] is None else clock.to_us(row["last_end"]),
            networks=tuple(row["networks"] or ()),
            hosts=tuple(row["hosts"] or ()),
            ports=tuple(row["ports"] or ()),
            holder_seen_us=None if row.get("holder_seen") is None else clock.to_us(row["holder_seen"]),
        )


def register_recorder(
    connection: Connection,
    name: str,
    version: str,
    terms: Terms,
    *,
    instance: str,
    recorded: Mapping[int, int] | None = None,
) -> None:
    """A recorder process begins; cameras that an earlier process of this name held become free.

    But those that it has `recorded` without the catalogue (camera id → epoch) it holds on, unless another has held them
    since. `instance` tells recorders of one name apart. Raises Conflict when another one is alive.
    """
    values = {
        "recorder": name, "version": version, "instance": instance, "lease_s": terms.lease_s,
        "capacity": terms.capacity, "sites": list(terms.sites), "networks": list(terms.networks),
        "others": terms.others, "recorded": list(recorded or {}), "epochs": list((recorded or {}).values()),
    }  # fmt: skip
    if connection.execute(query("leases.register"), values).fetchone() is None:
        raise Conflict("recorder_name_taken", field="SAKSI_RECORDER_NAME", name=name)


def leave(connection: Connection, recorder: str, instance: str) -> bool:
    """A recorder process ends: its name is free at once. False when the name was another instance's already."""
    values = {"recorder": recorder, "instance": instance}
    return connection.execute(query("leases.leave"), values).fetchone() is not None


def seen(
    connection: Connection,
    recorder: str,
    instance: str,
    *,
    lease_s: float,
    leaving: bool = False,
    spool_bytes: int,
    spool_oldest_us: int | None,
) -> Around | None:
    """The recorder lives, and what it holds stays its own. None when its name is another instance's by now: it
    must register anew.
    """
    oldest = None if spool_oldest_us is None else clock.from_us(spool_oldest_us)
    values = {
        "recorder": recorder, "instance": instance, "lease_s": lease_s, "leaving": leaving,
        "spool_bytes": spool_bytes, "spool_oldest_at": oldest,
    }  # fmt: skip
    row = connection.execute(query("leases.seen"), values).fetchone()
    return None if row is None else Around(**row)


def claim(
    connection: Connection, recorder: str, *, capacity: int, held: Sequence[int] = (), judges: bool = True
) -> list[Held]:
    """Takes at most `capacity` free cameras; answers only the newly taken. Never waits for another recorder.

    `held` are the cameras this recorder records now: they are kept or lost in a renewal, never taken anew.
    What a silent recorder held is taken only by one that `judges`: whoever could not renew itself lately cannot
    know whether the others could.
    """
    values = {
        "recorder": recorder, "capacity": capacity, "held": list(held), "judges": judges,
        "strange_s": _STRANGE_S, "share_s": _SHARE_S,
    }  # fmt: skip
    return [Held.from_row(row) for row in connection.execute(query("leases.claim"), values)]


def renew(connection: Connection, recorder: str) -> dict[int, int]:
    """Every lease that is still this recorder's, camera id → epoch; `seen` keeps them.

    A camera that is missing was lost, moved, disabled or given another address: its holder must let it go.
    """
    return {
        row["camera_id"]: row["epoch"]
        for row in connection.execute(query("leases.renew"), {"recorder": recorder})
    }


def lost(connection: Connection, recorder: str, camera_ids: Sequence[int]) -> dict[int, str]:
    """Why each of these cameras is missing from a renewal: `disabled`, `moved` or `lease_lost`."""
    values = {"recorder": recorder, "camera_ids": list(camera_ids)}
    return {row["camera_id"]: row["reason"] for row in connection.execute(query("leases.lost"), values)}


def release(connection: Connection, recorder: str, camera_ids: Sequence[int]) -> None:
    """Lets others take these cameras at once."""
    connection.execute(query("leases.release"), {"recorder": recorder, "camera_ids": list(camera_ids)})
