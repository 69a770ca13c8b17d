"""A provider that hangs, drips, floods or points elsewhere does not hold whoever asks it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from saksi.errors import SaksiError, Unavailable
from saksi.identity import wire
from saksi.identity.wire import Strange, Wire

Behave = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def served() -> Iterator[Callable[[Behave], str]]:
    """Serves one behaviour; answers its address."""
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(behave: Behave) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """Whatever the path."""
                try:
                    behave(self)
                except OSError:
                    self.close_connection = True  # who asked has gone

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/x"

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


def answering(status: int, body: bytes = b"", **headers: str) -> Behave:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """A byte at a time, each in time."""
    answering(200)(handler)
    for _ in range(100):
        handler.wfile.write(b" ")
        time.sleep(0.05)


def hanging(handler: BaseHTTPRequestHandler) -> None:
    """Takes the request and says nothing."""
    time.sleep(3)


def flooding(handler: BaseHTTPRequestHandler) -> None:
    """More than anybody asked for."""
    answering(200)(handler)
    for _ in range(64):
        handler.wfile.write(b" " * 65_536)


@pytest.mark.parametrize(
    ("behave", "error"),
    [
        (dripping, Unavailable),
        (hanging, Unavailable),
        (flooding, Strange),
        (answering(302, Location="http://192.0.2.1/"), Strange),
        (answering(200, b"<html>"), Strange),
        (answering(200, b"[]"), Strange),
        (answering(404), Strange),
        (answering(500), Unavailable),
    ],
)
def test_whatever_it_does_it_is_over_soon(
    served: Callable[[Behave], str],
    behave: Behave,
    error: type[SaksiError],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire, "WHOLE_S", 0.5)
    monkeypatch.setattr(wire, "READ_S", 0.5)
    address = served(behave)
    began = time.monotonic()
    with pytest.raises(error):
        Wire().get_object(address)
    assert time.monotonic() - began < 2.5


def test_what_answers_is_read_whole(served: Callable[[Behave], str]) -> None:
    assert Wire().get_object(served(answering(200, b'{"issuer": "x"}'))) == {"issuer": "x"}


def test_where_nobody_listens_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        Wire().get_object("http://127.0.0.1:1/x")
