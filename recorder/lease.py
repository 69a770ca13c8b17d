"""Claims and renews leases.

Which cameras are ours is what the catalogue says, as often as it can be asked.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence
from typing import cast

from recorder import measures
from recorder.access_unit import Reason
from recorder.announcer import Announcer
from recorder.fleet import Fleet, Member
from recorder.moving import Moving
from recorder.spool import Spool
from saksi import __version__, clock
from saksi.catalogue import leases, outages
from saksi.catalogue.database import Connection, Database
from saksi.catalogue.leases import Around, Terms
from saksi.errors import Unavailable
from saksi.settings import Settings

log = logging.getLogger("saksi.recorder.lease")

_LOOK_S = 0.25
_TELL_FIRST_S = 2.0
_MOST_BEHIND = 5  # rounds, each of which waits that long
MOST_ROUND_S = 2.0  # a camera added, disabled or given another address is noticed within this
_MOVING_ROUND_S = 0.5  # while cameras move to or from us: both record them meanwhile


def terms_of(settings: Settings) -> Terms:
    """What a recorder of these settings offers."""
    return Terms(
        capacity=settings.recorder_capacity,
        lease_s=settings.lease_seconds,
        sites=settings.preferred_sites,
        networks=settings.preferred_networks,
        others=not settings.recorder_exclusive,
    )


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
        terms: Terms,
        note: Callable[[Sequence[Member]], None] = lambda _: None,
    ) -> None:
        """`note` takes what is held whenever the catalogue has said so."""
        self._database = database
        self._fleet = fleet
        self._spool = spool
        self._announcer = announcer
        self._recorder = recorder
        self._instance = instance
        self._terms = terms
        self._note = note
        self._moving = Moving(database, fleet, recorder=recorder)
        self._registered = False
        self._behind = 0  # rounds in a row in which facts were left to tell
        self._renewed_us = 0  # the latest round that the database answered
        self._steady_us = 0  # since when it answers without a pause
        self._around = Around()
        self._leaving = False
        self._letting_go = False

    def run(self, stop: threading.Event) -> None:
        """Until `stop`: renew what is held, let go what is not ours, claim what is free, move what is uneven.

        Raises Conflict when another recorder of the same name is at work.
        """
        round_s = min(self._terms.lease_s / 3, MOST_ROUND_S)
        began_us = clock.monotonic_us()
        while not stop.is_set():
            try:
                self._round()
                measures.catalogue_away.set(0)
                self._note(self._fleet.members())
            except Unavailable as error:
                measures.catalogue_away.set((clock.monotonic_us() - (self._renewed_us or began_us)) / 1e6)
                self._behind = 0  # only a database that answers is one that takes facts slowly
                self._around = Around()  # without the database nobody takes over anything
                measures.lease_retries.inc()
                log.warning("leases are not renewed, recording goes on: %s", error)
            # Not all recorders at once, which one pause of the database would make them.
            self._wait(stop, round_s * random.uniform(0.8, 1.0))  # noqa: S311 - jitter, not a secret

    def leave(self) -> bool:
        """From now on nothing is taken, and others may take over what is held; answers whether there are any."""
        self._leaving = self._around.others_have_room
        return self._leaving

    def awaited(self) -> bool:
        """While leaving: whether a camera that is recorded here may still be taken over, or is just being sealed."""
        recorded = any(
            member.camera.state.state == "recording" for member in self._fleet.members() if not member.moving
        )
        return self._letting_go or (recorded and self._around.others_have_room)

    def release(self, camera_ids: list[int]) -> None:
        """Lets others take the cameras, and the name, at once. Raises Unavailable."""
        with self._database.transaction() as connection:
            # Once the name is another's, so are the leases under it.
            if leases.leave(connection, self._recorder, self._instance):
                leases.release(connection, self._recorder, camera_ids)

    def _wait(self, stop: threading.Event, round_s: float) -> None:
        began_us, left_already = clock.monotonic_us(), self._leaving
        while not stop.wait(_LOOK_S):
            waited_s = (clock.monotonic_us() - began_us) / 1e6
            hurried = self._leaving or self._moving.any()
            if waited_s >= (min(round_s, _MOVING_ROUND_S) if hurried else round_s):
                return
            if self._leaving and not left_already:
                return  # so that others learn of it at once

    def _round(self) -> None:
        leaving = self._leaving
        members = {member.held.camera_id: member for member in self._fleet.members()}
        with self._database.transaction() as connection:
            around = self._seen(connection, leaving=leaving) if self._registered else None
            if around is None:
                recorded = {one: member.held.epoch for one, member in members.items() if not member.moving}
                leases.register_recorder(
                    connection, self._recorder, __version__, self._terms,
                    instance=self._instance, recorded=recorded,
                )  # fmt: skip
            epochs = leases.renew(connection, self._recorder)
            kept = self._moving.kept(connection, members, epochs, leaving=leaving)
            gone = [
                camera_id
                for camera_id, member in members.items()
                if (epochs | kept).get(camera_id) != member.held.epoch or not member.camera.alive
            ]
            reasons = leases.lost(connection, self._recorder, gone) if gone else {}
            # What we let go must be free to be claimed anew, and so must a lease whose grant never reached us.
            loose = [*gone, *(epochs.keys() - members.keys())]
            if loose:
                leases.release(connection, self._recorder, loose)
            self._moving.give_up(connection, gone)
        self._registered = True
        self._around = around or Around()
        self._note_steady()
        self._fleet.keep([one for one in epochs if one in members and members[one].moving])
        self._letting_go = True
        self._fleet.drop({one: reasons.get(one, "lease_lost") for one in gone})
        self._letting_go = False
        if leaving or self._room() <= 0 or not self._told_enough():
            return
        if loose or self._around.cameras_free:
            self._claim()
        if self._room() > 0:
            self._moving.begin(self._room(), at_once=self._around.others_leave)

    def _claim(self) -> None:
        held = [member.held.camera_id for member in self._fleet.members()]
        with self._database.transaction() as connection:
            judges = self._renewed_us - self._steady_us >= self._terms.lease_s * 1e6
            taken = leases.claim(connection, self._recorder, capacity=self._room(), held=held, judges=judges)
            outage = {one.camera: outages.open_reason(connection, one.camera) for one in taken}
        for one in taken:
            self._fleet.take(one, cast("Reason | None", outage[one.camera]))

    def _room(self) -> int:
        return self._terms.capacity - len(self._fleet.members())

    def _seen(self, connection: Connection, *, leaving: bool) -> Around | None:
        spool_bytes, oldest_us = self._spool.usage()
        return leases.seen(
            connection,
            self._recorder,
            self._instance,
            lease_s=self._terms.lease_s,
            leaving=leaving,
            spool_bytes=spool_bytes,
            spool_oldest_us=oldest_us,
        )

    def _note_steady(self) -> None:
        """After a pause of the database every recorder looks silent to the first that is back."""
        now_us = clock.monotonic_us()
        if now_us - self._renewed_us > self._terms.lease_s / 2 * 1e6:
            self._steady_us = now_us
        self._renewed_us = now_us

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
