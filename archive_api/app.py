"""The application: routes, problems, what stands around them, and the console's files."""

from __future__ import annotations

import functools
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse, HTMLResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from archive_api import document, problems
from archive_api.client_address import ClientAddress
from archive_api.context import Context
from archive_api.frame import PREFIX, Frame
from archive_api.headers import SecurityHeaders
from archive_api.methods import Heads
from archive_api.rates import Rates
from archive_api.readiness import Readiness
from archive_api.recipient_link import WithoutLinks
from archive_api.routes import (
    audit,
    audit_export,
    bookmarks,
    cameras,
    cases,
    clip,
    compliance,
    compliance_report,
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
    own_agency,
    papers,
    places,
    playlist,
    policies,
    purges,
    recipient,
    seal,
    second_factor,
    session,
    session_oidc,
    site_networks,
    terms,
    thinning,
    tickets,
    time,
    upcoming,
    users,
    whose,
)
from saksi import __version__, passwords
from saksi.settings import Settings

STATIC = Path(__file__).parent / "static"
# Everything else states a permission; the test of permissions walks the routes and knows only this list.
PUBLIC = frozenset(
    {
        ("POST", f"{PREFIX}/session"),
        ("GET", f"{PREFIX}/session/ways"),  # the form has to know what it can offer
        ("GET", f"{PREFIX}/session/oidc"),  # who comes here has no session yet
        ("GET", f"{PREFIX}/session/oidc/callback"),  # the sealed state and the provider's code are the proof
        ("GET", f"{PREFIX}/media/{{key:path}}"),  # the signature in the link is the permission
        (
            "GET",
            f"{PREFIX}/tickets/{{ticket}}/index.m3u8",
        ),  # likewise, and the session that asked is in force
        ("GET", f"{PREFIX}/tickets/{{ticket}}/media/{{key:path}}"),
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
    *(session, session_oidc, own, second_factor, users),
    *(cameras, health, places, site_networks),
    *(footage, time, fetching, playlist, clip, frame, seal, media),
    *(cases, exhibits, grants, custody, bookmarks, holds, exports, whose),
    *(purges, deletions, upcoming),
    audit,
    audit_export,
    *(incident_figures, incidents),
    *(compliance, compliance_report, terms, tickets, own_agency),
    ledger,
    *(disclosures, papers, derivatives),
    forecast,
    policies,
    thinning,
)
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
        redirect_slashes=False,  # the address it answers would be made from whatever Host was sent
        lifespan=lifespan,
    )
    app.state.context = context
    app.state.readiness = Readiness(context)
    app.state.rates = Rates.of(settings)
    logging.getLogger("uvicorn.access").addFilter(WithoutLinks())
    headers = SecurityHeaders(settings)
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
    app.add_middleware(ClientAddress, trusted=settings.proxies)
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
        return FileResponse(STATIC / "favicon.svg", headers={"Cache-Control": "no-cache"})

    # Not at `/`: a mount there would take every method of every address.
    app.mount("/assets", StaticFiles(directory=STATIC / "assets", check_dir=False), name="assets")


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
