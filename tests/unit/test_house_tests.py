"""What every test must hold to, so that a busy machine is not taken for a broken product."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
_REQUESTS = {"Client", "delete", "get", "head", "options", "patch", "post", "put", "request", "stream"}


def requests_of(source: str) -> Iterator[tuple[int, bool]]:
    """Line of each request or client of httpx, and whether it says how long it waits."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "httpx"
            and node.func.attr in _REQUESTS
        ):
            yield node.lineno, any(word.arg == "timeout" for word in node.keywords)


def test_every_request_says_how_long_it_waits() -> None:
    """httpx gives up after 5 s where nobody says more, and four workers on two cores take that at times."""
    seen = [
        (path.relative_to(TESTS), line, told)
        for path in sorted(TESTS.rglob("*.py"))
        for line, told in requests_of(path.read_text())
    ]
    assert len(seen) > 50, "the search itself should find the requests"
    assert [(str(path), line) for path, line, told in seen if not told] == []
