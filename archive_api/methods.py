"""What HTTP expects of every address beyond the methods its routes state: HEAD, and Allow when it is another one."""

from __future__ import annotations

import functools
import re

from fastapi import FastAPI, Request
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive_api import permissions


class Heads:
    """Answers HEAD wherever GET is answered: the same route with the same permission, without the body.

    Routes that stream ask `is_head`, so as not to read what nobody gets.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
            elif not message.get("more_body"):
                await send({"type": "http.response.body"})

        scope.setdefault("state", {})["head"] = True
        await self._app({**scope, "method": "GET"}, receive, bodiless)


def is_head(request: Request) -> bool:
    """Whether only the head of the answer is wanted."""
    return bool(getattr(request.state, "head", False))


def method_of(request: Request) -> str:
    """The method as it was sent."""
    return "HEAD" if is_head(request) else request.method


def allowed(app: FastAPI, path: str) -> str:
    """The methods that some route takes at this path, for Allow (RFC 9110 section 10.2.1)."""
    found = {method for method, template, _ in permissions.routes(app) if _pattern(template).match(path)}
    # What no route of ours takes is a file of the console.
    return ", ".join(sorted(found | {"GET", "HEAD"} if "GET" in found or not found else found))


@functools.cache
def _pattern(template: str) -> re.Pattern[str]:
    return compile_path(template)[0]
