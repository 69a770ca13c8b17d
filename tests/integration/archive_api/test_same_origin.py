"""Changes that the console's cookie asks for, and log-ins, come from the console's own origin; tokens need no proof."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.integration.archive_api.conftest import Desk

BODY = {"id": "mall", "name": "Mal", "category": "mall"}


@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "own"}, False),
        ({"Origin": "own"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "own.evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://[broken"}, False),
        ({}, False),
    ],
)
def test_a_change_by_cookie_needs_proof_of_its_origin(
    desk: Desk, headers: dict[str, str], let_in: bool
) -> None:
    token = desk.client.headers["authorization"].partition(" ")[2]
    sent = {name: value.replace("own", desk.url) for name, value in headers.items()}
    with httpx.Client(base_url=f"{desk.url}/api/v1", cookies={"saksi_session": token}, timeout=30) as browser:
        assert browser.get("/me").status_code == 200, "looking changes nothing"
        answer = browser.post("/agencies", json=BODY, headers=sent)
    if let_in:
        assert answer.status_code == 201, answer.text
        return
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_foreign")
    told = desk.archive.execute("select person, result from audit where action = 'POST /api/v1/agencies'")
    assert [(row["person"], row["result"]) for row in told] == [("admin", "denied")]


def test_a_bearer_token_needs_none(desk: Desk) -> None:
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert desk.client.post("/agencies", json=BODY, headers=foreign).status_code == 201


@pytest.mark.parametrize("path", ["/api/v1/session", "/d/x", "/d/x/receipt"])
def test_no_page_elsewhere_logs_a_visitor_in_or_sends_a_recipients_form(desk: Desk, path: str) -> None:
    body: dict[str, Any] = {"data": {"passphrase": "x"}}
    if path.endswith("session"):
        body = {"json": {"name": "admin", "password": "long enough"}}

    def send(headers: dict[str, str]) -> httpx.Response:
        return httpx.post(desk.url + path, headers=headers, timeout=30, **body)

    for foreign in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        answer = send(foreign)
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_foreign"), foreign
        assert "set-cookie" not in answer.headers
    rows = desk.archive.execute("select object, person, result from audit order by audit_id")
    assert [row["object"]["origin"] for row in rows] == ["", "", "https://evil.example", "null"]
    assert {(row["person"], row["result"]) for row in rows} == {("", "denied")}
    for own in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": desk.url}, {}):
        assert send(own).status_code == (201 if "session" in path else 404), own
