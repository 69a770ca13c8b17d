"""`seal`: cut the open chunk now, and answer when the footage up to the call is searchable."""

from __future__ import annotations

import threading
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from archive_api import parameters
from archive_api.context import Context, Here
from archive_api.gates import Gate
from archive_api.security import Caller, note, require
from saksi import clock
from saksi.access import Permission
from saksi.catalogue import cameras, footage
from saksi.catalogue.cameras import Camera
from saksi.catalogue.database import query
from saksi.catalogue.status_words import reason_words, state_words
from saksi.errors import Conflict, TimedOut
from saksi.messages import register

register(
    "seal_timed_out",
    en=(
        "{camera} was not sealed within {seconds} s: it is {state} ({reason}).",
        "Footage until {until}; GET /api/v1/cameras/{camera} says more.",
    ),
    id_=(
        "{camera} tidak tersegel dalam {seconds} d: {state} ({reason}).",
        "Rekaman sampai {until}; lihat GET /api/v1/cameras/{camera}.",
    ),
)
register(
    "seal_disabled",
    en=(
        "{camera} is switched off: nothing is being recorded that could be sealed.",
        "What was recorded before stays searchable; switch the camera on (enabled) to record again.",
    ),
    id_=(
        "{camera} dimatikan: tidak ada yang sedang direkam untuk disegel.",
        "Rekaman sebelumnya tetap dapat dicari; nyalakan kamera (enabled) untuk merekam lagi.",
    ),
)

router = APIRouter(tags=["footage"])
_ASK_AGAIN_US = 1_000_000
_LOOK_S = 0.1
# Each holds a thread while it waits, of the forty that answer everything; a wall of nine cameras asks for nine at once.
_waiting = Gate(16)


@router.post("/cameras/{camera}/seal", dependencies=[Depends(parameters.only("timeout_s"))])
def seal(
    camera: str,
    request: Request,
    here: Here,
    caller: Annotated[Caller, Depends(require(Permission.FOOTAGE_SEAL))],
    timeout_s: Annotated[float, Query(ge=1, le=60)] = 20.0,
) -> dict[str, Any]:
    """Returns when what was recorded up to now is in the store; 504 with the reason when that takes too long,
    409 when the camera is switched off."""
    called_us = clock.now_us()
    with _waiting.passed():
        with here.database.transaction() as connection:
            found = cameras.find(connection, camera, caller.sight)
        if not found.enabled:
            raise Conflict("seal_disabled", field="camera", camera=camera)
        note(request, caller, "seal", {"camera": camera})
        return _sealed(here, caller, found, called_us, timeout_s)


def _sealed(here: Context, caller: Caller, found: Camera, called_us: int, timeout_s: float) -> dict[str, Any]:
    began_us = clock.monotonic_us()
    pause, asked_us = threading.Event(), 0
    while (waited_us := clock.monotonic_us() - began_us) < timeout_s * 1_000_000:
        ask = not asked_us or clock.monotonic_us() - asked_us > _ASK_AGAIN_US
        asked_us = clock.monotonic_us() if ask else asked_us
        until_us = _look(here, found, ask=ask)
        if until_us is not None and until_us >= called_us:
            return {
                "camera": found.code,
                "sealed_until": clock.format_us(until_us),
                "waited_ms": waited_us // 1000,
            }
        pause.wait(_LOOK_S)
    raise _why_not(here, caller, found, timeout_s)


def _look(here: Context, camera: Camera, *, ask: bool) -> int | None:
    with here.database.transaction() as connection:
        if ask:
            connection.execute(query("status.ask_seal"), {"camera": camera.code})
        return footage.stored_until(connection, camera.camera_id)


def _why_not(here: Context, caller: Caller, camera: Camera, timeout_s: float) -> TimedOut:
    with here.database.transaction() as connection:
        now = cameras.find(connection, camera.code, caller.sight)
        until_us = footage.stored_until(connection, camera.camera_id)
    return TimedOut(
        "seal_timed_out",
        field="camera",
        camera=camera.code,
        seconds=round(timeout_s),
        state=state_words(now.state.state),
        reason=reason_words(now.state.reason),
        until="-" if until_us is None else clock.format_us(until_us),
    )
