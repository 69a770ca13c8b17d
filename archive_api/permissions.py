"""Which permission each route states: for the test that walks them and for the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from saksi.access import Permission


def routes(app: FastAPI) -> Iterator[tuple[str, str, frozenset[Permission]]]:
    """Method, path and stated permissions of everything the application serves, included routers and all."""
    for path, route in _flat(app.routes, ""):
        for method in sorted(route.methods or ()):
            yield method, path, frozenset(_stated(route.dependant))


def _flat(listed: Iterable[Any], prefix: str) -> Iterator[tuple[str, APIRoute]]:
    for route in listed:
        if isinstance(route, APIRoute):
            yield prefix + route.path, route
        elif hasattr(route, "original_router"):
            yield from _flat(route.original_router.routes, prefix + route.include_context.prefix)


def _stated(dependant: Dependant) -> set[Permission]:
    own = getattr(dependant.call, "permission", None)
    found: set[Permission] = set() if own is None else {own}
    for inner in dependant.dependencies:
        found |= _stated(inner)
    return found
