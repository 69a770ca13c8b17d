"""Requests to the provider, bounded in everything: time, size, no redirects, no retries.

The provider is a stranger's server in the way of a log-in. It must not be able to keep a thread, fill the memory or
send us elsewhere. Certificates are checked against the system's authorities (SSL_CERT_FILE names others).
"""

from __future__ import annotations

import contextlib
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from saksi import clock
from saksi.errors import SaksiError, Unavailable

CONNECT_S = 3.0
READ_S = 5.0  # between two pieces
WHOLE_S = 8.0  # an answer that drips
MOST_BYTES = 1 << 20
_PIECE = 16_384


class Strange(SaksiError):
    """The provider answered, and nobody can use the answer."""

    status = 502


@dataclass(frozen=True)
class Answer:
    """A whole answer, as Authlib's client reads it."""

    status_code: int
    body: bytes

    def json(self) -> Any:
        """Raises ValueError for what is no JSON."""
        return json.loads(self.body)

    def raise_for_status(self) -> None:
        """Raises Unavailable for an error of the server, Strange for any other."""
        if self.status_code >= 500:
            raise Unavailable("oidc_unreachable")
        if self.status_code >= 300:
            raise Strange("oidc_strange", what=f"HTTP {self.status_code}")


class Wire:
    """One pool of connections, shared by threads."""

    def __init__(self) -> None:
        self._pool = urllib3.PoolManager(
            num_pools=4,
            maxsize=8,
            timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S),
            retries=False,
            ssl_context=ssl.create_default_context(),
        )

    def get_object(self, url: str) -> dict[str, Any]:
        """The JSON object at an address. Raises Unavailable where nothing answers, Strange for what is none."""
        answer = self._ask("GET", url, {"Accept": "application/json"}, None)
        answer.raise_for_status()
        try:
            found = answer.json()
        except ValueError as error:
            raise Strange("oidc_strange", what="JSON") from error
        if not isinstance(found, dict):
            raise Strange("oidc_strange", what="JSON")
        return found

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> Answer:
        """What Authlib's client asks of a session: a form, signed by `auth`."""
        url, signed, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return self._ask("POST", url, signed, body.encode())

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        until_us = clock.monotonic_us() + round(WHOLE_S * 1e6)
        pieces, got = [], 0
        try:
            answer = self._pool.request(
                method, url, headers=dict(headers), body=body, redirect=False, preload_content=False
            )
            # Closed and not kept for the next request: log-ins are rare, and what was not read must not be its answer.
            with contextlib.closing(answer):
                while piece := answer.read1(_PIECE):
                    pieces.append(piece)
                    got += len(piece)
                    if got > MOST_BYTES:
                        raise Strange("oidc_strange", what=f"> {MOST_BYTES} B")
                    if clock.monotonic_us() > until_us:
                        raise Unavailable("oidc_unreachable")
        except (HTTPError, OSError) as error:
            raise Unavailable("oidc_unreachable") from error
        return Answer(answer.status, b"".join(pieces))
