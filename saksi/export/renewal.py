"""Puts a plan on a newer checkpoint: what it holds stays, what proves it is taken anew.

A witness that comes by once a week, with a stick, signs a checkpoint that is older than anything asked for afterwards.
A package therefore waits with its plan until a checkpoint over all of it has the quorum.
"""

from __future__ import annotations

import json
from dataclasses import replace

from saksi import clock
from saksi.catalogue.database import Database
from saksi.custody.policy import Policy
from saksi.export import record, warnings
from saksi.export.anchoring import witnessed
from saksi.export.plan import Plan
from saksi.export.warnings import Standing

_PROOFS = ("meta/checkpoint", "meta/proofs/", "meta/consistency/")


def witnessed_plan(database: Database, plan: Plan, policy: Policy) -> Plan | None:
    """The plan on a checkpoint that the policy's quorum signed; None while there is none over all that it holds."""
    with database.transaction() as connection:
        kept = witnessed(connection, plan.predicate["checkpoint"]["size"], policy)
        if kept is None:
            return None
        places = [json.loads(line)["index"] for line in plan.meta["meta/signatures.jsonl"].splitlines()]
        fixed = record.fix(connection, kept, record.entries_at(connection, places))
        meta = {path: data for path, data in plan.meta.items() if not path.startswith(_PROOFS)}
        meta |= record.proofs(connection, kept, fixed, policy)
    made_us = clock.now_us()
    checkpoint = {
        **plan.predicate["checkpoint"],
        "size": fixed.tree.size,
        "root": fixed.tree.root().hex(),
    }
    return replace(
        plan,
        made_us=made_us,
        meta=meta,
        predicate={**plan.predicate, "made_at": made_us, "checkpoint": checkpoint},
        warnings=warnings.renewed(plan.warnings, Standing(policy=policy, note=fixed.note)),
    )
