"""The HTTP server around the application: how long heads may be, who may hold a connection, and for how long.

uvicorn bounds none of it: a head may be endless, may come a byte a second, and a connection on which nothing is ever
said stays. What stands here is done where its protocol takes the bytes; behind a proxy that does the same it is the
second line (docs/howto/serve-over-https.md).
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import uvicorn
from fastapi import FastAPI
from prometheus_client import Counter
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from archive_api import problems
from archive_api.headers import SecurityHeaders
from saksi.errors import SaksiError, Unavailable
from saksi.messages import register
from saksi.settings import Settings

#: How long an idle connection stays open, seconds: longer than clients and proxies keep theirs (httpx 5 s, nginx
#: 60 s), else a request now and then meets a connection that closes under it.
KEEP_ALIVE_S = 75
MOST_HEAD = 64 << 10  # bytes: a polygon to search in stands in the address
MOST_HEADERS = 100
HEAD_S = 15.0  # from the connection, or a head's first byte, until the head is there
STALLED_S = 60.0  # that a reader may take nothing of what waits for it

register(
    "request_broken",
    en=("This is no HTTP/1.1 request.", "Look at what stands between the client and here."),
    id_=("Ini bukan permintaan HTTP/1.1.", "Periksa perantara di antara klien dan server ini."),
)
register(
    "head_long",
    en=(
        "The request's head is longer than {most} bytes, or has too many fields.",
        "Send fewer cookies and headers.",
    ),
    id_=(
        "Kepala permintaan lebih dari {most} byte, atau terlalu banyak kolom.",
        "Kurangi cookie dan header.",
    ),
)
register(
    "head_slow",
    en=("The request's head took too long to arrive.", "Send it again over a better line."),
    id_=("Kepala permintaan terlalu lama tiba.", "Kirim lagi lewat jaringan yang lebih baik."),
)
register(
    "connections_many",
    en=("Too many connections are open.", "Try again in a moment."),
    id_=("Terlalu banyak koneksi terbuka.", "Coba lagi sebentar lagi."),
)
_ended = Counter(
    "saksi_api_connections_ended_total", "Connections ended because of what came over them.", ["reason"]
)


class _Broken(SaksiError):
    status = HTTPStatus.BAD_REQUEST


class _HeadLong(SaksiError):
    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


class _HeadSlow(SaksiError):
    status = HTTPStatus.REQUEST_TIMEOUT


def config(app: FastAPI, settings: Settings, **more: Any) -> uvicorn.Config:
    """How the application is served."""
    return uvicorn.Config(
        app,
        http=_protocol(settings),
        ws="none",
        timeout_keep_alive=KEEP_ALIVE_S,
        proxy_headers=False,  # the application reads them itself, by its own setting
        server_header=False,
        **more,
    )


def _protocol(settings: Settings) -> type[HttpToolsProtocol]:
    return type(
        "Bounded", (_Bounded,), {"most": settings.most_connections, "plain": SecurityHeaders(settings)}
    )


class _Bounded(HttpToolsProtocol):
    """One connection. `_waiting` runs while a head is awaited, `_stalled` while the reader takes nothing."""

    most: int
    plain: SecurityHeaders
    _waiting: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None
    _in_head = False
    _arrived = 0  # bytes of a head that is not whole yet
    _fields = 0  # bytes of its parts: a whole head may come in one piece with what follows
    _refusal: SaksiError | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes it in, if need be in the place of one that is idle; refuses it when there is none."""
        super().connection_made(transport)
        if len(self.connections) > self.most and not self._make_room():
            self._refuse(Unavailable("connections_many"))
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets it."""
        self._stop_waiting()
        if self._stalled is not None:
            self._stalled.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Reads on. A head that does not end is refused by what came of it."""
        if self.transport.is_closing():
            return
        if self._in_head:
            self._arrived += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._arrived > MOST_HEAD:
            self._refuse(_HeadLong("head_long", most=MOST_HEAD))
        elif self._idle() and self._waiting is None and self.timeout_keep_alive_task is None:
            self._await_head()  # what came began nothing, or was the rest of a body that nobody wanted

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head, self._arrived, self._fields = True, 0, 0
        if self._waiting is None:
            self._await_head()

    def on_url(self, url: bytes) -> None:
        """Part of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head."""
        self._count(len(name) + len(value))
        super().on_header(name, value)
        if len(self.headers) > MOST_HEADERS:
            self._overflow()

    def on_headers_complete(self) -> None:
        """The head is there: from now on it is the application's."""
        self._in_head = False
        self._stop_waiting()
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):  # RFC 9112 section 3.2
            self._refusal = _Broken("request_broken")
            raise ValueError("not one Host")
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The reader does not keep up."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(STALLED_S, self._end_stalled)

    def resume_writing(self) -> None:
        """The reader took what waited."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def send_400_response(self, msg: str) -> None:
        """What cannot be read is answered with a problem as well."""
        self._refuse(self._refusal or _Broken("request_broken"))

    def _count(self, length: int) -> None:
        self._fields += length
        if self._fields > MOST_HEAD:
            self._overflow()

    def _overflow(self) -> None:
        self._refusal = _HeadLong("head_long", most=MOST_HEAD)
        raise ValueError("too long a head")  # the parser hands it on as its own error: send_400_response

    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _make_room(self) -> bool:
        for other in self.connections:
            if isinstance(other, _Bounded) and other.timeout_keep_alive_task is not None:
                other.timeout_keep_alive_handler()
                return True
        return False

    def _await_head(self) -> None:
        self._waiting = self.loop.call_later(HEAD_S, self._end_late)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _end_late(self) -> None:
        self._waiting = None
        if self.transport.is_closing():
            return
        if self._in_head:
            self._refuse(_HeadSlow("head_slow"))
        else:
            _ended.labels("silent").inc()
            self.transport.close()

    def _end_stalled(self) -> None:
        _ended.labels("not read").inc()
        self.transport.abort()

    def _refuse(self, refusal: SaksiError) -> None:
        """Answers, unless another answer is under way, and ends the connection."""
        _ended.labels(refusal.code).inc()
        self._stop_waiting()
        if self._idle():
            self.transport.write(_answer(refusal, self.plain.over(self.scheme or "http")))
        self.transport.close()


def _answer(refusal: SaksiError, headers: Mapping[str, str]) -> bytes:
    """A problem as it goes out; in English, for nobody has read yet in what language it is wanted."""
    request_id = secrets.token_hex(8)
    told = {**problems.members(refusal, "en"), "instance": "", "request_id": request_id}
    body = json.dumps(told).encode()
    fields = {
        **headers,
        **problems.headers_of(refusal),
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Request-Id": request_id,
        "Connection": "close",
    }
    status = HTTPStatus(refusal.status)
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        *(f"{name}: {value}" for name, value in fields.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body
