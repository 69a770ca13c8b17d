"""Forecast, quotas, alarms and admission over the API: each sees its own agency, and a full store takes no camera."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import httpx
import pytest

from saksi import clock
from saksi.retention import watch
from tests.integration.archive_api.conftest import Desk, settings_of
from tests.integration.retention.stock import DAY_US, HOUR_BYTES, add_agency, add_hold, add_stock

CAMERA = {
    "id": "new",
    "name": "New",
    "agency": "dishub",
    "source": "rtsp://127.0.0.1/x",
    "lat": -1.2,
    "lon": 116.8,
}


@pytest.fixture
def clients() -> Iterator[contextlib.ExitStack]:
    """Closes what a test opens."""
    with contextlib.ExitStack() as stack:
        yield stack


def put(client: httpx.Client, **body: object) -> httpx.Response:
    return client.put("/retention/quotas", json=body)


def test_space_is_told_to_each_as_far_as_it_concerns_them(desk: Desk, clients: contextlib.ExitStack) -> None:
    now_us = clock.now_us()
    with desk.archive.database.transaction() as connection:
        row = connection.execute("select agency_id from agency where code = 'dishub'").fetchone()
        assert row is not None
        mall = add_agency(connection, "mall", "mall")
        add_stock(connection, "shop", mall, days=10, now_us=now_us)
        gate = add_stock(connection, "gate", row["agency_id"], days=20, now_us=now_us)
    whole = desk.client.get("/retention/forecast").json()
    assert (whole["store"]["kind"], whole["full"]["known"], whole["full"]["at"]) == ("external", False, None)
    assert [one["code"] for one in whole["findings"]] == ["space_unknown"]
    assert [(one["agency"], one["bytes"]) for one in whole["agencies"]] == [
        ("dishub", 480 * HOUR_BYTES), ("mall", 240 * HOUR_BYTES),
    ]  # fmt: skip
    assert whole["total"]["in_a_day"] == 48 * HOUR_BYTES

    operator = clients.enter_context(desk.signed_in("op", "agency_operator", ["mall"]))
    officer = clients.enter_context(desk.signed_in("budi", "records_officer", ["mall"]))
    recipient = clients.enter_context(desk.signed_in("tamu", "recipient"))
    assert recipient.get("/retention/forecast").status_code == 403
    assert put(operator, agency="mall", bytes=5).status_code == 403
    for body, field in (
        ({"bytes": 0}, "bytes"),
        ({"days": -1}, "days"),
        ({"bytes": 1.5}, "bytes"),
        ({}, "bytes"),
    ):
        refused = put(officer, agency="mall", **body)
        assert (refused.status_code, refused.json()["field"]) == (422, field), body
    others = put(officer, agency="dishub", bytes=5)
    assert (others.status_code, others.json()["code"]) == (422, "agency_unknown")
    assert put(desk.client, agency="tidak-ada", bytes=5).json()["code"] == "agency_unknown"
    assert put(officer, agency="mall", bytes=230 * HOUR_BYTES, reason="anggaran").status_code == 200
    assert put(desk.client, agency="dishub", days=30).status_code == 200
    listed = operator.get("/retention/quotas").json()
    assert [(one["agency"], one["set_by"], one["reason"]) for one in listed["items"]] == [
        ("mall", "budi", "anggaran")
    ]

    own = operator.get("/retention/forecast", headers={"Accept-Language": "id"}).json()
    assert (own["store"], own["total"], [one["agency"] for one in own["agencies"]]) == (None, None, ["mall"])
    assert {one["agency"] for one in own["advice"]} == {"mall"}
    # The quota asks for ten hours, and three of its ten days are over the minimum.
    assert own["early_purge"]["frees"] == 10 * HOUR_BYTES
    assert [one["camera"] for one in own["early_purge"]["cameras"]] == ["shop"]
    assert "belum melewati batas minimum" in own["early_purge"]["cameras"][0]["left"][0]

    rolled = desk.client.get("/retention/achieved", params={"by": "agency"}).json()["items"]
    assert [(one["agency"], one["cameras"]) for one in rolled] == [("dishub", 1), ("mall", 1)]
    told = desk.client.get("/retention/achieved", params={"limit": 1}).json()
    assert [one["camera"] for one in told["items"]] == ["gate"]
    after = desk.client.get("/retention/achieved", params={"limit": 1, "cursor": told["next"]}).json()
    assert [one["camera"] for one in after["items"]] == ["shop"]
    table = operator.get("/retention/achieved", params={"format": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    assert [line.split(",")[1] for line in table.text.splitlines()] == ["camera", "shop"]
    for agency in ("dishub", "tidak-ada"):
        refused = operator.get("/retention/achieved", params={"agency": agency})
        assert (refused.status_code, refused.json()["code"]) == (422, "agency_unknown")

    with desk.archive.database.transaction() as connection:
        add_hold(connection, gate, now_us - 21 * DAY_US, now_us - 7 * DAY_US)
        connection.execute(
            "delete from kept_hour where end_at < now() - interval '7 days' and camera_id <> %s", (gate,)
        )
        full = settings_of(desk.archive, store_capacity_bytes=648 * HOUR_BYTES * 101 // 100)
        assert watch.observe(connection, full, now_us) is not None
    refused = desk.client.post("/cameras", json=CAMERA)
    assert (refused.status_code, refused.json()["code"]) == (507, "admission_closed")
    assert "saksi retention forecast" in refused.json()["remedy"]
    assert desk.client.patch("/cameras/gate", json={"enabled": False}).status_code == 200
    assert desk.client.patch("/cameras/gate", json={"name": "Gerbang"}).status_code == 200
    assert desk.client.patch("/cameras/gate", json={"enabled": True}).status_code == 507
    kinds = [one["kind"] for one in desk.client.get("/retention/alarms").json()["items"]]
    assert kinds == ["high_water", "admission"]
    assert all(one["told"] is None for one in operator.get("/retention/alarms").json()["items"])
    text = recipient.get("/metrics").text
    assert "saksi_store_admission_closed 1.0" in text
    assert 'saksi_store_alarms{kind="high_water"} 1.0' in text
    actions = desk.archive.execute("select action from audit where action = 'set quota' and result = 'ok'")
    assert len(actions) == 2
