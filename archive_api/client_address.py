"""Where a request comes from: the other end of the connection, or what a proxy that is trusted says of it.

X-Forwarded-For and -Proto are believed from `SAKSI_TRUSTED_PROXIES` alone, and of a chain of addresses the right-most
that is no trusted proxy: all left of it anybody may have written. Reading the chain is uvicorn's, which is kept by
those who keep the server; what it answers is held to be an address, and nothing else enters the audit or a count.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

log = logging.getLogger("saksi.api")


class ClientAddress:
    """Puts the client's address and scheme into the request, once and for all that is inside of it."""

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        self._app = app
        self._proxied = ProxyHeadersMiddleware(self._told, list(trusted))  # type: ignore[arg-type]
        self._networks = [ipaddress.ip_network(one) for one in trusted]
        self._warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] == "http":
            scope.setdefault("state", {})["peer"] = scope.get("client")
            self._warn(scope)
            await self._proxied(scope, receive, send)  # type: ignore[arg-type]
        else:
            await self._app(scope, receive, send)

    async def _told(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if client is not None and _address(client[0]) is None:
            scope["client"] = scope["state"]["peer"]
        await self._app(scope, receive, send)

    def _warn(self, scope: Scope) -> None:
        """Once: without the setting, all who come through a proxy are one address, and share its limits."""
        if self._warned or not any(name == b"x-forwarded-for" for name, _ in scope["headers"]):
            return
        peer = _address((scope.get("client") or ("",))[0])
        if peer is not None and not any(peer in network for network in self._networks):
            self._warned = True
            log.warning(
                "X-Forwarded-For of %s is not believed. If that is your proxy, name it in SAKSI_TRUSTED_PROXIES.",
                peer,
            )


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
