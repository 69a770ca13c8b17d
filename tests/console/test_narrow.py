"""The console on small screens: everything stands within the edge."""

from __future__ import annotations

from typing import Any

import pytest

from tests.console.conftest import Known
from tests.console.pictures import wait_for_video

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PLAIN = "dishub-simpang-sudirman"
#: Whatever a person reads, types into or clicks, and that reaches over the edge.
BEYOND = """() => [...document.querySelectorAll("#app :is(button, input, select, h1, h2, h3, p, video, canvas, label)")]
  .filter((one) => one.offsetParent && one.className !== "skip")
  .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1 || one.getBoundingClientRect().left < -1)
  .map((one) => `${one.tagName}.${one.className} ${one.textContent}`)"""


WIDTHS = (360, 414, 768, 899, 901, 1024, 1280)
_DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.parametrize("language", ["en", "id"])
def test_nothing_stands_beyond_the_edge(visit: Any, known: Known, page: Any, language: str) -> None:
    """Opened on the narrowest screen and widened, then opened on the widest and narrowed."""
    page.add_init_script(f"localStorage.setItem('saksi.language', '{language}')")
    for widths in (WIDTHS, WIDTHS[::-1]):
        page.set_viewport_size({"width": widths[0], "height": 740})
        if widths is WIDTHS:
            visit(known.link(PLAIN))
        else:
            page.reload()
        wait_for_video(page)
        page.wait_for_selector(".neighbours button")
        for width in widths:
            page.set_viewport_size({"width": width, "height": 740})
            page.evaluate(_DRAWN)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(BEYOND) == [], width


def test_on_a_phone_a_picked_camera_comes_into_sight(visit: Any, page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    visit()
    page.click(f"[data-camera={PLAIN}] .thumb")
    wait_for_video(page)
    box = page.locator("video").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 740
    assert box["width"] > 330
