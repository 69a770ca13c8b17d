"""Around every request: an id, a metric, the security headers, and an end to bodies that are too long."""

from __future__ import annotations

import asyncio
import secrets
from http import HTTPStatus

from prometheus_client import Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive_api import problems
from archive_api.headers import SecurityHeaders
from saksi import clock

PREFIX = "/api/v1"
BODY_US = 20_000_000
LEAST_BODY_RATE = 4096  # bytes a second
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_requests = Counter("saksi_api_requests_total", "Requests answered.", ["method", "status"])
_seconds = Histogram("saksi_api_request_seconds", "Time to the first byte of an answer.")


class Frame:
    """Plain ASGI, so that streams pass untouched."""

    def __init__(self, app: ASGIApp, headers: SecurityHeaders) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        began_us = clock.monotonic_us()
        path: str = scope["path"]
        # An unknown method must not become a metric of its own.
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        answered = False

        async def framed(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                for name, value in self._headers.over(scope["scheme"]).items():
                    headers.setdefault(name, value)
                if path.startswith("/assets/") and message["status"] < HTTPStatus.BAD_REQUEST:
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
                else:  # whatever may be kept says so itself
                    headers.setdefault("Cache-Control", "no-store")
                _seconds.observe((clock.monotonic_us() - began_us) / 1e6)
                _requests.labels(method, str(message["status"])).inc()
            await send(message)

        try:
            await self._app(scope, _limited(scope, receive), framed)
        finally:
            if not answered:  # it broke: the answer is made further out
                _requests.labels(method, "500").inc()


def _limited(scope: Scope, receive: Receive) -> Receive:
    """Ends a body that is longer than any route needs before it fills the memory, and one that dribbles in.

    It has 20 s, and another for each 4 KiB that came: what is slower is no line, but somebody who holds a place.
    """
    too_long = _declared(scope) > problems.MOST_BODY  # then nothing of it is read
    got, ended = 0, False
    began_us = clock.monotonic_us()

    async def limited() -> Message:
        nonlocal got, ended
        if ended:
            return await receive()
        if too_long:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        late_us = began_us + BODY_US + got * 1_000_000 // LEAST_BODY_RATE
        try:
            async with asyncio.timeout(max(0, late_us - clock.monotonic_us()) / 1e6):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from error
        got += len(message.get("body", b""))
        if got > problems.MOST_BODY:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        ended = not message.get("more_body")
        return message

    return limited


def _declared(scope: Scope) -> int:
    """Content-Length; 0 where there is none. The server has refused what is no number."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0
