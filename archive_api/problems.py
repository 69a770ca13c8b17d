"""Errors as RFC 9457 problems, in the language the client asks for, naming the field and the remedy."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from saksi.errors import BadInput, NotFound, SaksiError
from saksi.messages import register

log = logging.getLogger("saksi.api")

register(
    "input_invalid",
    en=("{field}: {why}.", "See /openapi.json for what this route takes."),
    id_=("{field}: {why}.", "Lihat /openapi.json untuk masukan rute ini."),
)
register(
    "route_unknown",
    en=("There is nothing at {given}.", "See /openapi.json for the routes."),
    id_=("Tidak ada apa pun di {given}.", "Lihat /openapi.json untuk daftar rute."),
)
register(
    "method_unknown",
    en=("{given} is not possible here.", "See /openapi.json for the methods of this route."),
    id_=("{given} tidak bisa dilakukan di sini.", "Lihat /openapi.json untuk metode rute ini."),
)


def install(app: FastAPI) -> None:
    """Makes every error of the application a problem."""
    app.add_exception_handler(SaksiError, _ours)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def language_of(request: Request) -> str:
    """id or en, whichever stands first in Accept-Language; English when neither does."""
    for item in request.headers.get("accept-language", "").split(","):
        tag = item.strip()[:2].lower()
        if tag in ("id", "en"):
            return tag
    return "en"


def problem(request: Request, error: SaksiError) -> JSONResponse:
    """The error as application/problem+json."""
    detail, remedy = error.explain(language_of(request))
    body: dict[str, object] = {
        "type": f"urn:saksi:problem:{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": detail,
        "remedy": remedy,
        "code": error.code,
        "instance": request.url.path,
        "request_id": getattr(request.state, "request_id", ""),
    }
    if error.field:
        body["field"] = error.field
    headers = {"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else {}
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "2"
    return JSONResponse(body, error.status, headers, "application/problem+json")


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SaksiError)
    return problem(request, error)


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = [str(part) for part in first["loc"] if part not in ("query", "body", "path")]
    field = ".".join(where) or "body"
    return problem(request, BadInput("input_invalid", field=field, why=first["msg"]))


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer = problem(request, BadInput("method_unknown", given=f"{request.method} {request.url.path}"))
        answer.status_code = HTTPStatus.METHOD_NOT_ALLOWED
        return answer
    return problem(request, NotFound("route_unknown", given=request.url.path))


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request %s failed", getattr(request.state, "request_id", ""), exc_info=error)
    return problem(request, SaksiError("internal"))
