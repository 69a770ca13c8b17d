"""Addresses of media live for minutes: the player has new ones before it needs them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from saksi import clock
from tests.console.conftest import FOOTAGE_S, Known
from tests.console.pictures import until, wait_for_video

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PLAIN = "dishub-simpang-sudirman"


def test_a_player_that_was_left_open_plays_on_by_new_addresses(sign_in: Any, known: Known) -> None:
    """Opened near the end; what comes before is asked for after the first addresses were about to end."""
    begun: list[str] = []
    page = sign_in()
    page.on("request", lambda request: begun.append(request.url))
    late = clock.format_us(known.since_us + (FOOTAGE_S - 8) * 1_000_000)
    page.goto(known.link(PLAIN, at=late))
    page.reload()
    wait_for_video(page)
    first = signed_at(begun)
    assert first, begun
    page.wait_for_timeout(7_000)
    begun.clear()
    page.evaluate("document.querySelector('video').currentTime = 0.1")
    until(
        page,
        "!document.querySelector('video').seeking && document.querySelector('video').readyState >= 2",
        30,
    )
    assert any("/index.m3u8" in url for url in begun), "the playlist was asked for again"
    assert min(signed_at(begun)) > max(first)


def signed_at(requests: list[str]) -> list[str]:
    """When the store's addresses among these were signed."""
    found = [parse_qs(urlsplit(url).query).get("X-Amz-Date", [""])[0] for url in requests if ".mp4" in url]
    return [one for one in found if one]
