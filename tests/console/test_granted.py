"""A camera that is seen by a grant alone spoils no other's bars, and plays for its span."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from saksi import clock
from tests.acceptance.city import City
from tests.console.conftest import Known, Watched
from tests.console.pictures import wait_for_video

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

OWN, GRANTED = "dishub-simpang-sudirman", "bank-atm-sudirman"
FIRST, PASSWORD = "perahu-layar-putih", "kuda-lumping-biru"
SECOND = 1_000_000


def test_a_grant_shows_its_span_beside_ones_own_cameras(
    page: Any, known: Known, city: City, watched: Watched
) -> None:
    watched.expected = "403"  # the first question, from which the page learns that one of them is granted
    span = {
        "from": clock.format_us(known.since_us + 10 * SECOND),
        "to": clock.format_us(known.since_us + 25 * SECOND),
    }
    with city.client() as client:
        person = {"name": "tuti", "role": "investigator", "agencies": ["dishub"], "password": FIRST}
        assert client.post("/users", json=person).status_code == 201
        with httpx.Client(base_url=f"{known.url}/api/v1", timeout=60) as own:
            token = own.post("/session", json={"name": "tuti", "password": FIRST}).json()["token"]
            changed = own.post(
                "/me/password",
                json={"present": FIRST, "password": PASSWORD},
                headers={"Authorization": f"Bearer {token}"},
            )
            assert changed.status_code == 204, changed.text
        case = client.post("/cases", json={"number": "LP/77/XII/2026", "title": "Begal"}).json()["id"]
        client.post(f"/cases/{case}/members", json={"name": "tuti"})
        ends = clock.format_us(clock.now_us() + 3600 * SECOND)
        grant = {"person": "tuti", "cameras": [GRANTED], **span, "expires": ends, "reason": "lari ke sana"}
        given = client.post(f"/cases/{case}/grants", json=grant)
        assert given.status_code == 201, given.text
    asked: list[tuple[int, str]] = []
    page.on(
        "response", lambda one: asked.append((one.status, one.url)) if "/v1/footage?" in one.url else None
    )
    page.goto(known.link(OWN))
    page.fill("#name", "tuti")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"[data-camera={GRANTED}]")
    wait_for_video(page)
    for _ in range(60):
        if all(any(shows(one, camera) for one in asked) for camera in (OWN, GRANTED)):
            break
        page.wait_for_timeout(500)
    assert all(any(shows(one, camera) for one in asked) for camera in (OWN, GRANTED)), asked
    inside = [clock.format_us(known.since_us + at * SECOND) for at in (11, 24)]
    page.goto(f"{known.url}/#camera={GRANTED}&from={inside[0]}&to={inside[1]}")
    page.reload()
    wait_for_video(page)


def shows(answer: tuple[int, str], camera: str) -> bool:
    """Whether this camera's footage was answered, apart from the other's."""
    status, url = answer
    return status == 200 and f"camera={camera}" in url
