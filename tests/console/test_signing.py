"""Coming in and going out of the console, and what the viewing is for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.console.conftest import Known, Watched
from tests.console.pictures import wait_for_video

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PLAIN = "dishub-simpang-sudirman"


def test_a_wrong_password_is_refused_with_a_remedy(page: Any, known: Known) -> None:
    page.goto(known.url)
    page.fill("#name", known.user)
    page.fill("#password", "not this one")
    page.keyboard.press("Enter")
    assert page.inner_text(".message .remedy").startswith("What to do: ")


def sign_out(page: Any) -> None:
    """Signs out, and sees that the session is over and not only its page."""
    page.click("text=Sign out")
    page.wait_for_selector("#password")
    page.reload()
    page.wait_for_selector("#password")


def test_signing_out_ends_the_session(sign_in: Any) -> None:
    page = sign_in()
    sign_out(page)


def test_signing_out_that_did_not_succeed_is_said(sign_in: Any, page: Any, watched: Watched) -> None:
    watched.expected = "ERR_FAILED"
    sign_in()
    page.route("**/api/v1/session", lambda route: route.abort())
    page.click("text=Sign out")
    page.wait_for_selector(".message.error:has-text('still signed in')")
    assert not page.is_visible("#password")
    page.reload()
    page.wait_for_selector(".card")
    page.unroute("**/api/v1/session")
    sign_out(page)


def test_signing_out_of_a_session_that_has_ended_succeeds(sign_in: Any, page: Any, watched: Watched) -> None:
    watched.expected = "401"
    sign_in()
    page.context.clear_cookies()
    page.click("text=Sign out")
    page.wait_for_selector("#password")


def test_a_purpose_left_empty_is_asked_for_once_more_beside_the_picture(sign_in: Any, known: Known) -> None:
    page = sign_in(known.link(PLAIN))
    wait_for_video(page)
    assert "audit log" in page.inner_text(".purpose .hint")
    page.fill(".purpose input", "LP/B/1/2026")
    page.click(".purpose [type=submit]")
    page.wait_for_selector(".purpose", state="hidden")
    assert (
        page.evaluate("fetch('/api/v1/me').then((me) => me.json()).then((me) => me.purpose)") == "LP/B/1/2026"
    )


def test_the_question_for_a_purpose_can_be_skipped_for_good(sign_in: Any, known: Known) -> None:
    page = sign_in(known.link(PLAIN))
    page.click(".purpose button:has-text('Skip')")
    page.reload()
    wait_for_video(page)
    assert page.is_hidden(".purpose")
