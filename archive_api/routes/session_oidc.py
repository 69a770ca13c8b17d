"""Logging in through a provider of OpenID Connect: there, and back with a session like any other.

A browser comes to these addresses by itself, so what goes wrong sends it back to the console, which asks `GET
/session/ways` for the words; programs get a problem like everywhere.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from archive_api import cookies, entrance, parameters
from archive_api.context import Context, Here
from archive_api.gates import Gate
from archive_api.problems import language_of
from saksi.catalogue import attempts, audit
from saksi.errors import IntegrityError, NotFound, NotSignedIn, SaksiError, Unavailable
from saksi.identity import arriving
from saksi.identity.flow import PENDING_S, Pending, RelyingParty, checked_return
from saksi.identity.wire import Strange
from saksi.messages import words

router = APIRouter(tags=["session"])
_PENDING = "saksi_oidc"
_SAID = "saksi_oidc_said"  # what went wrong, for the console's next look
_PATH = "/api/v1/session"
_SAID_S = 120
_MOST_SAID = 200
# Each holds a thread while the provider answers, which it may do slowly.
_asking = Gate(4, waiting=12, wait_s=10.0)
_BACK: dict[int | str, dict[str, Any]] = {
    303: {
        "description": "To the provider, or back to the console.",
        "headers": {"Location": {"schema": {"type": "string"}}},
    }
}


@router.get("/session/ways", dependencies=[Depends(parameters.only())])
def ways(request: Request, response: Response, here: Here) -> dict[str, Any]:
    """How one can log in, and what went wrong with this browser's last log-in through the provider, once."""
    problem = None
    said = cookies.read(request, _SAID, _PATH)
    if said is not None:
        cookies.drop(request, response, _SAID, path=_PATH)
        problem = _read(said, here, language_of(request))
    return {"password": True, "oidc": here.party is not None, "problem": problem}


@router.get(
    "/session/oidc",
    status_code=303,
    response_class=Response,
    responses=_BACK,
    dependencies=[Depends(parameters.only("return"))],
)
def begin(
    request: Request,
    here: Here,
    back: Annotated[str | None, Query(alias="return", max_length=500, description="A path of ours.")] = None,
) -> Response:
    """Sends the browser to the provider; it comes back to `/session/oidc/callback`, and from there to `return`."""
    party = _party(here)
    page = checked_return(back)
    try:
        with _asking.passed():
            address, pending = party.begin(page)
    except SaksiError as error:
        return _unhappy(request, here, error, page)
    answer = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    # Lax and not Strict: the way back begins at the provider's site, and the cookie has to come along.
    sealed = pending.seal(here.vault)
    cookies.put(request, answer, _PENDING, sealed, PENDING_S, path=f"{_PATH}/oidc", samesite="lax")
    return answer


@router.get("/session/oidc/callback", status_code=303, response_class=Response, responses=_BACK)
def callback(request: Request, here: Here) -> Response:
    """Where the provider sends the browser back: a new session's cookies, and on to the page that it came from.

    Parameters that nobody named are let pass, as providers add their own (RFC 6749 section 4.1.2).
    """
    party = _party(here)
    page = "/"
    try:
        given = _single(request)
        sealed = cookies.read(request, _PENDING, f"{_PATH}/oidc") or ""
        pending = Pending.of(sealed, here.vault, given.get("state", ""))
        page = pending.back
        answer: Response = RedirectResponse(page, HTTPStatus.SEE_OTHER)
        _come_in(request, answer, here, party, pending, given)
    except SaksiError as error:
        answer = _unhappy(request, here, error, page)
    cookies.drop(request, answer, _PENDING, path=f"{_PATH}/oidc")
    return answer


def _come_in(
    request: Request,
    answer: Response,
    here: Context,
    party: RelyingParty,
    pending: Pending,
    given: dict[str, str],
) -> None:
    """Begins the session on `answer`. What the provider fails in is not held against who asks."""
    address = entrance.address_of(request)
    with here.database.transaction() as connection:
        attempt = attempts.begin_elsewhere(connection, address)
    if attempt is None:
        raise NotSignedIn("oidc_held_back")
    request.state.counted = True  # and so bounded, with what is written of it
    try:
        with _asking.passed():
            claims = party.end(pending, given)
    except (Unavailable, Strange):
        with here.database.transaction() as connection:
            attempts.passed(connection, attempt)
        raise
    except SaksiError:
        attempts.failed()
        raise
    try:
        with here.database.transaction() as connection:
            arrival = arriving.arrived(connection, here.settings, claims)
            for action, told in arrival.done:
                audit.record(
                    connection, person=arrival.person.name, role=arrival.person.role, address=address,
                    action=action, object=told,
                )  # fmt: skip
            entrance.begin(
                here, connection, request, answer, arrival.person, attempt,
                second_factor=True, told={"by": "openid connect"},
            )  # fmt: skip
    except SaksiError as error:
        # So that an administrator can link who was turned away.
        error.values["subject"] = claims["sub"]
        attempts.failed()
        raise


def _party(here: Context) -> RelyingParty:
    if here.party is None:
        raise NotFound("oidc_off")
    return here.party


def _single(request: Request) -> dict[str, str]:
    """The answer's parameters. Raises NotSignedIn where one is given twice: which of the two was checked?"""
    pairs = request.query_params.multi_items()
    if len({name for name, _ in pairs}) < len(pairs):
        raise NotSignedIn("oidc_state")
    return dict(pairs)


def _unhappy(request: Request, here: Context, error: SaksiError, page: str) -> Response:
    """Puts on record what went wrong; then the console for a browser, else the problem itself, which is raised."""
    told = {"by": "openid connect", "why": error.code}
    if "subject" in error.values:
        told["subject"] = str(error.values["subject"])
    name = str(error.values.get("name", ""))
    entrance.refuse(request, here, name, told, cheap=not getattr(request.state, "counted", False))
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    answer = RedirectResponse(page, HTTPStatus.SEE_OTHER)
    values = {key: str(value)[:_MOST_SAID] for key, value in error.values.items()}
    sealed = here.vault.seal(json.dumps({"said": error.code, "values": values}))
    cookies.put(request, answer, _SAID, sealed, _SAID_S, path=_PATH)
    return answer


def _read(sealed: str, here: Context, language: str) -> dict[str, str] | None:
    try:
        said = json.loads(here.vault.open(sealed))
        code, values = said["said"], said["values"]
    except (IntegrityError, ValueError, KeyError, TypeError):
        return None
    detail, remedy = words(code, language, values)
    return {"code": code, "detail": detail, "remedy": remedy}
