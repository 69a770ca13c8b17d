"""Finding cameras and footage by place and time, and what happens to input that makes no sense."""

from __future__ import annotations

import json

import httpx
import pytest

from saksi import clock
from tests.integration.archive_api.conftest import SECOND, Recorded

CORNER = "-1.2767,116.8372"


def test_it_finds_footage_around_a_corner_nearest_first(recorded: Recorded, client: httpx.Client) -> None:
    answer = client.get("/footage", params={"near": CORNER, "radius_m": 300, **recorded.window}).json()
    assert [item["camera"]["id"] for item in answer["items"]] == ["corner", "shop"]
    for item in answer["items"]:
        assert item["gaps"] == []
        assert [span["state"] in ("stored", "held") for span in item["coverage"]] == [True]
        assert (item["coverage"][0]["start"], item["coverage"][0]["end"]) == tuple(recorded.window.values())
        assert item["bytes"] > 0
    assert answer["items"][1]["camera"]["distance_m"] == pytest.approx(89.0, abs=0.5)


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"near": CORNER}, ["corner", "shop", "bridge"]),
        ({"near": CORNER, "radius_m": 50}, ["corner"]),
        ({"bbox": "-1.28,116.83,-1.27,116.84"}, ["corner", "shop"]),
        ({"agency": "mall"}, ["shop"]),
        ({"category": "transport"}, ["bridge", "corner"]),
        ({"q": "BRIDGE"}, ["bridge"]),
        ({"q": "100%"}, []),
        ({"status": "stopped"}, ["bridge", "corner", "shop"]),
    ],
)
def test_filters_narrow(client: httpx.Client, params: dict, found: list[str]) -> None:
    answer = client.get("/cameras", params=params).json()["items"]
    states = {item["status"]["state"] for item in answer}
    assert states <= {"stopped", "unknown"}
    if "status" not in params:
        assert [item["id"] for item in answer] == found


def test_areas_narrow_by_id_and_inline(client: httpx.Client) -> None:
    ring = [[116.83, -1.28], [116.84, -1.28], [116.84, -1.277], [116.83, -1.277], [116.83, -1.28]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    assert client.post("/areas", json={"name": "Blok selatan", "geometry": geometry}).status_code == 201
    for area in ("blok-selatan", json.dumps(geometry)):
        found = client.get("/cameras", params={"area": area}).json()["items"]
        assert [item["id"] for item in found] == ["shop"]


def test_pages_add_up_to_the_whole(client: httpx.Client) -> None:
    whole = [item["id"] for item in client.get("/cameras", params={"near": CORNER}).json()["items"]]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"near": CORNER, "limit": 1, **({"cursor": cursor} if cursor else {})}
        page = client.get("/cameras", params=params).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == whole


def test_neighbours_are_seen_from_the_camera(recorded: Recorded, client: httpx.Client) -> None:
    at = clock.format_us(recorded.from_us + SECOND)
    items = client.get("/cameras/corner/neighbours", params={"at": at, "radius_m": 300}).json()["items"]
    assert [(item["camera"]["id"], item["recorded"]) for item in items] == [("shop", True)]
    assert items[0]["bearing_deg"] == pytest.approx(180, abs=0.5)
    before = clock.format_us(recorded.from_us - 3600 * SECOND)
    items = client.get("/cameras/corner/neighbours", params={"at": before, "radius_m": 300}).json()["items"]
    assert [item["recorded"] for item in items] == [False]


def test_a_moved_camera_is_found_where_it_stood_then(recorded: Recorded, client: httpx.Client) -> None:
    new = {"id": "mover", "name": "Mover", "agency": "dishub", "source": "rtsp://u:secret@127.0.0.1:1/x"}
    made = client.post("/cameras", json={**new, "lat": -1.1, "lon": 116.8})
    assert made.status_code == 201
    assert "secret" not in made.text
    try:
        past = clock.format_us(clock.now_us())
        assert client.patch("/cameras/mover", json={"lat": -1.2, "lon": 116.9}).status_code == 200
        then = {
            "near": "-1.1,116.8",
            "radius_m": 100,
            "from": past,
            "to": clock.format_us(clock.now_us() + SECOND),
        }
        assert [i["camera"]["id"] for i in client.get("/footage", params=then).json()["items"]] == ["mover"]
        now = {"near": "-1.1,116.8", "radius_m": 100}
        assert client.get("/cameras", params=now).json()["items"] == []
    finally:
        recorded.archive.execute("delete from camera_place using camera c where c.code = 'mover' "
                                 "and camera_place.camera_id = c.camera_id")  # fmt: skip
        recorded.archive.execute("delete from camera where code = 'mover'")


WINDOW = {"from": "2026-11-23T10:00:00Z", "to": "2026-11-23T11:00:00Z"}
BAD = [
    ("/footage", {"camera": "corner", **WINDOW, "from": "yesterday"}, 422, "from"),
    ("/footage", {"camera": "corner", **WINDOW, "from": "2026-11-23T10:00:00"}, 422, "from"),
    ("/footage", {"camera": "corner", **WINDOW, "to": "9999-01-01T00:00:00Z"}, 422, "to"),
    ("/footage", {"camera": "corner", **WINDOW, "from": "2026-13-23T10:00:00Z"}, 422, "from"),
    ("/footage", {"camera": "corner", "from": WINDOW["to"], "to": WINDOW["from"]}, 422, "to"),
    ("/footage", {"camera": "corner", "from": WINDOW["to"], "to": WINDOW["to"]}, 422, "to"),
    ("/footage", {"camera": "corner", "from": "2016-11-23T10:00:00Z", "to": WINDOW["to"]}, 422, "to"),
    ("/footage", {"camera": "corner", "from": WINDOW["from"]}, 422, "to"),
    ("/footage", WINDOW, 422, "camera"),
    ("/footage", {"camera": "nobody", **WINDOW}, 404, "camera"),
    ("/footage", {"near": CORNER, "radius_m": 0, **WINDOW}, 422, "radius_m"),
    ("/footage", {"near": CORNER, "radius_m": -5, **WINDOW}, 422, "radius_m"),
    ("/footage", {"near": CORNER, "radius_m": "nan", **WINDOW}, 422, "radius_m"),
    ("/footage", {"near": CORNER, **WINDOW}, 422, "radius_m"),
    ("/footage", {"near": "here", "radius_m": 300, **WINDOW}, 422, "near"),
    ("/footage", {"near": "-91,0", "radius_m": 300, **WINDOW}, 422, "near"),
    ("/footage", {"radius_m": 300, **WINDOW}, 422, "near"),
    ("/footage", {"area": '{"type":"Polygon"}', **WINDOW}, 422, "area"),
    ("/footage", {"area": '{"type":"Polygon","coordinates":[[[1,2],[3,4],[1,2]]]}', **WINDOW}, 422, "area"),
    ("/footage", {"area": "{", **WINDOW}, 422, "area"),
    ("/footage", {"area": "atlantis", **WINDOW}, 422, "area"),
    ("/footage", {"camera": "corner", "radius": 3, **WINDOW}, 422, "radius"),
    ("/footage", {"camera": "corner", "cursor": "AAAA", **WINDOW}, 422, "cursor"),
    ("/cameras", {"bbox": "1,2,3"}, 422, "bbox"),
    ("/cameras", {"bbox": "2,2,1,3"}, 422, "bbox"),
    ("/cameras", {"limit": 0}, 422, "limit"),
    ("/cameras/nobody/segments", WINDOW, 404, "camera"),
    ("/cameras/corner/index.m3u8", {"from": "2026-11-01T10:00:00Z", "to": WINDOW["to"]}, 422, "to"),
    ("/cameras/corner/clip.mp4", {"from": "2026-11-01T10:00:00Z", "to": WINDOW["to"]}, 422, "to"),
    ("/cameras/corner/frame.jpg", {"at": "noon"}, 422, "at"),
    ("/cameras/corner/frame.jpg", {"at": WINDOW["from"], "width": 9}, 422, "width"),
    ("/cameras/corner/neighbours", {"at": WINDOW["from"], "radius_m": 0}, 422, "radius_m"),
]


@pytest.mark.parametrize(("path", "params", "status", "field"), BAD)
@pytest.mark.parametrize("language", ["id", "en"])
def test_bad_input_names_the_field_and_the_remedy(
    client: httpx.Client, path: str, params: dict, status: int, field: str, language: str
) -> None:
    answer = client.get(path, params=params, headers={"Accept-Language": language})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["field"] == field
    assert problem["status"] == status
    assert problem["code"] != "internal"
    assert "Something broke" not in problem["detail"]
    assert problem["remedy"]
    assert "{" not in problem["remedy"] + problem["detail"].replace("{:", "").replace(": {", "")


def test_a_camera_outside_the_circle_is_known_all_the_same(recorded: Recorded, client: httpx.Client) -> None:
    around = {"near": CORNER, "radius_m": 300, **recorded.window}
    answer = client.get("/footage", params={"camera": "bridge", **around})
    assert (answer.status_code, answer.json().get("items")) == (200, [])
    both = client.get("/footage", params={"camera": ["bridge", "shop"], **around}).json()["items"]
    assert [item["camera"]["id"] for item in both] == ["shop"]


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_an_unknown_camera_is_named_on_every_page(
    recorded: Recorded, client: httpx.Client, limit: int
) -> None:
    asked = {"camera": ["bridge", "corner", "zzz"], "limit": limit, **recorded.window}
    answer = client.get("/footage", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (404, "camera_unknown")
    assert "zzz" in answer.json()["detail"]
    known = {"camera": ["bridge", "corner"], "limit": 1, **recorded.window}
    first = client.get("/footage", params=known).json()
    second = client.get("/footage", params={**known, "cursor": first["next"]}).json()
    assert [item["camera"]["id"] for item in first["items"] + second["items"]] == ["bridge", "corner"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"source": "ftp://x/y"}, "source"),
        ({"source": "file:///etc/passwd"}, "source"),
        ({"lat": 91}, "lat"),
        ({"agency": "nobody"}, "agency"),
        ({"site": "nowhere"}, "site"),
        ({"id": "Not An Id"}, "id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_camera_that_makes_no_sense_is_refused_whole(client: httpx.Client, body: dict, field: str) -> None:
    good = {
        "id": "newcomer",
        "name": "N",
        "agency": "dishub",
        "source": "rtsp://127.0.0.1/x",
        "lat": 0,
        "lon": 0,
    }
    answer = client.post("/cameras", json={**good, **body})
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == field
    assert client.get("/cameras/newcomer").status_code == 404


def test_taken_ids_are_a_conflict(client: httpx.Client) -> None:
    answer = client.post("/agencies", json={"id": "dishub", "name": "Again", "category": "city"})
    assert answer.status_code == 409
    assert answer.json()["field"] == "id"


def test_health_says_what_answers(recorded: Recorded) -> None:
    answer = httpx.get(f"{recorded.url}/health/ready", timeout=30)
    assert answer.json() == {"status": "ok", "checks": {"database": "ok", "store": "ok"}}
    assert "saksi_api_requests_total" in httpx.get(f"{recorded.url}/metrics", timeout=30).text
    assert httpx.get(f"{recorded.url}/api/v1/health/live", timeout=30).status_code == 200
