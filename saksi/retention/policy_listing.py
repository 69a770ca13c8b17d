"""Versions of retention policies for people to read: what stands, is to come and was; and which one a camera has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.errors import NotFound
from saksi.retention import policies
from saksi.retention.policies import CameraPolicy, Policy


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A version, and its standing: in_force, scheduled, proposed, withdrawn, or past (a later one took its place).

    `lapsed` is a proposal that nobody accepted in time.
    """

    policy: Policy
    standing: str


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """What counts for a camera at an instant: the policy that decides and the limits of its class."""

    at_us: int
    counts: CameraPolicy
    policy: Policy
    limit: Policy

    @property
    def clamped(self) -> bool:
        """Whether the limits say otherwise than the policy."""
        return self.policy.keep_us != self.counts.keep_us


def listed(
    connection: Connection,
    reach: Sequence[int] | None,
    *,
    history: bool = False,
    camera_id: int | None = None,
    limit: int = 500,
    before: int | None = None,
) -> list[Listed]:
    """Newest first: in force, to come and proposed, with `history` all. `reach`: only what touches these agencies.

    With a camera, only what may decide about it.
    """
    values = {
        "at": clock.now(),
        "reach": None if reach is None else list(reach),
        "history": history,
        "camera_id": camera_id,
        "limit": limit,
        "before": before,
        "policy_id": None,
    }
    rows = connection.execute(query("policies.list"), values)
    return [Listed(policy=Policy.from_row(row), standing=row["standing"]) for row in rows]


def one(connection: Connection, reach: Sequence[int] | None, policy_id: int) -> Listed:
    """One version. Raises NotFound for an unknown one and for one that touches none of `reach`."""
    values: dict[str, Any] = {
        "at": clock.now(),
        "reach": None if reach is None else list(reach),
        "history": True,
    }
    values |= {"camera_id": None, "limit": 1, "before": None, "policy_id": policy_id}
    row = connection.execute(query("policies.list"), values).fetchone()
    if row is None:
        raise NotFound("policy_unknown", field="policy", policy=policy_id)
    return Listed(policy=Policy.from_row(row), standing=row["standing"])


def of_camera(connection: Connection, camera_id: int, at_us: int) -> Resolved:
    """What counts for a camera that is there."""
    counts = policies.of_cameras(connection, at_us)[camera_id]
    return Resolved(
        at_us=at_us,
        counts=counts,
        policy=policies.get(connection, counts.policy_id),
        limit=policies.get(connection, counts.limit_id),
    )
