"""Retention policies: how long footage is kept, between which limits, and which of them are in force at an instant.

A policy is of a camera, a site, an agency or the default, resolved in this order; the limits are those of the class
(category) of the camera's agency, and what is resolved never leaves them. Versions are added and never changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.custody.canonical import canonical
from saksi.errors import NotFound
from saksi.messages import register

register(
    "policy_unknown",
    en=(
        "There is no retention policy {policy}.",
        "List them with GET /api/v1/retention/policies or `saksi policy list`.",
    ),
    id_=(
        "Tidak ada kebijakan retensi {policy}.",
        "Lihat daftar dengan GET /api/v1/retention/policies atau `saksi policy list`.",
    ),
)

BEGINNING_US = 0  # when starting values took effect: before anything


@dataclass(frozen=True, kw_only=True)
class PolicySet:
    """What is in force at an instant: a canonical line a version, in the order of their ids, and the digest over them.

    `sha256` is over the lines, each with a line feed behind it.
    """

    lines: tuple[bytes, ...]
    sha256: bytes
    count: int


@dataclass(frozen=True, kw_only=True)
class CameraPolicy:
    """How long a camera's footage is kept, microseconds, already within its limits; and the versions that say so."""

    camera_id: int
    keep_us: int
    min_us: int
    max_us: int
    policy_id: int
    limit_id: int


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A version. `subject` is the code of what `scope` names, '' for the default; a class has limits, others `keep_us`.

    `keep_us` None outside a class: none of its own, what stands above it counts. Times are microseconds UTC;
    `effective_us` is BEGINNING_US for starting values. People are None where the archive itself set it.
    """

    policy_id: int
    scope: str
    subject: str
    keep_us: int | None
    min_us: int | None
    max_us: int | None
    basis: str
    reason: str
    effective_us: int
    state: str
    shortens: bool
    preview: dict[str, Any]
    preview_sha256: bytes | None
    proposed_by: int | None
    proposed_name: str
    proposed_role: str
    proposed_us: int
    decided_by: int | None
    decided_name: str
    decided_role: str
    decided_us: int | None
    entry_id: int | None
    agency_id: int | None
    site_id: int | None
    camera_id: int | None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Policy:
        """From a row of policies.get."""
        same = (
            *("policy_id", "scope", "subject", "keep_us", "min_us", "max_us", "basis", "reason", "state"),
            *("shortens", "preview", "preview_sha256", "proposed_by", "decided_by", "entry_id"),
            *("agency_id", "site_id", "camera_id"),
        )
        return cls(
            **{name: row[name] for name in same},
            effective_us=clock.to_us(row["effective_at"]),
            proposed_name=row["proposed_name"] or "",
            proposed_role=row["proposed_role"] or "",
            proposed_us=clock.to_us(row["proposed_at"]),
            decided_name=row["decided_name"] or "",
            decided_role=row["decided_role"] or "",
            decided_us=None if row["decided_at"] is None else clock.to_us(row["decided_at"]),
        )


def in_force(connection: Connection, at_us: int) -> PolicySet:
    """Every version in effect at an instant: the same answer whenever it is asked, as none takes effect in the past."""
    rows = connection.execute(query("policies.in_force"), {"at": clock.from_us(at_us)})
    lines = tuple(canonical(_line(row)) for row in rows)
    digest = hashlib.sha256(b"".join(line + b"\n" for line in lines)).digest()
    return PolicySet(lines=lines, sha256=digest, count=len(lines))


def of_cameras(connection: Connection, at_us: int) -> dict[int, CameraPolicy]:
    """What counts for each camera at an instant, by camera id."""
    rows = connection.execute(query("policies.of_cameras"), {"at": clock.from_us(at_us)})
    return {row["camera_id"]: CameraPolicy(**row) for row in rows}


def get(connection: Connection, policy_id: int) -> Policy:
    """One version. Raises NotFound for an unknown one."""
    row = connection.execute(query("policies.get"), {"policy_id": policy_id}).fetchone()
    if row is None:
        raise NotFound("policy_unknown", field="policy", policy=policy_id)
    return Policy.from_row(row)


def _line(row: dict[str, Any]) -> dict[str, object]:
    told: dict[str, object] = {
        "policy": row["policy_id"],
        "scope": row["scope"],
        "subject": row["subject"],
        "basis": row["basis"],
        "effective": clock.to_us(row["effective_at"]),
    }
    return told | {
        name: row[f"{name}_us"] for name in ("keep", "min", "max") if row[f"{name}_us"] is not None
    }
