"""The dry run of a change of retention: whom it keeps shorter, and what would then be gone that otherwise would not.

The change is made for a moment inside a savepoint, so that what it does is resolved by the same function that purges
ask. It shortens when any camera is kept shorter at its time or at any later one that is settled already, or when the
value itself is lower than what its scope has now: cameras that come later would be kept shorter too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.custody.canonical import canonical
from saksi.errors import BadInput, Conflict
from saksi.messages import register
from saksi.retention import going, policies
from saksi.retention.going import Going, Reach
from saksi.retention.policies import CameraPolicy
from saksi.retention.policy_change import Change, check_limits

_HOW = "Ask for one (POST /api/v1/retention/policies/preview, `saksi policy preview`), give its sha256 as {field}."
_HOW_ID = (
    "Minta (POST /api/v1/retention/policies/preview, `saksi policy preview`), isi {field} dengan sha256-nya."
)
register(
    "policy_preview_missing",
    en=("This keeps footage shorter, and no preview of it was shown.", _HOW),
    id_=("Ini memperpendek penyimpanan, dan pratinjaunya belum ditampilkan.", _HOW_ID),
)
register(
    "policy_preview_unknown",
    en=("{given} is not the digest of a preview that was made for you.", _HOW),
    id_=("{given} bukan digest pratinjau yang dibuat untuk Anda.", _HOW_ID),
)
register(
    "policy_preview_foreign",
    en=("The preview is of another change than this one.", _HOW),
    id_=("Pratinjau itu untuk perubahan lain.", _HOW_ID),
)
register(
    "policy_preview_stale",
    en=("The preview was made at {made}: more than an hour ago, or before policies changed.", _HOW),
    id_=("Pratinjau dibuat pada {made}: lebih dari satu jam lalu, atau sebelum kebijakan berubah.", _HOW_ID),
)
register(
    "policy_effective_missing",
    en=(
        "This keeps footage shorter, and nothing says from when.",
        "Give {field}: a time that leaves another officer room to look at it, such as 2026-12-07T00:00:00+08:00.",
    ),
    id_=(
        "Ini memperpendek penyimpanan, dan tidak disebut mulai kapan.",
        "Isi {field}: waktu yang memberi petugas lain kesempatan memeriksanya, misalnya 2026-12-07T00:00:00+08:00.",
    ),
)

GOOD_FOR_US = 3_600_000_000
_KEPT_US = 24 * GOOD_FOR_US
_AS_IF = (1 << 31) - 1  # a row that never stays; above all others, as the newest would be
_SUMS = ("hours", "chunks", "bytes", "held_hours")
GROWS = ("cameras", "hours", "chunks", "bytes")


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What was told, in canonical values, and its digest."""

    told: dict[str, Any]
    sha256: bytes

    @property
    def shortens(self) -> bool:
        """Whether a second officer is needed."""
        return bool(self.told["shortens"])


@dataclass(frozen=True, kw_only=True)
class _Shorter:
    """A camera that is kept shorter from an instant on."""

    camera_id: int
    at_us: int
    before_us: int
    after_us: int


def make(connection: Connection, change: Change, *, counted: bool = True) -> Preview:
    """The dry run of a change whose time is settled. Raises BadInput for one that breaks a limit.

    Unless it is to be `counted`, what it does to footage stays at zero: counting a city's takes seconds.
    """
    assert change.effective_us is not None
    clamped = check_limits(connection, change)
    in_force = policies.in_force(connection, change.effective_us)
    shorter, lower = _effect(connection, change)
    lost = _lost(connection, shorter, counted=counted)
    lines = [lost[one.camera_id] for one in shorter]
    agencies = [
        {"agency": agency} | _summed([one for one in lines if one["agency"] == agency])
        for agency in sorted({line["agency"] for line in lines})
    ]
    told = {
        "change": change.told(),
        "made": clock.now_us(),
        "policies": in_force.sha256.hex(),
        "shortens": bool(shorter) or lower,
        "limited": clamped,
        "total": _summed(lines),
        "agencies": agencies,
        "cameras": sorted(lines, key=lambda line: (line["agency"], line["camera"])),
    }
    return Preview(told=told, sha256=hashlib.sha256(canonical(told)).digest())


def keep(connection: Connection, preview: Preview, person_id: int) -> None:
    """Remembers that it was shown to somebody; those of days before are forgotten."""
    at_us = preview.told["made"]
    values = {"sha256": preview.sha256, "person_id": person_id, "at": clock.from_us(at_us)}
    connection.execute(query("policies.forget_previews"), {"before": clock.from_us(at_us - _KEPT_US)})
    connection.execute(query("policies.add_preview"), {**values, "told": Jsonb(preview.told)})


def check_shown(
    connection: Connection, change: Change, now: Preview, person_id: int, given: bytes | None
) -> Preview:
    """The preview with this digest: shown to this person, of this change, not long ago, under the policies of `now`.

    Raises Conflict when there is none such.
    """
    if given is None:
        raise Conflict("policy_preview_missing", field="preview")
    row = connection.execute(query("policies.preview"), {"sha256": given}).fetchone()
    if row is None or row["made_by"] != person_id:
        raise Conflict("policy_preview_unknown", field="preview", given=given.hex())
    told = row["told"]
    if told["change"] != change.told():
        raise Conflict("policy_preview_foreign", field="preview")
    made_us = clock.to_us(row["made_at"])
    if now.told["made"] - made_us > GOOD_FOR_US or told["policies"] != now.told["policies"]:
        raise Conflict("policy_preview_stale", field="preview", made=clock.format_us(made_us))
    return Preview(told=told, sha256=given)


def settled(connection: Connection, change: Change, *, counted: bool = True) -> Preview:
    """The dry run at the change's time, or at once. Raises BadInput when it shortens and names no time."""
    preview = make(connection, change.at(clock.now_us()), counted=counted)
    if preview.shortens and change.effective_us is None:
        raise BadInput("policy_effective_missing", field="effective")
    return preview


def _effect(connection: Connection, change: Change) -> tuple[list[_Shorter], bool]:
    """Cameras that are kept shorter, each from the first such instant on; and whether the value itself is lower."""
    assert change.effective_us is not None
    at = clock.from_us(change.effective_us)
    later = [
        clock.to_us(row["effective_at"])
        for row in connection.execute(query("policies.changes_after"), {"at": at})
    ]
    instants = [change.effective_us, *later]
    rows = connection.execute(query("policies.in_force"), {"at": at}).fetchall()
    before = {one: policies.of_cameras(connection, one) for one in instants}
    after: dict[int, dict[int, CameraPolicy]] = {}
    with connection.transaction() as moment:
        connection.execute(query("policies.add"), _as_if(change))
        made = connection.execute(query("policies.in_force"), {"at": at}).fetchall()
        after = {one: policies.of_cameras(connection, one) for one in instants}
        raise psycopg.Rollback(moment)
    found: dict[int, _Shorter] = {}
    for at_us in instants:
        for camera_id, now in after[at_us].items():
            was = before[at_us][camera_id]
            if now.keep_us < was.keep_us and camera_id not in found:
                found[camera_id] = _Shorter(
                    camera_id=camera_id, at_us=at_us, before_us=was.keep_us, after_us=now.keep_us
                )
    return list(found.values()), any(
        new < old for old, new in zip(_worth(rows, change), _worth(made, change), strict=True)
    )


def _as_if(change: Change) -> dict[str, Any]:
    now = clock.now()
    return change.values() | {
        "policy_id": _AS_IF,
        "state": "accepted",
        "preview": Jsonb({}),
        "preview_sha256": None,
        "proposed_by": None,
        "proposed_at": now,
        "decided_by": None,
        "decided_at": now,
        "shortens": False,
    }


def _worth(rows: Sequence[Mapping[str, Any]], change: Change) -> tuple[int, ...]:
    """What the scope of a change stands for among these versions: both limits of a class, else how long it keeps."""
    if change.scope == "class":
        return next((row["min_us"], row["max_us"]) for row in rows if row["category"] == change.subject)
    mine = {"default": True, "agency": change.scope in ("agency", "site"), "site": change.scope == "site"}
    kept = {
        row["scope"]: row["keep_us"]
        for row in rows
        if mine.get(row["scope"])
        and row["keep_us"] is not None
        and (row["scope"] != "agency" or row["agency_id"] == change.owner_id)
        and (row["scope"] != "site" or row["site_id"] == change.site_id)
    }
    keep_us: int = kept.get("site", kept.get("agency", kept["default"]))
    for row in rows:
        if row["category"] == change.owner_category and row["scope"] == "class":
            keep_us = max(row["min_us"], min(row["max_us"], keep_us))
    return (keep_us,)


def _lost(connection: Connection, shorter: Sequence[_Shorter], *, counted: bool) -> dict[int, dict[str, Any]]:
    """Per camera what expires newly, among the footage that there is."""
    cameras = [one.camera_id for one in shorter]
    reaches = [
        Reach(camera_id=one.camera_id, after_us=one.at_us - one.before_us, cutoff_us=one.at_us - one.after_us)
        for one in shorter
    ]
    expired = {one.camera_id: one for one in going.count(connection, reaches if counted else [])}
    names = {
        row["camera_id"]: row
        for row in connection.execute(query("policies.camera_names"), {"cameras": cameras})
    }
    found = {}
    for one in shorter:
        gone = expired.get(one.camera_id, Going(camera_id=one.camera_id, number=0))
        line = {
            "camera": names[one.camera_id]["camera"],
            "agency": names[one.camera_id]["agency"],
            "at": one.at_us,
            "before": one.before_us,
            "after": one.after_us,
        } | {name: getattr(gone, name) for name in _SUMS}
        for name, at_us in (("oldest", gone.oldest_us), ("newest", gone.newest_us)):
            if at_us is not None:
                line[name] = at_us
        found[one.camera_id] = line
    return found


def _summed(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"cameras": len(lines)}
    told |= {name: sum(line[name] for line in lines) for name in _SUMS}
    for name, pick in (("oldest", min), ("newest", max)):
        known = [line[name] for line in lines if name in line]
        if known:
            told[name] = pick(known)
    return told
