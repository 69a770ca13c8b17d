"""Changes that the console's cookie asks for come from the console's own origin; bearer tokens need no proof."""

from __future__ import annotations

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
