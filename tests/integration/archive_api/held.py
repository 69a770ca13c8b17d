"""Holds every JSON answer of the API under test to the shape that its document states."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive_api.answers.schemas import of_routes

_ELSEWHERE = ("/derivation.json",)  # whose form is not ours: DSSE


@functools.cache
def _validators() -> Mapping[str, Any]:
    shapes, components = of_routes()
    named = {"components": {"schemas": components}}
    return {key: jsonschema_rs.validator_for({**shape, **named}) for key, shape in shapes.items()}


class Held:
    """An application around which every good JSON answer is checked; `wrong` says what was not as stated."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.wrong: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kind = ""
        body = bytearray()

        async def seen(message: Message) -> None:
            nonlocal kind
            if message["type"] == "http.response.start" and message["status"] < 300:
                headers = {name.lower(): value for name, value in message["headers"]}
                packed = b"content-encoding" in headers
                kind = "" if packed else headers.get(b"content-type", b"").decode()
            elif kind == "application/json":
                body.extend(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, seen)
        route = scope.get("route")
        if body and route is not None and scope["path"].startswith("/api/v1/"):
            self._check(f"{scope['method']} {route.path.removeprefix('/api/v1')}", bytes(body))

    def _check(self, key: str, body: bytes) -> None:
        if key.endswith(_ELSEWHERE):
            return
        validator = _validators().get(key)
        if validator is None:
            self.wrong.add(f"{key}: archive_api/answers states no shape")
            return
        for error in validator.iter_errors(json.loads(body)):
            place = "/".join("-" if isinstance(step, int) else step for step in error.instance_path)
            self.wrong.add(f"{key}: {place}: {error.message[:200]}")
