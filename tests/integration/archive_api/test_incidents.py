"""Incidents: entered, corrected, withdrawn, brought in as a list; and who may."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from saksi import clock
from tests.integration.archive_api.conftest import SECOND, Desk

HOUR = 3600 * SECOND
LIST = """waktu,lintang,bujur,jenis,nomor,sumber,catatan
2026-03-01 21:10,-1.25,116.85,jambret,1,SPKT,depan pasar
2026-03-02 21:10,-1.25,116.85,jambret,2,SPKT,
2026-03-02 21:10,-1.25,116.85,copet,3,SPKT,
2026-03-02 21:10,-1.25,116.85,jambret,2,SPKT,
2026-03-02 21:10,95,116.85,jambret,5,SPKT,
2026-03-02 21:10,-1.25,116.85,jambret,6,SPKT,NIK 6471012345678901
"""


def entered(client: httpx.Client, **changed: Any) -> httpx.Response:
    body = {
        "kind": "jambret", "at": "2026-03-01T21:10:00+08:00", "lat": -1.25, "lon": 116.85, "accuracy_m": 20,
    }  # fmt: skip
    return client.post("/incidents", json={**body, **changed})


def test_an_incident_is_corrected_by_versions_and_withdrawn_and_never_lost(desk: Desk) -> None:
    made = entered(desk.client, note="depan pasar", to="2026-03-01T22:00:00+08:00")
    assert made.status_code == 201, made.text
    one = f"/incidents/{made.json()['id']}"
    moved = desk.client.patch(one, json={"lat": -1.26, "to": None, "reason": "salah titik"})
    assert moved.status_code == 200, moved.text
    assert (moved.json()["version"], moved.json()["lat"], moved.json()["to"]) == (2, -1.26, None)
    assert moved.json()["note"] == "depan pasar"
    unsaid = desk.client.patch(one, json={"lat": -1.27})
    assert (unsaid.status_code, unsaid.json()["field"]) == (422, "reason")
    assert desk.client.patch(one, json={"withdraw": True, "reason": "tercatat dua kali"}).status_code == 200
    again = desk.client.patch(one, json={"lat": -1.2, "reason": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "incident_withdrawn")
    assert desk.client.get("/incidents").json()["items"] == []
    shown = desk.client.get(one).json()
    assert (shown["withdrawn"], [old["lat"] for old in shown["earlier"]]) == (True, [-1.26, -1.25])
    with pytest.raises(Exception, match="corrected by a new version"):
        desk.archive.execute("update incident set lat = 0 where version = 1")
    with pytest.raises(Exception, match="corrected by a new version"):
        desk.archive.execute("delete from incident")
    told = desk.archive.execute("select action from audit where action like '%% incident' order by audit_id")
    assert [row["action"] for row in told] == [
        "add incident", "change incident", "change incident", "view incident",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"kind": "copet"}, "kind", "incident_kind_unknown"),
        ({"at": "2026-03-01T21:10:00"}, "at", "time_naive"),
        ({"at": "2099-03-01T21:10:00Z"}, "at", "incident_in_future"),
        ({"to": "2026-03-01T20:00:00+08:00"}, "to", "incident_ends_early"),
        ({"to": "2026-06-01T20:00:00+08:00"}, "to", "incident_span_long"),
        ({"lat": 91}, "lat", "input_small"),
        ({"note": "hubungi 0812-3456-7890"}, "note", "incident_personal"),
        ({"source": "6471 0123 4567 8901"}, "source", "incident_personal"),
        ({"case": "LP/none"}, "case", "case_unknown"),
        ({"victim": "x"}, "victim", "input_unknown"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    desk: Desk, changed: dict[str, Any], field: str, code: str
) -> None:
    answer = entered(desk.client, **changed)
    assert (answer.json()["field"], answer.json()["code"]) == (field, code), answer.text


def test_a_list_is_looked_at_first_and_the_same_list_twice_adds_nothing(desk: Desk) -> None:
    def brought(dry_run: str | None) -> dict[str, Any]:
        params = {} if dry_run is None else {"dry_run": dry_run}
        headers = {"Content-Type": "text/csv", "Accept-Language": "id"}
        answer = desk.client.post("/incidents/import", content=LIST, params=params, headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    looked = brought(None)
    assert (looked["dry_run"], looked["counts"]) == (True, {"added": 2, "known": 0, "refused": 4})
    assert [(line["line"], line["problem"]["code"]) for line in looked["lines"]] == [
        (4, "incident_kind_unknown"), (5, "incident_line_twice"), (6, "incident_place"), (7, "incident_personal"),
    ]  # fmt: skip
    assert "jenis kejadian" in looked["lines"][0]["problem"]["what"]
    assert desk.client.get("/incidents").json()["items"] == []
    assert brought("false")["counts"] == {"added": 2, "known": 0, "refused": 4}
    assert brought("false")["counts"] == {"added": 0, "known": 2, "refused": 4}
    items = desk.client.get("/incidents").json()["items"]
    assert [item["at"] for item in items] == ["2026-03-02T13:10:00.000000Z", "2026-03-01T13:10:00.000000Z"]
    refused = desk.client.post("/incidents/import", content="x,y\n", headers={"Content-Type": "text/csv"})
    assert (refused.status_code, refused.json()["code"]) == (422, "incident_csv_heads")


def test_incidents_are_found_by_place_time_and_kind_and_paged(desk: Desk) -> None:
    for n in range(5):
        assert entered(desk.client, at=f"2026-03-0{n + 1}T00:00:00Z", lat=-1.2 - n / 100).status_code == 201
    assert desk.client.post(
        "/incidents/kinds", json={"id": "copet", "name_en": "pickpocketing", "name_id": "copet"}
    ).is_success
    assert entered(desk.client, kind="copet", lat=-1.5).status_code == 201

    def days(**params: object) -> list[str]:
        answer = desk.client.get("/incidents", params=params)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
        return [item["at"][8:10] for item in answer.json()["items"]]

    assert days(kind="copet") == ["01"]
    assert days(kind="copet,jambret", limit=2) == ["05", "04"]
    assert days(near="-1.2,116.85", radius_m=1200) == ["02", "01"]
    assert days(bbox="-1.225,116,-1.205,117", kind="jambret") == ["03", "02"]
    assert days(**{"from": "2026-03-02T00:00:00Z", "to": "2026-03-04T00:00:00Z"}) == ["03", "02"]
    first = desk.client.get("/incidents", params={"limit": 4}).json()
    rest = desk.client.get("/incidents", params={"limit": 4, "cursor": first["next"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (4, 2, None)
    assert desk.client.get("/incidents", params={"kind": "begall"}).json()["field"] == "kind"


def test_who_is_limited_changes_what_they_entered_and_nothing_else(desk: Desk) -> None:
    theirs = entered(desk.client).json()["id"]
    with desk.signed_in("ani", "investigator", agencies=["dishub"]) as ani:
        refused = ani.patch(f"/incidents/{theirs}", json={"withdraw": True, "reason": "x"})
        assert (refused.status_code, refused.json()["code"]) == (403, "incident_not_theirs")
        own = entered(ani).json()["id"]
        assert (
            desk.client.patch(f"/incidents/{own}", json={"lat": -1.27, "reason": "lebih tepat"}).status_code
            == 200
        )
        assert ani.patch(f"/incidents/{own}", json={"lat": -1.28, "reason": "salah titik"}).status_code == 200


def test_a_case_is_named_to_those_who_may_know_of_it(desk: Desk) -> None:
    case = desk.client.post("/cases", json={"number": "LP/B/9/XII/2026", "title": "Begal"}).json()["id"]
    made = entered(desk.client, case=case).json()
    assert made["case"] == case
    with desk.signed_in("ani", "investigator") as ani, desk.signed_in("pat", "auditor") as auditor:
        assert ani.get("/incidents").json()["items"][0]["case"] is None
        kept = ani.patch(f"/incidents/{made['id']}", json={"lat": -1.3, "reason": "salah titik"})
        assert kept.json()["case"] is None
        assert auditor.get(f"/incidents/{made['id']}").json()["case"] is None
        assert auditor.patch(f"/incidents/{made['id']}", json={"reason": "x"}).status_code == 403
    assert desk.client.get(f"/incidents/{made['id']}").json()["case"] == case, (
        "nobody takes away what they do not see"
    )
    assert desk.client.get("/incidents/999").status_code == 404
    assert clock.parse_rfc3339(made["entered_at"], "x") > clock.now_us() - HOUR
