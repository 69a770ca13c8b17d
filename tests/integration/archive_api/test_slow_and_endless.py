"""Whoever sends slowly, endlessly or not at all holds up nobody: raw sockets against the server as it runs."""

from __future__ import annotations

import json
import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from archive_api import frame, server
from tests.integration.archive_api.conftest import Desk, served, settings_of

MEASURED = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"


def connect(url: str) -> socket.socket:
    """A bare connection."""
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20)


def answer(line: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of what comes until the server closes."""
    data = b""
    try:
        while piece := line.recv(65536):
            data += piece
    except ConnectionResetError:
        pass  # it closed with bytes of ours unread
    if not data:
        return 0, {}, b""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *fields = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
    return int(first.split()[1]), headers, body


def refused(line: socket.socket, status: int, code: str) -> None:
    """Holds what comes to a problem with the headers of every answer, and the end of the connection."""
    got, headers, body = answer(line)
    assert (got, json.loads(body)["code"]) == (status, code)
    assert json.loads(body)["remedy"]
    assert headers["content-type"] == "application/problem+json"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["connection"] == "close"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's patience, in tenths of what it is."""
    monkeypatch.setattr(server, "HEAD_S", 1.5)
    monkeypatch.setattr(server, "STALLED_S", 1.5)
    monkeypatch.setattr(frame, "BODY_US", 1_500_000)


def test_what_dribbles_in_or_says_nothing_is_ended_in_time(desk: Desk, quick: None) -> None:
    head = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
    began = time.monotonic()
    with connect(desk.url) as silent, connect(desk.url) as slow_head, connect(desk.url) as slow_body:
        with connect(desk.url) as after, connect(desk.url) as blank:
            after.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
            assert after.recv(65536).startswith(b"HTTP/1.1 200")
            slow_body.sendall(head.encode())
            for at in range(6):  # a byte now and then keeps nothing alive
                slow_head.sendall(b"GET / HTTP"[at : at + 1])
                slow_body.sendall(b"{")
                after.sendall(b"GET / HTTP"[at : at + 1])
                blank.sendall(b"\r\n")
                time.sleep(0.2)
            assert httpx.get(f"{desk.url}/health/live", timeout=5).status_code == 200, "others are served"
            assert answer(silent)[0] == 0
            assert answer(blank)[0] == 0
            refused(slow_head, 408, "head_slow")
            refused(slow_body, 408, "body_slow")
            refused(after, 408, "head_slow")
    assert time.monotonic() - began < 6


def test_a_reader_who_takes_nothing_is_let_go(desk: Desk, quick: None) -> None:
    with connect(desk.url) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
        began = time.monotonic()
        with pytest.raises(OSError):  # noqa: PT012 - reset once it is let go
            while time.monotonic() - began < 15:
                line.sendall(request * 20)
                time.sleep(0.05)
    assert time.monotonic() - began < 12


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (["Cookie: " + "x" * 50_000], 200),
        (["Cookie: " + "x" * 70_000], 431),
        ([f"X-{number}: {'y' * 900}" for number in range(80)], 431),
        ([f"X-{number}: y" for number in range(90)], 200),
        ([f"X-{number}: y" for number in range(120)], 431),
    ],
)
def test_a_long_head_is_refused(desk: Desk, fields: list[str], status: int) -> None:
    with connect(desk.url) as line:
        head = ["GET /health/live HTTP/1.1", "Host: x", "Connection: close", *fields, "", ""]
        line.sendall("\r\n".join(head).encode())
        if status == 431:
            refused(line, 431, "head_long")
        else:
            assert answer(line)[0] == status


def test_a_head_without_an_end_does_not_fill_the_memory(desk: Desk) -> None:
    with connect(desk.url) as line:
        sent = 0
        line.sendall(b"GET /health/live HTTP/1.1\r\nX: ")
        with pytest.raises(OSError):  # noqa: PT012 - refused while it is being sent
            for _ in range(2000):
                sent += line.send(b"x" * 8192)
                time.sleep(0.001)
        assert sent < 8 << 20


@pytest.mark.parametrize(
    "sent",
    [
        b"HELLO\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS on the plain port
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nAccept: */*\r\n\r\n",
    ],
)
def test_what_proxies_read_differently_is_refused_not_guessed(desk: Desk, sent: bytes) -> None:
    """Request smuggling lives on a request that two servers take apart differently."""
    with connect(desk.url) as line:
        line.sendall(sent)
        refused(line, 400, "request_broken")


def test_a_body_in_an_unknown_coding_ends_the_connection(desk: Desk) -> None:
    with connect(desk.url) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n" + MEASURED.encode())
        assert answer(line)[0] in (0, 400, 405), "and what follows is no request of its own"


def test_a_body_that_says_it_is_too_long_is_not_waited_for(desk: Desk) -> None:
    with connect(desk.url) as line:
        head = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
        line.sendall(f"{head}Content-Length: {1 << 40}\r\n\r\n".encode())
        refused(line, 413, "body_long")


def test_idle_connections_make_room_and_busy_ones_are_not_cut_for_a_flood(desk: Desk, quick: None) -> None:
    with served(settings_of(desk.archive, most_connections=8)) as url:
        idle = [connect(url) for _ in range(8)]
        for line in idle:
            line.sendall(MEASURED.encode())
            assert line.recv(65536).startswith(b"HTTP/1.1 200")
        assert httpx.get(f"{url}/health/live", timeout=5).status_code == 200, "in the place of an idle one"
        for line in idle:
            line.close()
        time.sleep(0.2)
        busy = [connect(url) for _ in range(8)]
        with connect(url) as line:
            refused(line, 503, "connections_many")
        time.sleep(2)  # until those that said nothing were let go
        assert httpx.get(f"{url}/health/live", timeout=5).status_code == 200
        for line in busy:
            line.close()
