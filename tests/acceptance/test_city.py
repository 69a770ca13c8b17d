"""The first whole Saksi, seen from outside: six cameras recorded, searched and checked frame by frame.

SAKSI_CITY_MINUTES says how long the city records before it is checked (default 1.5; the release figure uses 10).
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from saksi import clock
from tests.acceptance.city import City, SeenFrame, cameras, coverage_end, get, seen_frames, segments

MINUTES = float(os.environ.get("SAKSI_CITY_MINUTES", "1.5"))
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


def test_every_frame_is_there_once_at_its_true_time(client: httpx.Client) -> None:
    began_us = clock.now_us()
    time.sleep(MINUTES * 60)
    ids = cameras(client)
    for camera in ids:
        assert client.post(f"/cameras/{camera}/seal").status_code == 200
    since, until = clock.format_us(began_us), clock.format_us(began_us + int(MINUTES * 60e6))
    for camera in ids:
        item = get(client, "/footage", **{"camera": camera, "from": since, "to": until})["items"][0]
        assert item["gaps"] == []
        frames: list[SeenFrame] = []
        for segment in segments(client, camera, since, until):
            assert segment["lost"] == 0
            frames += seen_frames(client, segment)
        steps = {(after.code - before.code) % 1500 for before, after in itertools.pairwise(frames)}
        assert steps == {1}, f"{camera}: frames missing or doubled, steps {sorted(steps)}"
        errors_ms = [frame.error_us / 1000 for frame in frames]
        print(
            f"\n{camera}: {len(frames)} frames once each, "
            f"wall time off by {min(errors_ms):.1f} to {max(errors_ms):.1f} ms"
        )
        assert len(frames) >= MINUTES * 1500
        assert max(map(abs, errors_ms)) <= 100


def test_a_chunk_is_searchable_soon_after_its_cut(client: httpx.Client) -> None:
    camera = cameras(client)[0]
    seen: set[str] = set()
    delays: list[float] = []
    deadline = time.monotonic() + 90
    while len(delays) < 3 and time.monotonic() < deadline:
        now_us = clock.now_us()
        end = coverage_end(
            client, camera, clock.format_us(now_us - 120_000_000), clock.format_us(now_us + 1_000_000)
        )
        if end is not None and end not in seen:
            if seen:
                delays.append((clock.now_us() - clock.parse_rfc3339(end, "end")) / 1e6)
            seen.add(end)
        time.sleep(0.1)
    print(f"\nsearchable {', '.join(f'{delay:.2f}' for delay in delays)} s after the cut")
    assert len(delays) == 3
    assert max(delays) <= 2.0
