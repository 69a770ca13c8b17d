"""What the player says and shows while footage does not come: never a time over a picture from another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

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
