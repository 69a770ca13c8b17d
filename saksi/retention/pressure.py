"""What an early purge would take when space runs out: the oldest first, never held, never under a legal minimum.

What has outlived its policy goes first. Of the rest each camera gives in proportion to how far its footage reaches
beyond its class's minimum: one that holds 60 days over it gives two days for each that one with 30 gives. Asked for
more, the plan only ever grows. It is a plan: the purge asks holds and minimum again, under its lock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.messages import Phrase, register_phrase
from saksi.retention import capacity, growth, quotas
from saksi.retention.capacity import Room
from saksi.retention.growth import HOUR_US, Archive, Bin
from saksi.settings import Settings

RELIEF_PERCENT = (
    5.0  # so far below the high water an early purge goes, or the next hour would ask for another
)
_SETTLING_US = HOUR_US  # a store gives space back some time after its objects went

register_phrase(
    "left_held", en="{bytes} bytes are held as evidence", id_="{bytes} bita ditahan sebagai bukti"
)
register_phrase(
    "left_under_minimum",
    en="{bytes} bytes are younger than the legal minimum",
    id_="{bytes} bita belum melewati batas minimum hukum",
)
register_phrase(
    "left_waiting",
    en="{bytes} bytes are not sealed and confirmed in the store yet",
    id_="{bytes} bita belum tersegel dan terkonfirmasi di penyimpanan",
)


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Bytes to free, of these cameras (None: of all), and on whose account: an agency's code, or the `store`."""

    bytes: int
    why: str
    cameras: frozenset[int] | None = None


@dataclass(frozen=True, kw_only=True)
class Take:
    """What a plan takes of a camera: footage that ends before `cutoff_us` and is not held; and what it leaves."""

    camera_id: int
    camera: str
    cutoff_us: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Left:
    """Bytes that no early purge may take, by the first reason that applies."""

    held: int = 0
    under_minimum: int = 0
    waiting: int = 0

    def words(self, language: str) -> list[str]:
        """Each reason with its bytes."""
        told = {
            "left_held": self.held,
            "left_under_minimum": self.under_minimum,
            "left_waiting": self.waiting,
        }
        return [Phrase(code, {"bytes": f"{size:,}"}).text(language) for code, size in told.items() if size]

    def phrase(self) -> Phrase:
        """The same as the end of a sentence."""
        return _Reasons(self)


class _Reasons(Phrase):
    def __init__(self, left: Left) -> None:
        super().__init__("left", {"left": left})

    def text(self, language: str) -> str:
        left = self.values["left"]
        assert isinstance(left, Left)
        return "".join(f"; {reason}" for reason in left.words(language))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`asked` bytes to free, what each camera gives (by id), what stays of each and why."""

    asked: int
    why: tuple[str, ...]
    takes: tuple[Take, ...]
    left: Mapping[int, Left]

    @property
    def bytes(self) -> int:
        """What it frees."""
        return sum(one.bytes for one in self.takes)

    @property
    def short(self) -> int:
        """What it cannot free of what was asked."""
        return max(0, self.asked - self.bytes)

    @property
    def cutoffs(self) -> dict[int, int]:
        """Camera id to the instant before whose footage is taken."""
        return {one.camera_id: one.cutoff_us for one in self.takes}

    @property
    def cutoffs_by_code(self) -> dict[str, int]:
        """The same by the cameras' codes: what a purge of kind `pressure` is announced with."""
        return {one.camera: one.cutoff_us for one in self.takes}

    @property
    def total_left(self) -> Left:
        """All that may not go."""
        return Left(
            held=sum(one.held for one in self.left.values()),
            under_minimum=sum(one.under_minimum for one in self.left.values()),
            waiting=sum(one.waiting for one in self.left.values()),
        )


def plan(archive: Archive, demands: Sequence[Demand]) -> Plan:
    """Meets the demands in their order as far as that is allowed; what one takes counts for those after it."""
    order = _order(archive) if demands else []
    taken: dict[int, int] = defaultdict(int)  # how many of a camera's bins, the oldest first
    by_camera: dict[int, list[Bin]] = defaultdict(list)
    for one in order:
        by_camera[one.camera_id].append(one)
    for demand in demands:
        of = demand.cameras
        open_bytes = demand.bytes - sum(
            sum(free(one) for one in by_camera[camera_id][:count])
            for camera_id, count in taken.items()
            if of is None or camera_id in of
        )
        seen: dict[int, int] = defaultdict(int)
        for one in order:
            if open_bytes <= 0:
                break
            if of is not None and one.camera_id not in of:
                continue
            seen[one.camera_id] += 1
            if seen[one.camera_id] > taken[one.camera_id]:
                taken[one.camera_id] += 1
                open_bytes -= free(one)
    takes = []
    for camera_id, count in sorted(taken.items()):
        if count:
            chosen = by_camera[camera_id][:count]
            takes.append(
                Take(
                    camera_id=camera_id,
                    camera=archive.cameras[camera_id].code,
                    cutoff_us=max(_end_us(archive, one) for one in chosen),
                    bytes=sum(free(one) for one in chosen),
                )
            )
    return Plan(
        asked=_asked(demands),
        why=tuple(demand.why for demand in demands),
        takes=tuple(takes),
        left=left(archive),
    )


def free(one: Bin) -> int:
    """What a purge may take of a bin that is over its minimum."""
    return one.bytes - one.held - one.waiting


def takeable(archive: Archive) -> int:
    """Everything that an early purge may take."""
    return sum(free(one) for one in archive.bins if not archive.young(one))


def left(archive: Archive) -> dict[int, Left]:
    """What it may not take, of each camera that has any."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in archive.bins:
        mine = sums[one.camera_id]
        mine[0] += one.held
        if archive.young(one):
            mine[1] += one.bytes - one.held
        else:
            mine[2] += one.waiting
    return {
        camera_id: Left(held=held, under_minimum=young, waiting=waiting)
        for camera_id, (held, young, waiting) in sums.items()
        if held or young or waiting
    }


def demands(
    archive: Archive, room: Room, limits: Mapping[int, int], high_water: float, settling: int
) -> list[Demand]:
    """What is too much: of agencies over their quota (bytes by agency id), then of the store above its high water.

    `settling`: bytes that purges took and the store has yet to give back; they are not asked for twice.
    """
    found = []
    used: dict[int, int] = defaultdict(int)
    cameras: dict[int, set[int]] = defaultdict(set)
    for one in archive.bins:
        agency_id = archive.cameras[one.camera_id].agency_id
        used[agency_id] += one.bytes
        cameras[agency_id].add(one.camera_id)
    for agency_id, limit in sorted(limits.items()):
        if used[agency_id] > limit:
            of = frozenset(cameras[agency_id])
            why = archive.cameras[min(of)].agency
            found.append(Demand(bytes=used[agency_id] - limit, why=why, cameras=of))
    if room.over(high_water):
        open_bytes = room.over(max(0.0, high_water - RELIEF_PERCENT)) - settling
        if open_bytes > 0:
            found.append(Demand(bytes=open_bytes, why="store"))
    return found


def wanted(connection: Connection, settings: Settings, now_us: int | None = None) -> Plan | None:
    """The plan of an early purge that should be started now; None when none should.

    None while early purges are switched off (SAKSI_EARLY_PURGE), nothing is too full, nothing may be taken, or a purge
    of kind `pressure` is under way. The caller announces the purge of it in this transaction: early_purge.announce.
    """
    if not settings.early_purge or due_us(connection) is not None:
        return None
    archive = growth.archive(connection, clock.now_us() if now_us is None else now_us)
    made = plan(archive, asked(connection, settings, archive))
    return made if made.takes else None


def asked(connection: Connection, settings: Settings, archive: Archive) -> list[Demand]:
    """What is too much right now, early purges switched on or not."""
    room = capacity.room(settings, archive.footage)
    return demands(
        archive,
        room,
        quotas.limits(connection, archive),
        settings.store_high_water_percent,
        settling(connection, room, archive.now_us),
    )


def settling(connection: Connection, room: Room, now_us: int) -> int:
    """Bytes that purges took and the store may not have given back yet, as far as `room` still counts them as used.

    The catalogue counts footage that was taken no more. Where it alone says what is used, nothing is left to come back.
    """
    since = clock.from_us(now_us - _SETTLING_US)
    row = connection.execute(query("forecast.settling"), {"since": since}).fetchone()
    assert row is not None
    return min(int(row["bytes"]), max(0, room.used - room.footage))


def due_us(connection: Connection) -> int | None:
    """From when a purge that pressure asked for takes, announced or under way; None for none."""
    row = connection.execute(query("forecast.pressure_open")).fetchone()
    return None if row is None else clock.to_us(row["due_at"])


def _asked(demands: Sequence[Demand]) -> int:
    """A store that asks for 5 is served by an agency that gives 3 of them: the most that any of them needs."""
    agencies = sum(demand.bytes for demand in demands if demand.cameras is not None)
    return max(agencies, *(demand.bytes for demand in demands if demand.cameras is None), 0)


def _end_us(archive: Archive, one: Bin) -> int:
    """Where a bin's newest hour ends: a purge goes by chunks, and a later cutoff would reach into the next hour."""
    limit_us = archive.now_us - one.age * archive.step_us
    return limit_us if one.end_us is None else min(limit_us, one.end_us)


def _order(archive: Archive) -> list[Bin]:
    """What may be taken, in the order of taking; of each camera the oldest first."""
    oldest: dict[int, int] = defaultdict(int)
    may = [one for one in archive.bins if free(one) > 0 and not archive.young(one)]
    for one in may:
        oldest[one.camera_id] = max(oldest[one.camera_id], one.age)

    def place(one: Bin) -> tuple[bool, float, int, int]:
        step_us, min_us = archive.step_us, archive.cameras[one.camera_id].min_us
        reach = (oldest[one.camera_id] + 1) * step_us
        share = (reach - (one.age + 0.5) * step_us) / max(1, reach - min_us)
        return not archive.expired(one), share, one.camera_id, -one.age

    return sorted(may, key=place)
