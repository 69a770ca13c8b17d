"""Connections to the store: kept, checked before use, not shared over a fork, given up when silent."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from saksi.objects import wire
from saksi.objects.wire import BROKEN, Wire

Serve = Callable[[socket.socket], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Accepts connections and lets a function answer each; counts them."""

    def __init__(self, serve: Serve) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._serve = serve
        self.connections = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                self._serve(connection)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def answering(times: int) -> Serve:
    def serve(connection: socket.socket) -> None:
        for _ in range(times):
            request = b""
            while b"\r\n\r\n" not in request:
                if not (data := connection.recv(65536)):
                    return
                request += data
            connection.sendall(OK)

    return serve


@pytest.fixture
def servers() -> Iterator[Callable[[Serve], Server]]:
    made: list[Server] = []

    def make(serve: Serve) -> Server:
        made.append(Server(serve))
        return made[-1]

    yield make
    for server in made:
        server.close()


def ask(wire: Wire) -> bytes:
    with wire.request("GET", "/", {"Host": "store"}) as answer:
        return answer.read()


def test_it_keeps_a_connection(servers: Callable[[Serve], Server]) -> None:
    server = servers(answering(10))
    with closing(Wire(server.url)) as line:
        assert [ask(line) for _ in range(3)] == [b"ok"] * 3
    assert server.connections == 1


def test_it_leaves_a_connection_that_the_store_has_closed(servers: Callable[[Serve], Server]) -> None:
    server = servers(answering(1))
    with closing(Wire(server.url)) as line:
        assert ask(line) == b"ok"
        threading.Event().wait(0.1)  # for the close to arrive
        assert ask(line) == b"ok"
    assert server.connections == 2


def test_it_does_not_keep_a_connection_whose_answer_was_not_read(servers: Callable[[Serve], Server]) -> None:
    server = servers(answering(10))
    with closing(Wire(server.url)) as line:
        with line.request("GET", "/", {"Host": "store"}):
            pass
        assert ask(line) == b"ok"
    assert server.connections == 2


def test_it_gives_up_on_a_silent_store(
    servers: Callable[[Serve], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_S", 0.2)
    server = servers(lambda connection: print(connection.recv(65536) and connection.recv(65536)))
    with closing(Wire(server.url)) as line, pytest.raises(TimeoutError):
        ask(line)


def test_it_reads_the_answer_of_a_store_that_refuses_before_the_body_has_come(
    servers: Callable[[Serve], Server], tmp_path: Path
) -> None:
    def refuse(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 20):
            pass

    body = tmp_path / "body"
    body.write_bytes(bytes(8_000_000))
    with closing(Wire(servers(refuse).url)) as line:
        with line.request("PUT", "/", {"Host": "store"}, body) as answer:
            assert (answer.status, answer.read()) == (403, b"no")


def test_garbage_is_a_broken_connection(servers: Callable[[Serve], Server]) -> None:
    def babble(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"\x00\x01\x02\r\n\r\n")

    with closing(Wire(servers(babble).url)) as line, pytest.raises(BROKEN):
        ask(line)
