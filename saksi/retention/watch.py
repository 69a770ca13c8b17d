"""The regular look at the store's space: the forecast, what an early purge would take, alarms, admission.

It decides nothing that deletes: a purge is made by whoever calls pressure.wanted, and a person ends admission control
by making room.
"""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.retention import admission, alarms, capacity, growth, pressure, quotas
from saksi.retention.admission import Advice
from saksi.retention.alarms import Alarm, Key
from saksi.retention.capacity import Room
from saksi.retention.forecast import Forecast, forecast
from saksi.retention.growth import Archive
from saksi.retention.pressure import Plan
from saksi.settings import Settings

NEAR = 0.9  # of a quota: the first alarm
_CALM_PERCENT = 1.0  # so far below the high water its alarm ends
_ADVISED = 200  # cameras told of with the alarm
_STALE_US = 15 * 60 * 1_000_000  # a worker looks every three minutes


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one look found. `plan`: what an early purge would take now, whether or not those are switched on.

    `early_purge`: whether they are, where the worker runs, which carries them out. `early_due_us`: from when one that
    is announced or under way takes; None for none. `settling`: bytes that purges took and the store may give back soon.
    """

    archive: Archive
    room: Room
    limits: Mapping[int, int]
    forecast: Forecast
    plan: Plan
    advice: tuple[Advice, ...]
    alarms: tuple[Alarm, ...]
    settling: int
    early_purge: bool
    early_due_us: int | None


def look(connection: Connection, settings: Settings, now_us: int) -> Seen:
    """Reads how things stand; changes nothing."""
    archive = growth.archive(connection, now_us)
    room, limits = capacity.room(settings, archive.footage), quotas.limits(connection, archive)
    settling = pressure.settling(connection, room, now_us)
    asked = pressure.demands(archive, room, limits, settings.store_high_water_percent, settling)
    over = {agency_id for agency_id, part in _parts(archive, limits).items() if part >= 1}
    return Seen(
        archive=archive,
        room=room,
        limits=limits,
        forecast=forecast(
            archive, room, limits, thin_a_day=settings.thinning_mb_s * 1e6 * 86_400 or math.inf
        ),
        plan=pressure.plan(archive, asked),
        advice=tuple(admission.advice(archive, over)),
        alarms=tuple(alarms.standing(connection)),
        settling=settling,
        early_purge=_early_purge(connection, settings, now_us),
        early_due_us=pressure.due_us(connection),
    )


def observe(connection: Connection, settings: Settings, now_us: int) -> Seen | None:
    """Looks, raises and ends alarms, and notes for monitoring where the store stands; None while another does."""
    row = connection.execute(query("alarms.alone")).fetchone()
    if row is None or not row["alone"]:
        return None
    seen = look(connection, settings, now_us)
    due = _due(seen, settings)
    seen = dataclasses.replace(seen, alarms=tuple(alarms.settle(connection, due, now_us)))
    total = seen.forecast.total
    told = {
        "capacity": seen.room.capacity,
        "used": seen.room.used,
        "free": seen.room.free,
        "known": seen.room.known,
        "full_us": total.full_us,
        "days_of_data": total.days_of_data,
        "footage": total.bytes,
        "held": total.held,
        "under_minimum": total.under_minimum,
        "wanted": seen.plan.asked,
        "would_free": seen.plan.bytes,
        "early_purge": settings.early_purge,
    }
    connection.execute(query("alarms.looked"), {"at": clock.from_us(now_us), "told": Jsonb(told)})
    return seen


def _early_purge(connection: Connection, settings: Settings, now_us: int) -> bool:
    """A command may run under other settings than the worker, which has told its own as long as it is at work."""
    row = connection.execute(query("alarms.last_look")).fetchone()
    if row is None or now_us - clock.to_us(row["at"]) > _STALE_US:
        return settings.early_purge
    return bool(row["told"].get("early_purge", settings.early_purge))


def _due(seen: Seen, settings: Settings) -> dict[Key, dict[str, object]]:
    """The alarms that should stand, with what to tell of each."""
    room, plan, high_water = seen.room, seen.plan, settings.store_high_water_percent
    before = {(one.kind, one.agency_id) for one in seen.alarms}
    space: dict[str, object] = {
        "capacity": room.capacity,
        "used": room.used,
        "high_water_percent": high_water,
    }
    due: dict[Key, dict[str, object]] = {}
    line = high_water - (_CALM_PERCENT if ("high_water", None) in before else 0)
    if room.percent is not None and room.percent >= line:
        due["high_water", None] = space
    if settings.early_purge and plan.takes:
        due["early_purge", None] = {"asked": plan.asked, "frees": plan.bytes, "why": list(plan.why)}
    stood = ("admission", None) in before
    if room.known and admission.closed(seen.archive, room, high_water, settling=seen.settling, before=stood):
        kept = plan.total_left
        due["admission", None] = {
            **space,
            "takeable": pressure.takeable(seen.archive),
            "held": kept.held,
            "under_minimum": kept.under_minimum,
            "waiting": kept.waiting,
            "advice": [_told(one) for one in seen.advice[:_ADVISED]],
        }
    for agency_id, part in _parts(seen.archive, seen.limits).items():
        if part >= NEAR:
            limit = seen.limits[agency_id]
            kind = "quota_over" if part >= 1 else "quota_near"
            due[kind, agency_id] = {"bytes": round(part * limit), "limit": limit}
    return due


def _parts(archive: Archive, limits: Mapping[int, int]) -> dict[int, float]:
    """How much of its quota each agency uses, 1 being all of it."""
    used: dict[int, int] = defaultdict(int)
    for one in archive.bins:
        used[archive.cameras[one.camera_id].agency_id] += one.bytes
    return {agency_id: used[agency_id] / limit for agency_id, limit in limits.items()}


def _told(one: Advice) -> dict[str, object]:
    return {
        "camera": one.camera,
        "agency": one.agency,
        "thin": one.thin_bytes_a_day,
        "pause": one.pause_bytes_a_day,
    }
