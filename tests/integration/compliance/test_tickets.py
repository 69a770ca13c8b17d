"""Tickets: opened by each rule, once, closed when it is right, the same again within a day; nobody else's business."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saksi import clock
from saksi.catalogue.database import Database
from saksi.compliance import remedies, ticket_sync, tickets
from saksi.compliance.tickets import Ticket
from tests.integration.compliance import city
from tests.integration.compliance.city import SECOND

HOUR, DAY = 3600 * SECOND, 86_400 * SECOND


def synced(database: Database, now_us: int) -> dict[str, int]:
    with database.transaction() as connection:
        return ticket_sync.sync(connection, now_us, zone="WITA", down_minutes=60)


def standing(database: Database, now_us: int) -> dict[str, Ticket]:
    with database.transaction() as connection:
        found = tickets.find(connection, None, now_us, state="standing")
    assert len({one.rule for one in found}) == len(found)
    return {one.rule: one for one in found}


def test_each_rule_opens_one_ticket_and_closes_it(database: Database) -> None:
    now_us = clock.now_us()
    with database.transaction() as connection:
        agency = city.add_agency(connection, "mal")
        free = city.add_agency(connection, "warung")
        camera = city.add_camera(connection, agency, "gate", since_us=now_us - 20 * DAY)
        run = city.add_run(connection, camera)
        city.record(connection, camera, run, now_us - 20 * DAY, now_us - 2 * DAY)
        city.fail(connection, camera, now_us - 2 * DAY, None, "auth_failed")
        city.fail(
            connection, city.add_camera(connection, free, "stall"), now_us - 9 * DAY, None, "unreachable"
        )
        for hours, offset_us in ((8, 0), (4, 9_000_000), (3, 9_000_000), (2, -9_000_000)):
            connection.execute(
                "insert into clock_hour (camera_id, hour, error_us, offset_us)"
                " values (%s, date_trunc('hour', %s::timestamptz), 10000, %s)",
                [camera, clock.from_us(now_us) - timedelta(hours=hours), offset_us],
            )
        connection.execute(
            "insert into agency_terms (agency_id, from_day, obliged, basis, cameras, uptime_percent, retention_days,"
            " clock_error_ms, made_by) values (%s, '2020-01-01', true, 'Perwali', 3, 95, 3650, 2000, 'x')",
            [agency],
        )
    assert synced(database, now_us) == {"opened": 5, "reopened": 0, "closed": 0}
    assert synced(database, now_us + 1) == {"opened": 0, "reopened": 0, "closed": 0}
    found = standing(database, now_us)
    assert set(found) == {"down", "uptime", "clock", "retention", "cameras"}
    down, uptime, off = found["down"], found["uptime"], found["clock"]
    assert (down.camera, down.since_us, down.facts["reason"]) == ("gate", now_us - 2 * DAY, "auth_failed")
    assert (uptime.camera, uptime.facts["days"], uptime.facts["found"]) == (None, 7, 71.42)
    assert uptime.facts["cameras"] == [{"camera": "gate", "hours": 48.0, "reason": "auth_failed"}]
    assert now_us - 6 * HOUR < off.since_us <= now_us - 4 * HOUR + HOUR
    assert (found["cameras"].facts["agreed"], found["cameras"].facts["found"]) == (3, 1)
    for one in found.values():
        for language in ("id", "en"):
            what, remedy = remedies.said(one.rule, one.facts, language)
            assert "{" not in what + remedy
    assert "71,42 %" in remedies.said("uptime", uptime.facts, "id")[0]
    assert "password" in remedies.said("down", down.facts, "en")[1]

    later_us = now_us + 10 * SECOND
    with database.transaction() as connection:
        connection.execute("update outage set end_at = %s where end_at is null", [clock.from_us(later_us)])
        connection.execute("delete from clock_hour where offset_us <> 0")
    assert synced(database, later_us)["closed"] == 2
    assert set(standing(database, later_us)) == {"uptime", "retention", "cameras"}
    again_us = later_us + 2 * HOUR
    with database.transaction() as connection:
        city.fail(connection, camera, later_us + 60 * SECOND, None, "unreachable")
    assert synced(database, again_us)["reopened"] == 1
    same = standing(database, again_us)["down"]
    assert same.ticket_id == down.ticket_id
    with database.transaction() as connection:
        connection.execute("update outage set reason = 'stalled' where end_at is null")
    synced(database, again_us + 1)
    with database.transaction() as connection:
        history = tickets.history(connection, down.ticket_id)
        assert [one.kind for one in history] == ["opened", "closed", "reopened", "changed"]
        with pytest.raises(Exception, match="append-only"), connection.transaction():
            connection.execute("delete from fault_ticket_event")
        connection.execute(
            "update outage set end_at = %s where end_at is null", [clock.from_us(again_us + 2)]
        )
    assert synced(database, again_us + 3)["closed"] == 1
    with database.transaction() as connection:
        city.fail(connection, camera, again_us + DAY, None, "unreachable")
    assert synced(database, again_us + 3 * DAY)["opened"] >= 1, "after a day it is another one"
