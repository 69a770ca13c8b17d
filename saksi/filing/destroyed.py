"""What a paper tells of footage that a purge took: when, by which purge and policy, where in the log, and of holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from saksi import clock
from saksi.catalogue import purged
from saksi.catalogue.database import Connection, query
from saksi.catalogue.purged import Purged
from saksi.catalogue.timeline import JITTER_US, Pair, clip, subtract, unite
from saksi.papers import model, parts
from saksi.retention import policies

_DAY_US = 86_400_000_000


@dataclass(frozen=True, kw_only=True)
class Destroyed:
    """Footage of one camera that one purge took, [start_us, end_us)."""

    start_us: int
    end_us: int
    by: Purged


def pieces(connection: Connection, camera_id: int, start_us: int, end_us: int) -> list[Destroyed]:
    """A span of which nothing is left, in order of time, each part once: where two purges took it, by the later one."""
    taken = purged.over(connection, [camera_id], start_us, end_us)
    left: list[Pair] = [(start_us, end_us)]
    found: list[Destroyed] = []
    for one in sorted(taken, key=lambda one: (-one.claimed_us, one.from_us)):
        mine = [part for part in left for part in clip([(one.from_us, one.to_us)], *part)]
        found += [Destroyed(start_us=a, end_us=b, by=one) for a, b in mine if b - a > JITTER_US]
        left = subtract(left, unite(mine))
    return sorted(found, key=lambda one: one.start_us)


def facts(connection: Connection, camera_id: int, one: Destroyed) -> dict[str, Any]:
    """The fields of a paper's finding that tell of the destruction."""
    row = connection.execute(query("papers.purge"), {"purge_id": one.by.purge_id}).fetchone()
    assert row is not None
    body = {} if row["told"] is None else json.loads(bytes(row["told"]))["body"]
    values = {
        "camera_id": camera_id,
        "purge_id": one.by.purge_id,
        "from": clock.from_us(one.start_us),
        "to": clock.from_us(one.end_us),
    }
    then = connection.execute(query("papers.held_when_purged"), values).fetchone()
    assert then is not None
    return {
        "purged_us": one.by.claimed_us,
        "purge_run": str(one.by.purge_id),
        "notice": _entry(row, "notice"),
        "done": _entry(row, "done"),
        "policy": _policy(connection, one.by.policy_id, body),
        "thinning": thinning(body) if one.by.policy_id is None else None,
        "hold_set_root": body.get("holds", {}).get("root", ""),
        # What a hold covers is never taken; so none covered this, or one was broken.
        "holds_respected": False if then["held"] else None,
    }


def thinning(body: Mapping[str, Any]) -> tuple[model.Policy, ...] | None:
    """The policies by which a purge left keyframes, as its certificate and its end in the log name them.

    None where it is a purge of another kind; empty where it was made before they were named.
    """
    if body.get("kind") != "thinned":
        return None
    return tuple(
        model.Policy(
            name=f"{one['scope']} {one['subject']}".rstrip(),
            version=one["thinning"],
            days=one["after"] / _DAY_US,
            sha256="",
            basis=one["basis"],
        )
        for one in body.get("thinning", [])
    )


def _entry(row: dict[str, Any], which: str) -> parts.EntryRef | None:
    """Where the log tells of it; None before the entry has a place there."""
    if row[f"{which}_idx"] is None:
        return None
    at_us = clock.to_us(row[f"{which}_at"])
    return parts.EntryRef(index=row[f"{which}_idx"], leaf=bytes(row[f"{which}_leaf"]).hex(), at_us=at_us)


def _policy(connection: Connection, policy_id: int | None, body: dict[str, Any]) -> model.Policy | None:
    """The version that asked for it, with the digest over all that were in force; None where none did."""
    if policy_id is None:
        return None
    found = policies.get(connection, policy_id)
    return model.Policy(
        name=f"{found.scope} {found.subject}".rstrip(),
        version=policy_id,
        days=round((found.keep_us or 0) / _DAY_US),
        sha256=body.get("policies", {}).get("sha256", ""),
        basis=found.basis,
    )
