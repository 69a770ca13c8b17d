"""Forecast, quotas and alarms as the JSON that the API answers. Who is limited to agencies is told of those alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archive_api.describe import instant
from saksi.retention.achieved import Achieved, RollUp
from saksi.retention.alarms import Alarm
from saksi.retention.findings import findings
from saksi.retention.forecast import Figures
from saksi.retention.growth import DAY_US
from saksi.retention.pressure import Plan
from saksi.retention.quotas import Quota
from saksi.retention.watch import Seen
from saksi.settings import Settings

_MOST_ADVISED = 100


def forecast(
    seen: Seen, settings: Settings, language: str, scope: Sequence[int] | None, quotas: Sequence[Quota]
) -> dict[str, Any]:
    """The forecast. The store's own bytes are for those who see every agency; when it is full is for all."""
    told, room = seen.forecast, seen.room
    mine = {
        camera.agency
        for camera in seen.archive.cameras.values()
        if scope is None or camera.agency_id in scope
    }
    everything = scope is None
    store = {
        "kind": room.kind,
        "capacity": room.capacity,
        "used": room.used,
        "free": room.free,
        "footage": room.footage,
        "percent": None if room.percent is None else round(room.percent, 2),
        "high_water_percent": settings.store_high_water_percent,
        "early_purge": seen.early_purge,
    }
    return {
        "at": instant(told.at_us),
        "sure": told.sure,
        "full": {
            "known": room.known and told.total.days_of_data > 0,
            "at": instant(told.total.full_us),
            "days": _days(told.total.full_us, told.at_us),
            "earliest": instant(told.earliest_us),
            "latest": instant(told.latest_us),
        },
        "store": store if everything else None,
        "total": figures(told.total, told.at_us) if everything else None,
        "agencies": [
            {"agency": code, **figures(one, told.at_us)}
            for code, one in told.agencies.items()
            if code in mine
        ],
        "quotas": [quota(one) for one in quotas],
        "early_purge": plan(seen, language, scope),
        "advice": [
            {
                "camera": one.camera,
                "agency": one.agency,
                "thin_bytes_a_day": one.thin_bytes_a_day,
                "pause_bytes_a_day": one.pause_bytes_a_day,
                "over_quota": one.over_quota,
                "held_ahead": one.held_ahead,
            }
            for one in [one for one in seen.advice if one.agency in mine][:_MOST_ADVISED]
        ],
        "alarms": [alarm(one, everything) for one in seen.alarms if _seen(one, scope)],
        "findings": [
            dict(zip(("code", "what", "remedy"), (one.code, *one.explain(language)), strict=True))
            for one in findings(seen, settings, scope)
        ],
    }


def figures(one: Figures, at_us: int) -> dict[str, Any]:
    """Bytes of an agency, or of all."""
    return {
        "cameras": one.cameras,
        "bytes": one.bytes,
        "held": one.held,
        "under_minimum": one.under_minimum,
        "expired": one.expired,
        "thinned": one.thinned,
        "cameras_thinned": one.cameras_thinned,
        "thinned_share": None if one.thinned_share is None else round(one.thinned_share, 4),
        "in_a_day": one.in_a_day,
        "out_a_day": one.out_a_day,
        "steady": one.steady,
        "recorded_a_day": {str(days): size for days, size in one.recorded.items()},
        "days_of_data": one.days_of_data,
        "cameras_unknown": one.cameras_unknown,
        "limit": one.limit,
        "full": instant(one.full_us),
        "full_days": _days(one.full_us, at_us),
    }


def plan(seen: Seen, language: str, scope: Sequence[int] | None) -> dict[str, Any]:
    """What an early purge would take now: whole for those who see everything, else of one's own cameras."""
    made: Plan = seen.plan
    cameras = seen.archive.cameras
    shown = [one for one in made.takes if scope is None or cameras[one.camera_id].agency_id in scope]
    left = {
        camera_id: one
        for camera_id, one in made.left.items()
        if scope is None or cameras[camera_id].agency_id in scope
    }
    everything = scope is None
    return {
        "asked": made.asked if everything else None,
        "why": list(made.why) if everything else None,
        "frees": sum(one.bytes for one in shown),
        "short": made.short if everything else None,
        "left": made.total_left.words(language) if everything else None,
        "cameras": [
            {
                "camera": cameras[one.camera_id].code,
                "cutoff": instant(one.cutoff_us),
                "bytes": one.bytes,
                "left": left[one.camera_id].words(language) if one.camera_id in left else [],
            }
            for one in shown
        ],
    }


def quota(one: Quota) -> dict[str, Any]:
    """One version of a quota."""
    return {
        "id": one.quota_id,
        "agency": one.agency,
        "bytes": one.bytes,
        "days": one.days,
        "reason": one.reason,
        "set": instant(one.set_us),
        "set_by": one.set_by,
    }


def alarm(one: Alarm, everything: bool) -> dict[str, Any]:
    """An alarm; what it tells of the whole store is for those who see every agency."""
    return {
        "kind": one.kind,
        "agency": one.agency,
        "since": instant(one.since_us),
        "until": instant(one.until_us),
        "told": dict(one.told) if everything or one.agency is not None else None,
    }


def achieved(one: Achieved) -> dict[str, Any]:
    """A camera's promise and what became of it; days, and shares from 0 to 1."""
    longest = one.longest
    return {
        "camera": one.camera,
        "name": one.name,
        "agency": one.agency,
        "state": one.state,
        "policy": one.policy_id,
        "promised_days": _rounded(one.promised_us),
        "window_days": _rounded(one.window_us),
        "oldest": instant(one.oldest_us),
        "have_days": _rounded(one.have_us),
        "continuous_days": _rounded(one.continuous_us),
        "share_covered": round(one.share, 5),
        "thinned_days": _rounded(one.thinned_us),
        "purged_days": _rounded(one.purged_us),
        "gap_days": {reason: _rounded(length_us) for reason, length_us in one.gaps.items()},
        "longest_gap": None
        if longest is None
        else {"from": instant(longest.start_us), "to": instant(longest.end_us), "reason": longest.reason},
        "purged_early": [
            {
                "purge": early.purge_id,
                "kind": early.kind,
                "by": early.by or None,
                "approved_by": early.approved_by or None,
                "reason": early.reason,
                "at": instant(early.at_us),
                "bytes": early.bytes,
            }
            for early in one.early
        ],
        "bytes": one.bytes,
    }


def rolled(one: RollUp) -> dict[str, Any]:
    """An agency in all."""
    return {
        "agency": one.agency,
        "cameras": one.cameras,
        "states": one.states,
        "least_have_days": _rounded(one.least_have_us),
        "median_have_days": _rounded(one.median_have_us),
        "share_covered": round(one.share, 5),
        "purged_early_bytes": one.purged_bytes,
    }


def _rounded(length_us: int) -> float:
    return round(length_us / DAY_US, 5)  # to a second: policies of minutes count too


def _seen(one: Alarm, scope: Sequence[int] | None) -> bool:
    return scope is None or one.agency_id is None or one.agency_id in scope


def _days(until_us: int | None, at_us: int) -> float | None:
    return None if until_us is None else round((until_us - at_us) / DAY_US, 2)
