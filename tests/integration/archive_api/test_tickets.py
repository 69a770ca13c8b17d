"""Tickets over the API: notes, promises and those set aside, of one's own agency alone."""

from __future__ import annotations

from datetime import timedelta

from saksi import clock
from saksi.catalogue import places
from saksi.catalogue.database import Database
from saksi.compliance import ticket_sync
from tests.integration.archive_api.conftest import SECOND, Desk
from tests.integration.compliance import city

HOUR, DAY = 3600 * SECOND, 86_400 * SECOND


def sync(database: Database, now_us: int) -> dict[str, int]:
    with database.transaction() as connection:
        return ticket_sync.sync(connection, now_us, zone="WITA", down_minutes=60)


def test_an_operator_answers_their_own_and_only_officers_set_aside(desk: Desk) -> None:
    database, now_us = desk.archive.database, clock.now_us()
    with database.transaction() as connection:
        places.add_agency(connection, code="mal", name="Mal Kota", category="mall")
        for row in connection.execute("select agency_id, code from agency").fetchall():
            camera = city.add_camera(
                connection, row["agency_id"], f"{row['code']}-gate", since_us=now_us - DAY
            )
            city.fail(connection, camera, now_us - 3 * HOUR, None, "auth_failed")
            connection.execute(
                "insert into agency_terms (agency_id, from_day, obliged, made_by)"
                " values (%s, '2020-01-01', false, 'x')",
                [row["agency_id"]],
            )
    assert sync(database, now_us)["opened"] == 2
    items = desk.client.get("/tickets", headers={"Accept-Language": "id"}).json()["items"]
    mine = next(item for item in items if item["agency"] == "mal")
    other = next(item for item in items if item["agency"] != "mal")
    assert "menolak login" in mine["what"]
    today = clock.from_us(now_us + 8 * HOUR).date()
    with desk.signed_in("op", "agency_operator", agencies=["mal"]) as operator:
        assert [item["id"] for item in operator.get("/tickets").json()["items"]] == [mine["id"]]
        assert operator.get("/tickets", params={"agency": "dishub"}).status_code == 404
        for path in ("", "/notes", "/acknowledge"):
            body = {"text": "x"} if path != "/acknowledge" else {"day": today.isoformat()}
            ask = operator.get if not path else operator.post
            refused = ask(f"/tickets/{other['id']}{path}", **({"json": body} if path else {}))  # type: ignore[operator]
            assert refused.status_code == 404, path
        one = f"/tickets/{mine['id']}"
        assert operator.post(f"{one}/notes", json={"text": "teknisi datang besok"}).status_code == 201
        past = operator.post(f"{one}/acknowledge", json={"day": (today - timedelta(days=1)).isoformat()})
        assert (past.status_code, past.json()["field"]) == (422, "day")
        promised = (today + timedelta(days=2)).isoformat()
        shown = operator.post(
            f"{one}/acknowledge", json={"day": promised, "text": "kata sandi diganti"}
        ).json()
        assert (shown["state"], shown["promised"]) == ("acknowledged", promised)
        assert [event["kind"] for event in shown["history"]] == ["opened", "note", "acknowledged"]
        aside = {"until": promised, "reason": "renovasi"}
        assert operator.post(f"{one}/set-aside", json=aside).status_code == 403
    shown = desk.client.post(f"{one}/set-aside", json=aside).json()
    assert (shown["state"], shown["aside_until"][11:16]) == ("set_aside", "16:00"), (
        "the end of the day in WITA"
    )
    listed = desk.client.get("/tickets", params={"state": "set_aside", "rule": "down"}).json()["items"]
    assert [item["id"] for item in listed] == [mine["id"]]
    assert desk.client.get("/tickets", params={"state": "standing", "limit": 1}).json()["next"] is not None
    with database.transaction() as connection:
        connection.execute("update outage set end_at = now() where end_at is null")
    assert sync(database, now_us + 1)["closed"] == 2
    closed = desk.client.post(f"{one}/acknowledge", json={"day": promised})
    assert (closed.status_code, closed.json()["code"]) == (409, "ticket_closed")
