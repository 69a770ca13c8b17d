"""What the player says and shows while footage does not come: never a time over a picture from another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.acceptance.city import FRAME_US, MINUTE_US
from tests.console.conftest import Known
from tests.console.pictures import code_in, picture, until, wait_for_video, wait_for_wall

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PLAIN, H265 = "dishub-simpang-sudirman", "polresta-pos-klandasan"
PAUSED = "document.querySelector('video').paused && !document.querySelector('video').seeking"


@pytest.fixture
def mute(page: Any) -> Iterator[Callable[[str, int], Callable[[], None]]]:
    """mute(address, after): after so many answers nothing comes from there, until what it answers is called."""

    def hold(address: str, after: int) -> Callable[[], None]:
        held: list[Any] = []
        answers = [after]

        def silence(route: Any) -> None:
            answers[0] -= 1
            if answers[0] >= 0:
                route.continue_()
            else:
                held.append(route)

        def speak() -> None:
            answers[0] = 1_000_000
            for route in held:
                route.continue_()

        page.route(address, silence)
        return speak

    yield hold
    page.unroute_all(behavior="ignoreErrors")


def seek_far_right(page: Any) -> None:
    box = page.locator(".player .seek").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.97, box["y"] + 8)


def test_no_time_stands_over_a_picture_from_another(visit: Any, known: Known, page: Any, mute: Any) -> None:
    speak = mute(f"{known.store}/**/*.mp4*", 3)
    visit(known.link(PLAIN))
    wait_for_video(page, 0.3)
    page.click(".controls .play")
    until(page, PAUSED)
    before = wait_for_wall(page)
    seek_far_right(page)
    until(page, "document.querySelector('video').seeking")
    page.wait_for_timeout(500)
    assert page.inner_text(".stage-clock strong").startswith("––/––/––––")
    assert page.get_attribute(".stage", "data-wall") is None
    assert page.is_visible(".veil:has-text('Fetching')")
    assert float(page.eval_on_selector("video", "(video) => getComputedStyle(video).opacity")) < 0.3
    speak()
    until(page, f"Number(document.querySelector('.stage').dataset.wall) > {before // 1000 + 10_000}")
    pixels, wall_us = picture(page)
    error_us = (wall_us - code_in(pixels).frame * FRAME_US + MINUTE_US // 2) % MINUTE_US - MINUTE_US // 2
    assert abs(error_us) < 150_000
    assert not page.is_visible(".veil")


def test_a_store_that_does_not_answer_is_named_within_fifteen_seconds(
    visit: Any, known: Known, page: Any, mute: Any
) -> None:
    mute(f"{known.store}/**/*.mp4*", 3)
    visit(known.link(PLAIN))
    wait_for_video(page, 0.3)
    asked = time.monotonic()
    seek_far_right(page)
    until(page, "document.querySelector('.player .message.notice')", 10)
    assert known.store in page.inner_text(".player .message")
    until(page, "document.querySelector('.player .message.error')", 20)
    assert time.monotonic() - asked < 15.5
    assert known.store in page.inner_text(".player .message")
    assert page.is_hidden(".stage-clock")
    assert page.inner_text(".controls .play") == "Play"


def test_no_time_stands_over_a_still_from_another(visit: Any, known: Known, page: Any, mute: Any) -> None:
    visit(known.link(H265))
    page.wait_for_selector("img.still[src^=blob]")
    page.click(".controls .play")
    before = wait_for_wall(page)
    speak = mute("**/frame.jpg*", 0)
    seek_far_right(page)
    page.wait_for_timeout(500)
    assert page.get_attribute(".stage", "data-wall") is None
    assert page.is_visible(".veil:has-text('Fetching')")
    speak()
    until(page, f"Number(document.querySelector('.stage').dataset.wall) > {before // 1000 + 10_000}")


def test_a_page_opened_under_another_name_learns_why_there_is_no_picture(browser: Any, known: Known) -> None:
    # A context of its own: what Chromium writes on the console about a refusal by the store is expected here.
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US")
    try:
        page = context.new_page()
        address = known.link(PLAIN).replace(
            "127.0.0.1", "saksi.localhost"
        )  # Chromium finds it on this machine
        host = urlsplit(address).netloc
        assert host.startswith("saksi.localhost")
        page.goto(address)
        page.fill("#name", known.user)
        page.fill("#password", known.password)
        page.keyboard.press("Enter")
        page.wait_for_selector(".card")
        until(page, "document.querySelector('.player .message')", 15)
        assert f"no footage from the object store at {known.store}" in page.inner_text(".player .message")
        assert f"{host} may be another name of it" in page.inner_text(".player .remedy")
        until(page, "document.querySelector('.player .message.error')", 20)
    finally:
        context.close()
