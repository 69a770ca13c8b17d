"""Administration of cameras and places, by administrators of everything and of one agency."""

from __future__ import annotations

import math
import random

import pytest

from saksi import clock
from tests.integration.archive_api.conftest import Desk

NEW = {"source": "rtsp://u:secret@10.0.0.1/x", "lat": -1.2, "lon": 116.8}


def test_an_administrator_of_one_agency_adds_nothing_to_another(desk: Desk) -> None:
    assert (
        desk.client.post("/agencies", json={"id": "mall", "name": "Mal", "category": "mall"}).status_code
        == 201
    )
    desk.client.post("/cameras", json={**NEW, "name": "Theirs", "agency": "dishub"})
    with desk.signed_in("mall-admin", "admin", ["mall"]) as limited:
        assert limited.get("/me").json()["agencies"] == ["mall"]
        for path, body in (
            ("/cameras", {**NEW, "name": "X", "agency": "dishub"}),
            ("/sites", {"name": "X", "agency": "dishub"}),
            ("/agencies", {"name": "X", "category": "mall"}),
        ):
            answer = limited.post(path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, "agency_unknown"), (path, answer.text)
        assert limited.patch("/cameras/theirs", json={"enabled": False}).status_code == 404
        assert limited.get("/cameras", params={"agency": "dishub"}).status_code == 422
        assert limited.post("/cameras", json={**NEW, "name": "Ours", "agency": "mall"}).status_code == 201
    assert desk.client.get("/me").json()["agencies"] is None
    assert desk.client.get("/cameras/theirs").json()["enabled"] is True


def test_a_camera_stands_at_a_site_of_its_own_agency(desk: Desk) -> None:
    for path, body in (
        ("/agencies", {"id": "mall", "name": "Mal", "category": "mall"}),
        ("/sites", {"id": "lobby", "name": "Lobi", "agency": "mall"}),
        ("/sites", {"id": "depot", "name": "Depo", "agency": "dishub"}),
    ):
        assert desk.client.post(path, json=body).status_code == 201
    with desk.signed_in("mall-admin", "admin", ["mall"]) as limited:
        theirs = limited.post("/cameras", json={**NEW, "name": "X", "agency": "mall", "site": "depot"})
        assert (theirs.status_code, theirs.json()["code"]) == (422, "site_unknown")
        ours = limited.post("/cameras", json={**NEW, "name": "X", "agency": "mall", "site": "lobby"})
        assert ours.json()["site"] == {"id": "lobby", "name": "Lobi"}


def test_the_address_is_for_administrators_and_its_password_for_nobody(desk: Desk) -> None:
    made = desk.client.post("/cameras", json={**NEW, "name": "Gate", "agency": "dishub"})
    assert made.json()["source"] == "rtsp://u:***@10.0.0.1/x"
    with desk.signed_in("looker", "investigator") as looker:
        for answer in (looker.get("/cameras"), looker.get("/cameras/gate")):
            assert "10.0.0.1" not in answer.text
            assert "secret" not in answer.text
    rows = desk.archive.execute("select object::text as what from audit where action = 'add camera'")
    assert len(rows) == 1
    assert "secret" not in rows[0]["what"]


def test_an_address_masked_by_older_rules_is_masked_by_todays(desk: Desk) -> None:
    desk.client.post("/cameras", json={**NEW, "name": "Gate", "agency": "dishub"})
    desk.archive.execute("update camera set source_masked = 'rtmp://10.0.0.1/live/KEY'")
    assert desk.client.get("/cameras/gate").json()["source"] == "rtmp://10.0.0.1/live/***"


def test_a_camera_nobody_reports_on_is_unknown_with_a_reason(desk: Desk) -> None:
    desk.client.post("/cameras", json={**NEW, "name": "Gate", "agency": "dishub"})
    status = desk.client.get("/cameras/gate").json()["status"]
    assert (status["state"], status["reason"]) == ("unknown", "recorder_down")


def test_a_camera_that_is_switched_off_is_stopped_whatever_was_last_reported(desk: Desk) -> None:
    for name in ("Never told", "Told long ago", "Told just now", "On"):
        desk.client.post("/cameras", json={**NEW, "name": name, "agency": "dishub"})
    desk.archive.execute(
        "insert into camera_status (camera_id, state, reason, detail, since, recorder, seen_at)"
        " select camera_id, 'recording', '', 'sound is left out', now() - interval '1 hour', 'r1',"
        " now() - case code when 'told-long-ago' then interval '1 hour' else interval '1 second' end"
        " from camera where code like 'told-%%'"
    )
    off = ["never-told", "told-just-now", "told-long-ago"]
    for camera in off:
        assert desk.client.patch(f"/cameras/{camera}", json={"enabled": False}).status_code == 200
        status = desk.client.get(f"/cameras/{camera}").json()["status"]
        assert (status["state"], status["reason"], status["detail"]) == ("stopped", "disabled", None)
    for state, members in (("stopped", off), ("unknown", ["on"]), ("recording", [])):
        found = desk.client.get("/cameras", params={"status": state}).json()["items"]
        assert [one["id"] for one in found] == members, state


def test_a_camera_that_is_switched_off_is_not_waited_for(desk: Desk) -> None:
    desk.client.post("/cameras", json={**NEW, "name": "Gate", "agency": "dishub"})
    desk.client.patch("/cameras/gate", json={"enabled": False})
    began_us = clock.monotonic_us()
    answer = desk.client.post("/cameras/gate/seal", params={"timeout_s": 5})
    assert (answer.status_code, answer.json()["code"]) == (409, "seal_disabled"), answer.text
    assert clock.monotonic_us() - began_us < 2_000_000
    assert "enabled" in answer.json()["remedy"]


def test_the_second_camera_of_a_name_is_a_conflict(desk: Desk) -> None:
    body = {**NEW, "name": "Gate", "agency": "dishub"}
    assert desk.client.post("/cameras", json=body).status_code == 201
    again = desk.client.post("/cameras", json=body)
    assert (again.status_code, again.json()["field"]) == (409, "id")


@pytest.mark.parametrize("lat", [0.0, -1.27, 60.0, 84.0])
def test_a_circle_holds_just_what_is_near_enough(desk: Desk, lat: float) -> None:
    chance = random.Random(lat)
    stand = {}
    for number in range(60):
        turn, far = chance.uniform(0, 2 * math.pi), chance.uniform(0, 60_000)
        north = lat + math.degrees(far / 6_371_008.8) * math.cos(turn)
        east = 116.8 + math.degrees(far / 6_371_008.8) * math.sin(turn) / math.cos(math.radians(lat))
        stand[f"c{number}"] = (north, east)
        body = {**NEW, "name": f"c{number}", "agency": "dishub", "lat": north, "lon": east}
        assert desk.client.post("/cameras", json=body).status_code == 201
    near = {"near": f"{lat},116.8", "radius_m": 40_000}
    found = [item["id"] for item in desk.client.get("/cameras", params=near).json()["items"]]
    away = {code: _metres(lat, 116.8, *place) for code, place in stand.items()}
    assert found == sorted((code for code in away if away[code] <= 40_000), key=lambda code: away[code])
    assert 5 < len(found) < 60


def _metres(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Distance by the angle between two unit vectors, another formula than the catalogue's."""
    a, b = (
        (math.cos(p) * math.cos(q), math.cos(p) * math.sin(q), math.sin(p))
        for p, q in ((math.radians(lat), math.radians(lon)), (math.radians(to_lat), math.radians(to_lon)))
    )
    cross = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    return 6_371_008.8 * math.atan2(math.hypot(*cross), sum(x * y for x, y in zip(a, b, strict=True)))
