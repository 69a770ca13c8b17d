"""The OpenAPI document: what the framework knows of the routes, and what only we do.

Each operation says which permission it asks for, how a caller is known, that it answers problems (RFC 9457) for all
that goes wrong, what members its answer has (archive_api/answers), and of which type an answer is that is no JSON.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI

from archive_api.answers.schemas import of_routes
from archive_api.permissions import routes

_PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457; `detail` and `remedy` in the language of Accept-Language, `code` for programs.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "remedy", "code", "instance", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "remedy": {"type": "string"},
        "code": {"type": "string"},
        "field": {"type": "string", "description": "Of the request, where one is to blame."},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
    },
}
# By the end of the path.
_TYPES = {
    ".pdf": "application/pdf",
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".m3u8": "application/vnd.apple.mpegurl",
    "/package": "application/zip",
    "/verifikasi.html": "text/html",
    "/metrics": "text/plain",
    "/ledger/checkpoint": "text/plain",
    "/ledger/key": "text/plain",
    "/ledger/proof": "text/plain",
    "/ledger/tile/{path}": "application/octet-stream",
    "/derivation.json": "application/json",
}
# Where `format` chooses.
_FORMATS = {"csv": "text/csv", "pdf": "application/pdf", "geojson": "application/geo+json"}
_RANGED = (".mp4", "/package")
_PREFIX = "/api/v1"


def described(app: FastAPI) -> dict[str, Any]:
    """The document of the application, complete."""
    document = FastAPI.openapi(app)
    stated = {(method.lower(), path.replace(":path", "")): needed for method, path, needed in routes(app)}
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    answers, components = of_routes()
    schemas |= components | {"Problem": _PROBLEM}
    document["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "saksi_session"},
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            needed = stated.get((method, path), frozenset())
            operation["x-permission"] = ", ".join(sorted(needed)) or None
            operation["security"] = [{"token": []}, {"session": []}] if needed else []
            shape = answers.get(f"{method.upper()} {path.removeprefix(_PREFIX)}")
            operation["responses"] = _answers(path, operation, shape)
    for name in ("HTTPValidationError", "ValidationError"):  # the framework's own, which we never answer
        schemas.pop(name, None)
    return document


def _answers(path: str, operation: dict[str, Any], shape: dict[str, Any] | None) -> dict[str, Any]:
    answers = {status: one for status, one in operation["responses"].items() if status != "422"}
    for status, one in answers.items():
        if shape is not None and status.startswith("2") and "application/json" in one.get("content", {}):
            one["content"]["application/json"] = {"schema": shape}
    for end, kind in _TYPES.items():
        if path.endswith(end):
            body = {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}}
            success = next((status for status in answers if status.startswith("2")), "200")
            answers[success] = {"description": "Successful Response", **body}
            if end in _RANGED:
                answers["206"] = {"description": "The part asked for by Range.", **body}
                answers["304"] = {"description": "What If-None-Match names is what it is."}
                answers["416"] = {"description": "No part of it is asked for."}
    for one in operation.get("parameters", ()):
        if one["name"] == "format":
            for name, kind in _FORMATS.items():
                if name in json.dumps(one["schema"]):
                    kept = "object" if name == "geojson" else "string"
                    answers["200"].setdefault("content", {})[kind] = {"schema": {"type": kept}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    # The recipient's pages are for people: what goes wrong there is a page too.
    page = {"text/html": {"schema": {"type": "string"}}} if path.startswith("/d/") else {}
    answers["default"] = {"description": "What went wrong, and what to do.", "content": {**problem, **page}}
    return answers
