"""Tickets opened, reopened and closed by what is wrong now: what the workers run; run twice it changes nothing.

A ticket that comes back within a day is the same one.
"""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.compliance import rules
from saksi.compliance.rules import Breach, Key
from saksi.compliance.tickets import add_event


def sync(connection: Connection, now_us: int, *, zone: str, down_minutes: int) -> dict[str, int]:
    """Opens, reopens and closes by what is wrong now; how many of each. None of it while somebody else is at it."""
    done = {"opened": 0, "reopened": 0, "closed": 0}
    mine = connection.execute(query("tickets.only_one")).fetchone()
    if mine is None or not mine["mine"]:
        return done
    wrong = {one.key: one for one in rules.breaches(connection, now_us, zone=zone, down_minutes=down_minutes)}
    standing = {_key(row): row for row in connection.execute(query("tickets.open"))}
    lately = {
        _key(row): row for row in connection.execute(query("tickets.lately"), {"now": clock.from_us(now_us)})
    }
    for key, one in wrong.items():
        if key in standing:
            _update(connection, standing[key], one, now_us)
        elif key in lately:
            _reopen(connection, lately[key]["ticket_id"], one, now_us)
            done["reopened"] += 1
        else:
            _open(connection, one, now_us)
            done["opened"] += 1
    for key, row in standing.items():
        if key not in wrong:
            values = {"ticket_id": row["ticket_id"], "now": clock.from_us(now_us)}
            connection.execute(query("tickets.close"), values)
            add_event(connection, row["ticket_id"], now_us, "closed")
            done["closed"] += 1
    return done


def _key(row: dict[str, Any]) -> Key:
    return row["rule"], row["agency_id"], row["site_id"], row["camera_id"]


def _open(connection: Connection, one: Breach, now_us: int) -> None:
    rule, agency_id, site_id, camera_id = one.key
    values = {
        "rule": rule,
        "agency_id": agency_id,
        "site_id": site_id,
        "camera_id": camera_id,
        "since": clock.from_us(one.since_us),
        "facts": Jsonb(one.facts),
        "now": clock.from_us(now_us),
    }
    row = connection.execute(query("tickets.add"), values).fetchone()
    assert row is not None
    add_event(connection, row["ticket_id"], now_us, "opened", facts=one.facts)


def _reopen(connection: Connection, ticket_id: int, one: Breach, now_us: int) -> None:
    values = {"ticket_id": ticket_id, "since": clock.from_us(one.since_us), "facts": Jsonb(one.facts)}
    connection.execute(query("tickets.reopen"), values)
    add_event(connection, ticket_id, now_us, "reopened", facts=one.facts)


def _update(connection: Connection, row: dict[str, Any], one: Breach, now_us: int) -> None:
    """Figures move all the time and are kept as they are; only another cause is worth a line of history."""
    if row["facts"] == one.facts:
        return
    moving = one.key[0] in ("uptime", "retention", "cameras")
    since_us = None if moving else one.since_us
    values = {
        "ticket_id": row["ticket_id"],
        "facts": Jsonb(one.facts),
        "since": None if since_us is None else clock.from_us(since_us),
    }
    connection.execute(query("tickets.update_facts"), values)
    if row["facts"].get("reason") != one.facts.get("reason") or row["facts"].get("agreed") != one.facts.get(
        "agreed"
    ):
        add_event(connection, row["ticket_id"], now_us, "changed", facts=one.facts)
