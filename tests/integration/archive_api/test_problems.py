"""Whatever is sent and whatever is down, the answer is a problem that says what to do, and leaks nothing."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from saksi import clock
from tests.fixtures.proxy import Proxy
from tests.integration.archive_api.conftest import Desk, served, settings_of
from tests.integration.recorder.archive import wait_until

NEW = {"name": "N", "agency": "dishub", "source": "rtsp://127.0.0.1/x", "lat": 0, "lon": 0}


def refused(answer: httpx.Response, status: int, field: str | None) -> None:
    """Holds an answer to the form of a refusal."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.get("field") == field, problem
    assert problem["remedy"]
    assert problem["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"q": "a\x00b"}, "q"),
        ({"agency": "\x00"}, "agency"),
        ({"agency": "nobody"}, "agency"),
        ({"category": "banks"}, "category"),
        ({"status": "recoding"}, "status"),
        ({"area": "a\x00"}, "area"),
        ({"area": '{"a":' + "[" * 20_000}, "area"),
        ({"cursor": "W05hTiwiYSJd"}, "cursor"),
        ({"cursor": "WzEuMCwiXHVkODAwIl0"}, "cursor"),
        ({"limit": ["1", "500"]}, "limit"),
        ({"near": "0,0", "radius_m": "inf"}, "radius_m"),
        ({"near": "nan,0", "radius_m": "5"}, "near"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(desk: Desk, params: dict, field: str) -> None:
    refused(desk.client.get("/cameras", params=params), 422, field)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "a\x00"}, "name"),
        ({"agency": "a\x00"}, "agency"),
        ({"site": "a\x00"}, "site"),
        ({"source": "rtsp://["}, "source"),
        ({"source": "rtsp://host:99999/x"}, "source"),
        ({"source": "rtsp://host/\x00"}, "source"),
        ({"source": "rtsp:///path"}, "source"),
        ({"lat": "north"}, "lat"),
        ({"lat": None}, "lat"),
        ({"id": ""}, "id"),
        ({"id": "a" * 64}, "id"),
        ({"id": "tab\n"}, "id"),
        ({"name": "\u5546"}, "id"),
    ],
)
def test_a_camera_that_makes_no_sense_is_refused(desk: Desk, change: dict, field: str) -> None:
    refused(desk.client.post("/cameras", json={**NEW, **change}), 422, field)
    assert desk.client.get("/cameras").json()["items"] == []


@pytest.mark.parametrize(
    ("content", "status", "field"),
    [
        (b"{", 422, "body"),
        (b"\xff\xfe{", 422, "body"),
        (b"[" * 50_000, 422, "body"),
        (b'{"name": "\\ud800", "password": "x"}', 422, "name"),
        (b'{"name": "a\\u0000", "password": "x"}', 422, "name"),
        (b"", 422, "body"),
        (b" " * (2 << 20), 413, "body"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(desk: Desk, content: bytes, status: int, field: str) -> None:
    headers = {"Content-Type": "application/json"}
    refused(desk.client.post("/session", content=content, headers=headers), status, field)


@pytest.mark.parametrize(
    ("path", "listed"),
    [
        ("/exports/garbage", "GET /api/v1/cases/{case}/exports"),
        ("/exports/%00/package", "GET /api/v1/cases/{case}/exports"),
        ("/disclosures/7/revoke", "GET /api/v1/cases/{case}/disclosures"),
    ],
)
def test_an_id_of_another_form_is_told_with_where_ids_are_listed(desk: Desk, path: str, listed: str) -> None:
    send = desk.client.post if "revoke" in path else desk.client.get
    answer = send(path, **({"json": {}} if "revoke" in path else {}))
    refused(answer, 422, path.split("/")[1].removesuffix("s"))
    assert listed in answer.json()["remedy"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"content": b"\0\0\0\x18ftypisom" + bytes(5000), "headers": {"Content-Type": "video/mp4"}}, 422),
        ({"content": bytes(2 << 20), "headers": {"Content-Type": "video/mp4"}}, 413),
        ({"files": {"file": ("a.mp4", b"\0\0\0\x18ftypisom")}}, 422),
        ({"content": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}}, 422),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 422),
    ],
)
def test_who_sends_a_file_itself_to_whose_is_told_what_to_send(desk: Desk, sent: dict, status: int) -> None:
    answer = desk.client.post("/whose", **sent)
    refused(answer, status, "body")
    assert "saksi whose FILE" in answer.json()["remedy"]


def test_a_body_without_a_length_is_held_to_the_same_limit(desk: Desk) -> None:
    answer = desk.client.post(
        "/session", content=(b" " * 65536 for _ in range(64)), headers={"Content-Type": "application/json"}
    )
    refused(answer, 413, "body")


@pytest.mark.parametrize("path", ["/cameras/%00", "/cameras/Caps", "/cameras/" + "x" * 5000])
def test_an_odd_camera_name_is_an_unknown_camera(desk: Desk, path: str) -> None:
    refused(desk.client.get(path), 404, "camera")


def test_a_refusal_is_written_down_whatever_was_asked_for(desk: Desk) -> None:
    answer = httpx.get(f"{desk.url}/api/v1/cameras/%00", timeout=30)
    assert answer.status_code == 401
    rows = desk.archive.execute("select action from audit where result = 'denied'")
    assert rows == [{"action": "GET /api/v1/cameras/\ufffd"}]


@pytest.mark.parametrize("start", [1 << 62, -(1 << 62), 0])
def test_a_cursor_outside_of_time_is_not_ours(desk: Desk, start: int) -> None:
    assert desk.client.post("/cameras", json={**NEW, "id": "n"}).status_code == 201
    cursor = base64.urlsafe_b64encode(json.dumps([start, 1]).encode()).decode()
    window = {"from": "2026-11-23T10:00:00Z", "to": "2026-11-23T11:00:00Z"}
    refused(desk.client.get("/cameras/n/segments", params={**window, "cursor": cursor}), 422, "cursor")


def test_of_a_polygon_only_type_and_corners_are_kept(desk: Desk) -> None:
    odd = r'"note": "a\u0000b", "more": ["\ud800"], "nan": NaN'
    ring = r'[[116.8, -1.3], [116.9, -1.3, "\u0000"], [116.9, -1.2, NaN], [116.8, -1.3]]'
    geometry = f'{{"type": "Polygon", "coordinates": [{ring}], {odd}}}'
    body = f'{{"name": "Pusat", "geometry": {geometry}}}'
    answer = desk.client.post("/areas", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201, answer.text
    corners = [[116.8, -1.3], [116.9, -1.3], [116.9, -1.2], [116.8, -1.3]]
    kept = {"type": "Polygon", "coordinates": [corners]}
    assert answer.json()["geometry"] == kept
    assert desk.client.get("/areas").json()["items"][0]["geometry"] == kept


def test_a_position_that_is_none_is_named_whatever_it_holds(desk: Desk) -> None:
    body = r'{"name": "P", "geometry": {"type": "Polygon", "coordinates": [["\ud800", "b", "c", "d"]]}}'
    answer = desk.client.post("/areas", content=body, headers={"Content-Type": "application/json"})
    refused(answer, 422, "geometry")


@pytest.mark.parametrize("name", [" ", "Alun\nalun"])
def test_an_area_whose_name_nobody_could_read_is_refused(desk: Desk, name: str) -> None:
    ring = [[116.8, -1.3], [116.9, -1.3], [116.9, -1.2], [116.8, -1.3]]
    area = {"id": "pusat", "name": name, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    refused(desk.client.post("/areas", json=area), 422, "name")


def test_unknown_addresses_and_methods_are_problems(desk: Desk) -> None:
    refused(desk.client.get("/nothing"), 404, None)
    refused(desk.client.post("/nothing"), 404, None)
    refused(desk.client.put("/cameras"), 405, None)


def test_refusals_speak_the_language_asked_for(desk: Desk) -> None:
    for asked, word in (
        ("id", "tidak ada"),
        ("id-ID,en;q=0.5", "tidak ada"),
        ("en;q=0.3, id;q=0.9", "tidak ada"),
        ("fr", "is missing"),
    ):
        body = {name: value for name, value in NEW.items() if name != "lat"}
        answer = desk.client.post("/cameras", json=body, headers={"Accept-Language": asked})
        assert word in answer.json()["detail"].lower(), (asked, answer.text)


@pytest.mark.parametrize(
    ("method", "path", "sent", "word"),
    [
        ("GET", "/cameras", {"params": {"area": '{"type":"Point"}'}}, "bukan Polygon"),
        ("GET", "/cameras", {"params": {"area": "{"}}, "bukan JSON"),
        ("GET", "/cameras", {"params": {"limit": "1.5"}}, "bilangan bulat"),
        ("PATCH", "/cameras/n", {"json": {"enabled": "maybe"}}, "true atau false"),
        ("PATCH", "/cameras/n", {"json": {"enabled": []}}, "true atau false"),
        ("POST", "/areas", {"json": {"name": "A", "geometry": 3}}, "bukan objek"),
        (
            "POST",
            "/areas",
            {"json": {"name": "A", "geometry": {"type": "Polygon", "coordinates": []}}},
            "cincin",
        ),
        ("POST", "/cameras/n/seal", {"params": {"timeout_s": 1}}, "tidak ada perekam"),
        ("GET", "/cameras/n/index.m3u8", {"params": {"audio": "loud"}}, "'playable', 'original'"),
    ],
)
def test_a_refusal_in_indonesian_is_indonesian_to_the_end(
    desk: Desk, method: str, path: str, sent: dict, word: str
) -> None:
    assert desk.client.post("/cameras", json={**NEW, "id": "n"}).status_code == 201
    window = {"from": "2026-11-23T10:00:00Z", "to": "2026-11-23T11:00:00Z"} if "m3u8" in path else {}
    asked = {**sent, "params": {**sent.get("params", {}), **window}}
    answer = desk.client.request(method, path, **asked, headers={"Accept-Language": "id"})
    told = answer.json()["detail"] + answer.json()["remedy"]
    assert word in told
    for english in (" is ", " its ", "should", " not ", " or ", "unknown", "recorder"):
        assert english not in told


def test_a_missing_asset_is_not_cached_for_ever(desk: Desk) -> None:
    answer = httpx.get(f"{desk.url}/assets/of-another-version.js", timeout=30)
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_what_breaks_inside_leaks_nothing_and_is_counted(desk: Desk) -> None:
    desk.archive.execute("alter table camera add constraint elsewhere check (name <> 'N') not valid")
    answer = desk.client.post("/cameras", json=NEW)
    refused(answer, 500, None)
    assert "elsewhere" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (
        'saksi_api_requests_total{method="POST",status="500"}'
        in httpx.get(f"{desk.url}/metrics", timeout=30).text
    )


def test_a_statement_the_database_refuses_is_told_in_the_log_and_to_nobody_else(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.archive.execute("alter table camera rename column source_masked to elsewhere")
    answer = desk.client.get("/cameras")
    refused(answer, 503, None)
    assert answer.json()["code"] == "database_refuses"
    assert "source_masked" not in answer.text
    assert "source_masked" in caplog.text
    assert "UndefinedColumn" in caplog.text


def test_without_a_database_everything_says_so(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    away = settings_of(desk.archive, database_url=f"postgresql://x@127.0.0.1:{port}/x")
    with served(away) as url:
        token = {"Authorization": "Bearer x"}
        refused(httpx.get(f"{url}/api/v1/cameras", headers=token, timeout=30), 503, None)
        ready = httpx.get(f"{url}/health/ready", timeout=30)
        assert ready.status_code == 503
        assert ready.json()["checks"]["store"] == "ok"
        assert httpx.get(f"{url}/health/live", timeout=30).status_code == 200


def test_without_a_store_it_is_not_ready_and_search_goes_on(desk: Desk) -> None:
    store = desk.archive.endpoints.s3_url
    line = Proxy.to(store)
    with served(settings_of(desk.archive, s3_url=line.through(store))) as url, ThreadPoolExecutor(50) as pool:

        def ready(_: int = 0) -> tuple[int, dict[str, str]]:
            answer = httpx.get(f"{url}/health/ready", timeout=30)
            return answer.status_code, answer.json()["checks"]

        assert ready() == (200, {"database": "ok", "store": "ok"})
        line.hold()  # as a store that was stopped, or a disk under it that hangs
        began_us = clock.monotonic_us()
        asked = [pool.submit(ready) for _ in range(50)]  # more than the API has threads
        while not all(one.done() for one in asked):
            assert [one.name for one in threading.enumerate()].count("ready-store") <= 1
            time.sleep(0.05)
        assert clock.monotonic_us() - began_us < 8_000_000
        assert {one.result()[0] for one in asked} == {503}
        assert [one.result()[1] for one in asked] == [
            {"database": "ok", "store": "It has not answered within 3 s."}
        ] * 50
        answer = httpx.get(f"{url}/api/v1/cameras", headers=desk.client.headers, timeout=30)
        assert answer.status_code == 200
        line.restore()
        wait_until(lambda: ready()[0] == 200, 30, "the store answers again")
        line.cut()
        code, checks = ready()
        assert (code, checks["database"]) == (503, "ok")
        assert "does not answer" in checks["store"]
    line.close()
