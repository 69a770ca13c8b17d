"""Retention policies over the API: previewed and proposed by one officer, accepted by another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from saksi import clock
from tests.integration.archive_api.conftest import Desk

DAY_US = 86_400_000_000
POLICIES = "/retention/policies"
PEOPLE = {
    "budi": ("records_officer", None), "citra": ("records_officer", None), "mall": ("records_officer", ["mall"]),
    "ani": ("investigator", None), "auditor": ("auditor", None), "operator": ("agency_operator", ["mall"]),
}  # fmt: skip
SHORT = {"scope": "agency", "subject": "dishub", "days": 10.5, "basis": "Perwali 12/2026"}


def tomorrow() -> str:
    return clock.format_us(clock.now_us() + DAY_US)


@pytest.fixture
def people(desk: Desk) -> Iterator[dict[str, httpx.Client]]:
    """Everyone who might ask, and a camera of each of two agencies."""
    desk.client.post("/agencies", json={"id": "mall", "name": "Mal", "category": "mall"})
    for code, agency in (("gate", "dishub"), ("shop", "mall")):
        body = {
            "id": code,
            "name": code,
            "agency": agency,
            "source": "rtsp://127.0.0.1/x",
            "lat": -1.2,
            "lon": 116.8,
        }
        assert desk.client.post("/cameras", json=body).status_code == 201
    clients = {name: desk.signed_in(name, role, agencies) for name, (role, agencies) in PEOPLE.items()}
    yield clients
    for client in clients.values():
        client.close()


def done(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refused(answer: httpx.Response, status: int, code: str, field: str) -> str:
    found = answer.json()
    assert (answer.status_code, found["code"], found["field"]) == (status, code, field), found
    return str(found)


def test_a_policy_from_preview_to_acceptance(people: dict[str, httpx.Client], desk: Desk) -> None:
    budi, citra = people["budi"], people["citra"]
    wanted = {**SHORT, "effective": tomorrow()}
    assert "retention/policies/preview" in refused(
        budi.put(POLICIES, json=wanted), 409, "policy_preview_missing", "preview"
    )
    refused(budi.put(POLICIES, json={**wanted, "preview": "zz"}), 409, "policy_preview_unknown", "preview")
    shown = done(budi.post(f"{POLICIES}/preview", json=wanted))
    assert (shown["shortens"], shown["total"]["cameras"], shown["effective"]) == (
        True,
        1,
        wanted["effective"],
    )
    assert [(one["camera"], one["days_before"], one["days"]) for one in shown["cameras"]] == [
        ("gate", 30, 10.5)
    ]
    made = done(budi.put(POLICIES, json={**wanted, "preview": shown["sha256"]}))
    assert (made["state"], made["days"], made["preview"]["sha256"]) == ("proposed", 10.5, shown["sha256"])
    path = f"{POLICIES}/{made['id']}"
    assert [one["standing"] for one in done(citra.get(POLICIES))["items"]][:2] == ["proposed", "in_force"]
    refused(budi.post(f"{path}/accept"), 409, "policy_needs_second", "policy")
    for name, status in (("ani", 403), ("auditor", 403), ("operator", 403), ("mall", 404)):
        assert people[name].post(f"{path}/accept").status_code == status, name
    after = done(citra.post(f"{path}/accept"))
    assert (after["state"], after["decided_by"], after["grew"]) == ("accepted", "citra", False)
    refused(citra.post(f"{path}/withdraw"), 409, "policy_decided", "policy")
    assert done(citra.get(path))["standing"] == "scheduled"
    assert done(citra.get(path))["preview"]["cameras"] == shown["cameras"]
    with desk.archive.database.transaction() as connection:
        noted = [
            row["action"]
            for row in connection.execute("select action from audit where action like '%policy'")
        ]
    assert noted == ["preview policy", "propose policy", "accept policy"]


def test_what_counts_for_a_camera_and_who_is_told(people: dict[str, httpx.Client]) -> None:
    budi, operator = people["budi"], people["operator"]
    done(budi.put(POLICIES, json={**SHORT, "days": 40}))
    done(budi.put(POLICIES, json={**SHORT, "scope": "camera", "subject": "shop", "days": 50}))
    done(budi.put(POLICIES, json={**SHORT, "scope": "camera", "subject": "shop", "days": 60}))
    found = done(operator.get(POLICIES, params={"camera": "shop"}))
    assert [(one["scope"], one["subject"]) for one in found["items"]] == [
        ("camera", "shop"), ("default", None), ("class", "mall"),
    ]  # fmt: skip
    resolved = found["resolved"]
    assert (resolved["days"], resolved["decided_by"], resolved["category"]) == (60, "camera", "mall")
    assert (resolved["min_days"], resolved["max_days"], resolved["clamped"]) == (7, 365, False)
    assert operator.get(POLICIES, params={"camera": "gate"}).status_code == 404
    seen = {(one["scope"], one["subject"]) for one in done(operator.get(POLICIES))["items"]}
    assert seen == {("camera", "shop"), ("default", None), ("class", "mall")}
    everything = done(people["auditor"].get(POLICIES, params={"history": "true", "limit": 2}))
    assert [one["standing"] for one in everything["items"]] == ["in_force", "past"]
    rest = done(people["auditor"].get(POLICIES, params={"history": "true", "cursor": everything["next"]}))
    assert (len(rest["items"]), rest["next"]) == (11, None)
    foreign = [one["id"] for one in rest["items"] if one["subject"] == "dishub"]
    assert operator.get(f"{POLICIES}/{foreign[0]}").status_code == 404
    assert people["ani"].get(POLICIES).status_code == 403


def test_bad_input_names_field_and_remedy(people: dict[str, httpx.Client]) -> None:
    budi, mall = people["budi"], people["mall"]
    base = {"scope": "default", "basis": "x", "effective": tomorrow()}
    for more, status, code, field in (
        ({"days": 3}, 422, "policy_below_minimum", "days"),
        ({"days": -3}, 422, "policy_days_impossible", "days"),
        ({"days": 1e300}, 422, "policy_days_impossible", "days"),
        ({"days": "many"}, 422, "input_not_number", "days"),
        ({"days": 40, "years": 1}, 422, "input_unknown", "years"),
        ({"days": 40, "basis": ""}, 422, "input_length", "basis"),
        ({"days": 40, "effective": "2026-01-01T00:00:00Z"}, 422, "policy_past", "effective"),
        ({"days": 40, "scope": "city"}, 422, "input_choice", "scope"),
        ({"days": 40, "scope": "site", "subject": "x"}, 404, "policy_subject_unknown", "subject"),
    ):
        for method, path in (("PUT", POLICIES), ("POST", f"{POLICIES}/preview")):
            refused(budi.request(method, path, json={**base, **more}), status, code, field)
    nan = budi.put(
        POLICIES,
        content=b'{"scope": "default", "basis": "x", "days": NaN}',
        headers={"Content-Type": "application/json"},
    )
    assert nan.status_code == 422, nan.text
    refused(mall.put(POLICIES, json={**base, "days": 40}), 403, "policy_not_yours", "scope")
    theirs = {**base, "scope": "agency", "days": 40}
    refused(
        mall.put(POLICIES, json={**theirs, "subject": "dishub"}), 404, "policy_subject_unknown", "subject"
    )
    assert done(mall.put(POLICIES, json={**theirs, "subject": "mall"}))["state"] == "accepted"
    refused(budi.post(f"{POLICIES}/99999/accept"), 404, "policy_unknown", "policy")
    assert len(done(budi.get(POLICIES, params={"history": "true"}))["items"]) == 11
