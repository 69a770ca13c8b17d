"""Recorders without video, many in a process: the real lease loop on the real catalogue, and a fleet that only notes.

What a camera would do is reduced to one figure: so many seconds after it was taken there is footage of it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from typing import Any, cast

from recorder.lease import Leases
from saksi import clock
from saksi.catalogue.database import Connection, Database
from saksi.catalogue.leases import Held, Terms


@dataclass(frozen=True, kw_only=True)
class Noted:
    """A camera taken (`began`) or let go by a recorder. Times of the steady clock, which all processes share."""

    at_us: int
    recorder: str
    camera_id: int
    epoch: int
    began: bool


class _State:
    state = "recording"


class _Camera:
    alive = True
    state = _State()


@dataclass(frozen=True, kw_only=True)
class _Member:
    held: Held
    camera: _Camera
    footage_us: int
    moving: bool = False

    @property
    def footage(self) -> bool:
        return clock.monotonic_us() >= self.footage_us


class _IdleFleet:
    """Stands where recorder.fleet.Fleet does."""

    def __init__(self, recorder: str, notes: list[Noted], starts_s: float) -> None:
        self._recorder = recorder
        self._notes = notes
        self._starts_us = round(starts_s * 1e6)
        self._guard = threading.Lock()
        self._members: dict[int, _Member] = {}
        self._dead = False

    def members(self) -> list[_Member]:
        with self._guard:
            return list(self._members.values())

    def take(self, held: Held, outage: object = None, *, moving: bool = False) -> None:
        with self._guard:
            if self._dead:
                return
            self._end(held.camera_id)
            now_us = clock.monotonic_us()
            self._members[held.camera_id] = _Member(
                held=held, camera=_Camera(), footage_us=now_us + self._starts_us, moving=moving
            )
            self._note(held, now_us, began=True)

    def keep(self, camera_ids: Iterable[int]) -> None:
        with self._guard:
            for camera_id in camera_ids:
                self._members[camera_id] = dataclasses.replace(self._members[camera_id], moving=False)

    def drop(self, reasons: Mapping[int, str]) -> None:
        with self._guard:
            for camera_id in reasons:
                self._end(camera_id)

    def die(self) -> list[int]:
        """Records nothing any more; answers what it held."""
        with self._guard:
            self._dead = True
            held = list(self._members)
            for camera_id in held:
                self._end(camera_id)
            return held

    def _end(self, camera_id: int) -> None:
        member = self._members.pop(camera_id, None)
        if member is not None:
            self._note(member.held, clock.monotonic_us(), began=False)

    def _note(self, held: Held, at_us: int, *, began: bool) -> None:
        self._notes.append(
            Noted(
                at_us=at_us, recorder=self._recorder, camera_id=held.camera_id, epoch=held.epoch, began=began
            )
        )


class _EmptySpool:
    def usage(self) -> tuple[int, None]:
        return 0, None


class _NothingToTell:
    def drained(self, timeout_s: float) -> bool:
        return True


class _Timed(Database):
    """Notes what each transaction took, from asking for a connection to its commit."""

    def __init__(self, url: str, seconds: list[tuple[int, float]]) -> None:
        super().__init__(url, application="bench", max_size=1)
        self._seconds = seconds

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        began_us = clock.monotonic_us()
        with super().transaction() as connection:
            yield connection
        now_us = clock.monotonic_us()
        self._seconds.append((now_us, (now_us - began_us) / 1e6))


class IdleRecorder:
    """One recorder: its lease loop as a thread."""

    def __init__(
        self,
        url: str,
        name: str,
        *,
        capacity: int,
        lease_s: float,
        starts_s: float,
        notes: list[Noted],
        seconds: list[tuple[int, float]],
    ) -> None:
        self._database = _Timed(url, seconds)
        self._fleet = _IdleFleet(name, notes, starts_s)
        fleet: Any = self._fleet
        self._leases = Leases(
            self._database,
            fleet,
            cast(Any, _EmptySpool()),
            cast(Any, _NothingToTell()),
            recorder=name,
            instance=name,
            terms=Terms(capacity=capacity, lease_s=lease_s),
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._leases.run, args=(self._stop,), name=name, daemon=True)
        self._thread.start()

    def held(self) -> int:
        """How many cameras it holds."""
        return len(self._fleet.members())

    def die(self) -> tuple[int, list[int]]:
        """Ends without a word to anybody; answers when, and what it held."""
        self._stop.set()
        held = self._fleet.die()
        at_us = clock.monotonic_us()
        threading.Thread(target=self._bury, daemon=True).start()
        return at_us, held

    def drain(self) -> None:
        """Ends in order."""
        if self._leases.leave():
            until_us = clock.monotonic_us() + 15_000_000
            while self._leases.awaited() and clock.monotonic_us() < until_us:
                self._stop.wait(0.1)
        self._stop.set()
        self._thread.join(30)
        held = [member.held.camera_id for member in self._fleet.members()]
        self._fleet.die()
        self._leases.release(held)
        self._database.close()

    def _bury(self) -> None:
        self._thread.join(60)
        self._database.close()


def work(pipe: Pipe, url: str, capacity: int, lease_s: float, starts_s: float) -> None:
    """A process of idle recorders; does what the pipe says until it says "report"."""
    notes: list[Noted] = []
    seconds: list[tuple[int, float]] = []
    here: dict[str, IdleRecorder] = {}
    while True:
        verb, name = pipe.recv()
        if verb == "start":
            here[name] = IdleRecorder(
                url, name, capacity=capacity, lease_s=lease_s, starts_s=starts_s, notes=notes, seconds=seconds
            )
            pipe.send(None)
        elif verb == "die":
            pipe.send(here.pop(name).die())
        elif verb == "drain":
            here.pop(name).drain()
            pipe.send(None)
        elif verb == "held":
            pipe.send({name: one.held() for name, one in here.items()})
        else:
            pipe.send((notes, seconds))
            return
