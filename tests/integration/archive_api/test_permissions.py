"""Who may what: every route states it, and the table is kept."""

from __future__ import annotations

import httpx
import pytest

from archive_api import permissions
from archive_api.app import PUBLIC, create_app
from saksi.access import ROLES, Permission
from saksi.catalogue import people
from saksi.settings import Settings
from tests.integration.archive_api.conftest import Desk, Recorded


def routes(recorded: Recorded) -> list[tuple[str, str, frozenset[Permission]]]:
    """Method, path and stated permissions of everything the application serves."""
    values = {
        name.removeprefix("SAKSI_").lower(): value
        for name, value in recorded.archive.environment("api").items()
    }
    app = create_app(Settings(**values))  # type: ignore[arg-type]
    app.state.context.database.close()
    return list(permissions.routes(app))


def test_every_route_states_its_permission(recorded: Recorded) -> None:
    seen = routes(recorded)
    paths = {path.replace(":path", "") for _, path, _ in seen}
    document = httpx.get(f"{recorded.url}/openapi.json", timeout=30).json()["paths"]
    assert set(document) <= paths, "a route the walk does not see"
    assert len(document) >= 20
    silent = [(method, path) for method, path, stated in seen if not stated and (method, path) not in PUBLIC]
    assert silent == []


def test_nobody_gets_in_without_a_token(recorded: Recorded) -> None:
    for method, path, stated in routes(recorded):
        if (method, path) in PUBLIC or not stated:
            continue
        address = recorded.url + path.replace("{camera}", "corner")
        for asked in {method, "HEAD" if method == "GET" else method}:
            answer = httpx.request(asked, address, timeout=30)
            assert answer.status_code == 401, (asked, path, answer.text)


@pytest.mark.parametrize("limit", ["all", "agency", "area"])
@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_reaches_what_its_table_row_says_and_nothing_else(
    recorded: Recorded, role: str, limit: str
) -> None:
    """Every route, by every role, limited in every way that one may be."""
    name = f"{role}-{limit}"
    limits: dict[str, dict[str, list[str]]] = {
        "all": {},
        "agency": {"agencies": ["mall"]},
        "area": {"areas": ["here"]},
    }
    if role == "agency_operator":
        limits = {
            "all": {"agencies": ["mall", "dishub"]},
            "agency": limits["agency"],
            "area": limits["agency"],
        }
    with recorded.archive.database.transaction() as connection:
        people.add_person(connection, name=name, password="long enough", role=role, **limits[limit])
        token = people.add_token(connection, name=name, label="")
    reached = 0
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=20) as client:
        for method, path, needed in routes(recorded):
            if not needed or path.endswith("/session"):
                continue
            answer = client.request(method, recorded.url + path.replace("{camera}", "no-such-camera"))
            assert (answer.status_code == 403) == (not needed <= ROLES[role]), (method, path, answer.text)
            reached += answer.status_code != 403
    assert reached >= (1 if role == "recipient" else 20)


def test_an_agency_sees_its_own_cameras_only(recorded: Recorded) -> None:
    with recorded.archive.database.transaction() as connection:
        people.add_person(
            connection, name="mall-op", password="long enough", role="agency_operator", agencies=["mall"]
        )
        token = people.add_token(connection, name="mall-op", label="")
    with httpx.Client(
        base_url=f"{recorded.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=20
    ) as mall:
        assert [item["id"] for item in mall.get("/cameras").json()["items"]] == ["shop"]
        assert [item["id"] for item in mall.get("/agencies").json()["items"]] == ["mall"]
        near = {"near": "-1.2767,116.8372", "radius_m": 5000, **recorded.window}
        found = mall.get("/footage", params=near).json()["items"]
        assert [item["camera"]["id"] for item in found] == ["shop"]
        for path in ("segments", "index.m3u8", "clip.mp4"):
            assert mall.get(f"/cameras/corner/{path}", params=recorded.window).status_code == 404
        assert mall.get("/footage", params={"camera": "corner", **recorded.window}).status_code == 404


def test_a_thumbnail_is_footage_and_goes_to_those_who_may_view_it(desk: Desk) -> None:
    body = {"name": "Gate", "agency": "dishub", "source": "rtsp://127.0.0.1/x", "lat": -1.2, "lon": 116.8}
    assert desk.client.post("/cameras", json=body).status_code == 201
    desk.archive.execute(
        "insert into thumbnail (camera_id, at, object_key, size)"
        " select camera_id, now(), 'gate/now.jpg', 1 from camera where code = 'gate'"
    )
    with desk.signed_in("looker", "investigator") as looker, desk.signed_in("pat", "auditor") as auditor:
        for path in ("/cameras", "/cameras/gate"):
            assert "gate/now.jpg" in looker.get(path).text
            assert "gate/now.jpg" not in auditor.get(path).text


def test_an_auditor_is_not_told_what_was_recorded(desk: Desk) -> None:
    with desk.signed_in("pat", "auditor") as auditor:
        answer = auditor.get("/cameras/gate/neighbours", params={"at": "2026-11-23T10:00:00Z"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_logging_in_and_out(recorded: Recorded) -> None:
    with httpx.Client(base_url=f"{recorded.url}/api/v1", timeout=20) as visitor:
        wrong = visitor.post("/session", json={"name": "admin", "password": "wrong"})
        assert wrong.status_code == 401
        assert wrong.json()["code"] == "login_failed"
        right = visitor.post("/session", json={"name": "admin", "password": "long enough"})
        assert right.status_code == 201
        assert "HttpOnly" in right.headers["set-cookie"]
        assert visitor.get("/me").json()["name"] == "admin"
        token = visitor.cookies["saksi_session"]
        assert visitor.delete("/session", headers={"Origin": recorded.url}).status_code == 204
        again = httpx.get(
            f"{recorded.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        assert again.status_code == 401


def test_log_ins_views_and_refusals_are_audited(recorded: Recorded, client: httpx.Client) -> None:
    client.get(
        "/footage", params={"camera": "corner", **recorded.window}, headers={"X-Purpose": "LP/12/2026"}
    )
    httpx.get(f"{recorded.url}/api/v1/cameras", timeout=30)
    rows = recorded.archive.execute("select action, person, purpose, result from audit order by audit_id")
    assert {"action": "search", "person": "admin", "purpose": "LP/12/2026", "result": "ok"} in rows
    assert any(row["result"] == "denied" and row["person"] == "" for row in rows)
