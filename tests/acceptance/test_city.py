"""The first whole Saksi, seen from outside: six cameras recorded, searched and checked frame by frame.

SAKSI_CITY_MINUTES says how long the city records before it is checked (default 1; the release figure uses 10).
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from saksi import clock
from tests.acceptance.city import (
    City,
    SeenFrame,
    cameras,
    coverage_end,
    fetched,
    get,
    packet_digests,
    seen_frames,
    segments,
)

CONSOLE = Path(__file__).parents[2] / "archive_api" / "static" / "index.html"
MINUTES = float(os.environ.get("SAKSI_CITY_MINUTES", "1"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900 + MINUTES * 240)]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, simcam_clips: Path) -> Iterator[City]:
    """A running demo city, stopped at the end and held to a clean stop."""
    running = City(
        tmp_path_factory.mktemp("city"), SAKSI_SIMCAM_CACHE=str(simcam_clips), SAKSI_CHUNK_SECONDS="20"
    )
    try:
        print(f"\nready after {running.wait_until_ready(80):.1f} s")
        yield running
    finally:
        status = running.stop()
    assert status == 0, running.lines[-20:]


@pytest.fixture(scope="module")
def client(city: City) -> Iterator[httpx.Client]:
    """Logged in as the first administrator."""
    with city.client() as client:
        yield client


def test_first_footage_is_searchable_within_ninety_seconds(city: City, client: httpx.Client) -> None:
    since = clock.format_us(clock.now_us() - 300_000_000)
    waiting = set(cameras(client))
    assert len(waiting) == 6
    while waiting and time.monotonic() - city.started < 90:
        until = clock.format_us(clock.now_us() + 1_000_000)
        waiting = {camera for camera in waiting if coverage_end(client, camera, since, until) is None}
        time.sleep(0.5)
    took = time.monotonic() - city.started
    print(f"\nall six cameras searchable after {took:.1f} s")
    assert not waiting


def test_seal_makes_footage_up_to_the_call_searchable(client: httpx.Client) -> None:
    gop_s = 2.0
    for camera in cameras(client):
        called_us = clock.now_us()
        began = time.monotonic()
        answer = client.post(f"/cameras/{camera}/seal")
        took = time.monotonic() - began
        assert answer.status_code == 200, answer.text
        end = coverage_end(
            client, camera, clock.format_us(called_us - 60_000_000), clock.format_us(called_us + 10_000_000)
        )
        assert end is not None
        assert clock.parse_rfc3339(end, "end") >= called_us
        print(f"\n{camera}: sealed up to the call in {took:.2f} s")
        assert took <= 2 * gop_s + 1


@dataclass(frozen=True)
class Watched:
    """A window of SAKSI_CITY_MINUTES, and how long after its cut each chunk of a camera in it could be found."""

    window: tuple[str, str]
    delays_s: list[float]


@pytest.fixture(scope="module")
def watched(client: httpx.Client) -> Watched:
    """While it is recorded, one camera is asked for all the time; afterwards all cameras are sealed."""
    began_us, began = clock.now_us(), time.monotonic()
    camera = cameras(client)[0]
    seen: set[str] = set()
    delays: list[float] = []
    while (lasted_s := time.monotonic() - began) < MINUTES * 60 or (len(delays) < 3 and lasted_s < 90):
        now_us = clock.now_us()
        end = coverage_end(
            client, camera, clock.format_us(now_us - 120_000_000), clock.format_us(now_us + 1_000_000)
        )
        if end is not None and end not in seen:
            if seen:
                delays.append((clock.now_us() - clock.parse_rfc3339(end, "end")) / 1e6)
            seen.add(end)
        time.sleep(0.2)
    for camera in cameras(client):
        assert client.post(f"/cameras/{camera}/seal").status_code == 200
    return Watched((clock.format_us(began_us), clock.format_us(began_us + int(MINUTES * 60e6))), delays)


@pytest.fixture(scope="module")
def stretch(watched: Watched) -> tuple[str, str]:
    """A window that all cameras have recorded and sealed."""
    return watched.window


def test_a_chunk_is_searchable_soon_after_its_cut(watched: Watched) -> None:
    print(f"\nsearchable {', '.join(f'{delay:.2f}' for delay in watched.delays_s)} s after the cut")
    assert len(watched.delays_s) >= 3
    assert max(watched.delays_s) <= 2.0


def test_every_frame_is_there_once_at_its_true_time(client: httpx.Client, stretch: tuple[str, str]) -> None:
    since, until = stretch
    for camera in cameras(client):
        item = get(client, "/footage", **{"camera": camera, "from": since, "to": until})["items"][0]
        assert item["gaps"] == []
        frames: list[SeenFrame] = []
        for segment in segments(client, camera, since, until):
            assert segment["lost"] == 0
            frames += seen_frames(fetched(segment))
        steps = {(after.code - before.code) % 1500 for before, after in itertools.pairwise(frames)}
        assert steps == {1}, f"{camera}: frames missing or doubled, steps {sorted(steps)}"
        errors_ms = [frame.error_us / 1000 for frame in frames]
        print(
            f"\n{camera}: {len(frames)} frames once each, "
            f"wall time off by {min(errors_ms):.1f} to {max(errors_ms):.1f} ms"
        )
        assert len(frames) >= MINUTES * 1500
        assert max(map(abs, errors_ms)) <= 100


def test_playlist_and_clip_carry_the_recorded_packets(client: httpx.Client, stretch: tuple[str, str]) -> None:
    since, until = stretch
    window = {"from": since, "to": until}
    for camera in cameras(client):
        recorded: list[bytes] = []
        for segment in segments(client, camera, since, until):
            recorded += packet_digests(fetched(segment))
        ticket = client.post(f"/cameras/{camera}/ticket", params=window).json()["url"]
        clip = client.get(f"/cameras/{camera}/clip.mp4", params=window)
        assert clip.headers["x-saksi-gaps"] == ""
        for name, got in (("playlist", packet_digests(ticket)), ("clip", packet_digests(clip.content))):
            first = recorded.index(got[0])
            assert got == recorded[first : first + len(got)], name
            assert len(got) >= MINUTES * 1500
        print(
            f"\n{camera}: playlist and clip hold the recorded packets, clip of {len(clip.content) / 1e6:.1f} MB"
        )


def wait_for(page: Any, condition: str, seconds: float) -> None:
    """Asks the page from outside; a function inside it would be code that its policy forbids."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        time.sleep(0.2)


@pytest.mark.browser
def test_chromium_plays_the_whole_range_to_its_end(
    city: City, client: httpx.Client, stretch: tuple[str, str]
) -> None:
    path = next(
        (found for found in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if found),
        None,
    )
    if path is None or not CONSOLE.is_file():
        pytest.skip("no Chromium (apt-get install chromium) or no built console (make setup)")
    sync_api = pytest.importorskip("playwright.sync_api")
    known = json.loads((city.data / "first-run.json").read_text())
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{known['url']}/#camera={cameras(client)[1]}&from={stretch[0]}&to={stretch[1]}")
        page.fill("#name", known["user"])
        page.fill("#password", known["password"])
        page.keyboard.press("Enter")
        wait_for(page, "document.querySelector('video')?.readyState >= 3", 30)
        page.select_option("#rate", "16")
        wait_for(page, "document.querySelector('video').ended", 30 + MINUTES * 60 / 4)
        played_s = page.evaluate(
            "(v => v.played.end(v.played.length - 1) - v.played.start(0))(document.querySelector('video'))"
        )
        browser.close()
    print(f"\nChromium played {played_s:.1f} s of {MINUTES * 60:.0f} s to the end")
    assert played_s >= MINUTES * 60 - 1
