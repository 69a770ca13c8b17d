"""The application: routes, problems, request ids, security headers and the console's files."""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse, HTMLResponse
from prometheus_client import Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive_api import document, problems
from archive_api.context import Context
from archive_api.methods import Heads
from archive_api.readiness import Readiness
from archive_api.recipient_link import WithoutLinks
from archive_api.routes import (
    audit,
    bookmarks,
    cameras,
    cases,
    clip,
    compliance,
    custody,
    deletions,
    derivatives,
    disclosures,
    exhibits,
    exports,
    fetching,
    footage,
    forecast,
    frame,
    grants,
    health,
    holds,
    incident_figures,
    incidents,
    ledger,
    media,
    operations,
    own,
    papers,
    places,
    playlist,
    policies,
    purges,
    recipient,
    seal,
    second_factor,
    session,
    terms,
    thinning,
    tickets,
    time,
    upcoming,
    users,
    whose,
)
from saksi import __version__, clock, passwords
from saksi.settings import Settings

STATIC = Path(__file__).parent / "static"
PREFIX = "/api/v1"
# Everything else states a permission; the test of permissions walks the routes and knows only this list.
PUBLIC = frozenset(
    {
        ("POST", f"{PREFIX}/session"),
        ("GET", f"{PREFIX}/media/{{key:path}}"),  # the signature in the link is the permission
        ("GET", f"{PREFIX}/tickets/{{ticket}}/index.m3u8"),  # likewise
        *(
            ("GET", f"{prefix}{path}")
            for prefix in ("", PREFIX)
            for path in ("/health/live", "/health/ready", "/metrics")
        ),
        ("GET", "/openapi.json"),
        # the token in the link is the permission, and its passphrase where there is one
        ("GET", "/d/{token}"),
        ("POST", "/d/{token}"),
        ("GET", "/d/{token}/package"),
        ("GET", "/d/{token}/verifikasi.html"),
        ("POST", "/d/{token}/receipt"),
        ("GET", "/d/{token}/tanda-terima.pdf"),
        ("GET", "/"),
        ("GET", "/favicon.svg"),
    }
)

_ROUTES = (
    *(session, own, second_factor, users, cameras, health, places),
    *(footage, time, fetching, playlist, clip, frame, seal, media),
    *(cases, exhibits, grants, custody, bookmarks, holds, exports, whose),
    *(purges, deletions, upcoming),
    audit,
    *(incident_figures, incidents),
    *(compliance, terms, tickets),
    ledger,
    *(disclosures, papers, derivatives),
    forecast,
    policies,
    thinning,
)
_requests = Counter("saksi_api_requests_total", "Requests answered.", ["method", "status"])
_seconds = Histogram("saksi_api_request_seconds", "Time to the first byte of an answer.")

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_NO_CONSOLE = """<!doctype html><title>Saksi</title><p>Saksi is running; its console is not built yet.
Run <code>make setup</code>.</p><p>Saksi berjalan; konsolnya belum dibangun. Jalankan <code>make setup</code>.</p>"""


def create_app(settings: Settings) -> FastAPI:
    """The API over the given settings. Raises BadInput for one that is missing."""
    context = Context.of(settings)
    passwords.nobody()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        context.database.close()

    app = FastAPI(
        title="Saksi",
        version=__version__,
        description="Recording and evidence archive for city CCTV.",
        docs_url=None,  # its page would load scripts from another origin
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.context = context
    app.state.readiness = Readiness(context)
    logging.getLogger("uvicorn.access").addFilter(WithoutLinks())
    headers = _headers(settings)
    problems.install(app, headers)
    for module in (*_ROUTES, operations):
        app.include_router(module.router, prefix=PREFIX)
    app.include_router(recipient.router)
    app.include_router(operations.router, include_in_schema=False)
    app.openapi = functools.partial(document.described, app)  # type: ignore[method-assign]
    _console(app)
    app.add_middleware(TextGzip)
    app.add_middleware(Heads)
    app.add_middleware(Frame, headers=headers)
    return app


def _console(app: FastAPI) -> None:
    """The built console at `/`; its hashed assets may be kept for ever."""

    @app.get("/", include_in_schema=False)
    def page() -> Response:
        index = STATIC / "index.html"
        if not index.exists():
            return HTMLResponse(_NO_CONSOLE)
        return FileResponse(index, headers={"Cache-Control": "no-cache"})

    @app.get("/favicon.svg", include_in_schema=False)
    def icon() -> Response:
        if not (STATIC / "favicon.svg").exists():
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return FileResponse(STATIC / "favicon.svg")

    # Not at `/`: a mount there would take every method of every address.
    app.mount("/assets", StaticFiles(directory=STATIC / "assets", check_dir=False), name="assets")


def _headers(settings: Settings) -> dict[str, str]:
    """A page may reach its own origin and the object store, nothing else."""
    address = settings.s3_public_url or settings.s3_url or ""
    parts = urlsplit(address)
    store = f" {parts.scheme}://{parts.netloc}" if parts.netloc and not settings.media_proxy else ""
    policy = (
        # Hashing as a stream needs WebAssembly, which no browser does itself; it comes from this origin too.
        f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'{store}; "
        f"media-src 'self' blob:{store}; "
        f"img-src 'self' data: blob:{store}; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
    }


class Frame:
    """Around every request: an id, a metric, the security headers. Plain ASGI, so that streams pass untouched."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
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
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if path.startswith("/assets/") and message["status"] < HTTPStatus.BAD_REQUEST:
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
                elif path.startswith(PREFIX):
                    headers.setdefault("Cache-Control", "no-store")
                _seconds.observe((clock.monotonic_us() - began_us) / 1e6)
                _requests.labels(method, str(message["status"])).inc()
            await send(message)

        try:
            await self._app(scope, _limited(receive), framed)
        finally:
            if not answered:  # it broke: the answer is made further out
                _requests.labels(method, "500").inc()


def _limited(receive: Receive) -> Receive:
    """Ends a body that is longer than any route needs before it fills the memory."""
    got = 0

    async def limited() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > problems.MOST_BODY:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return limited


class TextGzip:
    """Compresses answers that are text; media are left alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._gzip = GZipMiddleware(app, minimum_size=2000, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        media = scope["type"] == "http" and (
            scope["path"].endswith((".mp4", ".jpg", ".woff2", ".pdf", "/package"))
            or scope["path"].startswith(f"{PREFIX}/media/")
        )
        await (self._plain if media else self._gzip)(scope, receive, send)
