"""Health and metrics, for whoever keeps it running. Public: they say nothing about cameras or people."""

from __future__ import annotations

import contextlib
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from archive_api.context import Here
from archive_api.readiness import Readiness
from saksi.catalogue import health_figures
from saksi.errors import SaksiError
from saksi.ledger import figures
from saksi.retention import figures as space
from saksi.retention import store_lock
from saksi.scrub import figures as scrub_figures

router = APIRouter(tags=["operations"])


@router.get("/health/live")
async def live() -> dict[str, str]:
    """This process answers."""
    # On the event loop itself: threads that all wait are no reason to restart the process.
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(request: Request, response: Response) -> dict[str, Any]:
    """Database and store answer; 503 and which does not, otherwise, within three seconds."""
    # On the event loop too, and nothing taken from its threads: they may all wait for what hangs.
    readiness: Readiness = request.app.state.readiness
    checks = await readiness.checks()
    if any(state != "ok" for state in checks.values()):
        response.status_code = 503
    return {"status": "ok" if response.status_code != 503 else "unavailable", "checks": checks}


@router.get("/metrics")
def metrics(here: Here) -> Response:
    """Prometheus metrics of this process and, where the database answers, of fleet, log, scrub, space and holds."""
    with contextlib.suppress(SaksiError), here.database.transaction() as connection:
        health_figures.show(connection)
        figures.show(figures.figures(connection))
        scrub_figures.show(scrub_figures.figures(connection))
        space.show(connection)
        store_lock.show(connection)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
