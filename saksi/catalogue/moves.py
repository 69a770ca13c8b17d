"""A camera moves from a recorder that lives to another one: the taker records it first, then holds it.

While both record, the lease is the holder's and knows the taker beside it, with the epoch of the taker's runs. Both
runs are kept. Who gives up leaves nothing behind but an epoch that is never used again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from saksi.catalogue.database import Connection, query
from saksi.catalogue.leases import Held

SLACK = 0.05  # recorders as full as that, of their capacity, are equally full: a move costs a run and a chunk's end
FEW = 4  # begun at once, but for those of recorders that leave


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A move that goes on: the epoch of the taker's runs, and whether its holder still lives."""

    epoch: int
    held: bool


def begin(
    connection: Connection, recorder: str, *, room: int, few: int, avoided: Sequence[int]
) -> list[Held]:
    """Cameras to record from now on beside their holders: at most `room`, and `few` unless their holder leaves.

    In this order: of recorders that leave, what this one prefers and its holder does not, of fuller recorders.
    """
    values = {"recorder": recorder, "room": room, "few": few, "avoided": list(avoided), "slack": SLACK}
    return [Held.from_row(row) for row in connection.execute(query("moves.begin"), values)]


def kept(connection: Connection, recorder: str) -> dict[int, Begun]:
    """The moves to this recorder by camera id. One that is missing is off: the camera must be let go."""
    return {
        row["camera_id"]: Begun(epoch=row["epoch"], held=row["held"])
        for row in connection.execute(query("moves.kept"), {"recorder": recorder})
    }


def settle(connection: Connection, recorder: str, camera_ids: Sequence[int]) -> dict[int, int]:
    """The taker has footage of these and holds them from now on; answers camera id → epoch of those it got."""
    values = {"recorder": recorder, "camera_ids": list(camera_ids)}
    return {row["camera_id"]: row["epoch"] for row in connection.execute(query("moves.settle"), values)}


def give_up(connection: Connection, recorder: str, camera_ids: Sequence[int]) -> None:
    """The taker lets these be; their holders never knew."""
    connection.execute(query("moves.give_up"), {"recorder": recorder, "camera_ids": list(camera_ids)})
