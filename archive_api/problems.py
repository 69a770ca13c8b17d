"""Errors as RFC 9457 problems, in the language the client asks for, naming the field and the remedy."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from archive_api.headers import SecurityHeaders
from archive_api.methods import allowed, method_of
from archive_api.validation import refusal
from saksi.errors import BadInput, NotFound, SaksiError
from saksi.messages import register

log = logging.getLogger("saksi.api")

register(
    "body_long",
    en=("The body is longer than {most} bytes.", "Send less at once."),
    id_=("Isi permintaan lebih panjang dari {most} byte.", "Kirim lebih sedikit sekaligus."),
)
register(
    "body_slow",
    en=("The body took too long to arrive.", "Send it again over a better line."),
    id_=("Isi permintaan terlalu lama tiba.", "Kirim lagi lewat jaringan yang lebih baik."),
)
register(
    "whose_body",
    en=(
        "This is not what is asked of a file here; the file itself is never sent.",
        "Send its size, sha256, nal_sha256 and what it says of itself as application/json (see /openapi.json). The"
        " console computes them where the file is; so does `saksi whose FILE`.",
    ),
    id_=(
        "Ini bukan keterangan berkas yang diminta di sini; berkasnya sendiri tidak pernah dikirim.",
        "Kirim size, sha256, nal_sha256 dan pengakuan berkas sebagai application/json (lihat /openapi.json)."
        " Konsol menghitungnya di tempat berkas berada; begitu pula `saksi whose BERKAS`.",
    ),
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


# Routes to which people send a whole file where something else is asked for.
_BODY_WORDS = {"/api/v1/whose": "whose_body"}
MOST_BODY = 1 << 20  # the longest body any route needs is an area's polygon


class _BodySlow(SaksiError):
    status = HTTPStatus.REQUEST_TIMEOUT


class _MethodUnknown(SaksiError):
    status = HTTPStatus.METHOD_NOT_ALLOWED


class _BodyLong(SaksiError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def install(app: FastAPI, headers: SecurityHeaders) -> None:
    """Makes every error of the application a problem. `headers` go onto what no middleware sees any more."""
    app.state.headers = headers
    app.add_exception_handler(SaksiError, _ours)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def language_of(request: Request) -> str:
    """id or en, whichever Accept-Language prefers (RFC 9110 section 12.5.4); English when it names neither."""
    best, language = 0.0, "en"
    for item in request.headers.get("accept-language", "").split(","):
        tag, _, weight = item.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        quality = _quality(weight)
        if primary in ("id", "en") and quality > best:
            best, language = quality, primary
    return language


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


def problem(request: Request, error: SaksiError) -> JSONResponse:
    """The error as application/problem+json."""
    told = members(error, language_of(request))
    request_id = getattr(request.state, "request_id", "")
    body = {**told, "instance": request.url.path, "request_id": request_id}
    return JSONResponse(body, error.status, headers_of(error), "application/problem+json")


def headers_of(error: SaksiError) -> dict[str, str]:
    """What an answer with this error says besides."""
    match error.status:
        case HTTPStatus.UNAUTHORIZED:
            return {"WWW-Authenticate": "Bearer"}
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return {"Retry-After": "2"}
        case HTTPStatus.TOO_MANY_REQUESTS:
            return {"Retry-After": str(error.values["seconds"])}
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE | HTTPStatus.REQUEST_TIMEOUT:
            return {"Connection": "close"}  # the rest of the body may still be under way
    return {}


def members(error: SaksiError, language: str) -> dict[str, object]:
    """What a problem says whatever was asked for."""
    detail, remedy = error.explain(language)
    told: dict[str, object] = {
        "type": f"urn:saksi:problem:{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": detail,
        "remedy": remedy,
        "code": error.code,
    }
    return {**told, "field": error.field} if error.field else told


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SaksiError)
    return problem(request, error)


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    refused = refusal(error.errors()[0])
    return problem(request, _of_body(request) if refused.code == "body_unreadable" else refused)


def _of_body(request: Request) -> BadInput:
    return BadInput(_BODY_WORDS.get(request.url.path, "body_unreadable"), field="body")


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        given = f"{method_of(request)} {request.url.path}"
        answer = problem(request, _MethodUnknown("method_unknown", given=given))
        answer.headers["Allow"] = allowed(request.app, request.scope["path"])
        return answer
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        code = _BODY_WORDS.get(request.url.path, "body_long")
        return problem(request, _BodyLong(code, field="body", most=MOST_BODY))
    if error.status_code == HTTPStatus.REQUEST_TIMEOUT:
        return problem(request, _BodySlow("body_slow", field="body"))
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return problem(request, _of_body(request))
    return problem(request, NotFound("route_unknown", given=request.url.path))


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request %s failed", getattr(request.state, "request_id", ""), exc_info=error)
    answer = problem(request, SaksiError("internal"))
    headers = request.app.state.headers.over(request.url.scheme)
    answer.headers.update({**headers, "X-Request-Id": request.state.request_id, "Cache-Control": "no-store"})
    return answer
