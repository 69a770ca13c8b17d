"""The server inside this process: what it remembers of its clients, and clients that do not read."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from simcam import library, orders
from simcam.server import Server
from tests.integration.raw_rtsp import RawClient


@contextmanager
def serving(server: Server) -> Iterator[int]:
    """Runs a server in a thread of its own and yields its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(server.start("127.0.0.1", 0), loop).result(5)
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def first_clip(cache: Path) -> orders.ClipOrder:
    return orders.orders(cache, cameras=1, width=640, height=360, kbps=600)[0]


def test_it_remembers_each_frame_it_sent_to_each_client(simcam_clips: Path) -> None:
    server = Server([library.load(first_clip(simcam_clips))], 1, record=True)
    with serving(server) as port:
        with RawClient(f"rtsp://127.0.0.1:{port}/cam1") as client:
            client.play()
            client.watch(5, frames=30)
            assert client.ask("TEARDOWN").status == 200
        received = sum(packet.marker for packet in client.packets)
        assert len(server.past) == 1
        viewer = server.past[0]
    assert viewer.frames == len(viewer.sent) == received >= 30
    assert all((two.number - one.number) % 1500 == 1 for one, two in pairwise(viewer.sent))
    for frame in viewer.sent:
        assert frame.due_us % 60_000_000 == frame.number * 40_000
    assert viewer.first_us == viewer.sent[0].due_us


def test_it_drops_a_client_that_does_not_read_and_serves_the_others_on(simcam_clips: Path) -> None:
    limit = 40_000
    server = Server([library.load(first_clip(simcam_clips))], 2, backlog_limit=limit, send_buffer=4096)
    with serving(server) as port:
        with (
            RawClient(f"rtsp://127.0.0.1:{port}/cam1", buffer=4096) as lazy,
            RawClient(f"rtsp://127.0.0.1:{port}/cam2") as keen,
        ):
            lazy.play()
            keen.play()
            keen.watch(5, frames=1)
            lazy_viewer, keen_viewer = server.viewers
            keen.watch(6, frames=111)  # one more: the server counts a frame just after handing it over
            assert lazy_viewer.ended is not None
            assert "too slow" in lazy_viewer.ended
            assert keen_viewer.ended is None
            assert keen_viewer.frames >= 110
        stamps = [packet.stamp for packet in keen.packets if packet.marker]
        assert {(two - one) % 2**32 for one, two in pairwise(stamps)} == {3600}


def test_it_closes_every_connection_when_it_stops(simcam_clips: Path) -> None:
    server = Server([library.load(first_clip(simcam_clips))], 1)
    with serving(server) as port:
        client, idle = (RawClient(f"rtsp://127.0.0.1:{port}/cam1") for _ in range(2))
        client.play()
        client.watch(5, frames=3)
    for one in (client, idle):
        one.watch(2)
        assert one.closed
        one.socket.close()
    assert server.viewers == []
    assert server.past[0].ended == "the server stops"
