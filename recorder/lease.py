"""Claims and renews leases.

Which cameras are ours is what the catalogue says, as often as it can be asked.
"""

from __future__ import annotations

import logging
import threading
from typing import cast

from recorder import measures
from recorder.access_unit import Reason
from recorder.announcer import Announcer
from recorder.fleet import Fleet
from recorder.spool import Spool
from saksi import __version__
from saksi.catalogue import leases, outages
from saksi.catalogue.database import Connection, Database
from saksi.errors import Unavailable

log = logging.getLogger("saksi.recorder.lease")

_TELL_FIRST_S = 2.0
_MOST_BEHIND = 5  # rounds, each of which waits that long
MOST_ROUND_S = 2.0  # a camera added, disabled or given another address is noticed within this


class Leases:
    """The claim and renew loop of one recorder."""

    def __init__(
        self,
        database: Database,
        fleet: Fleet,
        spool: Spool,
        announcer: Announcer,
        *,
        recorder: str,
        instance: str,
        capacity: int,
        lease_s: float,
    ) -> None:
        self._database = database
        self._fleet = fleet
        self._spool = spool
        self._announcer = announcer
        self._recorder = recorder
        self._instance = instance
        self._capacity = capacity
        self._lease_s = lease_s
        self._registered = False
        self._behind = 0  # rounds in a row in which facts were left to tell

    def run(self, stop: threading.Event) -> None:
        """Until `stop`: renew what is held, let go what is not ours, claim what is free.

        Raises Conflict when another recorder of the same name is at work.
        """
        round_s = min(self._lease_s / 3, MOST_ROUND_S)
        while not stop.is_set():
            try:
                self._round()
            except Unavailable as error:
                self._behind = 0  # only a database that answers is one that takes facts slowly
                measures.lease_retries.inc()
                log.warning("leases are not renewed, recording goes on: %s", error)
            stop.wait(round_s)

    def release(self, camera_ids: list[int]) -> None:
        """Lets others take the cameras, and the name, at once. Raises Unavailable."""
        with self._database.transaction() as connection:
            # Once the name is another's, so are the leases under it.
            if leases.leave(connection, self._recorder, self._instance):
                leases.release(connection, self._recorder, camera_ids)

    def _round(self) -> None:
        members = {member.held.camera_id: member for member in self._fleet.members()}
        with self._database.transaction() as connection:
            if not (self._registered and self._seen(connection)):
                leases.register_recorder(
                    connection, self._recorder, __version__, instance=self._instance, lease_s=self._lease_s
                )
            epochs = leases.renew(connection, self._recorder, lease_s=self._lease_s)
            gone = [
                camera_id
                for camera_id, member in members.items()
                if epochs.get(camera_id) != member.held.epoch or not member.camera.alive
            ]
            disabled = leases.disabled(connection, gone) if gone else set()
            # What we let go must be free to be claimed anew, and so must a lease whose grant never reached us.
            loose = [*gone, *(epochs.keys() - members.keys())]
            if loose:
                leases.release(connection, self._recorder, loose)
        self._registered = True
        self._fleet.drop({one: "disabled" if one in disabled else "lease_lost" for one in gone})
        held = [member.held.camera_id for member in self._fleet.members()]
        free = self._capacity - len(held)
        if free <= 0 or not self._told_enough():
            return
        with self._database.transaction() as connection:
            taken = leases.claim(connection, self._recorder, capacity=free, lease_s=self._lease_s, held=held)
            outage = {one.camera: outages.open_reason(connection, one.camera) for one in taken}
        for one in taken:
            self._fleet.take(one, cast("Reason | None", outage[one.camera]))

    def _seen(self, connection: Connection) -> bool:
        spool_bytes, oldest_us = self._spool.usage()
        return leases.seen(
            connection, self._recorder, self._instance, spool_bytes=spool_bytes, spool_oldest_us=oldest_us
        )

    def _told_enough(self) -> bool:
        """Whether cameras may be claimed now.

        A new run names the tip of the run before it, which may be among what this recorder has yet to tell. So
        nothing is claimed before everything is told. With a long backlog, or a database that takes facts slowly,
        that has an end: a run with an older parent is still a whole chain and says what its recorder knew, while
        footage that nobody records is lost. From then on cameras are claimed at once, until all is told again.
        """
        if self._announcer.drained(_TELL_FIRST_S if self._behind < _MOST_BEHIND else 0.0):
            self._behind = 0
            return True
        self._behind += 1
        return self._behind > _MOST_BEHIND
