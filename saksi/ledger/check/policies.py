"""Rows of retention policies against their entries: a version that was changed, lost, or never told of."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from saksi.catalogue.database import Connection, query
from saksi.custody.canonical import canonical
from saksi.custody.entries import BadEntry, Entry
from saksi.errors import NotFound
from saksi.ledger.check.findings import Report
from saksi.retention import policies, policy_entries
from saksi.retention.policies import Policy

# Where a version stands; an earlier entry of it tells of an earlier state.
_STANDING = ("state", "decided")
_OPEN = "propose"


def hold_policy(report: Report, connection: Connection, entry: Entry, where: str) -> None:
    """Holds the row that an entry of chain `policies` tells of to it, and who took the step to its commitment."""
    report.count("policies")
    try:
        policy = policies.get(connection, int(str(entry.body.get("policy"))))
    except (NotFound, ValueError):
        report.add("policy_missing", where, f"policy {entry.body.get('policy')}", "no such policy")
        return
    open_still = entry.body.get("event") == _OPEN and policy.state != "proposed"
    made = policy_entries.told(policy)
    expected = {name: entry.body.get(name) for name in made.keys() | entry.body.keys() & _LENGTHS}
    found: dict[str, object] = {name: made.get(name) for name in expected}
    if open_still:
        for name in _STANDING:
            expected.pop(name)
            found.pop(name)
    differing = sorted(name for name in expected if expected[name] != found[name])
    if differing:
        told = [{name: said[name] for name in differing} for said in (expected, found)]
        report.add("policy_row", where, *told)
    if policy.preview_sha256 is not None:
        shown = hashlib.sha256(canonical(policy.preview)).digest()
        if shown != policy.preview_sha256:
            report.add("policy_row", f"{where} preview", policy.preview_sha256, shown)
    _hold_person(report, connection, entry, policy, where)


def hold_among(report: Report, connection: Connection) -> None:
    """Versions that no entry tells of and that await none; that name another entry than the one of where they stand."""
    for row in connection.execute(query("rows.policies")).fetchall():
        where = f"retention_policy {row['policy_id']}"
        if row["bytes"] is None:
            if not row["owed"]:
                report.add("policy_unlogged", where, "an entry in the log", "none")
            continue
        try:
            body = Entry.parse(bytes(row["bytes"])).body
        except BadEntry:
            continue  # named where entries are read
        event = policy_entries.event_of(row["state"], row["proposed_by"])
        told = {"policy": body.get("policy"), "event": body.get("event")}
        if row["kind"] != "policy" or told != {"policy": row["policy_id"], "event": event}:
            report.add("policy_row", where, f"the entry of its {event}", f"{row['kind']} {told}")


_LENGTHS = {"keep", "min", "max"}


def _hold_person(report: Report, connection: Connection, entry: Entry, policy: Policy, where: str) -> None:
    row = connection.execute(query("rows.policy_event"), {"leaf": entry.leaf()}).fetchone()
    if row is None:
        report.add("policy_person", where, "a row of policy_event", "none")
        return
    stands = hashlib.sha256(bytes(row["nonce"]) + bytes(row["body"])).hexdigest()
    if stands != entry.body.get("commitment"):
        report.add("policy_person", where, entry.body.get("commitment"), stands)
        return
    body: dict[str, Any] = json.loads(bytes(row["body"]))
    event, person = entry.body.get("event"), body.get("person") or None
    told = (body.get("policy"), body.get("event"), row["policy_id"], row["event"])
    people = {
        "start": {policy.proposed_by, policy.decided_by},
        "propose": {policy.proposed_by},
        # Nobody proposed one that shortens nothing: who accepted it set it.
        "accept": {policy.decided_by} if policy.shortens else {policy.proposed_by, policy.decided_by},
        "withdraw": {policy.decided_by},
    }.get(str(event), set())
    if told != (policy.policy_id, event, policy.policy_id, event) or people != {person}:
        report.add(
            "policy_person", where, (*told, person), (policy.policy_id, event, sorted(map(str, people)))
        )
