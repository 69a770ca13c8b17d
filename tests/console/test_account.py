"""One's own account on the console: a password that must be changed, a second factor set up and asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyotp
import pytest

from saksi import clock
from tests.acceptance.city import City
from tests.console.conftest import Known
from tests.console.pictures import until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

FRESH = "ombak-pagi-di-melawai"


def enter(page: Any, name: str, password: str) -> None:
    page.fill("#name", name)
    page.fill("#password", password)
    page.keyboard.press("Enter")


def test_a_first_password_is_changed_and_a_second_factor_set_up_and_asked_for(
    page: Any, known: Known, city: City
) -> None:
    with city.client() as client:
        made = client.post("/users", json={"name": "sari", "role": "investigator"})
        assert made.status_code == 201, made.text
    page.goto(known.url)
    enter(page, "sari", made.json()["password"])
    page.wait_for_selector(".account .first:has-text('set by somebody else')")
    page.fill("#present", made.json()["password"])
    page.fill("#fresh", FRESH)
    page.fill("#again", "something else")
    page.click("text=Change password")
    page.wait_for_selector(".message:has-text('differ')")
    page.fill("#again", FRESH)
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")

    page.click("#account-open")
    page.fill("#second-present", FRESH)
    page.get_by_role("button", name="Set up").click()
    page.wait_for_selector("img.qr")
    until(page, "document.querySelector('img.qr').naturalWidth > 100", 10)
    secret = page.inner_text(".account .secret").replace(" ", "")
    authenticator = pyotp.TOTP(secret)
    step = clock.now_us() // 30_000_000
    page.fill("#first-code", authenticator.generate_otp(step - 1))
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes li")
    codes = page.locator(".codes li").all_inner_texts()
    assert len(set(codes)) == 10
    with page.expect_download() as download:
        page.click("a.download")
    assert Path(download.value.path()).read_text().split() == codes
    page.click("text=I have kept them")
    page.wait_for_selector("text=10 recovery codes left")
    assert page.locator(".sessions li").count() == 1
    page.click("#account-back")
    page.wait_for_selector(".card")

    page.click("text=Sign out")
    page.wait_for_selector("#password")
    enter(page, "sari", FRESH)
    page.wait_for_selector("#code")
    page.fill("#code", codes[3])
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    page.click("#account-open")
    page.wait_for_selector("text=9 recovery codes left")
