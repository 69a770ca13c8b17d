"""Cameras on their way to this recorder: recorded here beside their holder until there is footage.

A few at a time, so that neither the camera's network nor this recorder feels it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import cast

from recorder.access_unit import Reason
from recorder.fleet import Fleet, Member
from saksi import clock
from saksi.catalogue import moves, outages
from saksi.catalogue.database import Connection, Database

log = logging.getLogger("saksi.recorder.moving")

_LOOK_US = 6_000_000  # how often it is looked for an uneven load
_TRY_US = 20_000_000  # a camera without footage by then is out of our reach, or takes one connection only
_SHUN_US = 600_000_000  # before such a camera is tried again


class Moving:
    """The moves to this recorder. Used by the lease loop alone."""

    def __init__(self, database: Database, fleet: Fleet, *, recorder: str) -> None:
        self._database = database
        self._fleet = fleet
        self._recorder = recorder
        self._looked_us = clock.monotonic_us()
        self._begun_us: dict[int, int] = {}
        self._shunned_us: dict[int, int] = {}

    def any(self) -> bool:
        """Whether a camera is on its way here."""
        return bool(self._begun_us)

    def kept(
        self,
        connection: Connection,
        members: Mapping[int, Member],
        epochs: dict[int, int],
        *,
        leaving: bool,
    ) -> dict[int, int]:
        """Camera id → epoch of what goes on moving: nothing to a recorder that is itself `leaving`.

        What has footage by now is settled and put into `epochs`.
        """
        self._begun_us = {
            one: us for one, us in self._begun_us.items() if one in members and members[one].moving
        }
        if leaving or not self._begun_us:
            return {}
        known = moves.kept(connection, self._recorder)
        arrived = [one for one in self._begun_us if one in known and members[one].footage]
        if arrived:
            epochs.update(moves.settle(connection, self._recorder, arrived))
        self._forgo(connection, [one for one in known if one not in self._begun_us])
        now_us = clock.monotonic_us()
        kept = {}
        for camera_id, begun in known.items():
            if camera_id in arrived or camera_id not in self._begun_us:
                continue
            if now_us - self._begun_us[camera_id] > _TRY_US:
                self._shunned_us[camera_id] = now_us
                log.warning("%s stays where it is: no footage here", members[camera_id].held.camera)
            elif begun.held:  # else it is free, and taken like any other
                kept[camera_id] = begun.epoch
        return kept

    def give_up(self, connection: Connection, camera_ids: Sequence[int]) -> None:
        """Lets those of these be that are on their way."""
        self._forgo(connection, [one for one in camera_ids if one in self._begun_us])

    def begin(self, room: int, *, at_once: bool) -> None:
        """Begins to take over what should be here: `at_once` when somebody leaves. Raises Unavailable."""
        now_us = clock.monotonic_us()
        few = moves.FEW - len(self._begun_us)
        if not at_once and (few <= 0 or now_us - self._looked_us < _LOOK_US):
            return
        self._looked_us = now_us
        self._shunned_us = {one: us for one, us in self._shunned_us.items() if now_us - us < _SHUN_US}
        members = [member.held.camera_id for member in self._fleet.members()]
        with self._database.transaction() as connection:
            begun = moves.begin(
                connection, self._recorder, room=room, few=max(few, 0), avoided=[*self._shunned_us, *members]
            )
            outage = {one.camera: outages.open_reason(connection, one.camera) for one in begun}
        for one in begun:
            self._begun_us[one.camera_id] = now_us
            self._fleet.take(one, cast("Reason | None", outage[one.camera]), moving=True)

    def _forgo(self, connection: Connection, camera_ids: Sequence[int]) -> None:
        """Also moves whose beginning was committed while its answer never came."""
        if camera_ids:
            moves.give_up(connection, self._recorder, camera_ids)
