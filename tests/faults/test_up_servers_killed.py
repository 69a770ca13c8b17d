"""`saksi up` brings back an embedded server that was killed; nothing recorded meanwhile is lost, and no work either."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
import redis

from saksi import clock
from saksi.embedded.running import running_endpoints
from tests.acceptance.city import City, cameras, coverage_end, fetched, get, seen_frames, segments
from tests.fixtures.processes import pid_of


@pytest.fixture
def city(servers_folder: Path, simcam_clips: Path) -> Iterator[City]:
    """A demo city with short chunks."""
    running = City(
        servers_folder / "killed-servers", SAKSI_SIMCAM_CACHE=str(simcam_clips), SAKSI_CHUNK_SECONDS="5"
    )
    try:
        running.wait_until_ready(80)
        yield running
    finally:
        running.stop()


def wait(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def ready(client: httpx.Client) -> bool:
    return client.get("/health/ready").status_code == 200


def runs_anew(data: Path, server: str, killed: int) -> bool:
    try:
        return pid_of(data, server) != killed
    except ValueError:  # there is none yet
        return False


@pytest.mark.slow
def test_each_server_that_is_killed_comes_back_and_neither_a_picture_nor_work_is_missing(city: City) -> None:
    with city.client() as client:
        watched = cameras(client)[:2]

        def recorded_up_to(instant_us: int) -> bool:
            window = clock.format_us(instant_us - 120_000_000), clock.format_us(instant_us + 60_000_000)
            ends = [coverage_end(client, camera, *window) for camera in watched]
            return all(end is not None and clock.parse_rfc3339(end, "end") >= instant_us for end in ends)

        began_us = clock.now_us()
        wait(lambda: recorded_up_to(began_us + 5_000_000), 60, "first chunks")
        for server in ("seaweed", "postgres", "valkey"):
            killed = pid_of(city.data, server)
            os.kill(killed, signal.SIGKILL)
            wait(lambda: any(f"{server} ended" in line for line in city.lines), 5, f"{server}'s end was told")  # noqa: B023
            wait(lambda: ready(client), 30, f"{server} came back")
            wait(lambda: runs_anew(city.data, server, killed), 10, f"{server} runs")  # noqa: B023
        with redis.Redis.from_url(running_endpoints(city.data).broker_url) as broker:
            broker.flushall()
        now_us = clock.now_us()
        wait(lambda: recorded_up_to(now_us), 40, "footage of the whole time")
        since = {"from": clock.format_us(now_us), "to": clock.format_us(now_us + 60_000_000)}
        wait(
            lambda: all(
                get(client, "/footage", camera=one, **since)["items"][0]["thumbnail"] for one in watched
            ),
            40,
            "thumbnails are made by workers whose broker was killed and emptied",
        )
        span = {"from": clock.format_us(began_us + 5_000_000), "to": clock.format_us(now_us)}
        for camera in watched:
            assert get(client, "/footage", camera=camera, **span)["items"][0]["gaps"] == []
            shown = [
                frame
                for one in segments(client, camera, *span.values())
                for frame in seen_frames(fetched(one))
            ]
            assert {(later.code - earlier.code) % 1500 for earlier, later in pairwise(shown)} == {1}
