"""The page on which an agency sees what is wrong and answers; an operator sees their own alone."""

from __future__ import annotations

from typing import Any

import pytest

from cli.opened import opened_database
from saksi import clock
from saksi.catalogue import people
from saksi.compliance import ticket_sync
from tests.acceptance.city import City
from tests.console.conftest import Known
from tests.console.test_narrow import BEYOND
from tests.console.test_whose import AXE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

AGENCY, NAME = "mal-semayang", "Mal Teluk Semayang"
PASSWORD = "kamera pusat belanja"


@pytest.fixture
def operator(city: City, known: Known) -> str:
    """An operator of an agency that has one camera and agreed to two; the name of the account."""
    terms = {"from": "2026-01-01", "obliged": True, "basis": "Perwali 12/2026 pasal 4", "cameras": 2}
    with city.client() as client:
        answer = client.put(f"/agencies/{AGENCY}/terms", json={**terms, "reason": "daftar awal"})
        assert answer.status_code == 200, answer.text
    with opened_database(city.data) as database, database.transaction() as connection:
        people.add_person(
            connection, name="op-mal", password=PASSWORD, role="agency_operator", agencies=[AGENCY]
        )
        ticket_sync.sync(connection, clock.now_us(), zone="WITA", down_minutes=60)
    return "op-mal"


def test_an_operator_sees_their_agency_alone_answers_and_finds_the_same_in_indonesian(
    page: Any, known: Known, operator: str
) -> None:
    page.goto(known.url)
    page.fill("#name", operator)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    page.focus("#agency-open")
    page.keyboard.press("Enter")
    page.wait_for_selector(".agency-month")
    assert page.evaluate("document.activeElement.id") == "agency-title"
    text = page.inner_text("#agency")
    for said in (
        NAME,
        "1 of 1 cameras",
        "Perwali 12/2026 pasal 4",
        "cameras connected: not kept",
        "2 must be connected",
    ):
        assert said in text, text
    for other in ("Bank Beruang Madu", "Polresta"):
        assert other not in page.inner_text("body")
    assert page.is_hidden("#agency-choice")
    ticket = page.locator(".ticket", has_text="2 must be connected")
    day = clock.from_us(clock.now_us() + 3 * 86_400_000_000).date().isoformat()
    ticket.locator("input[type=date]").fill(day)
    ticket.locator("input:not([type=date])").fill("alat sudah dipesan")
    ticket.locator("button").click()
    page.wait_for_selector(".ticket.acknowledged")
    assert f"promised by {day}" in page.inner_text(".ticket.acknowledged")
    if AXE.is_file():
        page.evaluate(AXE.read_text())
        assert [one["id"] for one in page.evaluate("axe.run('#agency')")["violations"]] == []
    page.click(".agency .close")
    assert page.evaluate("document.activeElement.id") == "agency-open"
    page.click(".languages [lang=id]")
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_selector(".card")
    page.click("#agency-open")
    page.wait_for_selector(".agency-month")
    assert "kamera tersambung: tidak terpenuhi" in page.inner_text("#agency")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(BEYOND) == []


def test_who_manages_chooses_an_agency(page: Any, visit: Any) -> None:
    visit()
    page.click("#agency-open")
    page.wait_for_selector(".agency-month")
    page.select_option("#agency-choice", AGENCY)
    page.wait_for_selector(f".agency-month h3:has-text('{NAME}')")
    page.select_option("#agency-choice", "polresta")
    page.wait_for_selector(".agency-month h3:has-text('Polresta')")
