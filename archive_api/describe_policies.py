"""Retention policies and their previews as the JSON that the API answers. Lengths are days, times RFC 3339.

Whoever is limited to agencies is told of these agencies' cameras only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from archive_api.describe import instant
from saksi.retention.policies import BEGINNING_US, Policy
from saksi.retention.policy_lengths import days_of
from saksi.retention.policy_listing import Listed, Resolved
from saksi.retention.policy_preview import Preview

Agencies = Collection[str] | None


def policy(one: Policy, agencies: Agencies, *, cameras: bool = False) -> dict[str, Any]:
    """A version; `cameras` to have the preview tell them all."""
    shown = None
    if one.preview_sha256 is not None:
        shown = preview(Preview(told=one.preview, sha256=one.preview_sha256), agencies, cameras=cameras)
    return {
        "id": one.policy_id,
        "scope": one.scope,
        "subject": one.subject or None,
        "days": _days(one.keep_us),
        "inherit": one.scope != "class" and one.keep_us is None,
        "min_days": _days(one.min_us),
        "max_days": _days(one.max_us),
        "basis": one.basis,
        "reason": one.reason or None,
        "effective": None if one.effective_us == BEGINNING_US else instant(one.effective_us),
        "state": one.state,
        "shortens": one.shortens,
        "proposed": instant(one.proposed_us),
        "proposed_by": one.proposed_name or None,
        "decided": instant(one.decided_us),
        "decided_by": one.decided_name or None,
        "preview": shown,
    }


def listed(one: Listed, agencies: Agencies, *, cameras: bool = False) -> dict[str, Any]:
    """A version with its standing."""
    return policy(one.policy, agencies, cameras=cameras) | {"standing": one.standing}


def resolved(one: Resolved, camera: str) -> dict[str, Any]:
    """What counts for a camera, and what says so."""
    return {
        "camera": camera,
        "at": instant(one.at_us),
        "days": days_of(one.counts.keep_us),
        "decided_by": one.policy.scope,
        "policy": one.policy.policy_id,
        "limits": one.limit.policy_id,
        "category": one.limit.subject,
        "min_days": days_of(one.counts.min_us),
        "max_days": days_of(one.counts.max_us),
        "limits_basis": one.limit.basis,
        "clamped": one.clamped,
    }


def preview(one: Preview, agencies: Agencies, *, cameras: bool = True) -> dict[str, Any]:
    """A dry run. Sums over all agencies only for who sees all."""
    told = one.told
    seen = [line for line in told["agencies"] if agencies is None or line["agency"] in agencies]
    described: dict[str, Any] = {
        "sha256": one.sha256.hex(),
        "made": instant(told["made"]),
        "effective": instant(told["change"]["effective"]),
        "shortens": told["shortens"],
        "limited": told["limited"],
        "agencies": [_sums(line) for line in seen],
    }
    if agencies is None:
        described["total"] = _sums(told["total"])
    if cameras:
        described["cameras"] = [
            _sums(line)
            | {
                "at": instant(line["at"]),
                "days": days_of(line["after"]),
                "days_before": days_of(line["before"]),
            }
            for line in told["cameras"]
            if agencies is None or line["agency"] in agencies
        ]
    return described


def _sums(line: Mapping[str, Any]) -> dict[str, Any]:
    names = ("agency", "camera", "cameras", "hours", "chunks", "bytes", "held_hours")
    told = {name: line[name] for name in names if name in line}
    return told | {name: instant(line.get(name)) for name in ("oldest", "newest")}


def _days(length_us: int | None) -> float | None:
    return None if length_us is None else days_of(length_us)
