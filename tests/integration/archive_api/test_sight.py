"""Who sees which cameras: agencies, areas that cameras move in and out of, and grants for one case."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from saksi import clock
from tests.integration.archive_api.conftest import SECOND, Desk

HOUR = 3600 * SECOND
NORTH = [[116.80, -1.30], [116.90, -1.30], [116.90, -1.20], [116.80, -1.20], [116.80, -1.30]]
CASE = "LP/B/7/XII/2026"
CODE = "lp-b-7-xii-2026"
# Routes about a camera's footage, by what they take.
SPANS = ("segments", "index.m3u8", "clip.mp4", "absence.pdf")
INSTANTS = ("time", "frame.jpg", "neighbours")


@pytest.fixture
def city(desk: Desk) -> Desk:
    """Area north with gate (dishub) and shop (mall); south (dishub) stands outside it."""
    desk.client.post("/agencies", json={"id": "mall", "name": "Mal", "category": "mall"})
    body = {"id": "north", "name": "Utara", "geometry": {"type": "Polygon", "coordinates": [NORTH]}}
    assert desk.client.post("/areas", json=body).status_code == 201
    for code, agency, lat in (("gate", "dishub", -1.25), ("shop", "mall", -1.26), ("south", "dishub", -1.5)):
        body = {"id": code, "name": f"Kamera {code}", "agency": agency, "lat": lat, "lon": 116.85}
        answer = desk.client.post("/cameras", json={**body, "source": "rtsp://127.0.0.1/x"})
        assert answer.status_code == 201, answer.text
    return desk


@pytest.fixture
def ani(city: Desk) -> Iterator[httpx.Client]:
    """An investigator of the northern precinct."""
    with city.signed_in("ani", "investigator", areas=["north"]) as client:
        yield client


def window(from_us: int, to_us: int) -> dict[str, str]:
    return {"from": clock.format_us(from_us), "to": clock.format_us(to_us)}


def codes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return sorted(item.get("camera", item)["id"] for item in answer.json()["items"])


def test_an_area_shows_its_cameras_and_their_agencies_and_nothing_else(city: Desk, ani: httpx.Client) -> None:
    now = clock.now_us()
    last = window(now - HOUR, now)
    assert codes(ani.get("/cameras")) == ["gate", "shop"]
    assert [one["id"] for one in ani.get("/agencies").json()["items"]] == ["dishub", "mall"]
    assert codes(ani.get("/footage", params={"near": "-1.3,116.85", "radius_m": 50_000, **last})) == [
        "gate",
        "shop",
    ]
    assert sum(ani.get("/fleet").json()["cameras"].values()) == 2
    assert ani.get("/cameras/south").status_code == 404
    assert ani.get("/footage", params={"camera": "south", **last}).status_code == 404
    for path in SPANS:
        assert ani.get(f"/cameras/south/{path}", params=last).status_code == 404, path
    for path in INSTANTS:
        assert ani.get(f"/cameras/south/{path}", params={"at": last["from"]}).status_code == 404, path
    assert ani.get("/cameras/gate/segments", params=last).status_code == 200
    me = ani.get("/me").json()
    assert (me["all_agencies"], me["agencies"], me["areas"]) == (False, [], ["north"])


def test_both_agencies_and_areas_add_up(city: Desk) -> None:
    city.client.post("/agencies", json={"id": "bank", "name": "Bank", "category": "bank"})
    body = {
        "id": "atm",
        "name": "ATM",
        "agency": "bank",
        "lat": -1.9,
        "lon": 116.85,
        "source": "rtsp://127.0.0.1/x",
    }
    assert city.client.post("/cameras", json=body).status_code == 201
    with city.signed_in("budi", "investigator", agencies=["bank"], areas=["north"]) as budi:
        assert codes(budi.get("/cameras")) == ["atm", "gate", "shop"]


def test_an_area_limited_officer_deals_with_no_agencys_affairs(city: Desk) -> None:
    with city.signed_in("rudi", "records_officer", areas=["north"]) as rudi:
        assert rudi.get("/retention/achieved").json()["items"] == []
        assert rudi.get("/cases").json()["items"] == []
        change = {"scope": "agency", "subject": "dishub", "keep_days": 10, "basis": "x", "reason": "x"}
        assert rudi.put("/retention/policies", json=change).status_code >= 400


def test_a_camera_that_is_moved_takes_nothing_with_it(city: Desk, ani: httpx.Client) -> None:
    """Footage of the time in the area stays to be seen, that of the time outside never is, nor a span over both."""
    moved_us = clock.now_us()
    city.archive.execute(
        "update camera_place set valid_to = %s where camera_id = (select camera_id from camera where code = 'gate')",
        clock.from_us(moved_us - HOUR),
    )
    city.archive.execute(
        "insert into camera_place (camera_id, valid_from, lat, lon)"
        " select camera_id, %s, -1.5, 116.85 from camera where code = 'gate'",
        clock.from_us(moved_us - HOUR),
    )
    before, after = window(moved_us - 3 * HOUR, moved_us - 2 * HOUR), window(moved_us - HOUR, moved_us)
    over = window(moved_us - 2 * HOUR, moved_us)
    assert codes(ani.get("/cameras")) == ["shop"]
    assert ani.get("/cameras/gate/segments", params=before).status_code == 200
    assert ani.get("/cameras/gate/segments", params=after).status_code == 404
    assert ani.get("/cameras/gate/segments", params=over).status_code == 404
    around = {"near": "-1.4,116.85", "radius_m": 50_000}
    assert codes(ani.get("/footage", params={**around, **before})) == ["gate", "shop"]
    assert codes(ani.get("/footage", params={**around, **over})) == ["shop"]
    # And one that was moved in: it is known, so that the answer says what is wrong.
    city.archive.execute("update camera_place set lat = -1.25 where lat = -1.5 and valid_from > '2020-01-01'")
    city.archive.execute("update camera_place set lat = -1.5 where valid_to < 'infinity'")
    refused = ani.get("/cameras/gate/segments", params=before)
    assert (refused.status_code, refused.json()["code"]) == (403, "span_outside_sight")


def granted(city: Desk, **changed: object) -> httpx.Response:
    now = clock.now_us()
    body = {
        "person": "ani", "cameras": ["south"], **window(now - 2 * HOUR, now - HOUR),
        "expires": clock.format_us(now + HOUR), "reason": "pelaku lari ke selatan",
    }  # fmt: skip
    return city.client.post(f"/cases/{CODE}/grants", json={**body, **changed})


def test_a_grant_lets_a_member_see_one_span_until_it_ends(city: Desk, ani: httpx.Client) -> None:
    assert city.client.post("/cases", json={"number": CASE, "title": "Begal"}).status_code == 201
    assert granted(city).json()["code"] == "grant_member"
    city.client.post(f"/cases/{CODE}/members", json={"name": "ani"})
    made = granted(city)
    assert made.status_code == 201, made.text
    grant = made.json()
    span, wider = {"from": grant["from"], "to": grant["to"]}, {**window(0, 1), "to": grant["to"]}
    wider["from"] = clock.format_us(clock.parse_rfc3339(grant["from"], "from") - SECOND)
    city.archive.execute(
        "insert into thumbnail (camera_id, at, object_key, size)"
        " select camera_id, now(), 'south/now.jpg', 1 from camera where code = 'south'"
    )
    shown = ani.get("/cameras/south")
    assert shown.status_code == 200
    assert "south/now.jpg" not in shown.text, "a picture of another time than the grant's"
    assert ani.get("/cameras/south/segments", params=span).status_code == 200
    refused = ani.get("/cameras/south/segments", params=wider)
    assert (refused.status_code, refused.json()["code"]) == (403, "span_outside_sight")
    assert codes(ani.get("/footage", params={"camera": "south", **span})) == ["south"]
    assert ani.get("/footage", params={"camera": "south", **wider}).status_code == 403
    assert [one["id"] for one in ani.get("/me/grants").json()["items"]] == [grant["id"]]
    # Footage that only the grant shows is told to its case, though nobody named it.
    events = [one["event"] for one in city.client.get(f"/cases/{CODE}/custody").json()["items"]]
    assert events[-2:] == ["grant.give", "view"]
    assert city.client.delete(f"/cases/{CODE}/grants/{grant['id']}").status_code == 204
    assert ani.get("/cameras/south/segments", params=span).status_code == 404
    assert ani.get("/me/grants").json()["items"] == []
    assert city.client.delete(f"/cases/{CODE}/grants/{grant['id']}").status_code == 404
    listed = ani.get(f"/cases/{CODE}/grants").json()["items"]
    assert [(one["in_force"], one["ended_by"]) for one in listed] == [(False, "admin")]


def test_a_grant_ends_with_its_time_and_with_its_case(city: Desk, ani: httpx.Client) -> None:
    city.client.post("/cases", json={"number": CASE, "title": "Begal"})
    city.client.post(f"/cases/{CODE}/members", json={"name": "ani"})
    grant = granted(city).json()
    span = {"from": grant["from"], "to": grant["to"]}
    assert ani.get("/cameras/south/segments", params=span).status_code == 200
    city.client.patch(f"/cases/{CODE}", json={"state": "closed"})
    assert ani.get("/cameras/south/segments", params=span).status_code == 404
    city.client.patch(f"/cases/{CODE}", json={"state": "open"})
    assert ani.get("/cameras/south/segments", params=span).status_code == 200
    assert city.client.delete(f"/cases/{CODE}/members/ani").status_code == 204
    assert ani.get("/cameras/south").status_code == 404, "who is no member any more has nothing of it"
    assert ani.get("/me/grants").json()["items"] == []
    events = [one["event"] for one in city.client.get(f"/cases/{CODE}/custody").json()["items"]]
    assert events[-2:] == ["member.remove", "grant.end"]
    city.client.post(f"/cases/{CODE}/members", json={"name": "ani"})
    assert ani.get("/cameras/south/segments", params=span).status_code == 404
    again = granted(city).json()
    span = {"from": again["from"], "to": again["to"]}
    assert ani.get("/cameras/south/segments", params=span).status_code == 200
    with city.archive.database.transaction() as connection:
        connection.execute("alter table sight_grant disable trigger user")  # as only time may
        connection.execute("update sight_grant set given_at = now() - interval '2 day', expires_at = now()")
    assert ani.get("/cameras/south/segments", params=span).status_code == 404


def test_nobody_grants_what_they_do_not_see_or_to_whom_it_gives_nothing(
    city: Desk, ani: httpx.Client
) -> None:
    city.client.post("/cases", json={"number": CASE, "title": "Begal"})
    now = clock.now_us()
    for changed, status, code in (
        ({"person": "nobody"}, 404, "person_unknown"),
        ({"person": "admin"}, 409, "grant_needless"),
        ({"expires": clock.format_us(now - SECOND)}, 422, "grant_life"),
        ({"expires": clock.format_us(now + 40 * 24 * HOUR)}, 422, "grant_life"),
        ({"exhibit": 1}, 422, "grant_what"),
        ({"cameras": ["nowhere"]}, 404, "camera_unknown"),
    ):
        answer = granted(city, **changed)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    with city.signed_in("mall-officer", "records_officer", agencies=["mall"]) as officer:
        for member in ("ani", "mall-officer"):
            city.client.post(f"/cases/{CODE}/members", json={"name": member})
        body = {"person": "ani", "cameras": ["south"], **window(now - 2 * HOUR, now - HOUR),
                "expires": clock.format_us(now + HOUR), "reason": "x"}  # fmt: skip
        assert officer.post(f"/cases/{CODE}/grants", json=body).status_code == 404
    assert ani.post(f"/cases/{CODE}/grants", json=body).status_code == 403


def test_a_package_leaves_only_with_those_who_may_see_all_of_it(city: Desk, ani: httpx.Client) -> None:
    city.client.post("/cases", json={"number": CASE, "title": "Begal"})
    city.client.post(f"/cases/{CODE}/members", json={"name": "ani"})
    now = clock.now_us()
    span = window(now - 2 * HOUR, now - HOUR)
    exhibit = {"cameras": ["gate", "south"], **span}
    assert city.client.post(f"/cases/{CODE}/exhibits", json=exhibit).status_code == 201
    shown = ani.get(f"/cases/{CODE}/exhibits/1").json()
    assert ([one["id"] for one in shown["cameras"]], shown["cameras_outside"]) == (["gate"], 1)
    asked = {"exhibits": [1], "recipient": "Jaksa", "reason": "P-21"}
    refused = ani.post(f"/cases/{CODE}/exports", json=asked)
    assert (refused.status_code, refused.json()["code"]) == (403, "footage_outside_sight")
    made = city.client.post(f"/cases/{CODE}/exports", json=asked)
    (row,) = city.client.get("/audit", params={"camera": "south", "action": "export"}).json()["items"]
    assert (row["case"], row["cameras"], row["from"], row["to"]) == (
        CODE,
        ["gate", "south"],
        span["from"],
        span["to"],
    )
    assert made.status_code == 202, made.text
    package = ani.get(f"/exports/{made.json()['id']}/package")
    assert (package.status_code, package.json()["code"]) == (403, "footage_outside_sight")
    city.archive.execute(
        """update export_job set warnings = '[{"code": "no_footage", "values": {"places": "1/south", "n": 1}}]'"""
    )
    whole = city.client.get(f"/exports/{made.json()['id']}").json()["warnings"]
    assert "south" in whole[0]["text"]
    for told in (ani.get(f"/exports/{made.json()['id']}"), ani.get(f"/cases/{CODE}/exports")):
        assert "no_footage" in told.text
        assert "south" not in told.text, "what it says of cameras is for who sees them"
    link = {"recipient": "Jaksa", "expires": clock.format_us(now + HOUR)}
    assert ani.post(f"/exports/{made.json()['id']}/disclosures", json=link).status_code == 403
    assert granted(city, cameras=None, exhibit=1, **{"from": None, "to": None}).status_code == 201
    assert ani.post(f"/cases/{CODE}/exports", json=asked).status_code == 202
    assert ani.get(f"/exports/{made.json()['id']}/package").json()["code"] == "export_not_sealed"


def test_an_operator_is_not_limited_to_areas(city: Desk) -> None:
    from saksi.catalogue import people
    from saksi.errors import BadInput

    with (
        city.archive.database.transaction() as connection,
        pytest.raises(BadInput, match="their agency alone"),
    ):
        people.add_person(
            connection, name="op", password="long enough", role="agency_operator", agencies=["mall"], areas=["north"]
        )  # fmt: skip
